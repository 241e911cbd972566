"""Make the programs that change one given of a step: the solution with a line of the given code.

Learners rebind givens, in a line of their own or in a copy of the given code. That may be wrong or
right, but must never go unnoticed. Nothing is run here.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from tutor.authoring.mutation.edits import constants_of, name_of, other_constants
from tutor.authoring.mutation.mutants import Mutant, shortened
from tutor.course.code import bindings, parse_program

_OTHER_OPTIMIZERS = {"Adam": "SGD", "SGD": "Adam"}


def given_mutants(given: str, solution: str) -> tuple[Mutant, ...]:
    """Return the solution after each changed assignment of the given code.

    The assignment comes alone, and in a copy of the given code.
    """
    return tuple(_mutants(given, solution))


def _mutants(given: str, solution: str) -> Iterator[Mutant]:
    tree = parse_program(given)
    for place, node in enumerate(tree.body):
        if not isinstance(node, ast.Assign):
            continue
        names = tuple(dict.fromkeys(name for name, _ in bindings(node)))
        changed = ast.fix_missing_locations(ast.Assign(node.targets, _other_value(node.value)))
        copied = ast.Module([*tree.body[:place], changed, *tree.body[place + 1 :]], [])
        for how, above in (("bound again", changed), ("in a copy of the given code", copied)):
            change = f"given line {node.lineno}, {how}: `{shortened(ast.unparse(changed))}`"
            source = f"{ast.unparse(above)}\n{solution}"
            yield Mutant(change, node.lineno, source, given=names)


def _other_value(value: ast.expr) -> ast.expr:
    """Return an expression with another value: another last number, another class, or 2 v + 1."""
    other = copy.deepcopy(value)
    numbers = [each for each in constants_of(other) if not isinstance(each.value, bool)]
    if numbers:
        last = max(numbers, key=lambda each: (each.lineno, each.col_offset))
        last.value = other_constants(last.value)[0]
        return other
    match other:
        case ast.Call(func=ast.Attribute(attr=word) as func) if word in _OTHER_OPTIMIZERS:
            func.attr = _OTHER_OPTIMIZERS[word]
            return other
        case ast.Call(func=func, keywords=[]) if name_of(func).endswith("Loss"):
            other.keywords = [ast.keyword("reduction", ast.Constant("sum"))]
            return other
    twice = ast.BinOp(other, ast.Mult(), ast.Constant(2))
    return ast.BinOp(twice, ast.Add(), ast.Constant(1))
