"""Make the mutants of a solution: the same program with one small change, each different.

Nothing is run here. `edits` defines the changes of an expression; this module walks the program,
and drops mutants that mean the same as the solution, or as another mutant.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeGuard

from msgspec import Struct

from tutor.authoring.mutation.edits import constants_of, other_constants, other_expressions
from tutor.course.code import bindings, parse_expression, parse_program
from tutor.course.task import constant_names

SPAN = 60
"""Maximum characters shown of a changed part."""


class Mutant(Struct, frozen=True):
    """A solution with one change."""

    change: str
    """Description of the change with its line; it names the mutant in `[[exempt]]`."""
    line: int
    """Line of the solution that is changed."""
    source: str
    constant: str = ""
    """Changed constant, as `repr` writes it; "" if something else is changed."""
    becomes: float | None = None
    """Number that the constant becomes."""
    is_all_of_it: bool = False
    """True if the constant is changed everywhere."""
    name: str = ""
    """Name that the constant is given, as in `lr=0.01` or `lr = 0.01`; "" without one."""
    is_renamed: bool = False
    """True if only a name that the task asks for is changed."""
    given: tuple[str, ...] = ()
    """Givens that it rebinds; () if the solution is changed."""


def mutants_of(
    solution: str,
    *,
    free: Sequence[tuple[str, float]] = (),
    typed_in: Mapping[str, str] = MappingProxyType({}),
    names: Sequence[str] = (),
) -> tuple[Mutant, ...]:
    """Return the mutants of a program, in the order of its lines.

    `free` holds constants as `repr` writes them, each with a further number to try. `typed_in` are
    names with the expressions that may replace them, and `names` those that may be renamed.
    """
    original = parse_program(solution)
    seen = {_normal_form(solution)}
    mutants: list[Mutant] = []
    found = (
        *_changed_expressions(original, free),
        *_typed_in(original, typed_in),
        *_renamed(original, names),
        *_changed_statements(original),
    )
    for mutant in sorted(found, key=lambda each: each.line):
        form = _normal_form(mutant.source)
        if form is not None and form not in seen:
            seen.add(form)
            mutants.append(mutant)
    return tuple(mutants)


def _normal_form(source: str) -> str | None:
    """Return a text that is equal for programs that differ in layout only; None if not Python."""
    try:
        return ast.unparse(_Folded().visit(parse_program(source)))
    except ValueError:
        return None


class _Folded(ast.NodeTransformer):
    """Removes signs that cancel out: `--1`."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.UnaryOp(ast.USub(), ast.UnaryOp(ast.USub(), operand)):
                return operand
        return node


def _changed_expressions(tree: ast.Module, free: Sequence[tuple[str, float]]) -> Iterator[Mutant]:
    """Yield the mutants with one replaced expression, or a constant replaced everywhere."""
    for place, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.expr | ast.keyword):
            yield from _at(tree, place, node, free)
    yield from _constants_everywhere(tree, free)


def _at(
    tree: ast.Module, place: int, node: ast.expr | ast.keyword, free: Sequence[tuple[str, float]]
) -> Iterator[Mutant]:
    value = node.value if isinstance(node, ast.keyword) else node
    if isinstance(value, ast.Constant):
        if isinstance(node, ast.keyword) or not _belongs_to_keyword(tree, node):
            facts = {
                "constant": repr(value.value),
                "name": constant_names(tree).get(id(value), ""),
                "is_all_of_it": _count(tree, value) == 1,
            }
            for number in _numbers_for(value, free):
                new = ast.Constant(number)
                changed = ast.keyword(node.arg, new) if isinstance(node, ast.keyword) else new
                yield _replaced(tree, place, node, changed, {**facts, "becomes": number})
    elif isinstance(node, ast.expr) and not _is_called(tree, node):
        for other in other_expressions(node):
            if not (isinstance(other, ast.UnaryOp) and _is_statement(tree, node)):
                yield _replaced(tree, place, node, other, {})


def _is_called(tree: ast.Module, node: ast.expr) -> bool:
    """Return True for the function of a call."""
    return any(isinstance(each, ast.Call) and each.func is node for each in ast.walk(tree))


def _is_statement(tree: ast.Module, node: ast.expr) -> bool:
    """Return True for an expression whose value nobody uses."""
    return any(isinstance(each, ast.Expr) and each.value is node for each in ast.walk(tree))


def _numbers_for(node: ast.Constant, free: Sequence[tuple[str, float]]) -> list[float | bool]:
    chosen = [number for constant, number in free if constant == repr(node.value)]
    return [*other_constants(node.value), *chosen]


def _belongs_to_keyword(tree: ast.Module, node: ast.AST) -> bool:
    """Return True for the value of `name=value`, which is changed together with its name."""
    return any(isinstance(each, ast.keyword) and each.value is node for each in ast.walk(tree))


def _constants_everywhere(tree: ast.Module, free: Sequence[tuple[str, float]]) -> Iterator[Mutant]:
    """Yield the mutants in which a number that occurs several times is replaced in all.

    So are sizes that must fit: `nn.Linear(11, 20), nn.Linear(20, 1)`.
    """
    firsts = {repr(node.value): node for node in reversed(list(constants_of(tree)))}
    for text, node in firsts.items():
        if _count(tree, node) < 2:
            continue
        for number in _numbers_for(node, free):
            changed = copy.deepcopy(tree)
            for each in constants_of(changed):
                if repr(each.value) == text:
                    each.value = number
            change = f"line {node.lineno}: {text} becomes {number!r} everywhere"
            source = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(change, node.lineno, source, text, number, is_all_of_it=True)


