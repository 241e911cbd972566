"""The work of `nntutor hand-in`, without a command line: show, ask, write."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from tutor.classroom.drop_folder import CannotDeliver, deliver
from tutor.classroom.hand_in import HandInContent, content_to_hand_in
from tutor.classroom.hand_in_file import MAX_BYTES, MAX_LINES
from tutor.course.model import Course
from tutor.grading.wording import counted

NOTHING = "There is nothing to hand in yet: you have answered no step."
WHAT_ELSE = (
    "It also records when you tried, your choices in quizzes, and the hints and solutions that "
    "you saw. It contains no drafts, and nothing that you typed in quizzes."
)


def gather(course: Course, data: Path, wanted: Collection[str]) -> HandInContent:
    """Collect the content; raise CannotDeliver if there is none or too much."""
    content = content_to_hand_in(course, data, wanted, now=datetime.now(UTC))
    if not content.summary:
        raise CannotDeliver(NOTHING)
    handed_in = content.to_bytes()
    if len(handed_in) > MAX_BYTES or handed_in.count(b"\n") > MAX_LINES:
        raise CannotDeliver("That is too much for a file. Name the steps: `nntutor hand-in STEP…`.")
    return content


def shown_before(content: HandInContent, to: Path) -> str:
    """Return the text shown to the learner before the question."""
    steps = counted(len(content.summary), "step")
    lines = [f"{content.head.course}: {steps}, {counted(len(content.programs), 'program')}."]
    lines += [*content.summary, "", WHAT_ELSE, f"It is written to {to.resolve()}."]
    return "\n".join(lines)


def hand_over(content: HandInContent, name: str, to: Path) -> Path:
    """Write the file under the learner's name, and return its path. Raises CannotDeliver."""
    name = name.strip().encode("utf-8", "replace").decode()
    named = replace(content, head=replace(content.head, name=name))
    return deliver(named.to_bytes(), to)
