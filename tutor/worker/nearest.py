"""Known names that are close to one that was not found, for the facts of an error."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import ModuleType
from typing import Any

from tutor.worker.guard import type_name
from tutor.worker.naming import MAX_NAME, own_names
from tutor.worker.torch_private import is_module, own_buffers, own_children, own_parameters

MAX_NAMES = 3
_CUTOFF = 0.65
"""Similarity above which a name of the program counts as close, as `difflib` measures it."""
_CUTOFF_OF_OTHERS = 0.75
"""The same for names that are not the program's own: `hex` is no help for `exp`."""
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_mro_of: Callable[[Any], tuple[type, ...]] = vars(type)["__mro__"].__get__
_BUILTINS = tuple(name for name in vars(builtins) if not name.startswith("_"))


def nearest_names(error: BaseException, namespace: Mapping[str, object]) -> tuple[str, ...]:
    """Return known names close to the one that the error is about, closest first.

    For a NameError they are names of the program and builtins, for an AttributeError attributes of
    the object. Other errors have none.
    """
    if issubclass(type(error), NameError):
        name = _name_of(error)
        own, others = _program_names(namespace), _BUILTINS
        return _merge(_close_names(name, own), _close_names(name, others, _CUTOFF_OF_OTHERS))
    if issubclass(type(error), AttributeError) and type(error.name) is str:  # type: ignore[attr-defined] # it is one
        return _close_names(error.name, _attributes(error.obj), _CUTOFF_OF_OTHERS)  # type: ignore[attr-defined] # the same
    return ()


def _name_of(error: BaseException) -> str:
    name = getattr(error, "name", None)
    if type(name) is str:
        return name
    match = _MISSING_NAME.search(str(error.args[0]) if error.args else "")
    return match.group(1) if match else ""


def _program_names(namespace: Mapping[str, object]) -> list[str]:
    return [name for name, _ in own_names(namespace)] + _modules_in(namespace)


def _modules_in(namespace: Mapping[str, object]) -> list[str]:
    return [name for name, obj in list(namespace.items()) if type(obj) is ModuleType]


def _merge(*groups: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in groups for name in names))[:MAX_NAMES]


def _close_names(name: str, candidates: Iterable[str], cutoff: float = _CUTOFF) -> tuple[str, ...]:
    """Return the candidates close to the name; those that differ only by case come first."""
    return _closest(name, (*candidates,), cutoff) if 0 < len(name) <= MAX_NAME else ()


@lru_cache(maxsize=64)
def _closest(name: str, candidates: tuple[str, ...], cutoff: float) -> tuple[str, ...]:
    """Return the closest candidates; kept, since many questions fail at the same missing name."""
    known = [candidate for candidate in dict.fromkeys(candidates) if candidate != name]
    same = [candidate for candidate in known if candidate.lower() == name.lower()]
    likely = [candidate for candidate in known if _may_be_close(name, candidate, cutoff)]
    close = difflib.get_close_matches(name, likely, MAX_NAMES, cutoff)
    return tuple(dict.fromkeys(same + close))[:MAX_NAMES]


def _may_be_close(name: str, candidate: str, cutoff: float) -> bool:
    """Return False if the two have too few characters in common to be as similar as that.

    `difflib` comes to the same, but takes several times as long for each.
    """
    length = len(name) + len(candidate)
    if 2.0 * min(len(name), len(candidate)) / length < cutoff:
        return False
    return 2.0 * sum(map(name.__contains__, candidate)) / length >= cutoff


def _attributes(obj: object) -> list[str]:
    """Return the object's public attributes, without calling its `__dir__` or `__getattr__`."""
    names: list[str] = []
    if type(obj) is ModuleType:
        names += vars(obj)
    if is_module(obj):
        names += [*own_parameters(obj), *own_buffers(obj), *own_children(obj)]
    for cls in _classes_of(obj):
        names += vars(cls)
    names += _instance_attributes(obj)
    return [name for name in names if _is_public(name)]


def _is_public(name: object) -> bool:
    return type(name) is str and name.isidentifier() and not name.startswith("_")


def _classes_of(obj: object) -> tuple[type, ...]:
    """Return the classes of an object or a class, whatever metaclass or `__class__` say."""
    cls = type(obj)
    return _mro_of(obj if issubclass(cls, type) else cls)


def _instance_attributes(obj: object) -> list[str]:
    try:
        attributes = object.__getattribute__(obj, "__dict__")
    except Exception:
        return []
    return list(attributes) if type(attributes) is dict and type_name(obj) != "module" else []
