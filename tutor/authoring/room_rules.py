"""The linter's rule for the length of messages: the instruction must not be below the fold."""

from __future__ import annotations

import re
from textwrap import wrap

from tutor.authoring.step_findings import StepFindings
from tutor.course.model import CodeStep
from tutor.grading.markup import pieces
from tutor.grading.templates import fill, words_to_choose
from tutor.toml_text import KeyPath

COLUMNS = 76
"""Columns of text in the pane of the verdict, on a terminal of 80 columns and 24 rows."""

MAX_ROWS = 4
"""Rows of that pane for the message: of its seven, the head takes one and the evidence two."""

_A_VALUE = "[0.1234]"
"""Example of a program's value: most that are shown are about as long."""

_FIRST_SENTENCE = re.compile(r"(?:`[^`]*`|[^`])*?[.!?](?=\s|$)")


def check_room(step: CodeStep, findings: StepFindings) -> None:
    """Warn of messages to refused answers that are longer than the smallest pane is high."""
    said: list[tuple[KeyPath, str]] = [
        *((("check", index, "say"), each.say) for index, each in enumerate(step.checks)),
        *((("misconception", n, "say"), each.say) for n, each in enumerate(step.misconceptions)),
    ]
    for path, text in said:
        rows = rows_of(text)
        if rows > MAX_ROWS:
            message = f"takes {rows} rows at 80 columns, but the pane shows {MAX_ROWS}: shorten it"
            findings.warning(path, message)


def rows_of(say: str) -> int:
    """Return the rows of a message, whose first sentence has rows of its own."""
    text = fill(say, _example_of).strip()
    first = _FIRST_SENTENCE.match(text)
    end = first.end() if first is not None else len(text)
    paragraphs = [text[:end], *text[end:].split("\n\n")]
    return sum(len(wrap(_without_marks(each), COLUMNS)) for each in paragraphs)


def _example_of(expression: str) -> str:
    return max(words_to_choose(expression), key=len, default=_A_VALUE)


def _without_marks(text: str) -> str:
    return "".join(piece for _, piece in pieces(text))
