"""Copies of a program's objects that share no mutable state with them.

`copy.deepcopy` would call the program's methods, keep hooks, and fail for a tensor that belongs to
a graph. These copies share only objects that no call can change. Others that cannot be copied raise
an error.
"""

from __future__ import annotations

import copy
import functools
import random
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from types import (
    BuiltinFunctionType,
    CellType,
    EllipsisType,
    FunctionType,
    MethodType,
    ModuleType,
    NoneType,
    SimpleNamespace,
)
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tutor.worker.guard import type_name
from tutor.worker.reachable_code import (
    Reachable,
    global_names_of,
    is_of_program,
    is_program_code,
)
from tutor.worker.torch_private import is_module, is_tensor, without_overrides

MAX_OBJECTS = 20_000
MAX_NUMBERS = 2_000_000
"""Maximum size of all copied tensors and arrays: a model of two inputs has far fewer elements."""

_HARMLESS = (
    *(NoneType, bool, int, float, complex, str, bytes, range, slice, frozenset, EllipsisType),
    *(torch.dtype, torch.device, torch.Size, torch.memory_format, torch.layout),
    *(type, ModuleType, BuiltinFunctionType, np.dtype, np.ufunc, object),
)
"""Immutable types, unless a program defines a subclass."""
_HARMLESS_TYPES = frozenset(_HARMLESS)
_NUMBERS = frozenset((int, float, bool, str, NoneType))
_COPIED_BY_LIBRARY = (random.Random, np.random.RandomState, np.random.Generator)
_bases_of: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
_names_of: Callable[[type], Mapping[str, object]] = vars(type)["__dict__"].__get__
_attributes_of: Callable[[object], object] = functools.partial(object.__getattribute__)


class NotCopiedError(Exception):
    """An object cannot be copied; the text names its kind."""


class Copier:
    """Makes copies that share parts with each other, but not with the program."""

    def __init__(self, reachable: Reachable) -> None:
        """Copy attributes of the program's own classes only where `reachable` code uses them."""
        self._reachable = reachable
        self._copies: dict[int, object] = {}
        self._copied: list[object] = []
        """The originals, kept alive so that no new object gets the `id` of one."""
        self._numbers = MAX_NUMBERS

    def copy(self, obj: Any) -> Any:  # noqa: ANN401 # of any type, and the copy of the same
        """Return the copy of the object; raise NotCopiedError if it has parts of unknown kinds."""
        kind = type(obj)
        if is_harmless(obj):
            return obj
        if id(obj) in self._copies:
            return self._copies[id(obj)]
        if len(self._copied) >= MAX_OBJECTS:
            raise NotCopiedError("too many objects")
        self._copied.append(obj)
        if is_tensor(obj):
            return self._keep(obj, self._copy_tensor(obj))
        if is_module(obj):
            return self._copy_module(obj)
        copier = _COPIERS.get(kind)
        if copier is not None:
            return copier(self, obj)
        if is_of_program(kind):
            return self._copy_instance(obj)
        raise NotCopiedError(type_name(obj))

    def copied(self, tensor: Tensor) -> Tensor | None:
        """Return the copy of this tensor; None if it was not copied."""
        made = self._copies.get(id(tensor))
        return made if is_tensor(made) else None

    def _keep(self, obj: object, made: object) -> object:
        self._copies[id(obj)] = made
        return made

    def _copy_tensor(self, tensor: Tensor) -> Tensor:
        if type(tensor) not in _TENSORS:
            raise NotCopiedError(type_name(tensor))
        with torch.no_grad(), without_overrides():
            self._spend(tensor.numel())
            return tensor.detach().clone()

    def _spend(self, numbers: int) -> None:
        self._numbers -= numbers
        if self._numbers < 0:
            raise NotCopiedError("too many numbers")

    def _copy_array(self, array: np.ndarray[Any, Any]) -> object:
        if array.dtype.hasobject:
            raise NotCopiedError("an array of objects")
        self._spend(array.size)
        return self._keep(array, array.copy())

    def _copy_module(self, module: nn.Module) -> nn.Module:
        """Return a module in evaluation mode, without the hooks of the program."""
        kind = type(module)
        if not _has_plain_state(kind) or not _is_known_module(kind):
            raise NotCopiedError(type_name(module))
        made = object.__new__(kind)
        self._keep(module, made)
        attributes = self._plain_attributes(module)
        state = self._attributes(kind, attributes)
        state["training"] = False
        object.__getattribute__(made, "__dict__").update(state)
        return made

    def _copy_instance(self, obj: object) -> object:
        if not _has_plain_state(type(obj)):
            raise NotCopiedError(type_name(obj))
        made = object.__new__(type(obj))
        self._keep(obj, made)
        state = self._attributes(type(obj), self._plain_attributes(obj))
        object.__getattribute__(made, "__dict__").update(state)
        return made

    def _plain_attributes(self, obj: object) -> dict[str, object]:
        attributes = _attributes_of(obj, "__dict__")  # type: ignore[call-arg] # of `object`
        if type(attributes) is not dict:
            raise NotCopiedError(type_name(obj))
        return attributes

    def _attributes(self, kind: type, attributes: dict[str, object]) -> dict[str, object]:
        """Return copies of the attributes; those that no code reaches are shared as they are."""
        own = is_of_program(kind)
        copied: dict[str, object] = {}
        for name, value in attributes.items():
            if name in _REGISTERED:
                copied[name] = self.copy(value)
            elif "hooks" in name:
                copied[name] = _library_hooks(value)
            elif own and name not in _OF_MODULES and not self._reachable.has(name):
                copied[name] = value
            else:
                copied[name] = self.copy(value)
        return copied

    def _copy_list(self, obj: list[Any]) -> object:
        made: list[Any] = []
        self._keep(obj, made)
        made += obj if _NUMBERS.issuperset(map(type, obj)) else map(self.copy, obj)
        return made

    def _copy_deque(self, obj: deque[Any]) -> object:
        return self._keep(obj, deque(map(self.copy, obj), obj.maxlen))

    def _copy_set(self, obj: set[Any]) -> object:
        return self._keep(obj, set(map(self.copy, obj)))

    def _copy_tuple(self, obj: tuple[Any, ...]) -> object:
        return self._keep(obj, tuple(map(self.copy, obj)))

    def _copy_dict(self, obj: dict[Any, Any]) -> object:
        made = defaultdict(obj.default_factory) if isinstance(obj, defaultdict) else type(obj)()
        self._keep(obj, made)
        for key, value in obj.items():
            made[self.copy(key)] = self.copy(value)
        return made

    def _copy_namespace(self, obj: SimpleNamespace) -> object:
        made = SimpleNamespace()
        self._keep(obj, made)
        vars(made).update({name: self.copy(value) for name, value in vars(obj).items()})
        return made

    def _copy_function(self, function: FunctionType) -> object:
        """Return a program's function with copies of its defaults and closure."""
        if not is_program_code(function.__code__):
            return self._keep(function, function)
        self._refuse_other_globals(function)
        cells = tuple(CellType() for _ in function.__closure__ or ())
        made = FunctionType(
            function.__code__, function.__globals__, function.__name__, None, cells or None
        )
        self._keep(function, made)
        made.__defaults__ = self.copy(function.__defaults__)
        made.__kwdefaults__ = self.copy(function.__kwdefaults__)
        for cell, old in zip(cells, function.__closure__ or (), strict=True):
            cell.cell_contents = self.copy(old.cell_contents)
        return made

    def _refuse_other_globals(self, function: FunctionType) -> None:
        """Raise if the function uses a mutable global object that is not replaced."""
        variables = function.__globals__
        for name in global_names_of(function):
            if name in variables and name not in self._reachable.global_names:
                value = variables[name]
                if not is_harmless(value) and type(value) is not FunctionType:
                    raise NotCopiedError(f"{name}, which a function uses")

    def _copy_method(self, method: MethodType) -> object:
        return MethodType(self.copy(method.__func__), self.copy(method.__self__))

    def _copy_partial(self, partial: functools.partial[Any]) -> object:
        arguments = map(self.copy, partial.args)
        return functools.partial(self.copy(partial.func), *arguments, **self.copy(partial.keywords))

    def _copy_generator(self, generator: torch.Generator) -> object:
        made = torch.Generator(generator.device)
        made.set_state(generator.get_state())
        return self._keep(generator, made)

    def _copy_by_library(self, obj: object) -> object:
        return self._keep(obj, copy.deepcopy(obj))


