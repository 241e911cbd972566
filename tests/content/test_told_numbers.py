"""Numbers that texts and figures tell are those that the worker computes."""

from __future__ import annotations

import re

import pytest

from tutor.client.client import WorkerClient
from tutor.course.figures.grads import GRADIENT_NORMS
from tutor.course.model import CodeStep, Course, PredictStep
from tutor.grading.plan import learner_command
from tutor.grading.predict import predict_command
from tutor.wire.commands import Question
from tutor.wire.values import FloatValue, IntValue, SequenceValue, Value

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

ONE_ROUND = """
loss = criterion(model(input_tensor), output_tensor)
loss.backward()
"""


async def asked(
    course: Course, step_id: str, program: str, expression: str, client: WorkerClient
) -> Value:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    observation = await client.observe(learner_command(step, program), (Question(expression),))
    return observation.answers[0].value


def numbers(value: Value) -> list[float]:
    assert isinstance(value, SequenceValue)
    return [item.value for item in value.items if isinstance(item, FloatValue)]


async def test_the_bars_of_the_gradients_are_those_of_the_first_round(
    course: Course, client: WorkerClient
) -> None:
    norms = "[layer.weight.grad.norm().item() for layer in model]"
    value = await asked(course, "training-loop", ONE_ROUND, norms, client)
    assert numbers(value) == pytest.approx(GRADIENT_NORMS, abs=1e-4)


async def test_the_losses_that_the_text_tells_are_those_of_the_solution(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("training-loop")
    assert isinstance(step, CodeStep)
    losses = numbers(await asked(course, step.id, step.solution, "trace.losses", client))
    assert len(losses) == 5
    assert losses == sorted(losses, reverse=True)
    assert f"from {losses[0]:.4f} to {losses[-1]:.4f}" in step.after


async def test_the_solutions_print_what_the_texts_show(
    course: Course, client: WorkerClient
) -> None:
    for step_id in ("sigmoid", "softmax", "binary-by-hand"):
        step = course.find(step_id)
        assert isinstance(step, CodeStep)
        observation = await client.observe(learner_command(step, step.solution), ())
        assert "".join(observation.output.split()) in "".join(step.after.split())


@pytest.mark.parametrize("step_id", ["regression-4-layers", "multiclass"])
async def test_the_texts_count_the_parameters_and_those_of_one_layer_that_could_do_it(
    step_id: str, course: Course, client: WorkerClient
) -> None:
    step = course.find(step_id)
    assert isinstance(step, CodeStep)
    last = step.solution.count("nn.Linear") - 1
    one_layer = f"nn.Linear(11, model[{last}].out_features)"
    for counted in ("model", one_layer):
        expression = f"sum(p.numel() for p in {counted}.parameters())"
        value = await asked(course, step_id, step.solution, expression, client)
        assert isinstance(value, IntValue)
        assert str(value.value) in re.findall(r"\d+", step.after)


async def test_the_first_output_of_the_classifier_is_the_one_that_the_text_tells(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("binary-classifier")
    assert isinstance(step, CodeStep)
    observation = await client.observe(learner_command(step, step.solution), ())
    shown = observation.output.partition(",")[0]
    assert shown.startswith("tensor([[0.")
    assert shown in step.after


async def test_the_one_layer_gives_the_answers_of_four_until_something_bends_them(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("collapse-it")
    assert isinstance(step, CodeStep)
    (bent,) = re.findall(r"```python\n(relu = .*?)```", step.after, re.DOTALL)
    observation = await client.observe(learner_command(step, f"{step.solution}\n{bent}"), ())
    straight, bent = (float(x) for x in re.findall(r"\d+\.\d+", observation.output))
    assert 0 < straight < 0.000001
    assert f"up to {bent:.4f} apart" in step.after
    sizes = "[float(sum(p.numel() for p in each.parameters())) for each in (model, single)]"
    for count in numbers(await asked(course, step.id, step.solution, sizes, client)):
        assert f"{count:.0f}" in step.text


async def test_the_batch_of_nan_prints_what_the_text_tells(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("batch-softmax")
    assert isinstance(step, CodeStep)
    told = {}
    for program in (step.scaffold, step.solution):
        observation = await client.observe(learner_command(step, program), ())
        told[program] = observation.output
    assert told[step.scaffold].count("nan") == 4
    assert "add up to 1: 1 of 3" in told[step.scaffold]
    assert "only 1 of 3 rows adds up to 1" in step.text
    assert told[step.solution].count("0.731 0.269") == 3
    assert "add up to 1: 3 of 3" in told[step.solution]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", ""), "The four layers got {} right"),
        (("),\n", "), nn.Tanh(),\n"), "run it: {} of 200"),
        (("),\n", "), nn.ReLU(),\n"), "it gets stuck at {}."),
    ],
    ids=["straight", "tanh", "relu"],
)
async def test_the_points_that_a_deep_network_gets_right(
    change: tuple[str, str], told: str, course: Course, client: WorkerClient
) -> None:
    step = course.find("deep-but-linear")
    assert isinstance(step, PredictStep)
    deep, last, rest = step.scaffold.partition("    nn.Linear(8, 1)")
    program = deep.replace(*change) + last + rest if change[0] else step.scaffold
    observation = await client.observe(predict_command(step, program), ())
    right = observation.output.split()[0]
    assert told.format(right) in " ".join(step.after.split())
