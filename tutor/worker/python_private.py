"""The only place that reads private parts of CPython. Only the fingerprint may use it.

In a fork, touching an object from Python copies the memory page it lies on, because its reference
count is written there: comparing 4,000 functions this way costs 6 ms and 7 MB. Reading their memory
copies nothing. Read are the version tag of a dictionary, which every change of the dictionary
changes, and the code object of a function. Nothing must be read unless `can_read` returns True: in
another version of CPython these fields are elsewhere.
"""

from __future__ import annotations

import ctypes
import gc
import platform
import struct
from collections.abc import Callable, Mapping
from types import MappingProxyType

_WORD = struct.calcsize("P")
_DICT_VERSION_AT = 3 * _WORD
"""Offset of `ma_version_tag` in PyDictObject."""
_FUNCTION_CODE_AT = 6 * _WORD
"""Offset of `func_code` in PyFunctionObject."""


def dict_version(mapping: Mapping[str, object]) -> ctypes.c_uint64:
    """Return a view of the dictionary's version tag: its `value` changes with the dictionary.

    It must not be read after the dictionary has gone.
    """
    if isinstance(mapping, MappingProxyType):  # as `vars` of a class is
        (mapping,) = gc.get_referents(mapping)
    return ctypes.c_uint64.from_address(id(mapping) + _DICT_VERSION_AT)


def code_address(function: Callable[..., object]) -> ctypes.c_size_t:
    """Return a view of the function's pointer to its code: its `value` is the `id` of the code.

    It must not be read after the function has gone.
    """
    return ctypes.c_size_t.from_address(id(function) + _FUNCTION_CODE_AT)


def can_read() -> bool:
    """Return True if this Python has both fields where they are read, tested on new objects."""
    if platform.python_implementation() != "CPython" or _WORD != 8:
        return False
    return _dict_versions_work() and _code_addresses_work()


def _dict_versions_work() -> bool:
    plain: dict[str, object] = {"a": 1, "b": 2}
    changed = _version_follows(plain, lambda: plain.update(a=3)) and _version_follows(
        plain, plain.popitem
    )

    class Example:
        attribute = 1

    return changed and _version_follows(vars(Example), lambda: setattr(Example, "attribute", 2))


def _version_follows(mapping: Mapping[str, object], change: Callable[[], object]) -> bool:
    version = dict_version(mapping)
    before = version.value
    mapping.get("a")
    unmoved = version.value == before
    change()
    return unmoved and version.value != before


def _code_addresses_work() -> bool:
    def one() -> int:
        return 1

    def other() -> int:
        return 2

    address = code_address(one)
    before = address.value == id(one.__code__)
    one.__code__ = other.__code__
    return before and address.value == id(other.__code__)
