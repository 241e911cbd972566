"""A finder of the private parts of Textual and Rich that the files of ui use.

A name is private if it begins with one underscore. Four forms are found: an import; an attribute,
in a chain or by `getattr`; a method or attribute of our own class that takes the place of one of
Textual's, or that Textual calls by its name; and a name set in a module of Textual.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from textwrap import dedent
from types import ModuleType

from textual.message_pump import MessagePump

THEIRS = ("textual", "rich")
BY_NAME = ("getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller")
CALLED_BY_NAME = ("_on_", "_action_")
"""Prefixes of methods that Textual calls before the public ones of the same name."""
CALLED_FOR_REACTIVES = ("_watch_", "_validate_", "_compute_")
PRIVATE_MODULE = re.compile(rf"({'|'.join(THEIRS)})(\.\w+)*\._\w[\w.]*")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of ours: its name, its syntax tree and the imported module."""

    name: str
    tree: ast.Module
    module: ModuleType


def private_uses(sources: Iterable[Source]) -> dict[str, list[str]]:
    """Map the name of each file that uses private names to a line for each use."""
    sources = list(sources)
    own = frozenset(name for source in sources for name in _names_of_classes(source.tree))
    theirs = _private_names_by_class(sources)
    found = {
        source.name: [
            *_imports(source.tree),
            *_attributes(source.tree, own),
            *_patches(source.tree),
            *_in_classes(source, theirs),
        ]
        for source in sources
    }
    return {name: sorted(set(lines)) for name, lines in found.items() if lines}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))


def _is_theirs(module: str | None) -> bool:
    return bool(module) and str(module).split(".")[0] in THEIRS


# ---- imports ----


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in _imported(node):
            if _is_theirs(name) and any(_is_private(part) for part in name.split(".")):
                yield f"imports {name}"


def _imported(node: ast.AST) -> Iterator[str]:
    """Yield full names of imports, and strings that name a private module and could import it."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from [node.value] * bool(PRIVATE_MODULE.fullmatch(node.value))


# ---- attributes ----


def _attributes(tree: ast.Module, own: frozenset[str]) -> Iterator[str]:
    """Yield uses of private attributes that are not our own.

    On itself an object may use what any class of ours defines; on another object only what a class
    of the same file does.
    """
    here = {*_names_of_classes(tree)}
    standard = {*_standard_modules(tree)}
    for node in ast.walk(tree):
        for receiver, name in _read(node):
            if not _is_private(name) or ast.unparse(receiver) in standard:
                continue
            if name not in (own if _is_itself(receiver) else here):
                yield f"uses {ast.unparse(receiver)}.{name}"


def _read(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """Yield the object and the name of an attribute, also if the name is given as a string."""
    if isinstance(node, ast.Attribute):
        yield node.value, node.attr
    elif isinstance(node, ast.Call) and _called(node) in BY_NAME:
        for argument in node.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                for name in argument.value.split("."):
                    yield node.args[0], name


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _is_itself(receiver: ast.expr) -> bool:
    if isinstance(receiver, ast.Call):
        return _called(receiver) == "super"
    return isinstance(receiver, ast.Name) and receiver.id in ("self", "cls")


def _standard_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] in sys.stdlib_module_names:
                    yield alias.asname or alias.name


def _names_of_classes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from _defined(node)


def _defined(node: ast.ClassDef) -> Iterator[str]:
    """Yield the names of methods and attributes that the text of a class defines."""
    for part in node.body:
        if isinstance(part, Function):
            yield part.name
        for target in _targets(part):
            if isinstance(target, ast.Name):
                yield target.id
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
            yield from [inner.attr] * _is_itself(inner.value)


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


# ---- names set in their modules ----


def _patches(tree: ast.Module) -> Iterator[str]:
    """Yield assignments to names in a module of Textual or Rich.

    They count whether the name is private or not: only that module itself looks it up there.
    """
    modules = {*_their_modules(tree)}
    for node in ast.walk(tree):
        target = node
        if isinstance(node, ast.Call) and _called(node) == "setattr" and node.args:
            target = ast.Attribute(node.args[0], "", ast.Store())
        if isinstance(target, ast.Attribute) and not isinstance(target.ctx, ast.Load):
            changed = ast.unparse(target.value)
            yield from [f"sets a name in {changed}"] * (changed in modules)


def _their_modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                alias.asname or alias.name for alias in node.names if _is_theirs(alias.name)
            )
        elif isinstance(node, ast.ImportFrom) and node.module and _is_theirs(node.module):
            for alias in node.names:
                if _is_module(f"{node.module}.{alias.name}"):
                    yield alias.asname or alias.name


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # what it would stand in is no package
        return False


# ---- classes ----


def _in_classes(source: Source, theirs: Mapping[type, Mapping[str, str]]) -> Iterator[str]:
    seen = {node for node, _ in _classes(source)}
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and node not in seen:
            yield f"{node.name} is made where it cannot be looked at"
    for node, made in _classes(source):
        names = theirs.get(made, {})
        for name in _defined(node):
            if name in names:
                yield f"{made.__name__} overrides {names[name]}.{name}"
        for inner in ast.walk(node):
            for receiver, name in _read(inner):
                if _is_itself(receiver) and name in names:
                    yield f"{made.__name__} uses {names[name]}.{name}"


def _classes(source: Source) -> Iterator[tuple[ast.ClassDef, type]]:
    """Yield the classes of a file, nested ones included, each with its class object."""
    waiting: list[tuple[ast.stmt, object]] = [(part, source.module) for part in source.tree.body]
    while waiting:
        node, owner = waiting.pop()
        if isinstance(node, ast.ClassDef):
            made = vars(owner)[node.name]
            yield node, made
            waiting += [(part, made) for part in node.body]


def _private_names_by_class(sources: Iterable[Source]) -> dict[type, dict[str, str]]:
    """Map each class of ours to the private names that it could override or use by accident.

    These are the private names of the classes of Textual and Rich that it inherits from, or that
    it is combined with in a subclass, and its own methods that Textual calls by name.
    """
    found: dict[type, dict[str, str]] = {}
    made = {each for source in sources for _, each in _classes(source)}
    for each in made:
        names = {name: base.__name__ for base in _bases(each) for name in _private_names(base)}
        for part in each.__mro__:
            if part in made:
                called = dict.fromkeys(_called_by_name(part, each), "Textual")
                found.setdefault(part, {}).update(called | names)
    return found


def _bases(made: type) -> list[type]:
    """Return the base classes from Textual and Rich, the nearest one last."""
    return [base for base in reversed(made.__mro__) if _is_theirs(base.__module__)]


def _called_by_name(part: type, made: type) -> Iterator[str]:
    if not issubclass(made, MessagePump):
        return
    reactives = vars(made).get("_reactives", {})
    for name, value in vars(part).items():
        if callable(value) and name.startswith(CALLED_BY_NAME):
            yield name
        if any(name == f"{hook}{each}" for hook in CALLED_FOR_REACTIVES for each in reactives):
            yield name


@cache
def _private_names(base: type) -> frozenset[str]:
    """Return the private names of a class of Textual or Rich, without those of its bases.

    Attributes that its methods set are found in its source.
    """
    try:
        text = inspect.getsource(base)
    except (OSError, TypeError):
        text = ""
    names = {*vars(base), *_names_of_classes(ast.parse(dedent(text)))}
    return frozenset(name for name in names if _is_private(name))
