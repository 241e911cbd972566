"""Compiles a program so that it tells what its lines bind.

After `h = x @ w` the program goes on as if the statement `if note.is_live: note.take(h)` stood
there. The note is a constant of the code, not a name: the program's names, its line numbers and its
tracebacks stay as they are. Nothing is added that could raise, or run code of the program.
"""

from __future__ import annotations

import ast
import os
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import CodeType
from typing import NamedTuple, Protocol

MAX_NOTES = 1_000
"""Bindings of a program that get a note; of the others nothing is told."""


class Part(NamedTuple):
    """A step of the way from an object to what it holds."""

    is_attribute: bool
    """Else it is an item."""
    key: str | int


class Binding(NamedTuple):
    """One place where a program binds a name, an attribute or an item."""

    line: int
    """The line on which the target stands."""
    target: str
    """The target as the program writes it, such as `self.weight`."""
    root: str
    """The name that the target begins with; "" for the beginning of a round of a `while` loop."""
    path: tuple[Part, ...] = ()
    """The way from that name's object to the owner of the item, or to what is bound."""
    owner: str = ""
    """What an item is bound in, such as `grid` in `grid[0]`; "" for names and attributes."""
    item: str | int | None = None
    """The index of the item, None if that is worked out by the program."""
    is_alone: bool = False
    """Whether its line binds nothing else."""
    is_only: bool = False
    """Whether it is a global name that the program binds nowhere else."""
    is_loop: bool = False
    """Whether it is the first target of a `for` loop, bound at the beginning of each round, or that
    beginning itself."""


class BindingNote(Protocol):
    """What the program tells of a binding."""

    is_live: bool
    """Whether it is still to be told."""

    def take(self, root: object) -> None:
        """Take the object of the binding's `root`, just after the binding. Must not raise."""
        ...


def compile_with_notes(
    source: str,
    filename: str,
    make_note: Callable[[Binding], BindingNote],
    *,
    in_functions: bool,
) -> CodeType:
    """Return the compiled program, which calls a note for each binding.

    Raises what `compile` raises, and RecursionError for a program that is nested too deep. With
    `in_functions`, bindings inside functions are noted, too; bindings in the body of a class never
    are.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they were given when it was compiled as it is
        flags = ast.PyCF_ONLY_AST
        tree: ast.Module = compile(source, filename, "exec", flags, dont_inherit=True)
        writer = _Writer(in_functions=in_functions)
        names = Counter(_names_bound(tree))
        tree.body = writer.with_notes(tree.body, is_noted=True, is_global=True)
        code = compile(tree, filename, "exec", dont_inherit=True)
    notes: dict[str, object] = {
        writer.mark(index): make_note(binding)
        for index, binding in enumerate(writer.finished(names))
    }
    return _with_constants(code, notes)


def _with_constants(code: CodeType, notes: dict[str, object]) -> CodeType:
    """Return the code with the notes in place of their marks, which no compiler would take."""
    constants = tuple(
        _with_constants(constant, notes)
        if type(constant) is CodeType
        else notes.get(constant, constant)
        if type(constant) is str
        else constant
        for constant in code.co_consts
    )
    return code.replace(co_consts=constants)


class _Writer:
    """Writes the calls of notes into a syntax tree, and collects their bindings."""

    def __init__(self, *, in_functions: bool) -> None:
        self._in_functions = in_functions
        self._bindings: list[Binding] = []
        self._targets_of_line: Counter[int] = Counter()
        self._globals: set[int] = set()
        """Indices of the bindings of global names."""
        self._random = os.urandom(16).hex()  # no text of the program can be like a mark

    def mark(self, index: int) -> str:
        """Return the text that stands for a note while the program is compiled."""
        return f"{self._random}:{index}"

    def finished(self, names: Counter[str]) -> list[Binding]:
        """Return all bindings; `names` says how often the program binds each name."""
        return [
            binding._replace(
                is_alone=self._targets_of_line[binding.line] == 1,
                is_only=index in self._globals and names[binding.root] == 1,
            )
            for index, binding in enumerate(self._bindings)
        ]

    def with_notes(
        self, statements: Sequence[ast.stmt], *, is_noted: bool, is_global: bool
    ) -> list[ast.stmt]:
        """Return the statements with a note after each binding, if these are `is_noted`."""
        written: list[ast.stmt] = []
        for statement in statements:
            before, after = _targets(statement)
            is_loop = isinstance(statement, ast.For)
            opening = self._notes(before, is_global, is_loop=is_loop) if is_noted else []
            if isinstance(statement, ast.While) and is_noted:
                opening = self._note_of_round(statement)
            self._write_inner(statement, opening, is_noted=is_noted, is_global=is_global)
            written.append(statement)
            written += self._notes(after, is_global) if is_noted else []
        return written

    def _write_inner(
        self, statement: ast.stmt, opening: list[ast.stmt], *, is_noted: bool, is_global: bool
    ) -> None:
        """Write notes into the blocks of a statement; its body begins with the `opening` ones."""
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                is_noted, is_global = self._in_functions, False
            case ast.ClassDef():
                is_noted, is_global = False, False
        for part in (
            statement,
            *getattr(statement, "handlers", ()),
            *getattr(statement, "cases", ()),
        ):
            for field in ("body", "orelse", "finalbody"):
                block = getattr(part, field, None)
                if block:
                    inner = self.with_notes(block, is_noted=is_noted, is_global=is_global)
                    setattr(part, field, opening + inner)
                    opening = []

    def _notes(
        self, targets: Sequence[ast.expr], is_global: bool, *, is_loop: bool = False
    ) -> list[ast.stmt]:
        notes: list[ast.stmt] = []
        for target in _leaves(targets):
            self._targets_of_line[target.lineno] += 1
            binding = _binding(target)
            if binding is not None and len(self._bindings) < MAX_NOTES:
                if is_global and isinstance(target, ast.Name):
                    self._globals.add(len(self._bindings))
                notes.append(_call(self.mark(len(self._bindings)), binding.root, target))
                self._bindings.append(binding._replace(is_loop=is_loop))
                is_loop = False
        return notes

    def _note_of_round(self, loop: ast.While) -> list[ast.stmt]:
        if len(self._bindings) >= MAX_NOTES:
            return []
        note = _call(self.mark(len(self._bindings)), "", loop.test)
        self._bindings.append(Binding(loop.lineno, "", "", is_loop=True))
        return [note]


def _targets(statement: ast.stmt) -> tuple[Sequence[ast.expr], Sequence[ast.expr]]:
    """Return what a statement binds before its body, and what it binds in all."""
    match statement:
        case ast.For(target=target) | ast.AsyncFor(target=target):
            return [target], ()
        case ast.With(items=items) | ast.AsyncWith(items=items):
            return [item.optional_vars for item in items if item.optional_vars is not None], ()
        case ast.Assign(targets=targets):
            return (), targets
        case ast.AugAssign(target=target):
            return (), [target]
        case ast.AnnAssign(target=target, value=ast.expr()):
            return (), [target]
    return (), ()


def _leaves(targets: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Yield the single targets in these, of which some may be tuples or lists of targets."""
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            yield from _leaves(target.elts)
        else:
            yield target


