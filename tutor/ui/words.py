"""Short Markdown as one line of text, and the words that stand for states. Used in ui only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tutor.grading.verdict import Verdict, VerdictKind
from tutor.session.state import Activity
from tutor.ui.marks import Marks

if TYPE_CHECKING:
    from tutor.grading.markup import Mark

_STYLES: dict[Mark, str] = {"code": "bold $accent", "bold": "bold", "emphasis": "italic"}

_HEADS: dict[VerdictKind, tuple[str, str, str]] = {
    "accept": ("tick", "Right", "$success"),
    "accept-with-note": ("tick", "Right, with a remark", "$success"),
    "reject": ("cross", "Not yet", "$error"),
    "not-attempted": ("open", "Not attempted yet", "$warning"),
    "tutor-fault": ("warning", "The tutor's own fault, not yours", "$warning"),
}


NOT_RUN = ("warning", "Not judged", "$warning")
"""Where the worker could not run it, and says why: nobody's fault needs to be told."""


def inline(text: str) -> Content:
    """Code, bold and emphasis of one paragraph; other marks stay as they are."""
    from tutor.grading.markup import pieces  # not before the first frame

    parts = [(part, _STYLES[mark]) if mark else Content(part) for mark, part in pieces(text)]
    return Content.assemble(*parts)


def split_first_sentence(markdown: str) -> tuple[str, str]:
    """The first sentence as one line, and the Markdown after it. A full stop inside code ends
    nothing; a paragraph ends a sentence too."""
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


def elapsed(activity: Activity) -> str:
    """For how long it has been running, and when it will be ended; empty in the first second."""
    if not activity.seconds:
        return ""
    return f" {activity.seconds} s, at most {activity.limits.seconds:.0f} s"


def should_offer_more_time(activity: Activity) -> bool:
    """Whether it is time to say that the run can be given more: half of it is over."""
    limits = activity.limits
    return (
        activity.kind == "run"
        and not activity.stopping
        and limits.longest > limits.seconds
        and activity.seconds * 2 >= limits.seconds
    )


def verdict_head(verdict: Verdict, marks: Marks, *, with_count: bool) -> Content:
    """Sign, word, and (of code) how many checks held."""
    from tutor.grading.wording import counted  # not before the first frame

    sign, word, colour = NOT_RUN if verdict.outcome == "lost" else _HEADS[verdict.kind]
    held = sum(check.passed for check in verdict.checks)
    total = len(verdict.checks)
    count = ""
    if with_count and total:
        hold = "holds" if total == 1 else "hold"
        summary = "all checks hold"
        if held < total:
            summary = f"{held} of {counted(total, 'check')} {hold}"
        count = f"{marks.dot}{summary}"
    return Content.assemble((f"{getattr(marks, sign)} {word}", f"bold {colour}"), count)
