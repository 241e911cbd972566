"""Make further givens for a step, drawn at random with a fixed seed, to try mutants under.

It draws the numbers of those givens that the step's own variations vary, in the shape of one of
them. It does not know their meaning: the caller drops givens under which the solution fails.
Nothing is run here.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Sequence

from tutor.course.given_variations import bound_to, vary
from tutor.course.model import CodeStep
from tutor.grading.plan import Scenario, scenarios

_SEED = 60_091


def further_inputs(step: CodeStep, count: int) -> tuple[Scenario, ...]:
    """Return that many scenarios with other givens, and seeds, than the step's."""
    generator = random.Random(_SEED)
    return tuple(_drawn(step, number, generator) for number in range(1, count + 1))


def can_draw(step: CodeStep) -> bool:
    """Return True if the step has givens to draw; else further inputs differ in seed only."""
    return bool(_tables(step))


def _drawn(step: CodeStep, number: int, generator: random.Random) -> Scenario:
    seed = (step.seed + _SEED * number) % 2**32
    tables = _tables(step)
    changes = {
        name: _drawn_alike(text, [table[name] for table in tables], generator)
        for name, text in (generator.choice(tables) if tables else {}).items()
    }
    label = ", ".join([*(f"{name} = {text}" for name, text in changes.items()), f"seed = {seed}"])
    return Scenario(label, vary(step.given, changes), seed, "", tuple(changes))


def _tables(step: CodeStep) -> list[dict[str, str]]:
    """Return the expressions of the varied givens: of the step, and of each variation.

    A variation that only leads to a note is left out: a right answer need not pass it.
    """
    names = dict.fromkeys(name for each in scenarios(step) for name in each.varied)
    plain = [name for name in names if bound_to(step.given, name)]
    if not plain:
        return []
    refusing = [each for each in scenarios(step) if not each.note]
    return [{name: bound_to(each.given, name) for name in plain} for each in refusing]


def _drawn_alike(text: str, alike: Sequence[str], generator: random.Random) -> str:
    """Return the expression with new numbers in its lists, within the range of `alike`.

    Whole numbers stay whole: they may be labels, so none is outside that range.
    """
    known = [number for each in alike for number in _numbers(ast.parse(each, mode="eval").body)]
    whole = [number for number in known if type(number) is int]
    size = max((abs(number) for number in known if type(number) is float), default=1.0)

    def drawn(number: float) -> float:
        if type(number) is int:
            return generator.randint(min(whole), max(whole))
        return round(generator.uniform(-size, size), 3)

    return ast.unparse(_with_numbers(ast.parse(text, mode="eval").body, drawn))


def _numbers(node: ast.expr) -> list[float]:
    """Return the numbers in an expression's lists, with their signs."""
    found: list[float] = []

    def note(number: float) -> float:
        found.append(number)
        return number

    _with_numbers(node, note)
    return found


def _with_numbers(node: ast.expr, change: Callable[[float], float]) -> ast.expr:
    """Return the expression with each number changed that is alone or in a list.

    In a call, only lists among its arguments change: a size or an axis stays as it is.
    """
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return ast.Constant(change(number))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return ast.Constant(change(-number))
        case ast.List(elts=parts):
            return ast.List([_with_numbers(part, change) for part in parts])
        case ast.Tuple(elts=parts):
            return ast.Tuple([_with_numbers(part, change) for part in parts])
        case ast.Call(func=function, args=args, keywords=keywords):
            changed = [
                _with_numbers(arg, change) if isinstance(arg, ast.List) else arg for arg in args
            ]
            return ast.Call(function, changed, keywords)
    return node
