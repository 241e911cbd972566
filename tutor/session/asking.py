"""Asks the last run for the value of an expression, and says it to the learner.

Nothing of it changes the state or is kept: what the run has left stays as it was, and an answer is
for whoever has asked.
"""

from __future__ import annotations

import ast
import asyncio
from typing import TYPE_CHECKING

from tutor.course.code import NotPython, parse_program
from tutor.grading.errors import SYNTAX_ERRORS
from tutor.session.state import PartRun, State
from tutor.session.words.asked_text import (
    CHANGED,
    ENDED_EARLY,
    NOT_YET,
    RUN_FIRST,
    TOO_LONG,
    AskedText,
    asked_text,
    lines_text,
)
from tutor.session.words.part_text import has_run_alone, lines_binding, missing_name
from tutor.wire.commands import MAX_EXPRESSION

if TYPE_CHECKING:
    from tutor.session.core import Hub
    from tutor.session.runs import LastRun
    from tutor.wire.events import ErrorFacts, Evaluation

_NOTHING_LEFT = ("gone", "on-card", "not-run")
"""Outcomes of a question to a run of which nothing is kept, or nothing was there."""

_WHOLE = ("finished", "raised", "exited")
"""Outcomes of a run that came to its own end, so that there is something to ask for."""

PROGRAM_FILE = "exercise.py"
"""The file under whose name the worker runs the program: errors there are told with their line."""

_BUILTINS = "__import__('builtins')"
"""The program may have names of its own for `exec` and the like."""


class Asking:
    """The questions about what the last run of the step has left."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._turn = asyncio.Lock()
        """Held by the question that is being answered: others wait for it."""

    async def ask(self, expression: str, source: str, columns: int = 0) -> AskedText:
        """Return what is to be told of an expression.

        `source` is the learner's program as it is now. A value is shown in so many `columns`, 0 if
        that is unknown.
        """
        state, last = self._hub.state, self._hub.runs.last
        if state.activity is not None:
            return AskedText(words=NOT_YET)
        if last is None:
            return AskedText(words=RUN_FIRST)
        if len(expression) > MAX_EXPRESSION:
            return AskedText(words=TOO_LONG)
        evaluation = await self._evaluate(last, expression, columns)
        ending = state.ending
        if evaluation.outcome == "gone" and ending is not None and ending.outcome not in _WHOLE:
            return AskedText(words=ENDED_EARLY)
        told = asked_text(evaluation)
        if evaluation.outcome == "value" and source != last.source:
            return told._replace(words=f"{told.words} {CHANGED}".strip())
        if evaluation.outcome == "raised" and evaluation.error is not None:
            return told._replace(words=_reason(told.words, evaluation.error, source, last, state))
        return told

    @property
    def has_run(self) -> bool:
        return self._hub.runs.last is not None and self._hub.state.activity is None

    async def run_lines(self, program: str, part: PartRun, columns: int = 0) -> AskedText | None:
        """Run some lines on what the last run has left, and return what is to be told of them.

        Nothing of it changes. None if nothing is kept: then they can only run after the given code.
        """
        last = self._hub.runs.last
        if last is None:
            return None
        evaluation = await self._evaluate(last, lines_as_expression(program), columns)
        if evaluation.outcome in _NOTHING_LEFT:
            return None
        told = lines_text(evaluation, part.whole)
        if part.whole != last.source and evaluation.outcome in ("value", "raised"):
            return told._replace(words=f"{told.words} {CHANGED}".strip())
        return told

    async def evaluate(self, expression: str) -> Evaluation | None:
        """Return the value that the expression has in the last run; None if there is no run."""
        last = self._hub.runs.last
        return await self._evaluate(last, expression) if last is not None else None

    async def _evaluate(self, last: LastRun, expression: str, columns: int = 0) -> Evaluation:
        self._hub.worker.keep_awake()
        async with self._turn:
            return await last.handle.evaluate(expression, columns)


def _reason(words: str, error: ErrorFacts, source: str, last: LastRun, state: State) -> str:
    """Return the words about an error, which may have come because not all of `source` has run."""
    name = missing_name(error)
    if source != last.source:
        why = "" if error.type_name in SYNTAX_ERRORS else CHANGED
    else:
        why = has_run_alone(last.part, state.step) if last.part is not None and name else ""
    if why and lines_binding(name, source):
        words = f"`{name}` does not exist in that run."
    return f"{words} {why}".strip()


def lines_as_expression(program: str) -> str:
    """Return an expression that runs the program.

    Its value is that of the last line, if that is an expression. What is not Python raises the
    error when it is evaluated.
    """
    body, last = _parts(program)
    run = f"{_BUILTINS}.exec({_compiled(body, 'exec')})"
    return f"({run}, {_BUILTINS}.eval({_compiled(last, 'eval')}))[1]" if last else run


def _compiled(code: str, mode: str) -> str:
    return f"{_BUILTINS}.compile({code!r}, {PROGRAM_FILE!r}, {mode!r})"


def _parts(program: str) -> tuple[str, str]:
    """Return the program without its last line, and that, if it is an expression; else ""."""
    try:
        statements = parse_program(program).body
    except NotPython:
        return program, ""
    if not statements or not isinstance(statements[-1], ast.Expr):
        return program, ""
    first = statements[-1].lineno - 1
    if len(statements) > 1 and (statements[-2].end_lineno or 0) > first:
        return program, ""  # both stand on one line
    lines = program.split("\n")
    return "\n".join(lines[:first]), "\n" * first + "\n".join(lines[first:])
