"""Finds in a program's source where it works a number out of many by hand, as a loss may be.

Such as `((model(x) - y) ** 2).mean()`, what a function of the program's own makes so, and what is
summed up of these. Only the source is read: whether it is a loss is told while the program runs, by
`written_checks`.
"""

from __future__ import annotations

import ast
import copy
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from tutor.worker.training_calls import TRAINING_CALLS, functions_calling

SUMMED = "<summed>"
"""The function by which an expression stands for the sum of several of its values."""
MAX_LOSSES = 100
MAX_NODES = 400
"""Parts of an expression with names put in place; of a larger one the name is left."""

_REDUCTIONS = frozenset(("mean", "sum", "nanmean", "nansum", "norm", "vector_norm"))
_FUNCTIONS = frozenset(("float", "round"))
_METHODS = frozenset(("item", "detach", "cpu", "numpy", "tolist", "double", "float", "clone"))
_LABEL = re.compile(r"((?:[A-Za-z]+[ -])?[A-Za-z_]\w*)\W*$")


_Changes: TypeAlias = "dict[str, list[tuple[int, Meaning | None]]]"
"""What a scope binds each name to in turn, None for what is not known, each with its number."""


class NamesHere(NamedTuple):
    """What names are bound to, at one place of the program."""

    changes: _Changes
    """Those of the whole scope, which all its places share."""
    last: int
    """The number of the last one before this place."""

    def get(self, name: str) -> Meaning | None:
        """Return what the name is bound to, None if that is not known."""
        changes = self.changes.get(name, [])
        at = bisect_right(changes, self.last, key=itemgetter(0))
        return changes[at - 1][1] if at else None


class Meaning(NamedTuple):
    """What a name is bound to."""

    node: ast.expr
    bound: NamesHere
    """What the names in it were bound to."""
    is_summed: bool = False
    """Whether several of its values are added up."""


class WrittenLoss(NamedTuple):
    """A place of the program at which a number may be a loss."""

    node: ast.expr
    """What is computed there."""
    bound: NamesHere
    """What its names are bound to."""
    label: str = ""
    """The words that are printed before it."""
    parts: tuple[int, ...] = ()
    """The numbers of those that were added up to it, or that have got another name here."""
    is_part: bool = False
    """Whether it goes into another one, and is no loss by itself."""


def written_losses(tree: ast.Module) -> list[WrittenLoss]:
    """Return all places that may compute a loss by hand, in the order of the program."""
    found: list[WrittenLoss] = []
    training = functions_calling(tree, TRAINING_CALLS)
    functions = frozenset(
        name for name, node in _functions(tree) if name not in training and _reduces(node)
    )
    _Scope(found, functions).walk(tree.body)
    return found[:MAX_LOSSES]


def whole_expression(loss: WrittenLoss, is_kept: Callable[[ast.Name], bool]) -> ast.expr:
    """Return what is computed with what its names are bound to, but for those that are kept.

    `SUMMED` is called with what was added up. Where it would get too large, names are left.
    """
    return _Inlining(loss.bound, [MAX_NODES], is_kept).inlined(loss.node)


def core(node: ast.expr) -> ast.expr:
    """Return the expression without what only makes a plain number of a tensor."""
    match node:
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[]) if attr in _METHODS:
            return core(value)
        case ast.Call(func=ast.Name(id=name), args=[value, *_]) if name in _FUNCTIONS:
            return node if isinstance(value, ast.Starred) else core(value)
    return node


