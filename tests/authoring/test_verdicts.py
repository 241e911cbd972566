"""Programs that are judged together get the verdicts that each would get alone."""

from __future__ import annotations

from tests.grading.steps import SOLUTION, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.authoring.verdicts import verdicts_on
from tutor.course.step_tables import Misconception
from tutor.grading.grade import grade
from tutor.wire.commands import Execute, ObserveAll

STEP = sigmoid_step(
    own_misconceptions=(
        Misconception(id="sign-error", say="s", wrong="probability = 1 / (1 + math.exp(x))"),
    )
)
PROGRAMS = [
    SOLUTION,
    "probability = 1 / (1 + math.exp(x))",
    "probability = x / 0",
    "probability = 1 / (1 + math.exp(x))",
    *(f"probability = {number} * x" for number in range(9)),
]


async def test_each_has_its_own_verdict_and_few_processes_are_needed() -> None:
    runner = PythonRunner()
    found = await verdicts_on(STEP, PROGRAMS, runner)
    assert list(found) == list(dict.fromkeys(PROGRAMS))
    for program, verdict in found.items():
        alone = await grade(STEP, program, PythonRunner())
        assert (verdict.kind, verdict.slug, verdict.message) == (
            alone.kind, alone.slug, alone.message
        )  # fmt: skip
    assert found[PROGRAMS[1]].slug == "sign-error"
    batches = [each for each in runner.commands if isinstance(each, ObserveAll)]
    sources = [{program.source for program in batch.programs} for batch in batches]
    assert sum(PROGRAMS[0] in each and PROGRAMS[2] in each for each in sources) == 1
    other_seeds = [each for each in runner.commands if isinstance(each, Execute)]
    assert other_seeds == []


async def test_no_program_at_all_runs_nothing() -> None:
    runner = PythonRunner()
    assert await verdicts_on(STEP, [], runner) == {}
    assert runner.commands == []
