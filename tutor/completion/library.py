"""The names of the libraries and of Python itself, with their signatures and first sentences.

Names of the libraries come from the worker, which makes the index (`tutor.worker.library_index`);
Python's own are read here. The fields of a line of the index are defined on both sides.
"""

from __future__ import annotations

import builtins
import inspect
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from tutor.text import is_plain
from tutor.wire.values import SequenceValue, TextValue, Value

SEPARATOR = "\t"
"""Separates the fields of a line of the index."""
FIELDS = 7
OVERLOADS = "  or  "
"""Separates further signatures, which contain no two spaces in a row themselves."""
PYTHON = "builtins"
"""First part of the paths of Python's own names."""
TENSOR = "torch.Tensor"
ARRAY = "numpy.ndarray"
MODULE = "torch.nn.Module"
OPTIMIZER = "torch.optim.Optimizer"

_OPTIONAL = re.compile(r"\[,\s*([^\[\]]*)\]")
"""Optional arguments as in Python's docstrings: `start, stop[, step]`."""
_RETURNED = re.compile(r"\s*-+> *(\w+(?: \w+)?)")
_PYTHON_TYPES = (str, list, dict, tuple, set, int, float, bool, complex)
"""Types whose members are offered."""


class Entry(NamedTuple):
    """A name of a library."""

    path: str
    kind: str
    """`module`, `class`, `function`, `method`, `value`, `keyword`, or `other`: never offered."""
    signature: str = ""
    """Arguments in brackets and return type; "" if unknown."""
    about: str = ""
    """First sentence of its documentation."""
    bases: tuple[str, ...] = ()
    """Paths of its base classes."""
    keywords: tuple[str, ...] = ()
    """Names of all its arguments; () if it may take others as well."""
    overloads: tuple[str, ...] = ()
    """Its further signatures."""

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]


_SHOWS = (
    Entry(
        f"{PYTHON}.show_map",
        "function",
        "(predict, points, labels, loss=None)",
        "Draw the predictions of a model in the pane Map, with the data points.",
    ),
    Entry(
        f"{PYTHON}.show_pad",
        "function",
        "(model, image=None)",
        "Open a pad to draw digits on, and show what the model makes of each.",
    ),
    Entry(
        f"{PYTHON}.show_plot",
        "function",
        "(*, log='', **columns)",
        "Draw columns of numbers in the pane Plot: the first across, each other one as a line.",
    ),
    Entry(
        f"{PYTHON}.show_surface",
        "function",
        "(loss, w, b, name='', area=None)",
        "Draw a loss over two numbers in the pane Surface, with the trail of the steps through it.",
    ),
)
"""The functions that the worker puts among the builtins of each program."""


class Library:
    """The names of some libraries, by their paths."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = {entry.path: entry for entry in entries}
        self._members: dict[str, list[Entry]] = {}
        self._names: dict[str, list[str]] = {}
        for entry in self._entries.values():
            holder, _, name = entry.path.rpartition(".")
            self._names.setdefault(holder, []).append(name)
            if entry.kind != "other":
                self._members.setdefault(holder, []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._entries)

    def find(self, path: str) -> Entry | None:
        """Return the entry of a path, also of one of Python's own."""
        return self._entries.get(path) or _python_entries().get(path)

    def member(self, path: str, name: str) -> Entry | None:
        """Return a member of a module or class, also an inherited one."""
        holders = (path, *self._bases(path))
        found = (self.find(f"{each}.{name}") for each in holders)
        return next((entry for entry in found if entry is not None), None)

    def members(self, path: str) -> list[Entry]:
        """Return the members of a module or class, its own first."""
        found: dict[str, Entry] = {}
        for holder in (path, *self._bases(path)):
            for entry in self._members.get(holder) or _python_members(holder):
                found.setdefault(entry.name, entry)
        return list(found.values())

    def names_of(self, path: str) -> list[str]:
        """Return all public names of a module, also those that are not offered."""
        entry = self._entries.get(path)
        is_module = entry is None or entry.kind == "module"
        return self._names.get(path, []) if is_module else []

    def is_kind_of(self, path: str, base: str) -> bool:
        """Return True if the class is `base` or inherits from it."""
        return path == base or base in self._bases(path)

    def modules(self) -> list[str]:
        """Return the paths of all modules, top-level ones first."""
        paths = (entry.path for entry in self._entries.values() if entry.kind == "module")
        tops = dict.fromkeys(path.partition(".")[0] for path in self._entries)
        return [*tops, *sorted(paths)]

    def _bases(self, path: str) -> tuple[str, ...]:
        entry = self.find(path)
        return entry.bases if entry is not None else ()


