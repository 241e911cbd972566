"""Questions to the last run: the value of an expression, and what its model makes of a drawing.

What the run has left stays as it was. An answer to an expression is for whoever has asked; that to
a drawing is shown on the pad.
"""

from __future__ import annotations

import ast
import asyncio
from typing import TYPE_CHECKING

from tutor.course.code import NotPython, parse_program
from tutor.course.slider_values import DRAWING, is_drawn, lines_of
from tutor.grading.errors import SYNTAX_ERRORS
from tutor.grading.lab import goals_in, goals_question
from tutor.session.events import DrawingChanged, PadAnswered
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
from tutor.session.words.run_text import has_run_alone, lines_binding, missing_name
from tutor.wire.commands import MAX_EXPRESSION
from tutor.wire.events import Evaluation, PadShown
from tutor.wire.pads import numbers_in, question_about

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


GONE = "The last run is gone. Run again to draw: {key:run}."
NOT_ANSWERED = "The model gave no answer. Run again to draw: {key:run}."


class Drawing:
    """The learner's drawing, and the answers to it. Of several strokes, the newest is asked."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._idle = asyncio.Event()
        self._idle.set()

    def draw(self, cells: str) -> None:
        self._hub.dispatch(DrawingChanged(cells))
        step = self._hub.state.step
        if step is not None and is_drawn(step):
            self._hub.drafts.edit(step, lines_of(step, {DRAWING: cells}))
        self._hub.worker.keep_awake()
        self.ask()

    def ask(self) -> None:
        """Ask about the drawing, unless a question is under way, which asks about it next."""
        if self._idle.is_set():
            self._idle.clear()
            self._hub.background.start(self._ask_until_newest())

    async def until_answered(self) -> None:
        await self._idle.wait()

    async def _ask_until_newest(self) -> None:
        asked = ""
        try:
            while (cells := _to_ask(self._hub.state)) and cells != asked:
                asked = cells
                evaluation = await self._hub.runs.asking.evaluate(question_about(cells))
                self._hub.dispatch(_answered(evaluation))
                await self._judge(cells)
        finally:
            self._idle.set()

    async def _judge(self, cells: str) -> None:
        """Ask which goals of a lab the drawing reaches, while one is open."""
        state = self._hub.state
        step = state.step
        if step is None or not is_drawn(step) or len(state.goals) == len(step.goals):
            return
        evaluation = await self._hub.runs.asking.evaluate(goals_question(step, cells))
        if evaluation is not None and evaluation.outcome == "value":
            lines = lines_of(step, {DRAWING: cells})
            self._hub.answers.lab.reach(step, goals_in(evaluation.shown), lines)


def _to_ask(state: State) -> str:
    """Return the drawing; "" if no run that has shown a pad is over."""
    can_ask = state.activity is None and PadShown in state.reported
    return state.pad.cells if can_ask and state.pad is not None else ""


def _answered(evaluation: Evaluation | None) -> PadAnswered:
    """Return the event for an answer; `evaluation` is None if no run is kept."""
    if evaluation is None or evaluation.outcome == "gone":
        return PadAnswered(words=GONE)
    numbers = numbers_in(evaluation.shown) if evaluation.outcome == "value" else ()
    if numbers:
        return PadAnswered(shares=numbers)
    if evaluation.outcome == "value":
        return PadAnswered(words=NOT_ANSWERED)
    told = asked_text(evaluation)
    return PadAnswered(words=told.words or told.shown)
