"""Copies of the givens from before the learner's code, and what it has changed of them.

All are copied with one memo, as one structure: if `weight0` and `model[0].weight` are the same
tensor, their copies are the same tensor, too.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tutor.wire.events import GivenChange
from tutor.wire.values import MAX_LISTED
from tutor.worker.python_private import deepcopy_by
from tutor.worker.tensor_numbers import gradient_of, tensor_shape
from tutor.worker.torch_private import (
    is_tensor,
    own_buffers,
    own_children,
    own_parameters,
    without_overrides,
)

_deepcopy = copy.deepcopy
_copied_by_torch = Tensor.__deepcopy__
_equal = torch.equal


class Givens:
    """The givens of one run: the objects themselves, and a copy of each.

    `copies` has them as attributes, since a lesson's expressions write `given.lr`.
    """

    def __init__(self, originals: Mapping[str, object]) -> None:
        self._originals = dict(originals)
        self._memo: dict[int, Any] = {}
        self.copies = types.SimpleNamespace()
        if originals:
            self._copy_all()

    def _copy_all(self) -> None:
        # Another `Tensor.__deepcopy__` would have Python forget what it knows of the methods of
        # tensors, and find it out anew in pages that a fork has to copy first.
        with deepcopy_by(Tensor, _copied_by_value):
            are_copied = self._copy_each()
        if not are_copied:  # perhaps because of a tensor of another type, with a history
            self._memo = {}
            with _tensors_copied_by_value():
                self._copy_each()

    def _copy_each(self) -> bool:
        """Copy all; return False if an object stands for itself, as a generator or a file."""
        are_copied = True
        for name, obj in self._originals.items():
            try:
                copied = _deepcopy(obj, self._memo)
            except Exception:
                copied, are_copied = obj, False
            setattr(self.copies, name, copied)
        self._copy_gradients()
        return are_copied

    def _copy_gradients(self) -> None:
        """Give the copies of tensors their gradients, which deepcopy of a parameter leaves out."""
        # deepcopy lists every original that it has copied in the memo, under the memo's own id.
        for original in list(self._memo.get(id(self._memo), [])):
            gradient = gradient_of(original) if is_tensor(original) else None
            if gradient is not None:
                self._memo[id(original)].grad = _deepcopy(gradient, self._memo)

    def copy_of(self, tensor: object) -> Tensor | None:
        """Return the copy of this tensor, found by its identity, or None if no given held it."""
        copied = self._memo.get(id(tensor))
        return copied if is_tensor(copied) else None

    def changes(
        self, namespace: Mapping[str, object], fixed: Collection[str]
    ) -> tuple[GivenChange, ...]:
        """Return the givens that were deleted, rebound or changed, as many as can be sent.

        Those named in `fixed` are compared by identity only: their values may change.
        """
        changes: list[GivenChange] = []
        for name, original in self._originals.items():
            if name not in namespace:
                changes.append(GivenChange(name, "deleted"))
                continue
            now = namespace[name]
            if name in fixed:
                if now is not original:
                    changes.append(GivenChange(name, "rebound"))
            elif not self.is_same(name, now):
                changes.append(GivenChange(name, "changed" if now is original else "rebound"))
        return tuple(changes[:MAX_LISTED])

    def is_same(self, name: str, now: object) -> bool:
        """Return True if `now` has the value that the given had before the learner's code.

        Objects without a value that can be compared must be the same object.
        """
        same = has_same_state(now, vars(self.copies)[name])
        return now is self._originals[name] if same is None else same


def _copied_by_value(tensor: Tensor, memo: dict[int, Any]) -> Any:  # noqa: ANN401 # as torch has it
    """Copy a tensor with a history, too, by detach and clone.

    torch's own `__deepcopy__` raises for a tensor that is not a leaf, and one such tensor in a
    model or a list would leave the whole given uncopied.
    """
    if type(tensor) is Tensor and tensor.layout is torch.strided:
        return tensor.detach().clone().requires_grad_(tensor.is_leaf and tensor.requires_grad)
    if not tensor.is_leaf:
        return tensor.detach().clone()
    return _copied_by_torch(tensor, memo)  # type: ignore[no-untyped-call] # as torch has it


@contextmanager
def _tensors_copied_by_value() -> Iterator[None]:
    """Let deepcopy copy tensors of every type by value."""
    Tensor.__deepcopy__ = _copied_by_value  # type: ignore[method-assign] # put back below
    try:
        yield
    finally:
        Tensor.__deepcopy__ = _copied_by_torch  # type: ignore[method-assign] # as it was


def has_same_state(now: object, before: object) -> bool | None:
    """Return whether two objects hold the same value, None if their type has none to compare."""
    kind = type(now)
    if now is before:
        return True
    if kind is not type(before):
        return False
    for base, same in _COMPARERS:
        if issubclass(kind, base):
            return same(now, before)
    return None


def _same_tensor(now: Tensor, before: Tensor) -> bool:
    if tensor_shape(now) != tensor_shape(before):
        return False
    with torch.no_grad(), without_overrides():
        one, other = now.detach(), before.detach()
        if one.dtype != other.dtype or one.device != other.device:
            return False
        return _equal(one, other) or bool(_equal_but_nans(one, other))


def _equal_but_nans(one: Tensor, other: Tensor) -> bool:
    """Return True if the tensors are equal, counting a nan as equal to a nan."""
    nans = one != one
    return _equal(nans, other != other) and _equal(one[~nans], other[~nans])


def _same_array(now: Any, before: Any) -> bool:  # noqa: ANN401 # arrays of any dtype
    return bool(
        now.shape == before.shape
        and now.dtype == before.dtype
        and (now.dtype.kind == "O" or now.tobytes() == before.tobytes())
    )


def _same_module(now: nn.Module, before: nn.Module) -> bool:
    parts: tuple[Callable[[nn.Module], Mapping[str, object]], ...] = (
        own_parameters,
        own_buffers,
        own_children,
    )
    return all(_same_mapping(part(now), part(before)) for part in parts)


def _same_mapping(now: Mapping[Any, object], before: Mapping[Any, object]) -> bool:
    # Keys are compared pairwise, so a changed order counts as a change: a look-up would call the
    # `__hash__` and `__eq__` of the program's own classes.
    return len(now) == len(before) and all(
        has_same_state(key, other) is not False and has_same_state(mine, theirs) is not False
        for (key, mine), (other, theirs) in zip(now.items(), before.items(), strict=True)
    )


def _same_sequence(now: Any, before: Any) -> bool:  # noqa: ANN401 # lists or tuples
    return len(now) == len(before) and all(
        has_same_state(mine, theirs) is not False for mine, theirs in zip(now, before, strict=True)
    )


def _same_float(now: float, before: float) -> bool:
    return now == before or (now != now and before != before)


def _same_plain(now: object, before: object) -> bool:
    return now == before


_COMPARERS: tuple[tuple[type, Callable[[Any, Any], bool]], ...] = (
    (Tensor, _same_tensor),
    (nn.Module, _same_module),
    (np.ndarray, _same_array),
    (float, _same_float),
    (int, _same_plain),
    (complex, _same_plain),
    (str, _same_plain),
    (bytes, _same_plain),
    (list, _same_sequence),
    (tuple, _same_sequence),
    (dict, _same_mapping),
)
