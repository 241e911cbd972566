"""Programs of which a sentence would be false that is true of most others that look like them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec import Struct

from tests.grading.steps import sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.step_tables import Check, Variation
from tutor.grading.grade import grade

NET = """\
import math, random
class Net:
    def __init__(self, size=1): self.size = size
    def register_forward_pre_hook(self): pass
    def parameters(self): return []
"""


class Case(Struct, frozen=True):
    """A step, a program for it, and what must and must not be said of the program."""

    given: str
    solution: str
    program: str
    said: str
    not_said: str
    vary: Mapping[str, str] = {}
    checks: tuple[Check, ...] = (Check(same="p"),)


BOTH = (Check(same="one"), Check(same="other"))
TIMES = "def f(z):\n    return z * z\n\np = f(x)"

CASES = {
    "the result depends on the second of two givens": Case(
        given="labels = 2\nnumbers = 3.5",
        solution="one = labels + 1\nother = numbers * 2",
        program="one = labels + 1\nother = 7.0",
        said="stays 7.0 when `labels` and `numbers` change: with `labels = 4; numbers = 7.25` it "
        "is still the same. Compute it from `numbers`,",
        not_said="Compute it from `labels`",
        vary={"labels": "4", "numbers": "7.25"},
        checks=BOTH,
    ),
    "and is wrong": Case(
        given="labels = 2\nnumbers = 3.5",
        solution="one = labels + 1\nother = numbers * 2",
        program="one = labels + 1\nother = 9.0",
        said="is 9.0, typed in, and stays the same when `numbers` changes.",
        not_said="`labels`",
        vary={"labels": "4", "numbers": "7.25"},
        checks=BOTH,
    ),
    "what is varied is not what the answer reads": Case(
        given="units = 2.0\nx = units * 1.3",
        solution="p = x + 1",
        program="p = 3.6",
        said="Compute it from `x`",
        not_said="from `units`",
        vary={"units": "5.0"},
    ),
    "a random number that also stands in the program": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="p = random.uniform(2.5, 2.5)",
        said="is 2.5, and stays the same when `x` changes: it is computed without it.",
        not_said="typed in",
        vary={"x": "5.0"},
    ),
    "a number of the program that was computed": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="p = x / x * 1",
        said="you got 1.0. That is 6.2000 too small.",
        not_said="typed in",
        vary={"x": "5.0"},
    ),
    "a limit is reached": Case(
        given="x = 2.0",
        solution="p = x * 2",
        program="p = min(x * 2, 4.0)",
        said="with `x = 5.0` it is still the same. Is one of its inputs a typed number, or",
        not_said="Compute it from",
        vary={"x": "5.0"},
    ),
    "a limit is reached under all givens": Case(
        given="x = 2.4",
        solution="p = x * 2",
        program="p = max(x, 9.0)",
        said="you got 9.0",
        not_said="stays the same",
        vary={"x": "5.0"},
    ),
    "the given is read by what was filled with it": Case(
        given="x = 2.4\nrows = []\nrows.append(x)",
        solution="p = rows[0] * 2",
        program="p = max(rows[0], 9.0)",
        said="you got 9.0",
        not_said="computed without",
        vary={"x": "5.0"},
    ),
    "a number near another of fewer digits": Case(
        given="x = 2.4",
        solution="p = x * 0.2097",
        program="p = x - 1.9",
        said="you got 0.5000. That is 0.0033 too small.",
        not_said="rounded",
    ),
    "1 that nothing was cut to": Case(
        given="x = 2.4",
        solution="p = 1 / (1 + math.exp(-x))",
        program="p = x / x",
        said="is 1.0. The task needs the values between 0 and 1.",
        not_said="was cut",
    ),
    "swapped under some givens only": Case(
        given="a = 1.5\nb = 9.5",
        solution="one, other = min(a, b), max(a, b)",
        program="one, other = b, a",
        said="you got 9.5",
        not_said="swapped",
        vary={"a": "12.5"},
        checks=BOTH,
    ),
    "a number that applying twice gives as well": Case(
        given="x = 2.0",
        solution=TIMES,
        program="def f(z):\n    return z * 8\n\np = f(x)",
        said="you got 16.0",
        not_said="twice",
        vary={"x": "3.0"},
        checks=(Check(same="p"), Check(same="f(given.x)")),
    ),
    "infinity that is meant": Case(
        given="x = 2.4",
        solution="p = x * 2",
        program="best = float('inf')\np = min(best, x) * math.nan",
        said="Look at line 2:",
        not_said="`best`",
    ),
    "nan that has no part in it": Case(
        given="x = 2.4",
        solution="p = x * 2",
        program="spare = math.nan\np = x - math.inf",
        said="Look at line 2:",
        not_said="`spare`",
    ),
    "a module that is given, and alone": Case(
        given="net = Net()",
        solution="p = net.size * 2.5",
        program="p = net",
        said="Call it, with its input in parentheses after it: `net(…)`.",
        not_said="`net(net)`",
    ),
    "a small number that was printed": Case(
        given="x = 2",
        solution="p = x + 1",
        program="print('3 lines')\nq = 5",
        said="There is no `p` yet.",
        not_said="You printed",
    ),
    "a small number under another name": Case(
        given="x = 2",
        solution="p = x + 1",
        program="epochs = 3",
        said="There is no `p` yet.",
        not_said="Your result is right",
    ),
    "the same number under the step's givens alone": Case(
        given="x = 2.4",
        solution="p = x * 1.111",
        program="q = 2.6664",
        said="There is no `p` yet.",
        not_said="Your result is right",
        vary={"x": "5.0"},
    ),
    "another object of the same class": Case(
        given="x = 2",
        solution="p = Net(3)",
        program="net = Net(4)",
        said="If `net` is your answer, call it `p`.",
        not_said="Your result is right",
    ),
    "several functions": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="def exp(z):\n    return z\n\ndef f(z):\n    return exp(z)",
        said="Write `p = …` below it, and call your functions there.",
        not_said="`p = exp(…)`",
    ),
    "a function that is no definition, in a program that stopped": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="f = math.exp\nq = f(p)",
        said="There is no `p` yet. Your program has `f`. Add `p = …` above line 2.",
        not_said="defining a function",
    ),
    "an assignment that stopped the program": Case(
        given="x = 2.4",
        solution="f = math.exp\np = f(x)",
        program="p = f(x)",
        said="There is no `f` yet. Add `f = …` above line 1.",
        not_said="Nothing has been assigned",
        checks=(Check(same="p"), Check(same="f(1)")),
    ),
    "a name that another function binds as its own": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="def f():\n    return offset\n\n\ndef g():\n    offset = 1\n\n\np = f()",
        said="`offset` does not exist here.",
        not_said="further up",
    ),
    "a method that the program calls itself": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="class F:\n    def call(self, z):\n        return z\n\n\nf = F()\n"
        "q = f.call(x)\np = f(x)",
        said="`F` has a method `call`; the one that Python looks for",
        not_said="which is not called",
    ),
    "a random number, with the same seed in each run": Case(
        given="x = 2.4",
        solution="p = x * 3",
        program="p = random.random() + x",
        said="it changes with the random numbers.",
        not_said="in the next",
    ),
    "a random number for which the given counts, too": Case(
        given="x = random.random()",
        solution="p = x * 3",
        program="p = max(x, 5.25)",
        said="stays 5.25 with other random numbers, but the right result changes.",
        not_said="Compute it from",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_no_sentence_is_said_of_a_program_for_which_it_is_false(case: Case) -> None:
    step = sigmoid_step(
        prelude=NET,
        given=case.given,
        solution=case.solution,
        scaffold="",
        checks=case.checks,
        variations=(Variation(given=dict(case.vary)),) if case.vary else (),
    )
    verdict = await grade(step, case.program, PythonRunner())
    assert not verdict.accepted
    assert case.said in verdict.message
    assert case.not_said not in verdict.message
