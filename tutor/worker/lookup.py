"""Looks up parts of objects, such as `model[0].weight`, without running a learner's methods.

It finds only stored attributes and items, and never calls a property, `__getattr__` or
`__getitem__` of a program. This module saves references to builtins before a program can replace
them.
"""

from __future__ import annotations

from collections.abc import Callable
from types import GetSetDescriptorType
from typing import Any

from torch import Tensor, nn

from tutor.worker.tensor_numbers import gradient_of
from tutor.worker.torch_private import is_module, is_tensor, without_overrides

MISSING = object()
"""Stands for an attribute or item that is not stored, or cannot be read safely."""

_type, _issubclass = type, issubclass
_int, _str, _dict, _list, _tuple = int, str, dict, list, tuple
_type_error = TypeError
_bases_of: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
_names_of: Callable[[type], dict[str, Any]] = vars(type)["__dict__"].__get__
_NUMBERED = (nn.Sequential, nn.ModuleList)


def attribute_of(owner: object, name: object) -> object:
    """Return a tensor's or module's attribute, or one stored in the instance."""
    if is_tensor(owner):
        reader = _TENSOR_ATTRIBUTES.get(name)
        return MISSING if reader is None else reader(owner)
    attributes = _own_attributes(owner)
    if is_module(owner):
        for kind in ("_parameters", "_buffers", "_modules"):
            registered = _dictionary(attributes.get(kind))
            if name in registered:
                return registered[name]
    return attributes.get(name, MISSING)


def _own_attributes(owner: object) -> dict[Any, Any]:
    """Return the attributes stored in the instance; none if its class defines `__dict__` anew."""
    for base in _bases_of(_type(owner)):
        stored = _names_of(base).get("__dict__")
        if stored is not None:
            return _read(stored, owner)
    return {}


def _read(stored: Any, owner: object) -> dict[Any, Any]:  # noqa: ANN401 # as it comes
    if _type(stored) is not GetSetDescriptorType:
        return {}
    try:
        attributes = stored.__get__(owner)
    except _type_error:  # it was taken from another class
        return {}
    return _dictionary(attributes)


def _dictionary(obj: Any) -> dict[Any, Any]:  # noqa: ANN401 # as it comes
    return obj if _type(obj) is _dict else {}


def item_of(owner: Any, index: Any) -> object:  # noqa: ANN401 # of any type, which is looked at
    """Return the item of a plain list, tuple or dictionary, or the layer of that number."""
    # types by identity: a program can define what it means for its classes to be equal
    kind, kind_of_index = _type(owner), _type(index)
    if kind is _dict and (kind_of_index is _int or kind_of_index is _str):
        return owner.get(index, MISSING)
    sequence = _layers(owner) if _issubclass(kind, _NUMBERED) else owner
    if kind_of_index is not _int or not _is_sequence(sequence):
        return MISSING
    length = sequence.__len__()
    return sequence[index] if -length <= index < length else MISSING


def _is_sequence(obj: object) -> bool:
    kind = _type(obj)
    return kind is _list or kind is _tuple


def _layers(module: nn.Module) -> list[object]:
    return [*_dictionary(_own_attributes(module).get("_modules")).values()]


def _transposed(tensor: Tensor) -> object:
    with without_overrides():
        plain = tensor.detach()
        return plain.t() if plain.dim() <= 2 else MISSING


_TENSOR_ATTRIBUTES: dict[object, Callable[[Tensor], object]] = {
    "grad": gradient_of,
    "data": lambda tensor: tensor,
    "T": _transposed,
}
