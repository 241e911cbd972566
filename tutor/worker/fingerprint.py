"""Detects functions of torch, numpy, Python or the worker that a program replaced; restores them.

A program that replaces `torch.sigmoid` would otherwise be judged by its own sigmoid. The
fingerprint is taken once, when everything is loaded, and compared after the learner's part. Until
the builtins are restored, which is first, nothing here may call one, such as `len`.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import nn

from tutor.worker.python_private import Words, can_read, code_pointer_at, dict_version_at

Item = TypeVar("Item")

_LAZY_ATTRIBUTES = frozenset(
    ["__annotations__", "__doc__", "__weakref__", "__slotnames__", "__abstractmethods__"]
)
"""Attributes that Python itself adds to a class at their first use."""

_REBOUND_BY_TORCH = frozenset(["Storage", "__warningregistry__"])
"""Names in torch that the program does not rebind itself: `torch.set_default_dtype` rebinds the
first, and the `warnings` module the second."""

_MAX_REPORTED = 40
"""Names of replaced functions that are reported; all are restored."""
_setattr = setattr
_delattr = delattr
_modules = sys.modules
_builtin_names = frozenset(vars(builtins))


class _Owner(NamedTuple):
    """A module or class whose attributes are watched."""

    label: str
    """Its name in messages, such as "nn.Linear"."""
    owner: object
    live: Mapping[str, object]
    """Its own dictionary."""
    baseline: dict[str, object]
    """The watched attributes as they were."""
    known: frozenset[str]
    """The names of all attributes, watched or not, that there were."""
    is_class: bool


class _Code(NamedTuple):
    """A Python function, labelled by the first name it was found under, and its code."""

    label: str
    function: types.FunctionType
    code: types.CodeType


class Fingerprint:
    """The watched functions and classes by identity and, for Python functions, by their code."""

    def __init__(self, read_memory: bool | None = None) -> None:
        """Take the fingerprint of what is loaded now.

        `read_memory` decides whether it is compared by reading CPython's memory; None means
        wherever that is possible.
        """
        self._owners = _owners()
        self._codes = _codes(self._owners)
        self._modules = [
            (name, module) for name, module in _modules.items() if _is_watched_module(name)
        ]
        self._table: Words | None = None
        self._table_before: object = None
        self._versions: Words | None = None
        self._pointers: Words | None = None
        if can_read() if read_memory is None else read_memory:
            self._table = Words([dict_version_at(_modules)])
            self._versions = Words([dict_version_at(owner.live) for owner in self._owners])
            self._pointers = Words([code_pointer_at(code.function) for code in self._codes])

    def begin(self) -> None:
        """Note the state of the table of modules, just before a program begins."""
        if self._table is not None:
            self._table_before = self._table.values()[0]

    def restore(self) -> tuple[str, ...]:
        """Restore what was replaced, and return its names, such as `torch.sigmoid`.

        At most `_MAX_REPORTED` names are returned.
        """
        replaced: list[str] = []
        # To look each module up is to touch it: the table is gone through only if it has changed.
        if self._table is None or self._table.values()[0] != self._table_before:
            replaced += self._restore_modules()
        for owner in self._suspects(self._owners, self._versions):
            replaced += _restore_owner(owner)
        for code in self._suspects(self._codes, self._pointers):
            if code.function.__code__ is not code.code:
                _setattr(code.function, "__code__", code.code)
                replaced.append(code.label)
        return (*replaced[:_MAX_REPORTED],)

    def _suspects(self, objects: list[Item], seen: Words | None) -> list[Item]:
        """Return the objects whose memory has changed, or all of them if memory cannot be read."""
        if seen is None:
            return objects
        # First the indices, and only then the objects: a reference to an object changes its count,
        # and so copies the memory page it lies on.
        return [objects[place] for place in seen.changed()]

    def _restore_modules(self) -> list[str]:
        replaced = []
        for name, module in self._modules:
            if _modules.get(name) is not module:
                _modules[name] = module
                replaced.append(f"sys.modules['{name}']")
        return replaced


def _restore_owner(owner: _Owner) -> list[str]:
    replaced = []
    live = owner.live
    for name, obj in owner.baseline.items():
        if live.get(name) is not obj:
            _setattr(owner.owner, name, obj)
            replaced.append(f"{owner.label}.{name}")
    if live.__len__() != owner.known.__len__():
        for name in _added(owner):
            _delattr(owner.owner, name)
            replaced.append(f"{owner.label}.{name}")
    return replaced


def _added(owner: _Owner) -> list[str]:
    """Return new names that hide an inherited attribute of a class, or a builtin in a module."""
    return [
        name
        for name, obj in [*owner.live.items()]
        if name not in owner.known
        and name not in _LAZY_ATTRIBUTES
        and (owner.is_class or (name in _builtin_names and owner.owner is not builtins))
        and type(obj) is not types.ModuleType
    ]


def _codes(owners: list[_Owner]) -> list[_Code]:
    codes: dict[int, _Code] = {}
    for owner in owners:
        for name, obj in owner.baseline.items():
            if type(obj) is types.FunctionType and id(obj) not in codes:
                codes[id(obj)] = _Code(f"{owner.label}.{name}", obj, obj.__code__)
    return list(codes.values())


def _owners() -> list[_Owner]:
    modules: list[tuple[str, types.ModuleType]] = [
        ("builtins", builtins),
        ("torch", torch),
        ("F", nn.functional),
        ("nn", nn),
        ("torch.nn.init", nn.init),
        ("torch.optim", sys.modules["torch.optim"]),
        ("torch.autograd", torch.autograd),
        ("torch.linalg", torch.linalg),
        ("np", np),
        ("np.random", np.random),
        ("np.linalg", np.linalg),
        *((name, module) for name, module in _modules.items() if _is_worker_module(name)),
    ]
    classes: dict[str, type] = {
        "torch.Tensor": torch.Tensor,
        "nn.Parameter": nn.Parameter,
        "torch.Generator": torch.Generator,
        "torch.no_grad": torch.no_grad,
        "torch.enable_grad": torch.enable_grad,
        **_public_classes("nn", nn, nn.Module),
        **_public_classes("torch.optim", sys.modules["torch.optim"], torch.optim.Optimizer),
        **_own_classes(),
    }
    return [
        *(_module_owner(label, module) for label, module in modules),
        *(_class_owner(label, kind) for label, kind in classes.items()),
    ]


def _public_classes(label: str, module: types.ModuleType, base: type) -> dict[str, type]:
    return {
        f"{label}.{name}": obj
        for name, obj in vars(module).items()
        if isinstance(obj, type) and issubclass(obj, base)
    }


def _own_classes() -> dict[str, type]:
    """Return the classes of the worker and of wire, by which questions are answered."""
    return {
        f"{name}.{attribute}": obj
        for name, module in [*_modules.items()]
        if _is_worker_module(name)
        for attribute, obj in vars(module).items()
        if isinstance(obj, type) and obj.__module__ == name
    }


def _module_owner(label: str, module: types.ModuleType) -> _Owner:
    live = vars(module)
    exempt = _REBOUND_BY_TORCH if module is torch else frozenset()
    whole = module is builtins
    baseline = {
        name: obj
        for name, obj in live.items()
        if name not in exempt
        and (not name.startswith("__") or whole)
        and (callable(obj) or whole)
        and name != "_"
    }
    return _Owner(label, module, live, baseline, frozenset(live), is_class=False)


def _class_owner(label: str, kind: type) -> _Owner:
    live = vars(kind)
    baseline = {name: obj for name, obj in live.items() if name not in _LAZY_ATTRIBUTES}
    return _Owner(label, kind, live, baseline, frozenset(live), is_class=True)


def _is_worker_module(name: str) -> bool:
    return name.startswith(("tutor.worker.", "tutor.wire."))


def _is_watched_module(name: str) -> bool:
    return _is_worker_module(name) or name in _WATCHED_MODULES


_WATCHED_MODULES: Iterable[str] = frozenset(
    [
        "builtins",
        "sys",
        "torch",
        "torch.nn",
        "torch.nn.functional",
        "torch.optim",
        "torch.autograd",
        "numpy",
    ]
)
