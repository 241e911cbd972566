"""Styled text for panes and screens: short Markdown as one line, and texts for states.

`tutor.session.words` makes plain text for the learner; this module adds styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from tutor.grading.markup import Mark, pieces
from tutor.grading.verdict import Verdict, VerdictKind
from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.session.words.run_text import place_words, wait_words
from tutor.ui.marks import Marks

if TYPE_CHECKING:
    from tutor.session.words.asked_text import AskedText

_STYLES: dict[Mark, str] = {"code": "bold $accent", "bold": "bold", "emphasis": "italic"}

_HEADS: dict[VerdictKind, tuple[str, str, str]] = {
    "accept": ("tick", "Right", "$success"),
    "accept-with-note": ("tick", "Right, with a remark", "$success"),
    "reject": ("cross", "Not yet", "$error"),
    "not-attempted": ("open", "Not attempted yet", "$warning"),
    "tutor-fault": ("warning", "The tutor's own fault, not yours", "$warning"),
}


STOPS = "{key:stop} stops it."
MORE_TIME = "{key:more_time}: more time."

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


def busy_words(state: State, marks: Marks, preparing: str) -> str:
    """Name what runs, and the key that stops it; `preparing` is for a run that has not begun."""
    activity = state.activity
    assert activity is not None
    if activity.stopping:
        return f"{marks.busy} stopping {marks.ellipsis}"
    if state.queued:
        return f"{marks.busy} {awaited(state)} {marks.fill(preparing)}"
    stops, pause = marks.fill(STOPS), activity.pause
    if pause is not None:
        doing = place_words(pause.at) if pause.at is not None else wait_words(pause)
        return f"{marks.busy} {doing}.  {stops}"
    doing = "checking" if activity.kind == "check" else "running"
    more = f" {marks.fill(MORE_TIME)}" if activity.could_have_more_time else ""
    return f"{marks.busy} {doing}{activity.elapsed} {marks.ellipsis}  {stops}{more}"


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


AS_GUESSED = "It came out as you guessed."
OTHERWISE = "That is not what happened."


def guess_head(marks: Marks, *, right: bool) -> Content:
    if right:
        return Content.styled(f"{marks.tick} {AS_GUESSED}", "bold $success")
    return Content.styled(f"{marks.cross} {OTHERWISE}", "bold $error")


def aligned(rows: Sequence[tuple[str, str]], marks: Marks) -> list[Content]:
    labels = [inline(marks.transcribe(label)) for label, _ in rows]
    width = max((label.cell_length for label in labels), default=0)
    return [
        Content.assemble(f"  {' ' * (width - label.cell_length)}", label, "  ", (value, "bold"))
        for label, (_, value) in zip(labels, rows, strict=True)
    ]


def paragraphs(markdown: str, marks: Marks) -> list[Content]:
    """Return each paragraph as one line, with its code and emphasis styled."""
    parts = marks.transcribe(markdown).strip().split("\n\n")
    return [inline(" ".join(text.split())) for text in parts if text.strip()]


def asked_content(told: AskedText, marks: Marks) -> Content:
    words = inline(marks.transcribe(marks.fill(told.words)))
    parts = [Content(told.shown), words] if told.is_value else [words, Content(told.shown)]
    return Content("\n").join(part for part in parts if part.plain)
