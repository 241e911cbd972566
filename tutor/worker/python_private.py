"""The private parts of CPython that the worker reads, all of them here. For the fingerprint only.

In a fork, looking at an object from Python copies the page it lies on, because its reference
count changes: comparing 4,000 functions so costs 6 ms and 7 MB. Reading memory does not. What is
read here are the version that a dictionary changes with each change of its own, and the code
object of a function. `can_read` says whether this Python has them where we look.
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
_FUNCTION_CODE_AT = 6 * _WORD


def dict_version(mapping: Mapping[str, object]) -> ctypes.c_uint64:
    """Its `value` changes whenever the dictionary does. Valid as long as the dictionary lives."""
    if isinstance(mapping, MappingProxyType):
        (mapping,) = gc.get_referents(mapping)
    return ctypes.c_uint64.from_address(id(mapping) + _DICT_VERSION_AT)


def code_address(function: Callable[..., object]) -> ctypes.c_size_t:
    """Its `value` is the id of the function's code object. Valid as long as the function lives."""
    return ctypes.c_size_t.from_address(id(function) + _FUNCTION_CODE_AT)


def can_read() -> bool:
    """Tries both on objects of its own."""
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
