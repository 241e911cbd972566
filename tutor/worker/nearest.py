"""Known names that are close to one that was not found, for the facts of an error."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from types import FunctionType, ModuleType
from typing import Any

import torch
from torch import nn, optim
from torch.nn import functional
from torch.utils import data

from tutor.close_names import CUTOFF_OF_OTHERS, close_names, close_to_name
from tutor.worker.guard import type_name
from tutor.worker.naming import own_names
from tutor.worker.torch_private import is_module, own_buffers, own_children, own_parameters

_MISSING_IMPORT = re.compile(
    r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'"
    r"|No module named '(?P<package>[\w.]+)\.(?P<part>\w+)'"
)
_UNKNOWN_ARGUMENT = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")
_OF_PYTHON = (ImportError, ModuleNotFoundError, TypeError)
_modules = sys.modules  # kept aside before a program can replace it
_HOLDERS = (nn, functional, optim, data, torch)
"""Modules whose functions and classes are known by their names alone."""
_MISSING_NAME = re.compile(r"name '(\w+)' is not defined")
_mro_of: Callable[[Any], tuple[type, ...]] = vars(type)["__mro__"].__get__


def nearest_names(error: BaseException, namespace: Mapping[str, object]) -> tuple[str, ...]:
    """Return known names close to the one that the error is about, closest first.

    For a NameError they are names of the program and builtins, for an AttributeError attributes of
    the object, for an import names of the module, for a keyword argument those of the function.
    Other errors have none.
    """
    if issubclass(type(error), NameError):
        return close_to_name(_name_of(error), _program_names(namespace))
    if issubclass(type(error), AttributeError) and type(error.name) is str:  # type: ignore[attr-defined] # it is one
        return close_names(error.name, _attributes(error.obj), CUTOFF_OF_OTHERS)  # type: ignore[attr-defined] # the same
    if type(error) not in _OF_PYTHON:  # what a program defines may run on a look at it
        return ()
    message = str(error)
    if missing := _MISSING_IMPORT.match(message):
        module = _modules.get(missing["module"] or missing["package"])
        name = missing["name"] or missing["part"]
        return close_names(name, _attributes(module), CUTOFF_OF_OTHERS)
    if unknown := _UNKNOWN_ARGUMENT.match(message):
        return close_names(unknown[2], _arguments(unknown[1], namespace))
    return ()


def _arguments(called: str, namespace: Mapping[str, object]) -> list[str]:
    """Return the names of the arguments of a function, as Python names it: `Linear.__init__`."""
    first, *names = called.split(".")
    spaces = (namespace, *map(vars, _HOLDERS))
    obj = next((space[first] for space in spaces if first in space), None)
    for name in names:
        holders = _classes_of(obj) if issubclass(type(obj), type) else ()
        obj = next((vars(each)[name] for each in holders if name in vars(each)), None)
    if type(obj) is not FunctionType:
        return []
    code = obj.__code__
    known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return [name for name in known if not name.startswith("_") and name != "self"]


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
