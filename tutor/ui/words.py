"""Short Markdown as one line of text, and the words that stand for states. Used in ui only."""

from __future__ import annotations

import re

from textual.content import Content

from tutor.grading.verdict import Verdict, VerdictKind
from tutor.ui.signs import Signs

_MARKS = re.compile(r"(`[^`]+`|\*\*[^*]+\*\*)")

_HEADS: dict[VerdictKind, tuple[str, str, str]] = {
    "accept": ("tick", "Right", "$success"),
    "accept-with-note": ("tick", "Right, with a remark", "$success"),
    "reject": ("cross", "Not yet", "$error"),
    "not-attempted": ("open", "Not attempted yet", "$warning"),
    "tutor-fault": ("warning", "The tutor's own fault, not yours", "$warning"),
}


def inline(text: str) -> Content:
    """Code in backticks and bold text of one paragraph; other marks stay as they are."""
    parts: list[Content | tuple[str, str]] = []
    for piece in _MARKS.split(text):
        if piece.startswith("`") and len(piece) > 2:
            parts.append((piece[1:-1], "bold $accent"))
        elif piece.startswith("**") and len(piece) > 4:
            parts.append((piece[2:-2], "bold"))
        elif piece:
            parts.append(Content(piece))
    return Content.assemble(*parts)


def first_sentence(markdown: str) -> str:
    """The first sentence of the first paragraph. A full stop inside code ends nothing."""
    paragraph = " ".join(markdown.strip().split("\n\n")[0].split())
    in_code = False
    for place, letter in enumerate(paragraph):
        in_code ^= letter == "`"
        followed = paragraph[place + 1 : place + 2]
        if not in_code and letter in ".!?" and followed in ("", " "):
            return paragraph[: place + 1]
    return paragraph


def after_first_sentence(markdown: str) -> str:
    """What follows the first sentence, a paragraph a line."""
    paragraphs = [" ".join(part.split()) for part in markdown.strip().split("\n\n")]
    paragraphs[0] = paragraphs[0][len(first_sentence(markdown)) :].strip()
    return "\n".join(part for part in paragraphs if part)


def verdict_head(verdict: Verdict, signs: Signs) -> Content:
    """Sign, word, and how many checks held."""
    sign, word, colour = _HEADS[verdict.kind]
    held = sum(check.passed for check in verdict.checks)
    counted = f"{signs.dot}{held} of {len(verdict.checks)} checks" if verdict.checks else ""
    return Content.assemble((f"{getattr(signs, sign)} {word}", f"bold {colour}"), counted)
