"""Numbers told in the lesson on training with real data are those that the worker computes."""

from __future__ import annotations

import re

import pytest
from msgspec import structs

from tests.content.raw_penguins import DATA, raw_tables
from tests.content.test_told_numbers import asked, numbers
from tutor.client.client import WorkerClient
from tutor.course.figures.split_bar import SPECIES
from tutor.course.model import CodeStep, Course, LabStep, OrderStep, PredictStep, Step
from tutor.grading.grade import grade, learner_command
from tutor.grading.lab import lab_command
from tutor.grading.order import as_code
from tutor.grading.predict import predict_command, predict_questions, prediction_result
from tutor.wire.commands import Question

pytestmark = [
    pytest.mark.process,
    pytest.mark.xdist_group("content"),
    pytest.mark.asyncio(loop_scope="package"),
]

SEEDS_OF_OTHERS = (11, 12, 13, 14, 15)
"""Not those that the marks were found with."""


def step_of(course: Course, step_id: str) -> Step:
    step = course.find(step_id)
    assert step is not None
    return step


def told(step: Step) -> str:
    """Return all that a step tells, on one line."""
    return " ".join(f"{step.text} {step.after}".split())


async def computed(course: Course, step_id: str, expression: str, client: WorkerClient) -> float:
    step = step_of(course, step_id)
    assert isinstance(step, CodeStep)
    value = await asked(course, step_id, step.solution, f"[float({expression})]", client)
    return numbers(value)[0]


async def test_the_figure_of_the_split_counts_the_rows_of_the_file(
    course: Course, client: WorkerClient
) -> None:
    counts = "np.bincount(given.table[:, 4].astype(int))"
    adelie, chinstrap, gentoo = [
        await computed(course, "own-dataset", f"{counts}[{species}]", client)
        for species in range(3)
    ]
    assert {"Adelie": adelie, "Gentoo": gentoo, "Chinstrap": chinstrap} == SPECIES
    first = told(step_of(course, "what-data-is-for"))
    share = adelie / sum(SPECIES.values())
    assert f"{adelie:.0f} / {sum(SPECIES.values())} = {100 * share:.1f} %" in first
    after = told(step_of(course, "honest-split"))
    assert "151 Adelie, 123 Gentoo, 68 Chinstrap" in after


async def test_the_raw_tables_are_made_of_the_clean_one() -> None:
    for name, text in raw_tables().items():
        assert (DATA / name).read_bytes() == text.encode()


async def test_the_net_of_the_module_has_so_many_parameters(
    course: Course, client: WorkerClient
) -> None:
    count = "sum(p.numel() for p in net.parameters())"
    assert f"is {await computed(course, 'own-module', count, client):.0f}" in told(
        step_of(course, "own-module")
    )


async def test_the_mean_of_means(course: Course, client: WorkerClient) -> None:
    mass = "torch.tensor(given.table[:274, 3])"
    means = f"torch.stack([part.mean() for part in {mass}.split(32)])"
    rows, batches, of_means = [
        await computed(course, "own-dataset", expression, client)
        for expression in (f"{mass}.mean()", f"len({means})", f"{means}.mean()")
    ]
    text = told(step_of(course, "own-dataset"))
    assert batches == 9
    assert f"it gives {of_means:.0f} g, and the mean of the rows is {rows:.0f} g" in text


async def test_the_means_of_the_scaled_rows(course: Course, client: WorkerClient) -> None:
    text = told(step_of(course, "split-then-scale"))
    means = [
        await computed(course, "split-then-scale", f"z_val.mean(dim=0)[{k}]", client)
        for k in range(4)
    ]
    assert "{:.3f}, {:.3f}, {:.3f} and {:.3f}".format(*means) in text
    mean, std, all_rows = [
        await computed(course, "split-then-scale", expression, client)
        for expression in ("mean[3]", "std[3]", "x[:, 3].mean()")
    ]
    assert f"(5000 − {mean:.0f}) / {std:.0f} = {(5000 - mean) / std:.2f}" in text
    assert f"is {all_rows:.1f} instead of {mean:.1f}" in text


async def test_the_loop_in_its_right_order_and_one_batch_late(
    course: Course, client: WorkerClient
) -> None:
    step = step_of(course, "the-five-lines")
    assert isinstance(step, OrderStep)
    code = as_code(step)
    right = await client.observe(learner_command(code, code.solution), ())
    assert f"right for {float(right.output.split()[-1]):.1%}".replace("%", " %") in told(step)
    lines = [f"    {line}\n" for line in step.lines.strip().splitlines()]
    late = code.solution.replace("".join(lines), "".join([lines[-1], *lines[:-1]]))
    assert late != code.solution
    seen = await client.observe(learner_command(code, late), ())
    assert f"one batch late, {float(seen.output.split()[-1]):.1%}".replace("%", " %") in told(step)


