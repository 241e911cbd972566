"""The only place that uses private parts of CPython, but for the plain numbers of signals.

Only the fingerprint may read memory. In a fork, touching an object from Python copies the memory
page it lies on, because its reference count is written there: comparing 4,000 functions this way
costs 6 ms and 7 MB. Reading their memory copies nothing. Read are the version tag of a dictionary,
which every change of the dictionary changes, and the code object of a function. Nothing must be
read unless `can_read` returns True: in another version of CPython these fields are elsewhere.
"""

from __future__ import annotations

import copy
import gc
import platform
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item")

_WORD = struct.calcsize("P")
_DICT_VERSION_AT = 3 * _WORD
"""Offset of `ma_version_tag` in PyDictObject."""
_FUNCTION_CODE_AT = 6 * _WORD
"""Offset of `func_code` in PyFunctionObject."""
_DISPATCH = "_deepcopy_dispatch"
"""The table by which `copy.deepcopy` finds, for a type, the function that copies it."""


class Words:
    """The machine words at some addresses of this process, all of which are read at once.

    With a Python object for each address, each reading would touch these objects and copy their
    pages. The words must not be read after the objects at the addresses are gone.
    """

    def __init__(self, addresses: Sequence[int]) -> None:
        """Read them for the first time; each address is a multiple of the size of a word."""
        first = min(addresses, default=0)
        places = np.array([(address - first) // _WORD for address in addresses], dtype=np.intp)
        self._take = np.asarray(_Memory(first, max(addresses, default=0))).take
        self._places = places
        self._before = self.values()

    def values(self) -> npt.NDArray[np.uint64]:
        """Return the present word at each address."""
        return self._take(self._places) if self._places.size else self._places.astype(np.uint64)

    def changed(self) -> list[int]:
        """Return the indices of the words that have changed since the first reading."""
        changed: list[int] = (self.values() != self._before).nonzero()[0].tolist()
        return changed


class _Memory:
    """The words from one address to another, as numpy asks for them; nothing is read by this."""

    def __init__(self, first: int, last: int) -> None:
        self.__array_interface__ = {
            "version": 3,
            "typestr": "<u8",
            "data": (first, True),
            "shape": ((last - first) // _WORD + 1,),
        }


def dict_version_at(mapping: Mapping[str, object]) -> int:
    """Return the address of the dictionary's version tag, which changes with the dictionary."""
    if isinstance(mapping, MappingProxyType):  # as `vars` of a class is
        (mapping,) = gc.get_referents(mapping)
    return id(mapping) + _DICT_VERSION_AT


def code_pointer_at(function: Callable[..., object]) -> int:
    """Return the address of the function's pointer to its code, which is the `id` of the code."""
    return id(function) + _FUNCTION_CODE_AT


@contextmanager
def deepcopy_by(
    kind: type[Item], copier: Callable[[Item, dict[int, Any]], object]
) -> Iterator[None]:
    """Have `copy.deepcopy` copy objects of exactly this type by a function of object and memo."""
    table: dict[type, Any] = getattr(copy, _DISPATCH)
    table[kind] = copier
    try:
        yield
    finally:
        del table[kind]


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
    version = Words([dict_version_at(mapping)])
    mapping.get("a")
    unmoved = not version.changed()
    change()
    return unmoved and bool(version.changed())


def _code_addresses_work() -> bool:
    def one() -> int:
        return 1

    def other() -> int:
        return 2

    pointer = Words([code_pointer_at(one)])
    before = int(pointer.values()[0]) == id(one.__code__)
    one.__code__ = other.__code__
    return before and int(pointer.values()[0]) == id(other.__code__)
