"""Copies of the givens from before the learner's code, to detect its changes.

All are copied with one memo, as one structure: if `weight0` and `model[0].weight` are the same
tensor, their copies are the same tensor, too.
"""

from __future__ import annotations

import copy
import math
import types
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.utils.data import DataLoader, TensorDataset

from tutor.wire.events import GivenChange, HowBoundAgain
from tutor.wire.values import MAX_LISTED
from tutor.worker.python_private import deepcopy_by
from tutor.worker.tensor_numbers import gradient_of, tensor_shape
from tutor.worker.torch_private import (
    is_module,
    is_tensor,
    own_buffers,
    own_children,
    own_parameters,
    plain_attributes,
    without_overrides,
)

_deepcopy = copy.deepcopy
_copied_by_torch = Tensor.__deepcopy__
_equal = torch.equal
_all_close = torch.allclose
_all_near = np.allclose
_is_close = math.isclose
_class_name: Callable[[type], str] = vars(type)["__qualname__"].__get__


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
        """Copy all givens but those that cannot be copied; return False if there are any."""
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
        """Return the givens that were deleted, rebound or changed in place.

        At most as many as can be sent. The values of those named in `fixed` may change in place.
        """
        changes: list[GivenChange] = []
        for name, original in self._originals.items():
            if name not in namespace:
                changes.append(GivenChange(name, "deleted"))
            elif namespace[name] is not original:
                how = _how_bound_again(namespace[name], original, vars(self.copies)[name])
                if how is not None:
                    changes.append(GivenChange(name, how))
            elif name not in fixed and not self.is_same(name, original):
                changes.append(GivenChange(name, "changed"))
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


def _how_bound_again(now: object, original: object, before: object) -> HowBoundAgain | None:
    """Return how the object that a name is bound to now differs from the given; None if not at all.

    `before` is the copy of the given. Of optimizers and loaders, which change as they are used, the
    settings are compared.
    """
    try:
        if _are_both(Optimizer, now, before):
            return None if _have_same_groups(now, before) else "rebound"
        if _are_both(DataLoader, now, original):
            return _how_loaded(now, original)
    except Exception:
        return "rebound"  # the program has changed the settings' types
    if has_same_state(now, before):
        return None
    if _are_close(now, before) or (
        is_module(now) and is_module(before) and _has_same_layers(now, before)
    ):
        return "remade"
    has_value = any(issubclass(type(before), kind) for kind, _ in _COMPARERS)
    return "rebound" if has_value else "replaced"


def _are_close(now: Any, before: Any) -> bool:  # noqa: ANN401 # numbers of any sort
    """Return True for floats that are equal except for rounding."""
    if type(now) is not type(before):
        return False
    if is_tensor(now) and now.is_floating_point() and now.layout == torch.strided:
        with torch.no_grad(), without_overrides():
            return (
                tensor_shape(now) == tensor_shape(before)
                and now.dtype == before.dtype
                and now.device == before.device
                and _all_close(now.detach(), before.detach(), atol=1e-6, equal_nan=True)
            )
    if type(now) is np.ndarray and now.dtype.kind == "f":
        alike = now.shape == before.shape and now.dtype == before.dtype
        return bool(alike and _all_near(now, before, atol=1e-6, equal_nan=True))
    return type(now) is float and _is_close(now, before, rel_tol=1e-5)


def _are_both(kind: type, one: object, other: object) -> bool:
    return issubclass(type(one), kind) and issubclass(type(other), kind)


def _are_namesakes(now: object, before: object) -> bool:
    """Return True if the objects have the same class, or classes of the same name."""
    return _class_name(type(now)) == _class_name(type(before))


def _has_same_layers(now: nn.Module, before: nn.Module) -> bool:
    """Return True if two modules differ at most in the numbers of their parameters and buffers."""
    children, other_children = own_children(now), own_children(before)
    return (
        _are_namesakes(now, before)
        and _have_same_attributes(now, before)
        and _shapes(own_parameters(now)) == _shapes(own_parameters(before))
        and _shapes(own_buffers(now)) == _shapes(own_buffers(before))
        and children.keys() == other_children.keys()
        and all(_has_same_layers(children[name], other_children[name]) for name in children)
    )


def _have_same_attributes(now: nn.Module, before: nn.Module) -> bool:
    """Return True if a module has the numbers and texts, such as `p`, that the other one has."""
    mine, theirs = plain_attributes(now), plain_attributes(before)
    return all(name in mine and _may_be_same(mine[name], theirs[name]) for name in theirs)


def _shapes(tensors: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tensor_shape(tensor) for name, tensor in tensors.items()}


def _have_same_groups(now: Any, before: Any) -> bool:  # noqa: ANN401 # optimizers
    """Return True if two optimizers move parameters of the same shapes by the same rule."""
    groups, others = now.param_groups, before.param_groups
    return (
        type(now) is type(before)
        and len(groups) == len(others)
        and all(
            [*map(tensor_shape, mine["params"])] == [*map(tensor_shape, theirs["params"])]
            and all(_may_be_same(mine.get(key), theirs[key]) for key in theirs if key != "params")
            for mine, theirs in zip(groups, others, strict=True)
        )
    )


def _how_loaded(now: Any, before: Any) -> HowBoundAgain | None:  # noqa: ANN401 # loaders
    """Return how a loader differs from another in its batches, or in the data that it draws."""
    settings = (now.batch_size, now.drop_last, type(now.sampler).__name__)
    if settings != (before.batch_size, before.drop_last, type(before.sampler).__name__):
        return "rebound"
    if now.dataset is before.dataset:
        return None
    if _are_both(TensorDataset, now.dataset, before.dataset):
        return None if _may_be_same(now.dataset.tensors, before.dataset.tensors) else "rebound"
    return "replaced"


def has_same_state(now: object, before: object) -> bool | None:
    """Return True if both objects have one value, None if they cannot be compared."""
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
    return _have_same_attributes(now, before) and all(
        _same_mapping(part(now), part(before)) for part in parts
    )


def _same_mapping(now: Mapping[Any, object], before: Mapping[Any, object]) -> bool:
    # Keys are compared pairwise, so a changed order counts as a change: a look-up would call the
    # `__hash__` and `__eq__` of the program's own classes.
    return len(now) == len(before) and all(
        _may_be_same(key, other) and _may_be_same(mine, theirs)
        for (key, mine), (other, theirs) in zip(now.items(), before.items(), strict=True)
    )


def _same_sequence(now: Any, before: Any) -> bool:  # noqa: ANN401 # lists or tuples
    return len(now) == len(before) and all(map(_may_be_same, now, before))


def _may_be_same(now: object, before: object) -> bool:
    return has_same_state(now, before) is not False


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
