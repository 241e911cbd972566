"""The mutants of an order step: each order that does the task is accepted, each other refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.lessons import sound_course, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.mutation_pass import MutationPass
from tutor.authoring.mutation.orders import MAX_ORDERS, mutants_of_order
from tutor.authoring.mutation.rules import MutantCounts
from tutor.course.model import OrderStep
from tutor.course.step_tables import Decoy

SUM_UP = """\
id = "sum-up"
kind = "order"
title = "Sum up"
text = "Add twice each number of `numbers`, and its sign, to `total`."
given = '''
numbers = [3, -4, 5]
total = 0
'''
around = '''
for number in numbers:
    {lines}
'''
lines = '''
double = 2 * number
sign = number / abs(number)
total = total + double + sign
'''
hints = ["Which lines need nothing?", "Which line needs `double`?"]
hint_for = { "not-there-yet" = 2 }
asks = ["total"]

[[decoy]]
line = "total = number"
why = "It forgets what was added before."

[[check]]
same = "total"

[[vary]]
given.numbers = "[2, 7]"

[[misconception]]
id = "not-there-yet"
raises = "is not defined"
say = "A name is not there yet."

[[misconception]]
id = "one-too-early"
order = [1, 3, 2]
say = "The sign of the number before was added: {total}."
"""
LOOSE = SUM_UP.replace('same = "total"', 'true = "total < 100"\nname = "total"')
STRICT = SUM_UP.replace('same = "total"', 'same = "[*trace.assigned][1]"\nname = "the first name"')


def order_step(**changes: Any) -> OrderStep:  # noqa: ANN401 # fields of a step
    fields: dict[str, Any] = {"id": "a", "title": "a", "text": "a", "lines": "a = 1\nb = 2\nc = 3"}
    return OrderStep(**{**fields, **changes})


async def tried(folder: Path, text: str) -> tuple[list[str], MutantCounts]:
    """`key: message` of each problem of the step, and what came of its mutants."""
    (step,) = sound_course(write_course(folder, step=text)).steps()
    mutation = MutationPass(PythonRunner(), 2, KeptTrials(None))
    problems = await mutation.check([step], lambda *_: None)
    (counts,) = mutation.counts.values()
    return [str(each).partition(".toml:")[2].partition(": ")[2] for each in problems], counts


def test_all_orders_each_missing_line_and_each_place_of_a_decoy_are_tried() -> None:
    step = order_step(decoys=(Decoy(line="d = 4", why="no"),))
    changes = [mutant.change for mutant in mutants_of_order(step)]
    assert len(changes) == 5 + 3 + 4
    assert {"lines 3, 1, 2", "line 2 is missing", "decoy 1 is line 4"} <= {*changes}
    assert "lines 1, 2, 3" not in changes


@pytest.mark.parametrize("count", [6, 9])
def test_of_many_lines_each_exchange_and_move_is_tried(count: int) -> None:
    step = order_step(lines="\n".join(f"x{number} = {number}" for number in range(count)))
    mutants = mutants_of_order(step)
    assert len(mutants) <= MAX_ORDERS
    assert len({mutant.source for mutant in mutants}) == len(mutants)
    assert len(mutants) > count * (count - 1) // 2


async def test_a_sound_step_has_no_problem(tmp_path: Path) -> None:
    problems, counts = await tried(tmp_path, SUM_UP)
    assert problems == []
    assert counts.as_good == 1  # `sign` before `double`
    assert counts.mutants == counts.as_good + counts.refused == 12
    assert counts.named == counts.refused


async def test_an_order_that_is_wrong_and_accepted_is_told(tmp_path: Path) -> None:
    problems, _ = await tried(tmp_path, LOOSE)
    assert any(
        each.startswith("check: decoy 1 is line 1: is accepted, though `total` is")
        for each in problems
    )


async def test_an_order_that_is_right_and_refused_is_told_or_exempt(tmp_path: Path) -> None:
    problems, _ = await tried(tmp_path, STRICT)
    (told,) = [each for each in problems if "lines 2, 1, 3" in each]
    assert told.startswith(
        "lines: lines 2, 1, 3: does everything that the task asks for, but is refused"
    )
    exempt = '\n[[exempt]]\nmutant = "lines 2, 1, 3"\nreason = "Nobody does."\n'
    problems, counts = await tried(tmp_path, STRICT + exempt)
    assert not [each for each in problems if "lines 2, 1, 3" in each]
    assert counts.exempted == 1
