"""Reads from bytecode the names that a model's code may use when it is called.

A copy of a model is only as separate as the objects that its code reaches: a list outside the model
that `forward` appends to would grow with each call of the copy. This module calls no code of the
program.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import NamedTuple

from tutor.worker.stack import EXERCISE_FILE, GIVEN_FILE

_NEVER_CALLED = frozenset(("__init__", "__repr__", "__str__", "__del__", "__init_subclass__"))
"""Special methods that a call of a model never calls."""
_ANY_NAME = frozenset(
    ("getattr", "setattr", "vars", "__dict__", "eval", "exec", "globals", "locals", "apply")
)
"""Names by which code can reach names that it does not contain."""
_GLOBAL_OPERATIONS = frozenset(("LOAD_GLOBAL", "STORE_GLOBAL", "DELETE_GLOBAL", "LOAD_NAME"))

_module_of_type: Callable[[type], object] = vars(type)["__module__"].__get__
_bases_of: Callable[[type], tuple[type, ...]] = vars(type)["__mro__"].__get__
_names_of: Callable[[type], Mapping[str, object]] = vars(type)["__dict__"].__get__


class Reachable(NamedTuple):
    """The names that some code may use."""

    names: frozenset[str]
    """All names and attributes in the code."""
    global_names: frozenset[str]
    """The names that are looked up among the globals."""
    reaches_any: bool
    """True if the code can reach names that it does not contain."""

    def has(self, name: str) -> bool:
        """Return True if an attribute of this name may be used."""
        return self.reaches_any or name in self.names


def is_of_program(kind: type) -> bool:
    """Return True if the program has defined this class."""
    return _module_of_type(kind) == "__main__"


def is_program_code(code: CodeType) -> bool:
    """Return True if this is the code of a program, not of a library."""
    return code.co_filename in (EXERCISE_FILE, GIVEN_FILE)


def program_classes(kinds: Iterable[type]) -> tuple[type, ...]:
    """Return the classes of the program among these and their bases, each once."""
    found: dict[type, None] = {}
    for kind in kinds:
        found |= dict.fromkeys(base for base in _bases_of(kind) if is_of_program(base))
    return tuple(found)


def reachable_from(kinds: Iterable[type], namespace: Mapping[str, object]) -> Reachable:
    """Return the names that a call of objects of these classes may use.

    A method counts if any call may call it, or if its name occurs in code that counts, whatever
    object it is called on. This finds too many methods rather than too few.
    """
    known, names, global_names = _functions(kinds, namespace), set[str](), set[str]()
    waiting = [name for name in known if _is_called_first(name)]
    while waiting:
        for code in known.pop(waiting.pop(), ()):
            used, of_globals = _names_in(code)
            waiting += [name for name in used if name in known]
            names |= used
            global_names |= of_globals
    return Reachable(frozenset(names), frozenset(global_names), bool(names & _ANY_NAME))


def _is_called_first(name: str) -> bool:
    is_special = name.startswith("__") and name.endswith("__")
    return name == "forward" or (is_special and name not in _NEVER_CALLED)


def _functions(
    kinds: Iterable[type], namespace: Mapping[str, object]
) -> dict[str, tuple[CodeType, ...]]:
    """Return the code of these classes' methods and the program's functions, by name."""
    classes = [*kinds, *(obj for obj in namespace.values() if isinstance(obj, type))]
    found: dict[str, tuple[CodeType, ...]] = {}
    for kind in program_classes(classes):
        for name, member in _names_of(kind).items():
            found[name] = (*found.get(name, ()), *_codes_of(member))
    for name, member in namespace.items():
        if type(member) is FunctionType and is_program_code(member.__code__):
            found[name] = (*found.get(name, ()), member.__code__)
    return found


def _codes_of(member: object) -> Iterator[CodeType]:
    kind = type(member)
    if kind is FunctionType:
        yield member.__code__  # type: ignore[attr-defined] # its type was looked at
    elif kind is staticmethod or kind is classmethod:
        yield from _codes_of(member.__func__)  # type: ignore[attr-defined] # its type was looked at
    elif kind is property:
        for part in (member.fget, member.fset):  # type: ignore[attr-defined] # its type was looked at
            yield from _codes_of(part)


def global_names_of(function: FunctionType) -> set[str]:
    """Return the names that a function looks up among its globals."""
    _, global_names = _names_in(function.__code__)
    return global_names


def _names_in(code: CodeType) -> tuple[set[str], set[str]]:
    """Return all names that the code uses, and those of them that are global."""
    names, global_names = set(code.co_names), set()
    for step in dis.get_instructions(code):
        if step.opname in _GLOBAL_OPERATIONS:
            global_names.add(str(step.argval))
    for constant in code.co_consts:
        if type(constant) is CodeType:
            inner, inner_globals = _names_in(constant)
            names |= inner
            global_names |= inner_globals
        elif type(constant) is str and constant.isidentifier():
            names.add(constant)  # such as the name of an attribute in `getattr(self, "scale")`
    return names, global_names
