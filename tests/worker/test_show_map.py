"""`show_map`: what it draws at each call, what counts as a step, and what it refuses."""

from __future__ import annotations

import pytest

from tests.support.engine import Served, run, serve
from tests.worker.test_live_reporter import Pipe
from tutor.wire.commands import Execute, Program
from tutor.wire.events import LossesRecorded, Phase
from tutor.wire.maps import DecisionMap, FittedCurve
from tutor.worker.recorder import Recorder
from tutor.worker.show_map import show_map
from tutor.worker.step_reporter import StepReporter
from tutor.worker.training_hooks import WATCH

POINTS = """
import torch
points = torch.tensor([[-1.0, 0.0], [1.0, 0.0], [2.0, 1.0]])
labels = torch.tensor([0, 1, 1])
"""


def live(source: str) -> Served:
    return serve(Execute(Program(source=POINTS + source), live=True))


def test_each_call_with_a_loss_is_a_step_with_its_map() -> None:
    served = live("for k in (1.0, -1.0): show_map(lambda x: k * x[:, 0], points, labels, 3 * k)")
    maps = served.all(DecisionMap)
    assert [each.step for each in maps] == [1, 2]
    assert [(each.right, each.known) for each in maps] == [(3, 3), (0, 3)]
    assert [loss for each in served.all(LossesRecorded) for loss in each.losses] == [3.0, -3.0]


def test_a_program_is_paused_at_each_step_of_its_own_engine() -> None:
    paused: list[int] = []

    class Listener(StepReporter):
        is_holding = True

        def before(self, phase: Phase, recorder: Recorder) -> None:
            paused.append(recorder.step_in_progress(phase))

    recorder = Recorder(Listener(Pipe()))
    WATCH.follow(recorder)
    try:
        for loss in (3.0, 2.0):
            show_map(lambda x: x[:, 0], [[0.0, 1.0], [1.0, 0.0]], [0, 1], loss)
    finally:
        WATCH.stop()
    assert paused == [1, 2]


def test_a_function_of_plain_numbers_and_labels_of_minus_one_are_drawn() -> None:
    served = live("show_map(lambda x: [2 * a - 1 for a, b in x.tolist()], points, [-1, 1, 1])")
    (shown,) = served.all(DecisionMap)
    assert (shown.step, shown.right) == (0, 3)


def test_a_score_for_each_class_is_drawn() -> None:
    (shown,) = live("show_map(lambda x: x[:, [1, 0]], points, labels)").all(DecisionMap)
    assert (shown.classes, shown.right) == (2, 3)


def test_a_model_of_one_number_is_a_curve() -> None:
    source = "show_map(lambda x: x ** 2, [-1.0, 0.0, 2.0], [1.0, 0.0, 4.0])"
    (shown,) = live(source).all(FittedCurve)
    assert (shown.bounds.left, shown.bounds.right) == pytest.approx((-1.3, 2.3))


def test_of_many_calls_the_first_hundred_and_the_last_are_drawn() -> None:
    source = "for k in range(1001): show_map(lambda x: x[:, 0] - k, points, labels, 1.0)"
    steps = [each.step for each in live(source).all(DecisionMap)]
    assert steps[:99] == [*range(1, 100)]
    assert steps[-1] == 1001
    assert len(steps) < 300


def test_what_the_program_computes_is_the_same_with_a_map_and_without() -> None:
    source = (
        "net = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))\n"
        "{}\nleft = net[1].running_mean.tolist(), net.training, torch.rand(3).tolist()"
    )
    shown = "show_map(lambda x: net(x) + torch.rand(len(x), 2), points, labels)"
    values = [
        run(POINTS + source.format(call), "left", seed=1).answers[0].shown for call in ("", shown)
    ]
    assert values[0] == values[1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("show_map(points, points, labels)", "needs a function of the points first"),
        ("show_map(len, torch.zeros(4, 3), labels)", "or of one; this has shape (4, 3)"),
        ("show_map(len, points, labels[:2])", "2 labels for 3 points"),
        ("show_map(lambda x: x[0, 0], points, labels)", "for 2 points it gave shape ()"),
        ("show_map(lambda x: x[:1], points, labels)", "for 2 points it gave shape (1, 2)"),
        ("show_map(lambda x: x[:, 0], points, [.5, 1, 2])", "labels that are classes"),
        ("show_map(lambda x: x[:, 0], points, labels, '1')", "loss as a number; this is str"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: str, message: str) -> None:
    error = live(call).executed.error
    assert error is not None
    assert message in error.message
