"""Checks that learners write of their own results, which hold for the given values only."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.grading.grade import grade

STEP = sigmoid_step()
RIGHT = "probability = 1 / (1 + math.exp(-x))"


@pytest.mark.parametrize(
    "check",
    [
        "assert probability > 0.5",
        "if probability < 0.5:\n    print(probability)\n    raise ValueError('small')",
        "from unittest import TestCase\nTestCase().assertGreater(probability, 0.5)",
        "print({0.9168: 'high'}[round(probability, 4)])",
        "names = ['low', 'high'][:1 + (x > 0)]\nnames[0], names[1]",
        "def shown(p):\n    return {0.9168: 'high'}[round(p, 4)]\nprint(shown(probability))",
    ],
    ids=["assert", "raise", "a function of a library", "print", "a notebook's value", "a call"],
)
async def test_a_check_of_the_given_value_is_not_held_against_a_right_answer(check: str) -> None:
    verdict = await grade(STEP, f"{RIGHT}\n{check}", PythonRunner())
    assert (verdict.kind, verdict.slug) == ("accept-with-note", "own-check-too-narrow")


async def test_a_wrong_answer_is_told_by_its_values_all_the_same() -> None:
    verdict = await grade(STEP, "probability = 0.9168\nassert x > 0", PythonRunner())
    assert verdict.kind == "reject"
    assert verdict.slug != "own-check-too-narrow"


async def test_another_call_that_raises_is_no_check_of_the_learners_own() -> None:
    verdict = await grade(STEP, f"{RIGHT}\nmath.sqrt(x)", PythonRunner())
    assert (verdict.kind, verdict.error) == ("reject", "ValueError")


async def test_a_print_that_does_the_work_is_not_left_out() -> None:
    lines = (
        "parts = {}",
        "def fill(k):",
        "    parts['p'] = 1 / (1 + math.exp(-x))",
        "    return {0.9168: 'high'}[round(parts['p'], k)]",
        "print(fill(4))",
        "probability = parts.get('p', 0)",
    )
    verdict = await grade(STEP, "\n".join(lines), PythonRunner())
    assert (verdict.kind, verdict.error) == ("reject", "KeyError")