async def test_the_net_and_its_baseline(course: Course, client: WorkerClient) -> None:
    text = told(step_of(course, "train-penguins"))
    baseline = await computed(course, "train-penguins", "baseline", client)
    assert f"`baseline` is {baseline:.3f}" in text
    accuracy = await computed(course, "train-penguins", "val_accuracy", client)
    assert f"{accuracy:.3f} against {baseline:.3f}" in text
    raw = await computed(course, "train-penguins", "68 * right(model, x[val], y[val])", client)
    assert f"right in {raw:.0f} of 68" in told(step_of(course, "split-then-scale"))


@pytest.mark.parametrize(("hidden", "rate"), [(1, 0.1), (16, 0.01), (16, 0.1), (64, 1)])
async def test_the_runs_of_the_lab_with_two_curves(
    hidden: int, rate: float, course: Course, client: WorkerClient
) -> None:
    lab = step_of(course, "choose-by-validation")
    assert isinstance(lab, LabStep)
    expression = """[
        loss.item(), min(val_losses), val_losses[-1], float(val_losses.index(min(val_losses))) + 1,
        400 * right(model, test_points, test_labels), 60 * right(model, points, labels),
        criterion(model(test_points), test_labels).item(),
    ]"""
    command = lab_command(lab, f"hidden = {hidden}\nrate = {rate}")
    seen = await client.observe(command, (Question(expression),))
    loss, lowest, last, step, test, known, test_loss = numbers(seen.answers[0].value)
    losses = [f"{loss:.3f}", f"{lowest:.3f}", f"{last:.3f}"]
    if rate == 0.01:
        assert f"right for {test:.0f} of the 400" in told(lab)
        assert f"test loss of {test_loss:.3f}, higher than its {last:.3f}" in told(lab)
    elif rate == 0.1 and hidden == 16:
        losses[2] = f"{last:.2f}"
        assert f"step {step:.0f}, where its validation loss is lowest" in told(lab)
    elif rate == 1:
        losses = ["0.04 to 0.07", f"{lowest:.3f}", f"about {last:.1f}"]
        assert 0.04 <= loss <= 0.07
        assert 58 <= known <= 60
        assert "the last for 330 to 340." in told(lab)
        assert 330 <= test <= 340
    assert f"| {hidden} | {rate} | {' | '.join(losses)} |" in lab.after


@pytest.mark.parametrize("seed", SEEDS_OF_OTHERS)
@pytest.mark.parametrize(
    "step_id", ["train-penguins", "save-and-load", "keep-the-best", "honest-number"]
)
async def test_the_marks_hold_for_other_starts(
    step_id: str, seed: int, course: Course, client: WorkerClient
) -> None:
    step = step_of(course, step_id)
    assert isinstance(step, CodeStep)
    verdict = await grade(structs.replace(step, seed=seed), step.solution, client)
    assert verdict.kind == "accept", verdict


async def test_the_net_that_knows_none_of_the_last_rows(
    course: Course, client: WorkerClient
) -> None:
    step = step_of(course, "honest-split")
    assert isinstance(step, PredictStep)
    seen = await client.observe(predict_command(step), predict_questions(step))
    loss, share, answers, *counts = [text for _, text in prediction_result(step, seen).values]
    assert (loss, share) == ("0.0054", "0.0")
    assert f"as small as {loss}" in told(step)
    assert answers == "[68, 0, 0]"
    assert "takes all 68 for Adelie" in told(step)
    assert counts == ["[151, 0, 123]", "[0, 68, 0]"]


@pytest.mark.parametrize("threshold", [0.5, 0.4, 0.3, 0.2, 0.1])
async def test_the_table_of_thresholds(
    threshold: float, course: Course, client: WorkerClient
) -> None:
    said = f"(probability >= {threshold})"
    count, precision, recall, share = [
        await computed(course, "rare-class", expression, client)
        for expression in (
            f"{said}.sum()",
            f"precision({said}, labels)",
            f"recall({said}, labels)",
            f"({said} == labels).float().mean()",
        )
    ]
    row = f"| {threshold} | {count:.0f} | {precision:.3f} | {recall:.3f} | {share:.3f} |"
    assert row in told(step_of(course, "rare-class"))


async def test_the_size_of_the_file(course: Course, client: WorkerClient) -> None:
    text = told(step_of(course, "save-and-load"))
    count = "sum(p.numel() for p in model.parameters())"
    assert f"{await computed(course, 'save-and-load', count, client):.0f} numbers" in text
    step = step_of(course, "save-and-load")
    assert isinstance(step, CodeStep)
    size = f"{step.solution}\nimport os\nprint(os.path.getsize('digits.pt'))"
    seen = await client.observe(learner_command(step, size), ())
    kilobytes = re.findall(r"file of (\d+) kB", text)
    assert kilobytes == [f"{int(seen.output.split()[-1]) / 1000:.0f}"]
