"""Values and observations made without a worker, and a runner that answers from a script."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence

from tutor.wire.commands import Execute, ObserveAll, Program, Question
from tutor.wire.events import Answer, Bound, ErrorFacts, Executed, Observation
from tutor.wire.values import ArrayValue, FloatValue, Missing, NumberKind, TensorValue, Value

_FORMATS: dict[NumberKind, str] = {"float": "d", "int": "q", "bool": "?", "complex": "d"}
_DTYPES: dict[NumberKind, str] = {
    "float": "float32",
    "int": "int64",
    "bool": "bool",
    "complex": "complex64",
}


def packed(numbers: Sequence[float], kind: NumberKind = "float") -> bytes:
    """Return the bytes of a tensor's elements, as the worker sends them."""
    return struct.pack(f"<{len(numbers)}{_FORMATS[kind]}", *numbers)


def tensor(
    numbers: Sequence[float], shape: tuple[int, ...] | None = None, kind: NumberKind = "float"
) -> TensorValue:
    """Return a tensor of these elements, by default with one axis."""
    whole = (len(numbers),) if shape is None else shape
    return TensorValue(_DTYPES[kind], kind, whole, packed(numbers, kind))


def array(
    numbers: Sequence[float], shape: tuple[int, ...] | None = None, kind: NumberKind = "float"
) -> ArrayValue:
    """Return a NumPy array of these elements, by default with one axis."""
    whole = (len(numbers),) if shape is None else shape
    return ArrayValue("float64" if kind == "float" else kind, kind, whole, packed(numbers, kind))


def number(value: float) -> FloatValue:
    """Return the value of a Python float."""
    return FloatValue(value)


def _answer(value: Value) -> Answer:
    if isinstance(value, Missing):
        return Answer(value, error=ErrorFacts("NameError", "name is not defined"))
    return Answer(value)


Script = Callable[[Program], Mapping[str, Value] | Observation]


class ScriptedRunner:
    """A runner that answers from a function of the program, without running it.

    The function returns values by expression, or a whole observation.
    """

    def __init__(self, script: Script) -> None:
        self.script = script
        self.commands: list[Execute | ObserveAll] = []

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.commands.append(command)
        return self._observe(command.program, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.commands.append(command)
        return tuple(self._observe(program, command.questions) for program in command.programs)

    def _observe(self, program: Program, questions: tuple[Question, ...]) -> Observation:
        result = self.script(program)
        if isinstance(result, Observation):
            return result
        bound = tuple(Bound(name, value) for name, value in result.items() if name.isidentifier())
        answers = tuple(_answer(result.get(q.expression, Missing())) for q in questions)
        return Observation("finished", Executed("finished", bound=bound), answers)
