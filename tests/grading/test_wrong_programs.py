"""Wrong programs run under the variation that comes first, and elsewhere only where it counts."""

from __future__ import annotations

import pytest
from msgspec import structs

from tests.grading.steps import SOLUTION, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception, Note, Variation
from tutor.grading.experiments import find_experiments
from tutor.grading.grade import grade
from tutor.grading.plan import scenarios, tried_first

WRONGS = {
    "sign-error": "probability = 1 / (1 + math.exp(x))",
    "right-where-positive": "probability = 1 / (1 + math.exp(-abs(x)))",
    "right-where-negative": "probability = 1 / (1 + math.exp(-min(x, 1)))",
    "base-two": "probability = 1 / (1 + 2 ** -x)",
    "divided-by-nothing": "probability = x / 0",
}
AT_ONCE = sigmoid_step(
    checks=(Check(same="probability"), Check(same="probability > 0.4", name="size", note="small")),
    variations=(Variation(given={"x": "-1.3"}), Variation(given={"x": "0.7"})),
    own_misconceptions=tuple(
        Misconception(id=name, say="You have {probability}.", wrong=wrong)
        for name, wrong in WRONGS.items()
    ),
    notes=(Note(id="small", say="small", wrong="probability = 0"),),
)


def beginning_with(number: int) -> CodeStep:
    """Return the step with a variation that comes first."""
    varied = list(AT_ONCE.variations)
    varied[number] = structs.replace(varied[number], first=True)
    return structs.replace(AT_ONCE, variations=tuple(varied))


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    "source",
    [
        SOLUTION,
        *WRONGS.values(),
        "probability = 1 - 1 / (1 + math.exp(-x))",
        "probability = 0.9168273035060777",
        "probability = 3 * x",
        "probability = 1 / (x - 2.4)",
        "probability = 1 / (x + 1.3)",
        "chance = 1 / (1 + math.exp(x))",
        "x = 2.4\nprobability = 1 / (1 + math.exp(x))",
        "x = [2.4][int(x < 0)]\nprobability = 1 / (1 + math.exp(x))",
    ],
)
async def test_the_verdict_is_that_of_all_runs(source: str, number: int) -> None:
    told, all_told = [
        structs.replace(await grade(step, source, PythonRunner()), milliseconds=0.0)
        for step in (beginning_with(number), AT_ONCE)
    ]
    assert told == all_told


async def test_only_what_an_answer_is_like_runs_under_the_other_givens() -> None:
    step = beginning_with(0)
    runner = PythonRunner()
    verdict = await grade(step, "probability = 1 - 1 / (1 + math.exp(-x))", runner)
    assert verdict.slug == "sign-error"
    base, first, last = scenarios(step)
    assert tried_first(step) == (first,)
    ran = [
        (program.source, program.given)
        for program in runner.observed
        if program.source in WRONGS.values()
    ]
    assert ran[: len(WRONGS)] == [(wrong, first.given) for wrong in WRONGS.values()]
    # two are as wrong there as the answer; the third is right there, and may be wrong elsewhere
    likely = [*WRONGS.values()][:3]
    assert sorted(ran[len(WRONGS) :]) == sorted(
        (wrong, each.given) for wrong in likely for each in (base, last)
    )


async def test_a_program_that_raised_is_compared_with_those_that_raise() -> None:
    runner = PythonRunner()
    verdict = await grade(beginning_with(0), "probability = 2.4 / 0", runner)
    assert verdict.slug == "divided-by-nothing"
    at_base = {program.source for program in runner.observed if program.given == "x = 2.4"}
    assert at_base & {*WRONGS.values()} == {WRONGS["divided-by-nothing"]}


async def test_a_check_that_only_leads_to_a_note_rules_nothing_out() -> None:
    wrong = "def sigmoid(z):\n    return 1 / (1 + math.exp(z))\nprobability = sigmoid(x)"
    step = sigmoid_step(
        checks=(Check(same="probability"), Check(same="sigmoid(2)", note="no-function")),
        variations=(Variation(given={"x": "-1.3"}, first=True), Variation(given={"x": "0.7"})),
        own_misconceptions=(Misconception(id="sign-error", say="s", wrong=wrong),),
        notes=(Note(id="no-function", say="n"),),
    )
    verdict = await grade(step, "probability = 1 / (1 + math.exp(x))", PythonRunner())
    assert verdict.slug == "sign-error"


async def test_experiments_are_those_of_all_runs() -> None:
    found = await find_experiments(beginning_with(1), PythonRunner())
    assert found
    assert found == await find_experiments(AT_ONCE, PythonRunner())
