"""Numbers told in the texts on losses, parameters and steps are those that the worker computes."""

from __future__ import annotations

import re

import pytest

from tests.content.test_told_numbers import asked, numbers
from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course, QuizStep
from tutor.grading.grade import learner_command

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

LOSSES = """[
    round(number.item(), 4)
    for number in (
        loss,
        criterion(scores.softmax(dim=1), torch.tensor(y)),
        criterion(torch.tensor([[0.0, 0.0, 1.0, 0.0]]), torch.tensor(y)),
    )
]"""
"""Of the answer, behind a second softmax, and the least that this can become."""


async def test_the_shares_and_losses_of_the_cross_entropy(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("cross-entropy")
    assert isinstance(step, CodeStep)
    shares = await asked(course, step.id, "", "scores.softmax(dim=1)[0].tolist()", client)
    for share in numbers(shares):
        assert f"{share:.4f}" in step.text
    for loss in numbers(await asked(course, step.id, step.solution, LOSSES, client)):
        assert str(loss) in step.after
    observation = await client.observe(learner_command(step, step.solution), ())
    assert {line in step.after for line in observation.output.splitlines()} == {True}


@pytest.mark.parametrize("p", [0.9, 0.5, 0.25, 0.1])
async def test_the_tables_of_losses(p: float, course: Course, client: WorkerClient) -> None:
    steps = [course.find("cross-entropy"), course.find("quiz-loss")]
    scores = "| 0 | 0.1 |"
    value = await asked(course, "cross-entropy", "", f"[-np.log({p}).item()]", client)
    rows = [row for step in steps if step for row in f"{step.text}{step.after}".splitlines()]
    told = [row for row in rows if f"| {p} |" in row and scores not in row]
    assert told
    assert all(f"| {numbers(value)[0]:.3f} |" in row for row in told)


async def test_the_loss_that_is_to_be_read_off(course: Course, client: WorkerClient) -> None:
    step = course.find("quiz-loss")
    assert isinstance(step, QuizStep)
    assert "p = 0.2" in step.text
    value = await asked(course, "cross-entropy", "", "[-np.log(0.2).item()]", client)
    assert float(step.answer) == pytest.approx(numbers(value)[0], abs=1e-3)


async def test_the_counts_of_parameters(course: Course, client: WorkerClient) -> None:
    for step_id, counted in (("parameters", "154"), ("sgd-optimizer", "182")):
        step = course.find(step_id)
        assert isinstance(step, CodeStep)
        assert f"{counted}\n" in step.text or f"{counted} numbers" in step.after
        total = "[float(sum(p.numel() for p in model.parameters()))]"
        assert numbers(await asked(course, step_id, "", total, client)) == [float(counted)]


@pytest.mark.parametrize("lr", [0.01, 0.1, 0.5])
async def test_the_losses_after_a_step_of_sgd(
    lr: float, course: Course, client: WorkerClient
) -> None:
    step = course.find("sgd-optimizer")
    assert isinstance(step, CodeStep)
    program = step.solution.replace("lr=0.01", f"lr={lr}")
    expression = "[loss.item(), criterion(model(input_tensor), target).item()]"
    before, after = numbers(await asked(course, step.id, program, expression, client))
    assert f"{before:.4f}" in step.after
    told = " ".join(step.after.split())
    assert any(f"{lr} {words}to {after:.4f}" in told for words in ("", "it falls ")) or (
        f"{lr} the loss falls from {before:.4f} to {after:.4f}" in told
    )


async def test_the_program_that_compares_rates_prints_what_is_told(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("sgd-optimizer")
    assert isinstance(step, CodeStep)
    (program,) = re.findall(r"```python\n(import copy.*?)```", step.after, re.DOTALL)
    observation = await client.observe(learner_command(step, program), ())
    lines = [line.split() for line in observation.output.splitlines()]
    assert [lr for lr, _ in lines] == ["0.01", "0.1", "0.5"]
    for _, loss in lines:
        assert f"to {float(loss):.4f}" in step.after


async def test_the_first_training_makes_its_error_as_small_as_told(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("regression-4-layers")
    assert isinstance(step, CodeStep)
    observation = await client.observe(learner_command(step, step.solution), ())
    errors = re.findall(r"the error is (\S+)", observation.output)
    assert f"the error fell from {errors[0]} to {errors[-1]}" in step.after.replace("\n", " ")


MOONS = """

X, right = moons(2000, 7)


def count(classes):
    return (classes.reshape(-1) == right[:, 0]).sum()


nearest = labels[torch.cdist(X, points).argmin(dim=1)]
layer = nn.Linear(2, 1)
for step in range(2000):
    layer.zero_grad()
    F.binary_cross_entropy_with_logits(layer(points), labels).backward()
    with torch.no_grad():
        layer.weight -= layer.weight.grad
        layer.bias -= layer.bias.grad
"""


async def test_the_ways_to_separate_the_moons_are_right_as_often_as_told(
    course: Course, client: WorkerClient
) -> None:
    step = course.find("moons-alone")
    assert isinstance(step, CodeStep)
    counts = "[float(count(c)) for c in (predict(X), nearest, layer(X) > 0)]"
    solution, nearest, straight = numbers(
        await asked(course, step.id, step.solution + MOONS, counts, client)
    )
    assert f"right for {solution:,.0f} of the 2,000 points" in step.after
    assert f"gets {nearest:,.0f}." in step.after
    assert f"about {round(straight, -1):,.0f} of them right" in step.text
