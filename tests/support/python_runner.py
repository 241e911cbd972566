"""A runner that executes trusted test programs in this process, without torch or a worker.

It answers like the worker for numbers, texts, sequences, mappings, functions, classes and, if the
program imports torch, models.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import copy
import io
import math
import random
import traceback
import types
import warnings
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Literal

from tutor.wire.commands import Execute, ObserveAll, Program, Question
from tutor.wire.events import (
    Answer,
    Bound,
    ErrorFacts,
    Executed,
    Frame,
    GivenChange,
    Observation,
    Outcome,
    WarningFacts,
)
from tutor.wire.values import (
    BoolValue,
    CallableValue,
    ClassValue,
    ComplexValue,
    FloatValue,
    IntValue,
    MappingValue,
    Missing,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    TextValue,
    Value,
)

_END = Literal["finished", "raised", "exited", "memory"]


class PythonRunner:
    """A runner of plain Python programs in this process.

    `endings` maps a piece of source to the outcome that every program with that piece has, without
    being run. `milliseconds` is the duration that all observations report.
    """

    def __init__(
        self, endings: Mapping[str, Outcome] | None = None, milliseconds: float = 1.0
    ) -> None:
        self.endings = dict(endings or {})
        self.milliseconds = milliseconds
        self.observed: list[Program] = []
        """All programs observed, in order."""
        self.commands: list[Execute | ObserveAll] = []

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.commands.append(command)
        return self._run(command.program, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.commands.append(command)
        return tuple(self._run(program, command.questions) for program in command.programs)

    def _run(self, program: Program, questions: tuple[Question, ...]) -> Observation:
        self.observed.append(program)
        for piece, outcome in self.endings.items():
            if piece in program.source:
                return Observation(outcome, milliseconds=self.milliseconds)
        return _Run(program).observe(questions, self.milliseconds)


class _Run:
    """A run of one program in a fresh namespace."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.output = io.StringIO()
        self.error_output = io.StringIO()
        self.given_before: dict[str, Any] = {}
        self.given_copy = SimpleNamespace()
        self.warned: list[warnings.WarningMessage] = []
        self.error: ErrorFacts | None = None
        self.outcome: _END = "finished"

    def observe(self, questions: tuple[Question, ...], milliseconds: float) -> Observation:
        random.seed(self.program.seed)
        with (
            contextlib.redirect_stdout(self.output),
            contextlib.redirect_stderr(self.error_output),
            warnings.catch_warnings(record=True) as self.warned,
        ):
            warnings.simplefilter("always")
            self._execute()
            executed = self._executed(milliseconds)
            answers = self._answers(questions)
        return Observation(
            self.outcome,
            executed=executed,
            answers=answers,
            output=self.output.getvalue(),
            error_output=self.error_output.getvalue(),
            milliseconds=milliseconds,
        )

    def _execute(self) -> None:
        program = self.program
        try:
            exec(compile(program.prelude, "given.py", "exec"), self.namespace)
            ready = set(self.namespace)
            exec(compile(program.given, "given.py", "exec"), self.namespace)
        except Exception as error:
            self._raised(error, from_given=True)
            return
        self.given_before = {k: v for k, v in self.namespace.items() if k not in ready}
        self.given_copy = SimpleNamespace(**{k: _copy(v) for k, v in self.given_before.items()})
        try:
            exec(compile(program.source, "exercise.py", "exec"), self.namespace)
        except MemoryError:
            self.outcome = "memory"
        except SystemExit:
            self.outcome = "exited"
        except Exception as error:
            self._raised(error, from_given=False)

    def _raised(self, error: Exception, *, from_given: bool) -> None:
        self.outcome = "raised"
        self.error = error_facts(error, self.program.source, from_given=from_given)

    def _executed(self, milliseconds: float) -> Executed:
        return Executed(
            self.outcome,
            error=self.error,
            bound=tuple(
                Bound(name, value_of(self.namespace[name]))
                for name in _assigned_names(self.program.source)
                if name in self.namespace
            ),
            given_changes=tuple(self._given_changes()),
            warnings=tuple(
                WarningFacts(
                    w.category.__name__,
                    str(w.message),
                    w.lineno if w.filename == "exercise.py" else None,
                )
                for w in self.warned
            ),
            milliseconds=milliseconds,
        )

    def _given_changes(self) -> list[GivenChange]:
        changes = []
        for name, before in self.given_before.items():
            now, copied = self.namespace.get(name), getattr(self.given_copy, name)
            if name not in self.namespace:
                changes.append(GivenChange(name, "deleted"))
            elif isinstance(now, float) and isinstance(copied, float) and math.isclose(now, copied):
                continue
            elif value_of(now) != value_of(copied):
                changes.append(GivenChange(name, "changed" if now is before else "rebound"))
            elif now is not before and callable(now):
                changes.append(GivenChange(name, "replaced"))
        return changes

    def _answers(self, questions: tuple[Question, ...]) -> tuple[Answer, ...]:
        trace = SimpleNamespace(
            printed=self.output.getvalue(),
            warnings=[str(w.message) for w in self.warned],
            error=self.error,
            assigned=_assigned_names(self.program.source),
        )
        known = {**self.namespace, "given": self.given_copy, "trace": trace}
        return tuple(_answer(question.expression, known) for question in questions)


