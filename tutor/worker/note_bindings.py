"""Compiles a program so that it reports what its lines bind.

After `h = x @ w` the program continues as if the statement `if note.is_live: note.take(h)` stood
there. The note is a constant of the code, not a name: the program's names, its line numbers and its
tracebacks stay as they are. Nothing is added that could raise, or run code of the program.
"""

from __future__ import annotations

import ast
import dis
import os
import warnings
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator
from types import CodeType
from typing import NamedTuple, TypeAlias

from tutor.worker.loop_notes import lines_of_epochs
from tutor.worker.stack import EXERCISE_FILE

MAX_NOTES = 1_000
"""Maximum number of bindings of a program that get a note; later ones get none."""
_STORES = frozenset(("STORE_NAME", "DELETE_NAME", "STORE_GLOBAL", "DELETE_GLOBAL"))
_Block: TypeAlias = ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith


class Part(NamedTuple):
    """One access in the path from an object to a part of it."""

    is_attribute: bool
    key: object
    """The name of the attribute, or the index of the item: None if the program computes it."""


class Binding(NamedTuple):
    """One place where a program binds a name, an attribute or an item, or begins an epoch."""

    line: int
    target: str
    """The target as the program writes it, such as `self.weight`; "" for an epoch."""
    root: str
    """The name that the target begins with."""
    path: tuple[Part, ...] = ()
    """The accesses from that name's object to the bound one."""
    owner: str = ""
    """The owner of a bound item, such as `grid` in `grid[0]`; "" for names and attributes."""
    is_alone: bool = False
    """True if its line binds nothing else."""
    is_only: bool = False
    """True if it is a global name that the program binds nowhere else."""


def compile_with_notes(
    source: str, make_note: Callable[[Binding], object], *, in_functions: bool
) -> CodeType:
    """Return the compiled program, which calls a note for each binding and epoch.

    A note has `is_live` and `take`, which gets the object of the binding's `root` and must not
    raise. With `in_functions`, bindings inside functions have notes, too; those in the body of a
    class never have. Raises what `compile` raises, and RecursionError if it is nested too deep.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the first compilation has issued them already
        tree = ast.parse(source)
        writer = _Writer(lines_of_epochs(tree), in_functions=in_functions)
        code = compile(writer.visit(tree), EXERCISE_FILE, "exec", dont_inherit=True)
    on_line = Counter(binding.line for binding in writer.bindings if binding.target)
    stores = Counter(_stored_names(code))
    notes: dict[str, object] = {}
    for index, binding in enumerate(writer.bindings):
        is_only = binding.is_only and stores[binding.root] == 1
        noted = binding._replace(is_alone=on_line[binding.line] == 1, is_only=is_only)
        notes[writer.mark(index)] = make_note(noted)
    return _with_constants(code, notes)


def _stored_names(code: CodeType) -> Iterator[str]:
    """Yield the global names, and those of class bodies, once for each store and deletion."""
    yield from (step.argval for step in dis.get_instructions(code) if step.opname in _STORES)
    for constant in code.co_consts:
        if type(constant) is CodeType:
            yield from _stored_names(constant)


def _with_constants(code: CodeType, notes: dict[str, object]) -> CodeType:
    """Return the code with notes in place of marks, since `compile` takes no notes."""
    constants: list[object] = []
    for constant in code.co_consts:
        if type(constant) is CodeType:
            constant = _with_constants(constant, notes)
        elif type(constant) is str:
            constant = notes.get(constant, constant)
        constants.append(constant)
    return code.replace(co_consts=tuple(constants))


class _Writer(ast.NodeTransformer):
    """Writes the calls of notes into a syntax tree, and collects their bindings."""

    def __init__(self, loop_lines: Container[int], *, in_functions: bool) -> None:
        self.bindings: list[Binding] = []
        self._loop_lines = loop_lines
        self._in_functions = in_functions
        self._is_noted = self._is_global = True
        self._random = os.urandom(16).hex()  # no text of the program can equal a mark

    def mark(self, index: int) -> str:
        return f"{self._random}:{index}"

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.stmt:
        return self._with_scope(node, is_noted=self._in_functions)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.stmt:
        return self._with_scope(node, is_noted=False)

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt]:
        return [node, *self._notes(node.targets)]

    def visit_AugAssign(self, node: ast.AugAssign | ast.AnnAssign) -> list[ast.stmt]:
        return [node, *self._notes([node.target] if node.value else [])]

    def visit_For(self, node: ast.For | ast.AsyncFor) -> ast.stmt:
        opening = self._round(node, node.target) + self._notes([node.target])
        return self._with_opening(node, opening)

    def visit_While(self, node: ast.While) -> ast.stmt:
        return self._with_opening(node, self._round(node, node.test))

    def visit_With(self, node: ast.With | ast.AsyncWith) -> ast.stmt:
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
        return self._with_opening(node, self._notes(targets))

    visit_AnnAssign = visit_AugAssign
    visit_AsyncFunctionDef = visit_FunctionDef
    visit_AsyncFor = visit_For
    visit_AsyncWith = visit_With

    def _with_scope(self, node: ast.stmt, *, is_noted: bool) -> ast.stmt:
        outer = self._is_noted, self._is_global
        self._is_noted, self._is_global = is_noted, False
        self.generic_visit(node)
        self._is_noted, self._is_global = outer
        return node

    def _with_opening(self, node: _Block, opening: list[ast.stmt]) -> ast.stmt:
        self.generic_visit(node)
        node.body[:0] = opening
        return node

    def _round(self, loop: ast.stmt, place: ast.expr) -> list[ast.stmt]:
        is_of_epochs = loop.lineno in self._loop_lines
        return self._note(Binding(loop.lineno, "", ""), place) if is_of_epochs else []

    def _notes(self, targets: Iterable[ast.expr]) -> list[ast.stmt]:
        notes: list[ast.stmt] = []
        for target in targets:
            if isinstance(target, ast.Tuple | ast.List):
                notes += self._notes(target.elts)
            elif isinstance(target, ast.Starred):
                notes += self._notes([target.value])
            elif (place := _place(target)) is not None:
                owner = ast.unparse(target.value) if isinstance(target, ast.Subscript) else ""
                text = ast.unparse(target)
                notes += self._note(Binding(target.lineno, text, *place, owner), target)
        return notes

    def _note(self, binding: Binding, place: ast.expr) -> list[ast.stmt]:
        """Return the statement `if note.is_live: note.take(root)`, located at `place`.

        Without a root the note gets None. Empty if the binding gets no note.
        """
        if not self._is_noted or len(self.bindings) >= MAX_NOTES:
            return []
        note = ast.Constant(self.mark(len(self.bindings)))
        self.bindings.append(binding._replace(is_only=self._is_global and not binding.path))
        root = ast.Name(binding.root, ast.Load()) if binding.root else ast.Constant(None)
        take = ast.Call(ast.Attribute(note, "take", ast.Load()), [root], [])
        is_live = ast.Attribute(note, "is_live", ast.Load())
        statement = ast.copy_location(ast.If(is_live, [ast.Expr(take)], []), place)
        return [ast.fix_missing_locations(statement)]


def _place(node: ast.expr) -> tuple[str, tuple[Part, ...]] | None:
    """Return the target's first name and the accesses from there; None without a name."""
    match node:
        case ast.Name(id=name):
            return name, ()
        case ast.Attribute(value=owner, attr=name):
            part = Part(True, name)
        case ast.Subscript(value=owner, slice=index):
            part = Part(False, _literal(index))
        case _:
            return None
    place = _place(owner)
    return place and (place[0], (*place[1], part))


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
