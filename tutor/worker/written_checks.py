"""Tells which numbers that a program works out by hand, without training, are losses of its model.

Such a number is a loss if it is worked out as the loss that is trained with, or if the program
calls it so; else it only may be one. What does not come from something that is trained is left out.
Nothing of the program is called here, and nothing of what it computes is changed.
"""

from __future__ import annotations

import ast
import re
import sys
import weakref
from collections.abc import Mapping, Sequence
from types import FrameType, FunctionType

import numpy as np
import torch
from torch import Tensor

from tutor.worker.checked_losses import CheckSeries, WrittenKind
from tutor.worker.lookup import MISSING, attribute_of, item_of
from tutor.worker.naming import named_parameters
from tutor.worker.reachable_code import global_names_of, is_program_code
from tutor.worker.source_names import place_of
from tutor.worker.torch_private import is_module, is_tensor, without_overrides
from tutor.worker.trained_names import running_variables
from tutor.worker.training_hooks import WATCH
from tutor.worker.written_losses import SUMMED, WrittenLoss, core, whole_expression

MAX_LOOKS = 64
"""Values in a training that are compared with what is trained with."""
MAX_TRIES = 8
"""Numbers of a place without anything trained in them, after which it is followed no more."""
_LOSS = re.compile(r"loss|cost|bce|nll|cross.?entropy|objective|(?<![a-z])mse", re.IGNORECASE)
_COUNTING = frozenset(("argmax", "argmin", "topk", "eq", "ne", "gt", "lt", "ge", "le"))
_grad_enabled = torch.is_grad_enabled
_type = type
_Scopes = Sequence[Mapping[str, object]]


class WrittenNote:
    """The note on one place, which is told each value that is computed there."""

    __slots__ = (
        *("_form", "_is_counted", "_looks", "_loss", "_output", "_parts", "_trained_with"),
        *("_tries", "is_live", "label", "quiet_at"),
    )

    def __init__(
        self, loss: WrittenLoss, parts: Sequence[WrittenNote], trained_with: set[str]
    ) -> None:
        """Take the notes on its parts, and the forms of all that is trained with."""
        self.is_live = True
        self.label = loss.label
        self.quiet_at = -1
        """The steps before the last value, -1 if that was part of a training."""
        self._loss = loss
        self._parts = parts
        self._trained_with = trained_with
        self._form = ""
        """How it is worked out of what is trained; "" if that is not known yet."""
        self._is_counted = False
        """Whether it counts something, such as right answers."""
        self._output: weakref.ref[Tensor] | None = None
        self._looks = MAX_LOOKS
        self._tries = MAX_TRIES

    def seen(self, value: object) -> object:
        """Take the value that was computed, and return it."""
        recorder = WATCH.recorder
        if recorder is not None and self.is_live and recorder.listener is not None:
            try:
                checks = recorder.checks
                if not _grad_enabled() or checks.is_evaluating:
                    self._hear(value, checks)
                elif self._parts:
                    self._hear_sum(value, checks)
                else:
                    self.quiet_at = -1
                    if self._looks > 0:
                        self._look(value, checks)
            except Exception:  # values of a kind that cannot be read; or the stack is full
                pass
        return value

    def match(self, output: object) -> None:
        """Take note of the tensor that a backward pass begins at."""
        if self._output is not None and self._output() is output:
            self._trained_with.add(self._form)
            self._looks = 0
        self._output = None

    def kind(self, name: str) -> WrittenKind:
        """Say what a number of this name is."""
        if self._form in self._trained_with or _LOSS.search(name):
            return "loss"
        return "other" if self._is_counted else "guess"

    def _look(self, value: object, checks: CheckSeries) -> None:
        """Note a value that may be what the next backward pass begins at."""
        if _type(value) is Tensor and value.requires_grad:
            self._looks -= 1
            if not self._form and not self._is_of_model(sys._getframe(2)):
                self._looks = min(self._looks, MAX_TRIES)
            else:
                self._output, checks.begun = weakref.ref(value), self

    def _hear(self, value: object, checks: CheckSeries) -> None:
        self.quiet_at = checks.steps
        if self._parts and not any(each.quiet_at == self.quiet_at for each in self._parts):
            return
        self._add(value, checks, is_candidate=_grad_enabled() and not self._parts)

    def _hear_sum(self, value: object, checks: CheckSeries) -> None:
        """Hear a sum after what was added up: only that was computed without training."""
        steps = checks.steps
        if any(each.quiet_at == steps for each in self._parts):
            self._add(value, checks, is_candidate=False)

    def _add(self, value: object, checks: CheckSeries, *, is_candidate: bool) -> None:
        number = None if self._loss.is_part else _number(value)
        if number is None:
            return
        frame = sys._getframe(3)
        if not self._form and not self._is_of_model(frame):
            self._tries -= 1
            self.is_live = self._tries > 0
            return
        checks.add_written(self, number, place_of(frame), is_candidate=is_candidate)

    def _is_of_model(self, frame: FrameType) -> bool:
        """Return True if something that can be trained has a part in it; note how."""
        forms = _Forms(running_variables(frame))
        expression = whole_expression(self._loss, forms.is_trained)
        self._is_counted = _counts(expression)
        form, is_trained = forms.form(_without_sums(expression))
        self._form = form if is_trained else ""
        return is_trained


