"""Styled text for panes and screens: short Markdown as one line, and texts for states.

`tutor.session.words` makes plain text for the learner; this module adds styles.
"""

from __future__ import annotations

from textual.content import Content

from tutor.grading.markup import Mark, pieces
from tutor.grading.verdict import Verdict, VerdictKind
from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.ui.marks import Marks

_STYLES: dict[Mark, str] = {"code": "bold $accent", "bold": "bold", "emphasis": "italic"}

_HEADS: dict[VerdictKind, tuple[str, str, str]] = {
    "accept": ("tick", "Right", "$success"),
    "accept-with-note": ("tick", "Right, with a remark", "$success"),
    "reject": ("cross", "Not yet", "$error"),
    "not-attempted": ("open", "Not attempted yet", "$warning"),
    "tutor-fault": ("warning", "The tutor's own fault, not yours", "$warning"),
}


NOT_RUN = ("warning", "Not judged", "$warning")
"""Head of a verdict on an answer that the worker could not run, which is nobody's fault."""


def inline(text: str) -> Content:
    """Style the code, bold and emphasis of a paragraph; keep other Markdown marks."""
    parts = [(part, _STYLES[mark]) if mark else Content(part) for mark, part in pieces(text)]
    return Content.assemble(*parts)


def split_first_sentence(markdown: str) -> tuple[str, str]:
    """Return the first sentence as one line, and the Markdown after it.

    A full stop inside code ends no sentence; the end of a paragraph does.
    """
    text = markdown.strip()
    paragraph = text.split("\n\n")[0]
    in_code = False
    for index, character in enumerate(paragraph):
        in_code ^= character == "`"
        following = paragraph[index + 1 : index + 2]
        if not in_code and character in ".!?" and (not following or following.isspace()):
            paragraph = paragraph[: index + 1]
            break
    return " ".join(paragraph.split()), text[len(paragraph) :].strip()


def awaited(state: State) -> str:
    """Return what a run that has not begun waits for: another machine, or PyTorch."""
    return state.worker.reason if state.worker.phase == "waiting" else "Preparing PyTorch."


def verdict_head(verdict: Verdict, marks: Marks, *, with_count: bool) -> Content:
    """Return the first line of a verdict; `with_count` adds the number of held checks."""
    mark, word, colour = NOT_RUN if verdict.outcome == "lost" else _HEADS[verdict.kind]
    total = len(verdict.check_names)
    held = total - len(verdict.missed_names)
    count = ""
    if with_count and total:
        hold = "holds" if total == 1 else "hold"
        summary = "all checks hold"
        if held < total:
            summary = f"{held} of {counted(total, 'check')} {hold}"
        count = f"{marks.dot}{summary}"
    return Content.assemble((f"{getattr(marks, mark)} {word}", f"bold {colour}"), count)
