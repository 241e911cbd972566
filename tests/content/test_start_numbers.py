"""Numbers of the lesson `start`, and how far its marks are from what other seeds give."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from tests.support.lessons import LESSONS
from tutor.client.client import WorkerClient
from tutor.course.model import CodeStep, Course, LabStep, PredictStep
from tutor.course.slider_values import drawing_in
from tutor.grading.lab import lab_command, lab_questions, lab_values
from tutor.grading.plan import learner_command
from tutor.grading.predict import predict_command
from tutor.grading.scenario_result import run_answers
from tutor.wire.commands import Question
from tutor.worker.show_pad import show_pad

SEEDS = 4


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Train in one thread: several take longer for so few numbers, 15 s on a busy machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def moons(course: Course) -> tuple[Tensor, Tensor]:
    """Return the 200 points and their labels, as the steps of the lesson have them."""
    step = course.find("straight-or-bent")
    assert isinstance(step, CodeStep)
    names = {"torch": torch}
    exec(step.given, names)  # code of our own
    return names["points"], names["labels"]  # type: ignore[return-value]


def train(
    layers: list[nn.Module], moons: tuple[Tensor, Tensor], *, rate: float, steps: int = 300
) -> tuple[int, list[float]]:
    """Return how many points are right after the training, and the loss before each step."""
    points, labels = moons
    model = nn.Sequential(*layers)
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    losses = []
    for _ in range(steps):
        loss = F.binary_cross_entropy_with_logits(model(points), labels)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    return int(((model.eval()(points) > 0) == (labels == 1)).sum()), losses


def test_all_steps_about_points_have_the_same(course: Course) -> None:
    (lesson,) = (each for each in course.lessons if each.id == "start")
    *points, digits = lesson.steps
    assert digits.id == "draw-a-digit"
    assert len({step.given for step in points}) == 1


def test_no_straight_line_gets_more_than_180_right(moons: tuple[Tensor, Tensor]) -> None:
    points, labels = moons[0].double(), moons[1].flatten() == 1
    first, second = torch.triu_indices(200, 200, 1)
    along = points[second] - points[first]
    normal = torch.stack([-along[:, 1], along[:, 0]], dim=1)
    side = (normal[:, None] * (points[None] - points[first][:, None])).sum(dim=2)
    above = ((side > 1e-12) & labels).sum(dim=1) + ((side < -1e-12) & ~labels).sum(dim=1)
    below = ((side < -1e-12) & labels).sum(dim=1) + ((side > 1e-12) & ~labels).sum(dim=1)
    assert int(torch.maximum(above, below).max()) + 2 == 180  # both points on the line count


@pytest.mark.parametrize(
    ("between", "least", "most"),
    [
        ([], 179, 179),
        ([nn.Tanh], 199, 200),
        ([nn.ReLU], 197, 200),
        ([nn.Sigmoid], 197, 199),
        ([nn.GELU], 198, 200),
        ([nn.Dropout], 175, 180),
    ],
)
def test_what_stands_between_the_layers_decides(
    between: list[type[nn.Module]], least: int, most: int, moons: tuple[Tensor, Tensor]
) -> None:
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        layers = [nn.Linear(2, 16), *(each() for each in between), nn.Linear(16, 1)]
        correct, _ = train(layers, moons, rate=0.05)
        assert least <= correct <= most, seed


def net(hidden: int) -> list[nn.Module]:
    return [nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1)]


@pytest.mark.parametrize(
    ("hidden", "least", "most"), [(1, 178, 180), (2, 178, 180), (16, 197, 200)]
)
def test_the_mark_of_195_lies_between_few_and_many_hidden_units(
    hidden: int, least: int, most: int, moons: tuple[Tensor, Tensor]
) -> None:
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        correct, _ = train(net(hidden), moons, rate=0.02)
        assert least <= correct <= most, seed


@pytest.mark.parametrize(
    ("rate", "least", "most"),
    [
        (0.001, 0.4, 0.7),
        (0.01, 0.2, 0.3),
        (0.03, 0.06, 0.2),
        (0.1, 0, 0.04),
        (0.3, 0, 0.03),
        (30, 1, 1e3),
    ],
)
def test_the_marks_of_the_loss_lie_between_the_rates(
    rate: float, least: float, most: float, moons: tuple[Tensor, Tensor]
) -> None:
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        _, losses = train(net(16), moons, rate=rate, steps=100)
        assert 0.6 < losses[0] < 0.8
        assert least <= losses[-1] <= most, seed


@pytest.mark.process
@pytest.mark.xdist_group("content")
@pytest.mark.asyncio(loop_scope="package")
async def test_the_programs_give_what_the_texts_tell(course: Course, client: WorkerClient) -> None:
    counted = course.find("count-the-numbers")
    assert isinstance(counted, PredictStep)
    observation = await client.observe(predict_command(counted, counted.program), ())
    assert observation.output == "65\n"
    assert counted.after.startswith("65: ")
    bent = course.find("straight-or-bent")
    assert isinstance(bent, CodeStep)
    for program, told in ((bent.scaffold, "gets 179 of the 200"), (bent.solution, "200 of 200")):
        observation = await client.observe(learner_command(bent, program), ())
        assert observation.output.split()[0] in told
        assert told in " ".join((bent.text + bent.after).split())


@pytest.mark.process
@pytest.mark.xdist_group("content")
@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize(
    ("step_id", "values", "told"),
    [
        ("watch-it-learn", (1, 2, 4, 8, 16, 32), ("179", "179", "178", "198", "198", "198")),
        ("too-fast-too-slow", (0.001, 0.01, 0.1), ("0.545", "0.251", "0.018")),
    ],
)
async def test_the_labs_give_what_their_texts_tell(
    step_id: str,
    values: tuple[float, ...],
    told: tuple[str, ...],
    course: Course,
    client: WorkerClient,
) -> None:
    lab = course.find(step_id)
    assert isinstance(lab, LabStep)
    (slider,) = lab.sliders
    for value, result in zip(values, told, strict=True):
        command = lab_command(lab, f"{slider.name} = {value}")
        ((_, shown),) = lab_values(lab, await client.observe(command, lab_questions(lab)))
        assert shown == result, value
        assert result in lab.after


@pytest.mark.process
@pytest.mark.xdist_group("content")
@pytest.mark.asyncio(loop_scope="package")
async def test_two_cells_make_an_8_of_a_9_and_an_empty_pad_is_read_too(
    course: Course, client: WorkerClient
) -> None:
    lab = course.find("draw-a-digit")
    assert isinstance(lab, LabStep)
    asked = ('pad.says("")', "pad.changed(drawing)", "pad.says(drawing)", 'pad.says("0" * 64)')
    questions = tuple(map(Question, asked))
    run = run_answers(await client.observe(lab_command(lab, lab.solved), questions), questions)
    assert [run.shown(each) for each in asked[:3]] == ["9", "2", "8"]
    assert run.shown(asked[3]) is not None


def test_other_seeds_make_an_8_of_the_9_too(course: Course) -> None:
    lab = course.find("draw-a-digit")
    assert isinstance(lab, LabStep)
    names = vars(builtins) | {"torch": torch, "nn": nn, "F": F, "optim": torch.optim, "np": np}
    names |= {"show_pad": show_pad, "drawing": drawing_in(lab, lab.solved)}
    given = lab.given.replace("digits.npz", str(LESSONS / "data/digits.npz"))
    for seed in range(SEEDS):
        torch.manual_seed(seed)
        exec(given + lab.program, names)  # code of our own
        assert names["pad"].says(names["drawing"]) == 8, seed
        assert int(eval(lab.shown[0].value, names)) > 360, seed
