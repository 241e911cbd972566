"""Known names that are close to one that was not found, for the facts of an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from tutor.close_names import CUTOFF_OF_OTHERS, close_names, close_to_name
from tutor.worker.guard import type_name
from tutor.worker.naming import own_names
from tutor.worker.torch_private import is_module, own_buffers, own_children, own_parameters

_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_mro_of: Callable[[Any], tuple[type, ...]] = vars(type)["__mro__"].__get__


def nearest_names(error: BaseException, namespace: Mapping[str, object]) -> tuple[str, ...]:
    """Return known names close to the one that the error is about, closest first.

    For a NameError they are names of the program and builtins, for an AttributeError attributes of
    the object. Other errors have none.
    """
    if issubclass(type(error), NameError):
        return close_to_name(_name_of(error), _program_names(namespace))
    if issubclass(type(error), AttributeError) and type(error.name) is str:  # type: ignore[attr-defined] # it is one
        return close_names(error.name, _attributes(error.obj), CUTOFF_OF_OTHERS)  # type: ignore[attr-defined] # the same
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
