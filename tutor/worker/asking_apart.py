"""Calls a copy of the program's model while the program runs, without side effects on it.

Objects outside the copy that its code can reach are replaced during the call, and restored after
it. If that is impossible, the model is not called.
"""

from __future__ import annotations

import io
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any, NamedTuple, TextIO, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from tutor.worker.guard import call_amid_program
from tutor.worker.isolated_copy import Copier, NotCopiedError, is_harmless
from tutor.worker.line_shapes import LineShapes
from tutor.worker.naming import named_modules
from tutor.worker.reachable_code import (
    Reachable,
    program_classes,
    reachable_from,
)
from tutor.worker.torch_private import (
    are_operations_watched,
    without_global_hooks,
    without_overrides,
)
from tutor.worker.training_hooks import WATCH

Result = TypeVar("Result")

MAX_SECONDS = 0.3
"""Seconds after which a call of a model is cancelled: it may be blocked."""

_DESCRIPTORS = (FunctionType, staticmethod, classmethod, property)
_names_of: Callable[[type], Mapping[str, object]] = vars(type)["__dict__"].__get__
_set_on_class = type.__setattr__
_delete_on_class = type.__delattr__
_get_trace, _set_trace = sys.gettrace, sys.settrace
_get_profile, _set_profile = sys.getprofile, sys.setprofile


class Apart(NamedTuple):
    """A copy of a model, in evaluation mode."""

    model: Callable[..., Any]
    copy_of: Callable[[Tensor], Tensor | None]
    """Returns the copy of one of the model's own tensors, None if it has no such tensor."""


Question = Callable[[Apart], Result]


class AskedApart:
    """Calls copies of one run's models and keeps the reason for the last refusal."""

    def __init__(self, namespace: dict[str, object], line_shapes: LineShapes | None = None) -> None:
        """Take the program's namespace; `line_shapes` does not record these calls."""
        self._namespace = namespace
        self._line_shapes = line_shapes
        self._reachable: dict[tuple[type, ...], Reachable] = {}
        self.refused = ""
        """The kind of object that prevented copying the last model; "" if it was copied."""

    def ask(
        self, model: nn.Module, question: Question[Result], seconds: float = MAX_SECONDS
    ) -> Result | None:
        """Return the question's result for a copy of the model.

        None if the model cannot be copied, or if the question raises or exceeds `seconds`.
        """
        self.refused = ""
        if are_operations_watched():
            return None
        return call_amid_program(lambda: self._ask(model, question), seconds)

    def _ask(self, model: nn.Module, question: Question[Result]) -> Result:
        kinds = tuple({type(part): None for _, part in named_modules("", model)})
        if kinds not in self._reachable:
            self._reachable[kinds] = reachable_from(kinds, self._namespace)
        reachable = self._reachable[kinds]
        copier = Copier(reachable)
        with ExitStack() as stack:
            try:
                copied: nn.Module = copier.copy(model)
                # replace, until the stack closes, all that a call could change or notify
                stack.enter_context(self._other_globals(copier, reachable))
                stack.enter_context(self._other_class_attributes(kinds, copier, reachable))
            except NotCopiedError as error:
                self.refused = str(error)
                raise
            if self._line_shapes is not None:
                stack.enter_context(self._line_shapes.suspended())
            stack.enter_context(unseen())
            return question(Apart(copied, copier.copied))

    @contextmanager
    def _other_globals(self, copier: Copier, reachable: Reachable) -> Iterator[None]:
        """Replace the global objects that the model's code uses by copies."""
        names = self._namespace if reachable.reaches_any else reachable.global_names
        before = {name: self._namespace[name] for name in names if name in self._namespace}
        changeable = {name: value for name, value in before.items() if not is_harmless(value)}
        copies = {name: copier.copy(value) for name, value in changeable.items()}
        self._namespace.update(copies)
        try:
            yield
        finally:
            for name in reachable.global_names - before.keys():
                self._namespace.pop(name, None)
            self._namespace.update(before)

    @contextmanager
    def _other_class_attributes(
        self, kinds: tuple[type, ...], copier: Copier, reachable: Reachable
    ) -> Iterator[None]:
        """Replace attributes of the program's classes by copies, and restore them after."""
        of_globals = (obj for obj in self._namespace.values() if isinstance(obj, type))
        before = {kind: dict(_names_of(kind)) for kind in program_classes((*kinds, *of_globals))}
        copies = [
            (kind, name, copier.copy(value))
            for kind, members in before.items()
            for name, value in members.items()
            if not name.startswith("__")
            and not isinstance(value, _DESCRIPTORS)
            and not is_harmless(value)
            and reachable.has(name)
        ]
        for kind, name, value in copies:
            _set_on_class(kind, name, value)
        try:
            yield
        finally:
            for kind, members in before.items():
                _restore_class(kind, members)


def _restore_class(kind: type, members: Mapping[str, object]) -> None:
    present = dict(_names_of(kind))
    for name in present.keys() - members.keys():
        _delete_on_class(kind, name)
    for name, value in members.items():
        if name not in present or present[name] is not value:
            _set_on_class(kind, name, value)


@contextmanager
def unseen() -> Iterator[None]:
    """Compute without gradients, hooks and overrides; restore streams and generators."""
    streams, shows = (sys.stdout, sys.stderr), warnings.showwarning
    trace, profile, recorder = _get_trace(), _get_profile(), WATCH.recorder
    numbers = torch.default_generator.get_state(), np.random.get_state(), random.getstate()
    silent = _Silence(sys.stdout)
    WATCH.set_aside(recorder, True)  # a call by the tutor is not part of the training
    _set_trace(None)
    _set_profile(None)
    sys.stdout = sys.stderr = silent
    warnings.showwarning = _show_nothing
    try:
        with torch.no_grad(), without_overrides(), without_global_hooks():
            yield
    finally:
        warnings.showwarning = shows
        sys.stdout, sys.stderr = streams
        torch.default_generator.set_state(numbers[0])
        np.random.set_state(numbers[1])
        random.setstate(numbers[2])
        WATCH.set_aside(recorder, False)
        _set_profile(profile)
        _set_trace(trace)


def _show_nothing(*_arguments: object, **_keywords: object) -> None:
    pass


class _Silence(io.TextIOBase):
    """A stream that drops output of this thread and passes on that of other threads."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() == self._thread:
            return len(text)
        return self._stream.write(text)
