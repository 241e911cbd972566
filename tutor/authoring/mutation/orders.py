"""Make the mutants of an order step: its lines in other orders, without one, or with a decoy.

Nothing is run here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations, permutations

from tutor.authoring.mutation.mutants import Mutant
from tutor.course.line_order import lines_of, program_of
from tutor.course.model import OrderStep

MAX_ORDERS = 120
"""Maximum orders up to which all are tried: those of five lines. For more lines, only orders in
which two lines are swapped or one is moved."""


def mutants_of_order(step: OrderStep) -> tuple[Mutant, ...]:
    """Return the mutants of the step, each a different program from the solution."""
    count = len(step.lines.strip("\n").splitlines())
    seen = {step.solution}
    mutants: list[Mutant] = []
    for change, numbers in (*_orders(count), *_without_one(count), *_with_decoy(step, count)):
        source = program_of(step, numbers)
        if source not in seen:
            seen.add(source)
            mutants.append(Mutant(change, numbers[0], source))
    return tuple(mutants)


def _orders(count: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    numbers = tuple(range(1, count + 1))
    if math.factorial(count) <= MAX_ORDERS:
        orders = list(permutations(numbers))
    else:
        orders = [numbers[::-1], *_exchanged(numbers), *_moved(numbers)]
    for order in orders:
        yield f"lines {', '.join(map(str, order))}", order


def _exchanged(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for one, other in combinations(range(len(numbers)), 2):
        order = list(numbers)
        order[one], order[other] = order[other], order[one]
        yield tuple(order)


def _moved(numbers: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    for index, number in enumerate(numbers):
        rest = (*numbers[:index], *numbers[index + 1 :])
        for place in range(len(numbers)):
            yield (*rest[:place], number, *rest[place:])


def _without_one(count: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    for missing in range(1, count + 1):
        yield (
            f"line {missing} is missing",
            tuple(number for number in range(1, count + 1) if number != missing),
        )


def _with_decoy(step: OrderStep, count: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    numbers = tuple(range(1, count + 1))
    for decoy in range(count + 1, len(lines_of(step)) + 1):
        for place in range(count + 1):
            change = f"decoy {decoy - count} is line {place + 1}"
            yield change, (*numbers[:place], decoy, *numbers[place:])