def _typed_in(tree: ast.Module, values: Mapping[str, str]) -> Iterator[Mutant]:
    """Yield the mutants that hardcode a given's value wherever they should read it."""
    for name, value in values.items():
        reads = [node for node in ast.walk(tree) if _reads(node, name)]
        if reads:
            line = min(node.lineno for node in reads)
            changed = _Typed(name, parse_expression(value).body).visit(copy.deepcopy(tree))
            source = ast.unparse(ast.fix_missing_locations(changed))
            yield Mutant(f"line {line}: `{name}` becomes its value, typed in", line, source)


def _reads(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


class _Typed(ast.NodeTransformer):
    """Replaces each read of a name by an expression."""

    def __init__(self, name: str, value: ast.expr) -> None:
        self._name, self._value = name, value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return copy.deepcopy(self._value) if _reads(node, self._name) else node


def _renamed(tree: ast.Module, names: Sequence[str]) -> Iterator[Mutant]:
    """Yield the mutants in which a name of the program is renamed everywhere."""
    for name in names:
        lines = [line for bound, line in bindings(tree) if bound == name]
        if lines:
            changed = _Renamed(name).visit(copy.deepcopy(tree))
            change = f"line {lines[0]}: `{name}` is called `{name}_`"
            yield Mutant(change, lines[0], ast.unparse(changed), is_renamed=True)


class _Renamed(ast.NodeTransformer):
    """Renames a variable or function by appending an underscore."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id == self._name:
            node.id += "_"
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        if node.name == self._name:
            node.name += "_"
        return node


def _count(tree: ast.Module, constant: ast.Constant) -> int:
    """Return the number of occurrences of a constant."""
    return sum(repr(node.value) == repr(constant.value) for node in constants_of(tree))


def _replaced(
    tree: ast.Module,
    place: int,
    node: ast.expr | ast.keyword,
    other: ast.expr | ast.keyword,
    facts: dict[str, object],
) -> Mutant:
    """Return the mutant in which node number `place` of a walk is replaced."""
    changed = copy.deepcopy(tree)
    target = list(ast.walk(changed))[place]
    _Swap(target, other).visit(changed)
    line = node.value.lineno if isinstance(node, ast.keyword) else node.lineno
    before, after = (shortened(ast.unparse(each)) for each in (node, other))
    change = f"line {line}: `{before}` becomes `{after}`"
    if (again := _same_text_before(tree, place, node)) > 1:
        change += f" (number {again} of these)"
    source = ast.unparse(ast.fix_missing_locations(changed))
    return Mutant(change, line, source, **facts)  # type: ignore[arg-type] # fields of Mutant


def _same_text_before(tree: ast.Module, place: int, node: ast.expr | ast.keyword) -> int:
    """Return the node's position among those with the same text in its line, from 1."""
    text, line = ast.unparse(node), getattr(node, "lineno", 0)
    nodes = list(ast.walk(tree))[: place + 1]
    return sum(
        type(each) is type(node)
        and getattr(each, "lineno", 0) == line
        and ast.unparse(each) == text
        for each in nodes
    )


class _Swap(ast.NodeTransformer):
    """Replaces one node, found by identity, by another."""

    def __init__(self, target: ast.AST, other: ast.AST) -> None:
        self._target, self._other = target, other

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self._target:
            return copy.deepcopy(self._other)
        visited: ast.AST = self.generic_visit(node)
        return visited


def shortened(text: str) -> str:
    """Return the text in one line of at most `SPAN` characters."""
    text = " ".join(text.split())
    return text if len(text) <= SPAN else f"{text[: SPAN - 1]}…"


def _changed_statements(tree: ast.Module) -> Iterator[Mutant]:
    """Yield the mutants in which a statement is missing, doubled, or moved."""
    for place, (body, index) in enumerate(_statements(tree)):
        statement = body[index]
        shown = shortened(ast.unparse(statement).splitlines()[0])
        for words, edit in _STATEMENT_EDITS.items():
            changed = copy.deepcopy(tree)
            if edit(changed, *list(_statements(changed))[place]):
                source = ast.unparse(ast.fix_missing_locations(changed))
                line = statement.lineno
                yield Mutant(f"line {line}: `{shown}` {words}", line, source)


def _statements(tree: ast.AST) -> Iterator[tuple[list[ast.stmt], int]]:
    """Yield each statement of a program as its body and its index there."""
    for node in ast.walk(tree):
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if isinstance(body, list):
                yield from ((body, index) for index in range(len(body)))


def _drop(_tree: ast.Module, body: list[ast.stmt], index: int) -> bool:
    body[index : index + 1] = [] if len(body) > 1 else [ast.Pass()]
    return True


def _double(_tree: ast.Module, body: list[ast.stmt], index: int) -> bool:
    body.insert(index, copy.deepcopy(body[index]))
    return True


def _swap_with_next(_tree: ast.Module, body: list[ast.stmt], index: int) -> bool:
    if index + 1 == len(body):
        return False
    body[index], body[index + 1] = body[index + 1], body[index]
    return True


def _move_behind_block(tree: ast.Module, body: list[ast.stmt], index: int) -> bool:
    if index == 0 or index + 1 < len(body):
        return False
    for outer, place in _statements(tree):
        if isinstance(outer[place], ast.For | ast.While | ast.With) and _body_of(outer[place]) is (
            body
        ):
            outer.insert(place + 1, body.pop())
            return True
    return False


def _body_of(statement: ast.stmt) -> list[ast.stmt] | None:
    return getattr(statement, "body", None)


_STATEMENT_EDITS: dict[str, Callable[[ast.Module, list[ast.stmt], int], bool]] = {
    "is missing": _drop,
    "stands twice": _double,
    "comes after the next statement": _swap_with_next,
    "comes after its block": _move_behind_block,
}
