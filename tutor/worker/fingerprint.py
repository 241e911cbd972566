"""Whether a program has replaced functions of torch, numpy, Python or the worker, and undoing it.

For the engine. Taken once, when everything is loaded; compared after the learner's part with
nothing but dictionary look-ups, so that a replaced `len` or `isinstance` does not matter here.
"""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import nn

from tutor.worker.python_private import can_read, code_address, dict_version

Item = TypeVar("Item")

_LAZY_ATTRIBUTES = frozenset(
    ["__annotations__", "__doc__", "__weakref__", "__slotnames__", "__abstractmethods__"]
)
"""Python itself adds these to a class at their first use."""

_REBOUND_BY_TORCH = frozenset(["Storage", "__warningregistry__"])
"""torch.set_default_dtype rebinds the first; the second belongs to the warnings."""

_MAX_REPORTED = 40
_setattr = setattr
_enumerate = enumerate
_delattr = delattr
_modules = sys.modules
_builtin_names = frozenset(vars(builtins))


class _Owner(NamedTuple):
    """A module or class, its live dictionary, what stood in it, and all names of then."""

    label: str
    owner: object
    live: Mapping[str, object]
    baseline: dict[str, object]
    known: frozenset[str]
    is_class: bool


class _Code(NamedTuple):
    """A Python function, by the first name it was found under, and its code."""

    label: str
    function: types.FunctionType
    code: types.CodeType


class Fingerprint:
    """What functions and classes were, by identity and, for Python functions, by their code."""

    def __init__(self, read_memory: bool | None = None) -> None:
        self._owners = _owners()
        self._codes = _codes(self._owners)
        self._modules = [
            (name, module) for name, module in _modules.items() if _is_watched_module(name)
        ]
        if can_read() if read_memory is None else read_memory:
            versions = [dict_version(owner.live) for owner in self._owners]
            addresses = [code_address(code.function) for code in self._codes]
        else:
            versions, addresses = [], []
        self._versions = [(version, version.value) for version in versions]
        self._addresses = [(address, address.value) for address in addresses]

    def restore(self) -> tuple[str, ...]:
        """The names that were replaced, such as `torch.sigmoid`; they are then as before."""
        replaced = self._restore_modules()
        for owner in self._suspects(self._owners, self._versions):
            replaced += _restore_owner(owner)
        for code in self._suspects(self._codes, self._addresses):
            if code.function.__code__ is not code.code:
                _setattr(code.function, "__code__", code.code)
                replaced.append(code.label)
        return (*replaced[:_MAX_REPORTED],)

    def _suspects(self, objects: list[Item], seen: list[tuple[Any, int]]) -> list[Item]:
        """Those whose memory has changed since; all, if memory cannot be read."""
        if not seen:
            return objects
        # The places, and only then the things: to name a thing is to write on its page.
        return [objects[place] for place in self._changed(seen)]

    def _changed(self, seen: list[tuple[Any, int]]) -> list[int]:
        return [place for place, (view, value) in _enumerate(seen) if view.value != value]

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
    """New names that stand before an inherited method, or in a module before a builtin."""
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
    """Those of the worker, by which questions are answered."""
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