def _answer(expression: str, namespace: dict[str, Any]) -> Answer:
    try:
        value = eval(expression, dict(namespace))
    except Exception as error:
        return Answer(Missing(), error=error_facts(error, "", from_given=False))
    return Answer(value_of(value), shown=str(value)[:80])


def error_facts(error: Exception, source: str, *, from_given: bool) -> ErrorFacts:
    """Return what the worker would report about an exception raised by a program of this source."""
    lines = source.splitlines()
    frames = [
        Frame(
            frame.filename,
            frame.lineno or 0,
            frame.name,
            lines[frame.lineno - 1]
            if frame.filename == "exercise.py" and frame.lineno and frame.lineno <= len(lines)
            else "",
        )
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in ("exercise.py", "given.py")
    ]
    line = next((f.line for f in reversed(frames) if f.file == "exercise.py"), None)
    message = str(error)
    if isinstance(error, SyntaxError):
        line, message = error.lineno, error.msg
    return ErrorFacts(
        type(error).__name__,
        message,
        line=line,
        source_line=lines[line - 1] if line and line <= len(lines) else "",
        frames=tuple(frames),
        from_given=from_given,
    )


def value_of(value: object) -> Value:
    """Return the wire value of a Python object and of the objects in it."""
    match value:
        case None:
            return NoneValue()
        case bool():
            return BoolValue(value)
        case int():
            return IntValue(value) if -(2**63) <= value < 2**63 else Other("int", str(value))
        case float():
            return FloatValue(value)
        case complex():
            return ComplexValue(value.real, value.imag)
        case str():
            return TextValue(value)
        case list() | tuple() | set() | frozenset():
            return SequenceValue(
                type(value).__name__, len(value), tuple(value_of(item) for item in value)
            )
        case dict():
            items = tuple((value_of(k), value_of(v)) for k, v in value.items())
            return MappingValue("dict", len(value), items)
        case type():
            return ClassValue(value.__name__)
        case _ if hasattr(value, "register_forward_pre_hook"):
            model: Any = value
            numbers = sum(each.numel() for each in model.parameters())
            return ModuleValue(type(value).__name__, "", numbers)
        case _ if callable(value):
            return CallableValue(type(value).__name__, getattr(value, "__name__", ""))
    return Other(type(value).__name__)


def _copy(value: object) -> object:
    return value if isinstance(value, types.ModuleType) else copy.deepcopy(value)


def _assigned_names(source: str) -> list[str]:
    """Return the names that the statements of a program bind at the top level, in order."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    names: dict[str, None] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            names[statement.name] = None
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names[node.id] = None
    return list(names)