def is_harmless(obj: object) -> bool:
    """Return True if no call can change the object."""
    kind = type(obj)
    return kind in _HARMLESS_TYPES or issubclass(kind, np.generic | type)


_TENSORS = (Tensor, nn.Parameter, nn.Buffer)
_REGISTERED = frozenset(("_parameters", "_buffers", "_modules"))
_OF_MODULES = frozenset(vars(nn.Module()))
"""The attributes that every module has."""

_COPIERS: Mapping[type, Callable[[Copier, Any], object]] = {
    list: Copier._copy_list,
    deque: Copier._copy_deque,
    set: Copier._copy_set,
    tuple: Copier._copy_tuple,
    dict: Copier._copy_dict,
    OrderedDict: Copier._copy_dict,
    defaultdict: Copier._copy_dict,
    SimpleNamespace: Copier._copy_namespace,
    np.ndarray: Copier._copy_array,
    FunctionType: Copier._copy_function,
    MethodType: Copier._copy_method,
    functools.partial: Copier._copy_partial,
    torch.Generator: Copier._copy_generator,
    **dict.fromkeys(_COPIED_BY_LIBRARY, Copier._copy_by_library),
}


def _has_plain_state(kind: type) -> bool:
    """Return True if all state of such an object is in its `__dict__`."""
    return all("__slots__" not in _names_of(base) for base in _bases_of(kind)[:-1])


def _is_known_module(kind: type) -> bool:
    """Return True for a class of the program or `torch.nn`; others may hide state."""
    return is_of_program(kind) or str(_names_of(kind).get("__module__")).startswith("torch.nn.")


def _library_hooks(hooks: object) -> object:
    """Return the hooks set by torch itself, such as those of weight normalization."""
    if not isinstance(hooks, dict):
        return hooks
    kept = type(hooks)()
    for key, hook in hooks.items():
        if str(_names_of(type(hook)).get("__module__")).startswith("torch.nn."):
            kept[key] = hook
    return kept
