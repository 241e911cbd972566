"""Reads the shapes of the values that a program's lines bind, while the program runs.

Only unchecked runs use it: a check runs the program exactly as written. Only shapes of plain
tensors, parameters and arrays are read, since a program cannot override how they are read.
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
from tutor.worker.note_bindings import Binding, compile_with_notes
from tutor.worker.tensor_numbers import plain_shape
from tutor.worker.torch_private import without_overrides

MAX_READS = 256
"""Times that the shape at a line is read, so that a long loop is not slowed down."""
Shape: TypeAlias = tuple[int, ...]

_TRACERS = re.compile(
    r"\b(_?dynamo|compile|export|fx|jit|make_fx|marshal|dis|__code__|settrace|setprofile)\b"
)
"""Names in programs that may inspect the code of functions, which must not contain notes then."""
_any_error = Exception
_type = type
_array_shape: Callable[[Any], Shape] = vars(np.ndarray)["shape"].__get__


def may_trace(program: Program) -> bool:
    """Return True if the program may inspect functions' code or trace model calls."""
    return bool(_TRACERS.search(program.source) or _TRACERS.search(program.given))


class LineShapes:
    """The shapes at the lines of one program, compiled by `noted`."""

    def __init__(self) -> None:
        self._notes: list[_ShapeNote] = []
        self.loops = LoopNotes()

    def noted(self, program: Program, code: CodeType) -> CodeType:
        """Return the learner's part compiled with notes, or `code` if that fails."""
        in_functions = not may_trace(program)
        try:
            return compile_with_notes(program.source, self._make_note, in_functions=in_functions)
        except Exception:  # code nested too deep, for example: run it without notes
            self._notes, self.loops = [], LoopNotes()
            return code

    def _make_note(self, binding: Binding) -> _ShapeNote | LoopNote:
        if not binding.root:
            return self.loops.note()
        self._notes.append(_ShapeNote(binding))
        return self._notes[-1]

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Ignore bindings while the tutor calls functions of the program."""
        notes: list[_ShapeNote | LoopNote] = [*self._notes, *self.loops.notes]
        live = [note for note in notes if note.is_live]
        for note in live:
            note.is_live = False
        try:
            yield
        finally:
            for note in live:
                note.is_live = True

    def found(self, namespace: Mapping[str, object]) -> tuple[LineShape, ...]:
        """Return all shapes in program order; `namespace` is that of the ended program."""
        shapes = (note.found(namespace) for note in self._notes)
        return tuple(each for each in shapes if each is not None)


class _ShapeNote:
    """The first and the last recorded shape of one binding."""

    def __init__(self, binding: Binding) -> None:
        self.is_live = True
        self._binding = binding
        self._is_of_owner = False  # True where an item of a tensor or array was bound
        self._first: Shape | None = None
        self._last: Shape | None = None
        self._reads_left = MAX_READS

    def take(self, root: object) -> None:
        """Read the shape of the bound object, at most `MAX_READS` times."""
        try:
            self._reads_left -= 1
            if self._reads_left <= 0:
                self.is_live = False
            shape = _shape(self._bound(root))
            if shape is not None and shape != self._last:
                self._last = shape
                if self._first is None:
                    self._first = shape
        except _any_error:  # a nested tensor has no shape; or the stack is full
            pass

    def _bound(self, root: object) -> object:
        """Return the bound object, or for an item of a tensor or array its owner."""
        obj, path = root, self._binding.path
        for part in path:
            if part is path[-1] and not part.is_attribute and _shape(obj) is not None:
                self._is_of_owner = True
                return obj
            obj = attribute_of(obj, part.key) if part.is_attribute else item_of(obj, part.key)
        return obj

    def found(self, namespace: Mapping[str, object]) -> LineShape | None:
        """Return the shapes, None if they are unknown."""
        binding = self._binding
        if binding.is_only and not self.is_live:
            self.take(namespace.get(binding.root))
        first, last = _as_integers(self._first), _as_integers(self._last)
        name = binding.owner if self._is_of_owner else binding.target
        if first is None or len(name) > MAX_NAME:
            return None
        if binding.is_alone and not self._is_of_owner:
            name = ""
        is_followed = self.is_live or binding.is_only or last == first
        return LineShape(binding.line, clean(name, MAX_NAME), first, last if is_followed else None)


def _shape(obj: Any) -> Shape | None:  # noqa: ANN401 # its type is looked at here
    """Return the shape of a plain tensor, parameter or array, None of anything else. May raise."""
    kind = _type(obj)
    # by identity: a program can define what it means for its classes to be equal
    if kind is Tensor or kind is nn.Parameter:
        with without_overrides():
            return plain_shape(obj)
    return _array_shape(obj) if kind is np.ndarray else None


def _as_integers(shape: Shape | None) -> Shape | None:
    """Return the shape as plain integers; None if it has others, as while torch traces."""
    if shape is None or any(type(length) is not int for length in shape):
        return None
    return tuple(shape)