class _Scope:
    """The module or a function, whose statements are read from the first to the last."""

    def __init__(self, found: list[WrittenLoss], functions: frozenset[str]) -> None:
        self._found = found
        self._reducing = functions
        self._changes: _Changes = {}
        self._count = 0
        """The number of the last of these."""
        self._at: dict[str, int] = {}
        """The number of the loss that a name stands for."""
        self._sums: dict[str, tuple[int, ...]] = {}
        """The numbers of what was added to a name."""
        self._lists: dict[str, tuple[Sequence[ast.stmt], tuple[int, ...]]] = {}
        """Where a list was made, and what was put into it."""

    def walk(self, block: Sequence[ast.stmt]) -> None:
        """Read the statements of a block and of all blocks in it."""
        for statement in block:
            self._read(statement, block)
            for part in (
                statement,
                *getattr(statement, "handlers", ()),
                *getattr(statement, "cases", ()),
            ):
                is_scope = isinstance(statement, ast.FunctionDef | ast.ClassDef)
                scope = _Scope(self._found, self._reducing) if is_scope else self
                for field in ("body", "orelse", "finalbody"):
                    scope.walk(getattr(part, field, ()) or ())

    def _read(self, statement: ast.stmt, block: Sequence[ast.stmt]) -> None:
        match statement:
            case ast.Assign(targets=[target], value=value):
                self._bind(target, value, block)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value, block)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=value):
                self._add(name, value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="append"))):
                self._append(owner, statement.value, block)
            case ast.Expr(value=ast.Call(args=arguments)):
                self._see_all(arguments, block)
            case ast.Return(value=ast.Tuple(elts=values)):
                self._see_all(values, block)
            case ast.Return(value=ast.expr() as value):
                self._see(value, block)
            case ast.If(test=test) | ast.While(test=test):
                compared = (each for each in ast.walk(test) if isinstance(each, ast.Compare))
                for each in compared:
                    self._see_all((each.left, *each.comparators), block)
            case _:
                for name in _names_stored(statement):
                    self._forget(name)

    def _bind(self, target: ast.expr, value: ast.expr, block: Sequence[ast.stmt]) -> None:
        if not isinstance(target, ast.Name):
            self._see(value, block)
            return
        name = target.id
        match value:
            case ast.BinOp(left=ast.Name(id=left), op=ast.Add(), right=right) if left == name:
                self._add(name, right)
                return
        plain, meaning = core(value), Meaning(value, self._here())
        at = self._see(value, block)
        if at is None and isinstance(plain, ast.Name) and plain.id in self._at:
            before = self._at[plain.id]
            at = self._put(WrittenLoss(plain, meaning.bound, parts=(before,)))
            self._make_parts((before,))
        self._forget(name)
        if at is not None:
            self._at[name] = at
        if isinstance(value, ast.List) and not value.elts:
            self._lists[name] = block, ()
        elif any(isinstance(each, ast.Call | ast.BinOp) for each in ast.walk(value)):
            self._change(name, meaning)

    def _add(self, name: str, value: ast.expr) -> None:
        """Note what is added to a name."""
        if not self._is_written(value):
            match core(value):
                case ast.Name(id=other) if other in self._at:
                    at = self._at[other]
                    self._make_parts((at,))
                case _:
                    self._forget(name)
                    return
        else:
            at = self._put(WrittenLoss(core(value), self._here(), is_part=True))
        before = self._sums.get(name, ())
        self._forget(name)
        self._sums[name] = (*before, at)
        self._change(name, self._sum_of(at))

    def _append(self, owner: ast.expr, call: ast.expr, block: Sequence[ast.stmt]) -> None:
        arguments = call.args if isinstance(call, ast.Call) else []
        for value in arguments[:1]:
            at = self._see(value, block)
            match owner, core(value):
                case ast.Name(id=name), ast.Name(id=other) if at is None and name in self._lists:
                    at = self._at.get(other)
            if at is not None and isinstance(owner, ast.Name) and owner.id in self._lists:
                made_in, before = self._lists[owner.id]
                if made_in is not block:
                    self._lists[owner.id] = made_in, (*before, at)
                    self._change(owner.id, self._sum_of(at))

    def _see_all(self, nodes: Iterable[ast.expr], block: Sequence[ast.stmt]) -> None:
        label = ""
        for node in nodes:
            match node:
                case ast.JoinedStr(values=values):
                    self._see_all(values, block)
                case ast.FormattedValue(value=value):
                    self._see(value, block, label)
                case ast.BinOp(left=ast.Constant(value=str()), op=ast.Mod(), right=right):
                    self._see_all(right.elts if isinstance(right, ast.Tuple) else [right], block)
                case ast.Call(func=ast.Attribute(value=ast.Constant()), args=arguments):
                    self._see_all(arguments, block)
                case ast.Constant(value=str() as text):
                    found = _LABEL.search(text)
                    label = found[1] if found else ""
                    continue
                case _:
                    self._see(node, block, label)
            label = ""

    def _see(self, value: ast.expr, block: Sequence[ast.stmt], label: str = "") -> int | None:
        """Note an expression if it may be a loss, and return its number."""
        if isinstance(value, ast.Starred):
            return None  # it stands for several values, and nothing can be put around it
        plain = core(value)
        names = {each.id for each in ast.walk(plain) if isinstance(each, ast.Name)}
        parts = tuple(at for name in names for at in self._sums.get(name, ()))
        for name in names & self._lists.keys():
            made_in, inside = self._lists[name]
            if made_in is block and not isinstance(plain, ast.Name):
                parts += inside
        if not parts and not self._is_written(plain):
            return None
        self._make_parts(parts)
        return self._put(WrittenLoss(plain, self._here(), label, parts))

    def _put(self, loss: WrittenLoss) -> int:
        self._found.append(loss)
        return len(self._found) - 1

    def _make_parts(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._found[number] = self._found[number]._replace(is_part=True)

    def _forget(self, name: str) -> None:
        for known in (self._at, self._sums, self._lists):
            known.pop(name, None)
        if name in self._changes:
            self._change(name, None)

    def _change(self, name: str, meaning: Meaning | None) -> None:
        self._count += 1
        self._changes.setdefault(name, []).append((self._count, meaning))

    def _here(self) -> NamesHere:
        return NamesHere(self._changes, self._count)

    def _is_written(self, node: ast.expr) -> bool:
        return _reduces(node) or any(
            isinstance(each, ast.Call)
            and isinstance(each.func, ast.Name)
            and each.func.id in self._reducing
            for each in ast.walk(node)
        )

    def _sum_of(self, number: int) -> Meaning:
        loss = self._found[number]
        return Meaning(loss.node, loss.bound, is_summed=True)


class Seen(ast.Call):
    """The call that has taken the place of its only argument, which it returns."""


class _Inlining(ast.NodeTransformer):
    """Puts what names are bound to in their place."""

    def __init__(
        self, bound: NamesHere, left: list[int], is_kept: Callable[[ast.Name], bool]
    ) -> None:
        self._bound = bound
        self._is_kept = is_kept
        self._left = left
        """How many nodes may still be copied."""

    def inlined(self, node: ast.expr) -> ast.expr:
        """Return a copy of the expression with names put in place."""
        self._left[0] -= sum(1 for _ in ast.walk(node))
        changed: ast.expr = self.visit(copy.deepcopy(node))
        return changed

    def visit_Seen(self, node: Seen) -> ast.expr:
        """Return what stood there."""
        written: ast.expr = self.visit(node.args[0])
        return written

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what the name is bound to."""
        meaning = self._bound.get(node.id)
        if meaning is None or not isinstance(node.ctx, ast.Load) or self._left[0] < 0:
            return node
        if self._is_kept(node):
            return node
        inner = _Inlining(meaning.bound, self._left, self._is_kept).inlined(core(meaning.node))
        if not meaning.is_summed:
            return inner
        return ast.Call(ast.Name(SUMMED, ast.Load()), [inner], [])


def _reduces(node: ast.AST) -> bool:
    """Return True if something in it makes one number of many."""
    return any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in _REDUCTIONS
        for each in ast.walk(node)
    )


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                yield name, node


def _names_stored(statement: ast.stmt) -> Iterator[str]:
    """Yield what a statement binds itself, not in its blocks."""
    parts: list[ast.AST] = [statement]
    match statement:
        case ast.For(target=target):
            parts = [target]
        case ast.With(items=items):
            parts = [each.optional_vars for each in items if each.optional_vars is not None]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
            return
        case ast.Try() | ast.Match():
            return
    for part in parts:
        for each in ast.walk(part):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                yield each.id
