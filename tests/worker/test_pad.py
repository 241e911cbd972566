"""`show_pad`: what it takes, what it refuses, and what a kept program says about drawings."""

from __future__ import annotations

import pytest

from tests.support.engine import run, serve
from tutor.wire.commands import Evaluate, Execute, Program
from tutor.wire.events import Evaluated, PadShown
from tutor.wire.pads import EMPTY, numbers_in, question_about

MODEL = """
import torch
from torch import nn
model = nn.Linear(64, 10, bias=False)
with torch.no_grad():
    model.weight.zero_()
    model.weight[8, 0] = 5.0
    model.weight[3, 1] = 9.0
"""
ONE = "9" + EMPTY[1:]


def pad_of(source: str, *drawings: str) -> tuple[list[PadShown], list[tuple[float, ...]]]:
    """Return the pads that a live run shows, and its answers about the drawings."""
    command = Execute(Program(source=MODEL + source), live=True, keep=True)
    asked = [Evaluate(n, question_about(each), 0) for n, each in enumerate(drawings, 1)]
    served = serve(command, evaluations=asked)
    answers = [numbers_in(each.evaluation.shown) for each in served.all(Evaluated)]
    return served.all(PadShown), answers


def test_a_kept_program_gives_ten_shares_for_each_drawing() -> None:
    shown, answers = pad_of("show_pad(model)", EMPTY, ONE)
    assert shown == [PadShown(EMPTY)]
    assert answers[0] == pytest.approx((0.1,) * 10)
    assert answers[1].index(max(answers[1])) == 8
    assert sum(answers[1]) == pytest.approx(1)


def test_the_newest_pad_counts_and_begins_with_its_image() -> None:
    image = "torch.linspace(0, 1, 64).reshape(8, 8)"
    shown, _ = pad_of(f"show_pad(model)\nshow_pad(model, {image})")
    (start,) = {each.start for each in shown}
    assert (start[0], start[32], start[-1]) == ("0", "5", "9")


def test_shares_of_a_softmax_are_left_as_they_are() -> None:
    _, (shares,) = pad_of("show_pad(nn.Sequential(model, nn.Softmax(dim=1)))", ONE)
    _, (scores,) = pad_of("show_pad(lambda images: images @ model.weight.T)", ONE)
    assert shares == pytest.approx(scores)


def test_a_program_can_ask_its_pad() -> None:
    source = (
        f"{MODEL}pad = show_pad(model)\nsays, changed = pad.says('{ONE}'), pad.changed('{ONE}')"
    )
    served = run(source, "says == 8", "changed == 1")
    assert [answer.shown for answer in served.answers] == ["True", "True"]


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ("show_pad(nn.Linear(64, 5))", "this one gave shape (1, 5)"),
        ("show_pad(lambda images: 3)", "this one gave int"),
        ("show_pad(torch.zeros(64))", "this is shape (64,)"),
        ("show_pad(model, torch.zeros(28, 28))", "this has shape (28, 28)"),
        ("show_pad(model, torch.full((64,), 16.0))", "this has 16 to 16"),
        ("show_pad(nn.Linear(784, 10))", "mat1 and mat2 shapes cannot be multiplied"),
    ],
)
def test_what_it_cannot_use_is_an_error_of_that_line(call: str, reason: str) -> None:
    served = run(f"{MODEL}{call}", live=True)
    assert served.executed.error is not None
    assert reason in served.executed.error.message
    assert served.executed.error.source_line == call
    assert not served.all(PadShown)


def test_a_call_changes_nothing_for_the_program() -> None:
    source = """
model = nn.Sequential(nn.Linear(64, 10), nn.BatchNorm1d(10), nn.Dropout())
{}
mean, drawn, mode = model[1].running_mean.tolist(), torch.rand(1).item(), model.training
"""
    questions = ("mean", "drawn", "mode")
    plain, shown = (
        run(MODEL + source.format(call), *questions, seed=1) for call in ("", "show_pad(model)")
    )
    assert shown.executed.error is None
    assert shown.answers == plain.answers


def test_a_program_without_a_pad_shows_not_that_of_one_before() -> None:
    assert pad_of("show_pad(model)")[0]
    assert not pad_of("")[0]
