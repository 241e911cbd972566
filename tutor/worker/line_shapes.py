"""The shapes of what the lines of a program bind, each read at its line as the program runs.

For a run that is not judged: what is judged runs as it is written. Shapes are read of plain
tensors, parameters and arrays alone, of which no program can define how they are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType
from typing import Any, TypeAlias

import numpy as np
from torch import Tensor, nn

from tutor.wire.commands import Program
from tutor.wire.events import LineShape
from tutor.worker.guard import clean
from tutor.worker.lookup import attribute_of, item_of
from tutor.worker.loop_notes import LoopNote, LoopNotes
from tutor.worker.naming import MAX_NAME
from tutor.worker.note_bindings import Binding, BindingNote, compile_with_notes
from tutor.worker.stack import EXERCISE_FILE
from tutor.worker.tensor_numbers import plain_shape
from tutor.worker.torch_private import is_function_mode_on, without_overrides

MAX_READS = 256
"""How often the shape at a line is read: a loop that goes on longer is not held up by it."""

Shape: TypeAlias = tuple[int, ...]

_TRACERS = re.compile(
    r"\b(_?dynamo|compile|export|fx|jit|make_fx|marshal|dis|__code__|settrace|setprofile)\b"
)
"""Names in programs that may look into the code of functions, where a note would be in the way."""

_any_error = Exception
_type = type
_array_shape: Callable[[Any], Shape] = vars(np.ndarray)["shape"].__get__


def may_trace(program: Program) -> bool:
    """Return True if the program may look into the code of functions, or trace calls of models."""
    return bool(_TRACERS.search(program.source) or _TRACERS.search(program.given))


class LineShapes:
    """The shapes at the lines of one program, which is compiled by `noted`."""

    def __init__(self) -> None:
        self._notes: list[ShapeNote] = []
        self.loops = LoopNotes()
        """The rounds of the program's loops."""

    def noted(self, program: Program, code: CodeType) -> CodeType:
        """Return the code of the learner's part with notes; `code`, without, if that fails."""
        self.loops = LoopNotes(program.source)
        try:
            return compile_with_notes(
                program.source,
                EXERCISE_FILE,
                self._make_note,
                in_functions=not may_trace(program),
            )
        except Exception:  # nested too deep, for example: the run matters more than its shapes
            self._notes, self.loops = [], LoopNotes()
            return code

    def _make_note(self, binding: Binding) -> BindingNote:
        if not binding.root:
            return self.loops.note(binding.line)
        self._notes.append(ShapeNote(binding))
        note = self._notes[-1]
        return self.loops.note(binding.line, note) if binding.is_loop else note

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Take no note of what is bound meanwhile: functions are called that the program did not.

        A note that has been read often enough stays as it is.
        """
        notes: list[ShapeNote | LoopNote] = [*self._notes, *self.loops.notes]
        live = [note for note in notes if note.is_live]
        for note in live:
            note.is_live = False
        try:
            yield
        finally:
            for note in live:
                note.is_live = True

    def found(self, namespace: Mapping[str, object]) -> tuple[LineShape, ...]:
        """Return all shapes, in the order of the program; `namespace` is that after its end."""
        return tuple(self._found(namespace))

    def _found(self, namespace: Mapping[str, object]) -> Iterator[LineShape]:
        for note in self._notes:
            binding = note.binding
            if binding.is_only and not note.is_live:
                note.take(namespace.get(binding.root))
            first, last = _as_integers(note.first), _as_integers(note.last)
            name = binding.owner if note.is_of_owner else binding.target
            if first is None or len(name) > MAX_NAME:
                continue
            is_followed = note.is_live or binding.is_only or last == first
            is_evident = binding.is_alone and not note.is_of_owner
            yield LineShape(
                binding.line,
                "" if is_evident else clean(name, MAX_NAME),
                first,
                last if is_followed else None,
            )


class ShapeNote:
    """The shapes of one binding: the first and the last, as long as they are followed."""

    __slots__ = ("_is_name", "_reads_left", "binding", "first", "is_live", "is_of_owner", "last")

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.is_live = True
        """Whether it is still followed."""
        self.is_of_owner = False
        """Whether the shape is that of the tensor or array of which an item was bound."""
        self.first: Shape | None = None
        self.last: Shape | None = None
        self._is_name = binding.root == binding.target
        self._reads_left = MAX_READS

    def take(self, root: object) -> None:
        """Read the shape of what was bound, at most `MAX_READS` times."""
        try:
            self._reads_left -= 1
            if self._reads_left <= 0:
                self.is_live = False
            self.read(root if self._is_name else self._bound(root))
        except _any_error:  # a nested tensor has no shape; or the stack is full
            pass

    def read(self, obj: object) -> None:
        """Take the shape of the object, if it has one. May raise."""
        kind = _type(obj)
        # by identity: a program can define what it means for its classes to be equal
        if kind is Tensor or kind is nn.Parameter:
            shape = _tensor_shape(obj)
        elif kind is np.ndarray:
            shape = _array_shape(obj)
        else:
            return
        if shape != self.last:
            self.last = shape
            if self.first is None:
                self.first = shape

    def _bound(self, root: object) -> object:
        """Return what was bound to an attribute or item; of a tensor's or array's item, those."""
        owner, binding = root, self.binding
        for is_attribute, key in binding.path:
            owner = attribute_of(owner, key) if is_attribute else item_of(owner, key)
        if not binding.owner:
            return owner
        kind = _type(owner)
        self.is_of_owner = kind is Tensor or kind is nn.Parameter or kind is np.ndarray
        return owner if self.is_of_owner else item_of(owner, binding.item)


def _tensor_shape(tensor: Any) -> Shape:  # noqa: ANN401 # known to be a tensor by its type
    if not is_function_mode_on():
        return plain_shape(tensor)
    with without_overrides():
        return plain_shape(tensor)


def _as_integers(shape: Shape | None) -> Shape | None:
    """Return the shape as plain integers; None if it has others, as while torch traces."""
    if shape is None or any(type(length) is not int for length in shape):
        return None
    return tuple(shape)