def written_notes(losses: Sequence[WrittenLoss]) -> list[WrittenNote]:
    """Return a note on each of these places, in their order."""
    trained_with: set[str] = set()
    notes: list[WrittenNote] = []
    for loss in losses:  # the parts of each come before it
        notes.append(WrittenNote(loss, [notes[part] for part in loss.parts], trained_with))
    return notes


def _number(value: object) -> float | None:
    kind = _type(value)
    if kind is float or issubclass(kind, np.floating):
        return float(value)  # type: ignore[arg-type] # its type was looked at
    if not is_tensor(value):
        return None
    with without_overrides():
        if value.numel() != 1 or not value.dtype.is_floating_point or value.is_meta:
            return None
        return float(value.detach())


class _Forms:
    """The forms of expressions: two are of one form if they differ in nothing but their data."""

    def __init__(self, scopes: _Scopes) -> None:
        self._scopes = scopes

    def form(self, node: ast.AST) -> tuple[str, bool]:
        """Return the form, and whether something that is trained has a part in it."""
        if isinstance(node, ast.expr) and self.is_trained(node):
            return "MODEL", True
        if isinstance(node, ast.Constant):
            return repr(node.value), False
        parts, is_trained = [], False
        for name, value in ast.iter_fields(node):
            if name == "func" and isinstance(value, ast.Name) and not self.is_trained(value):
                parts.append(value.id)
                continue
            for each in value if isinstance(value, list) else [value]:
                text, of_trained = self.form(each) if isinstance(each, ast.AST) else (each, False)
                parts.append(str(text))
                is_trained |= of_trained
        if isinstance(node, ast.expr) and not is_trained:
            return "DATA", False
        return f"{type(node).__name__}({', '.join(parts)})", is_trained

    def is_trained(self, node: ast.expr) -> bool:
        """Return True if it is the name of something that is trained, or uses that."""
        obj = self._found(node)
        return _is_trained(obj) or (type(obj) is FunctionType and self._uses_trained(obj))

    def _uses_trained(self, function: FunctionType) -> bool:
        """Return True if a function of the program has something that is trained in it."""
        if not is_program_code(function.__code__):
            return False
        names = {*global_names_of(function), *function.__code__.co_freevars}
        return any(
            _is_trained(scope[name]) for scope in self._scopes for name in names if name in scope
        )

    def _found(self, node: ast.expr) -> object:
        """Return what a chain of names stands for; `MISSING` if that is not known."""
        match node:
            case ast.Name(id=name):
                found = (scope[name] for scope in reversed(self._scopes) if name in scope)
                return next(found, MISSING)
            case ast.Attribute(value=owner, attr=name):
                return attribute_of(self._found(owner), name)
            case ast.Subscript(value=owner, slice=ast.Constant(value=index)):
                return item_of(self._found(owner), index)
        return MISSING


def _is_trained(obj: object) -> bool:
    if is_module(obj):
        return any(parameter.requires_grad for _, parameter in named_parameters("", obj))
    if not is_tensor(obj):
        return False
    with without_overrides():
        return obj.requires_grad and obj.is_leaf


def _without_sums(node: ast.expr) -> ast.expr:
    """Return what was added up and divided by a number, where the expression is no more than that.

    A mean of losses is worked out as each of them is.
    """
    if not _is_summed(node):
        return node
    match node:
        case ast.BinOp(left=left, op=ast.Div() | ast.Mult(), right=right) if _is_summed(left):
            is_count = isinstance(right, ast.Call) and ast.unparse(right.func) == "len"
            return _without_sums(left) if is_count or not _is_summed(right) else node
        case ast.Call(func=ast.Name(id=name), args=[inner]) if name == SUMMED:
            return core(inner)
        case ast.Call(func=ast.Name(id="sum" | "float"), args=[inner, *_]):
            return _without_sums(inner)
        case ast.Call(func=ast.Attribute(attr="mean" | "sum" | "stack" | "tensor"), args=[inner]):
            return _without_sums(inner)
        case ast.Call(func=ast.Attribute(value=value, attr="mean" | "sum" | "item"), args=[]):
            return _without_sums(value)
    return node


def _is_summed(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Name) and each.id == SUMMED for each in ast.walk(node))


def _counts(node: ast.expr) -> bool:
    """Return True if something is compared in it, as right answers are with what was answered."""
    return any(
        isinstance(each, ast.Compare)
        or (isinstance(each, ast.Attribute) and each.attr in _COUNTING)
        for each in ast.walk(node)
    )