def _binding(target: ast.expr) -> Binding | None:
    """Return what is known of a binding from its target; None if it cannot be looked up later."""
    match target:
        case ast.Name(id=name):
            return Binding(target.lineno, name, name)
        case ast.Attribute():
            place = _place(target)
            return place and Binding(target.lineno, ast.unparse(target), *place)
        case ast.Subscript(value=owner):
            place = _place(owner)
            return place and Binding(
                target.lineno,
                ast.unparse(target),
                *place,
                owner=ast.unparse(owner),
                item=_index(target.slice),
            )
    return None


def _place(node: ast.expr) -> tuple[str, tuple[Part, ...]] | None:
    """Return the name that a chain of attributes and items begins with, and the way from there."""
    match node:
        case ast.Name(id=name):
            return name, ()
        case ast.Attribute(value=owner, attr=name):
            place = _place(owner)
            return place and (place[0], (*place[1], Part(True, name)))
        case ast.Subscript(value=owner):
            place, index = _place(owner), _index(node.slice)
            if place is not None and index is not None:
                return place[0], (*place[1], Part(False, index))
    return None


def _index(node: ast.expr) -> str | int | None:
    match node:
        case ast.Constant(value=str() | int() as index):
            return index
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as index)):
            return -index
    return None


def _call(mark: str, name: str, target: ast.expr) -> ast.stmt:
    """Return the statement `if mark.is_live: mark.take(name)`, in the target's place.

    Without a name the note gets None.
    """

    def of_note(attribute: str) -> ast.expr:
        return ast.Attribute(ast.Constant(mark), attribute, ast.Load())

    taken: ast.expr = ast.Name(name, ast.Load()) if name else ast.Constant(None)
    take = ast.Call(of_note("take"), [taken], [])
    statement = ast.If(of_note("is_live"), [ast.Expr(take)], [])
    for node in ast.walk(statement):
        ast.copy_location(node, target)
    return statement


def _names_bound(tree: ast.AST) -> Iterator[str]:
    """Yield a name once for each place at which the program might bind or delete it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.ExceptHandler(name=str() as name):
                yield name
            case ast.alias(name=module, asname=name):
                yield name or module.partition(".")[0]
            case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
                yield name
            case ast.Global(names=names):
                yield from (name for name in names for _ in range(2))