NO_LIBRARY = Library()
"""The empty library, before the worker has sent the index."""


def read_library(value: Value) -> Library:
    """Return the library in the worker's answer."""
    return Library(read_entries(value))


def read_entries(value: Value) -> Iterator[Entry]:
    """Yield the names in the worker's answer, except unreadable ones."""
    lines = value.items if isinstance(value, SequenceValue) else ()
    for line in (each.value for each in lines if isinstance(each, TextValue)):
        path, *fields = line.split(SEPARATOR)
        is_sound = len(fields) == FIELDS - 1 and is_plain(line)
        if is_sound and all(map(str.isidentifier, path.split("."))):
            kind, signature, about, *lists, more = fields
            bases, keywords = (tuple(filter(None, each.split(","))) for each in lists)
            overloads = tuple(filter(None, more.split(OVERLOADS)))
            yield Entry(path, kind, signature, about, bases, keywords, overloads)


def python_names() -> list[Entry]:
    """Return Python's own functions and classes, and its keywords."""
    return [each for each in _python_entries().values() if each.path.count(".") == 1]


@cache
def _python_entries() -> Mapping[str, Entry]:
    entries: dict[str, Entry] = {}
    for name, obj in vars(builtins).items():
        if not name.startswith("_"):
            kind = "class" if isinstance(obj, type) else "function" if callable(obj) else "value"
            _add_python(entries, f"{PYTHON}.{name}", kind, obj)
    entries.update((each.path, each) for each in _SHOWS)
    for word in keyword.kwlist:
        entries.setdefault(f"{PYTHON}.{word}", Entry(f"{PYTHON}.{word}", "keyword"))
    for holder in _PYTHON_TYPES:
        for name in dir(holder):
            if not name.startswith("_"):
                obj = getattr(holder, name)
                kind = "method" if callable(obj) else "value"
                _add_python(entries, f"{PYTHON}.{holder.__name__}.{name}", kind, obj)
    return entries


def _add_python(entries: dict[str, Entry], path: str, kind: str, obj: object) -> None:
    about = ""
    if kind in ("class", "function", "method"):
        lines = (getattr(obj, "__doc__", None) or "").strip().split("\n")
        about = next((line for line in lines if line and "(" not in line.split()[0]), "")
    signature = _python_signature(obj) if about else ""
    name = path.rpartition(".")[2]
    first, *others = [signature] if signature else _told_signatures(name, obj) or [""]
    entries[path] = Entry(path, kind, first, about, overloads=tuple(others))


def _told_signatures(name: str, obj: object) -> list[str]:
    """Return the signatures at a docstring's beginning, each optional argument in brackets."""
    found: list[str] = []
    for line in (getattr(obj, "__doc__", None) or "").split("\n"):
        if line.startswith(" "):
            continue  # a continuation of the line above
        if not line.startswith(f"{name}("):
            break
        arguments, bracket, returns = line[len(name) :].partition(")")
        while (each := _OPTIONAL.search(arguments)) is not None:
            parts = [p if {"=", "<"} & {*p} else f"<{p}>" for p in re.split(r",\s*", each[1])]
            arguments = arguments.replace(each[0], ", " + ", ".join(parts), 1)
        told = arguments.replace("<", "[").replace(">", "]") + bracket
        gives = _RETURNED.fullmatch(returns)
        found.append(f"{told} -> {gives[1]}" if gives is not None else told)
    return found


def _python_signature(obj: object) -> str:
    try:
        signature = inspect.signature(obj)  # type: ignore[arg-type] # what cannot be called raises
    except (ValueError, TypeError):
        return ""
    shown = [each for each in signature.parameters.values() if each.name != "self"]
    return str(inspect.Signature(shown)).replace(", /)", ")")


@cache
def _python_members(holder: str) -> tuple[Entry, ...]:
    if not holder.startswith(f"{PYTHON}."):
        return ()
    return tuple(e for e in _python_entries().values() if e.path.rpartition(".")[0] == holder)
