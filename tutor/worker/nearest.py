"""Known names close to one that was not found. For the facts of an error."""

from __future__ import annotations

import builtins
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any

from tutor.worker.guard import type_name
from tutor.worker.naming import MAX_NAME, own_names
from tutor.worker.torch_private import is_module, own_buffers, own_children, own_parameters

MAX_NAMES = 3
_CUTOFF = 0.65
_CUTOFF_OF_OTHERS = 0.75
"""For names that are not the learner's own: `hex` is no help for `exp`."""
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_mro_of: Callable[[Any], tuple[type, ...]] = vars(type)["__mro__"].__get__
_BUILTINS = tuple(name for name in vars(builtins) if not name.startswith("_"))


def nearest_names(error: BaseException, namespace: Mapping[str, object]) -> tuple[str, ...]:
    """For NameError among the program's names and builtins; for AttributeError of the object."""
    if issubclass(type(error), NameError):
        name = _name_of(error)
        own, others = _own(namespace), _BUILTINS
        return _joined(_near(name, own), _near(name, others, _CUTOFF_OF_OTHERS))
    if issubclass(type(error), AttributeError) and type(error.name) is str:  # type: ignore[attr-defined] # it is one
        return _near(error.name, _attributes(error.obj), _CUTOFF_OF_OTHERS)  # type: ignore[attr-defined] # the same
    return ()


def _name_of(error: BaseException) -> str:
    name = getattr(error, "name", None)
    if type(name) is str:
        return name
    found = _MISSING_NAME.search(str(error.args[0]) if error.args else "")
    return found.group(1) if found else ""


def _own(namespace: Mapping[str, object]) -> list[str]:
    return [name for name, _ in own_names(namespace)] + _modules_in(namespace)


def _modules_in(namespace: Mapping[str, object]) -> list[str]:
    return [name for name, thing in list(namespace.items()) if type(thing) is ModuleType]


def _joined(*near: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for names in near for name in names))[:MAX_NAMES]


def _near(name: str, candidates: Iterable[str], cutoff: float = _CUTOFF) -> tuple[str, ...]:
    """Those that differ by case alone come first."""
    if not 0 < len(name) <= MAX_NAME:
        return ()
    known = [candidate for candidate in dict.fromkeys(candidates) if candidate != name]
    same = [candidate for candidate in known if candidate.lower() == name.lower()]
    close = difflib.get_close_matches(name, known, MAX_NAMES, cutoff)
    return tuple(dict.fromkeys(same + close))[:MAX_NAMES]


def _attributes(thing: object) -> list[str]:
    """Public attributes, listed without asking the object itself."""
    names: list[str] = []
    if type(thing) is ModuleType:
        names += vars(thing)
    if is_module(thing):
        names += [*own_parameters(thing), *own_buffers(thing), *own_children(thing)]
    for kind in _classes_of(thing):
        names += vars(kind)
    names += _instance_attributes(thing)
    return [name for name in names if _is_public(name)]


def _is_public(name: object) -> bool:
    return type(name) is str and name.isidentifier() and not name.startswith("_")


def _classes_of(thing: object) -> tuple[type, ...]:
    """Without a question to its metaclass or its `__class__`."""
    kind = type(thing)
    return _mro_of(thing if issubclass(kind, type) else kind)


def _instance_attributes(thing: object) -> list[str]:
    try:
        found = object.__getattribute__(thing, "__dict__")
    except Exception:
        return []
    return list(found) if type(found) is dict and type_name(thing) != "module" else []
