"""The experiments of the course: each comes out as one of its options when it is run for real."""

from __future__ import annotations

import pytest

from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course, OrderStep
from tutor.grading.experiments import ExperimentResult, find_experiments, run_experiment
from tutor.grading.order import as_code

pytestmark = pytest.mark.asyncio(loop_scope="package")

WITH_GUESSES = (
    "sigmoid",
    "softmax",
    "numpy-activations",
    "batch-softmax",
    "binary-classifier",
    "binary-by-hand",
    "regression-4-layers",
    "multiclass",
    "collapse-it",
    "one-hot",
    "cross-entropy",
    "parameters",
    "training-loop",
    "sgd-optimizer",
    "penguin-rows",
    "one-hot-by-comparison",
    "split-then-scale",
    "train-penguins",
    "numeric-gradient",
    "backprop-by-hand",
    "value-forward-backward",
    "keep-the-best",
)
WITHOUT = (
    "manual-update",
    "standardise",
    "nearest-without-loops",
    "column-against-row",
    "table-in-numbers",
    "own-module",
    "own-dataset",
    "rare-class",
    "the-five-lines",
    "value-trains",
    "your-own-function",
    "write-sgd",
    "momentum",
    "adam",
    "value-trains",
    "your-own-function",
)
"""Steps whose wrong programs compute nothing that can be told in a line."""


def code_step(course: Course, step_id: str) -> CodeStep:
    step = course.find(step_id)
    if isinstance(step, OrderStep):
        return as_code(step)
    assert isinstance(step, CodeStep)
    return step


@pytest.mark.parametrize("step_id", WITH_GUESSES)
async def test_every_experiment_comes_out_as_one_of_its_options(
    course: Course, client: WorkerClient, step_id: str
) -> None:
    step = code_step(course, step_id)
    experiments = await find_experiments(step, client)
    assert experiments
    for experiment in experiments:
        result = await run_experiment(step, experiment, client)
        assert isinstance(result, ExperimentResult)
        assert result.came_out in experiment.options
        assert result.came_out != experiment.right
        assert result.sentence
        assert "{" not in result.sentence


@pytest.mark.parametrize("step_id", WITHOUT)
async def test_a_step_without_a_guess_offers_none(
    course: Course, client: WorkerClient, step_id: str
) -> None:
    assert await find_experiments(code_step(course, step_id), client) == ()


async def test_the_course_has_no_other_step_with_wrong_programs(course: Course) -> None:
    steps = [step for lesson in course.lessons for step in lesson.steps]
    wrong = {step.id for step in steps if any(item.wrong for item in step.misconceptions)}
    assert wrong == {*WITH_GUESSES, *WITHOUT}
