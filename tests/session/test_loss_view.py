"""What the pane Loss shows of a run, and what it says: from events alone."""

from __future__ import annotations

import math

import pytest

from tutor.session.losses import (
    MAX_CURVES,
    MISSING,
    LossCurves,
    TrainingFacts,
    loss_view,
    printed_numbers,
    shown_curve,
)
from tutor.session.state import Activity, State
from tutor.session.timeline import RunRecord
from tutor.session.words.loss_text import (
    broken_words,
    facts_words,
    look_at,
    offer_words,
)
from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    LossBroken,
    LossesRecorded,
    NumbersKept,
    RateChanged,
    RunEvent,
    TrainingNoted,
)

RUNNING = State(activity=Activity(1, "run"))
GAN = (
    LossesRecorded(0, (1.0, 5.0, 0.9, 6.0, 0.8, 7.0), bytes([0, 1, 0, 1, 0, 1])),
    TrainingNoted(curves=(CurveNamed(0, "d_loss", "Adam"), CurveNamed(1, "g_loss", "Adam"))),
)


def record(*events: RunEvent) -> RunRecord:
    run = RunRecord()
    run.take(events)
    return run


def test_of_curves_that_train_together_the_first_is_looked_at() -> None:
    view = loss_view(record(*GAN), None)
    assert (view.name, list(view.losses)) == ("d_loss", [1.0, 0.9, 0.8])
    assert [(name, list(losses)) for name, losses in view.others] == [("g_loss", [5.0, 6.0, 7.0])]
    assert loss_view(record(*GAN), None, picked=1).name == "g_loss"
    assert look_at(view, State()) == "Line: d_loss. Dashes: g_loss."


def test_of_curves_one_after_another_the_newest_is_looked_at() -> None:
    curves = LossCurves()
    curves.put(0, (3.0, 2.0, 1.0), b"")
    curves.put(3, (9.0, 8.0), b"\1\1")
    first = shown_curve(curves.curves(), None)
    assert first is not None
    assert (first.number, first.losses) == (1, [9.0, 8.0])


def test_the_cursor_counts_all_losses_and_the_view_those_of_its_curve() -> None:
    assert loss_view(record(*GAN), None, cursor=4).cursor == 2
    assert loss_view(record(*GAN), None, cursor=4, picked=1).cursor == 2
    assert loss_view(record(*GAN), None, cursor=5).cursor == 3


def test_a_loss_that_is_told_again_goes_to_its_new_curve() -> None:
    curves = LossCurves()
    curves.put(0, (3.0, 2.0), b"")
    assert len(curves.curves()) == 1
    curves.put(1, (2.0, 1.0), b"\1\1")
    assert {each.number: each.losses for each in curves.curves()} == {0: [3.0], 1: [2.0, 1.0]}


def test_there_are_no_more_curves_than_a_program_can_have() -> None:
    curves = LossCurves()
    curves.put(0, (1.0,) * 256, bytes(range(256)))
    assert len(curves.curves()) == MAX_CURVES
    curves.put(256, (1.0, 2.0), b"\3")
    assert len(curves.curves()[0].losses) == 3, "numbers that do not fit count as none"


def test_a_loss_that_was_not_kept_is_no_broken_one() -> None:
    view = loss_view(record(LossesRecorded(0, (1.0,)), LossesRecorded(3, (0.5,))), None)
    assert view.losses[1] is MISSING
    assert view.broken_step == 0
    view = loss_view(record(LossesRecorded(0, (1.0, math.nan, 3.0))), None)
    assert (view.broken_step, view.broken and view.broken.step) == (2, 2)


def test_the_run_before_is_beside_its_own_curve() -> None:
    previous = record(LossesRecorded(0, (4.0, 3.0)))
    view = loss_view(record(LossesRecorded(0, (2.0,))), previous)
    assert list(view.before) == [4.0, 3.0]
    assert look_at(view, RUNNING) == "Dotted: the previous run, which ended at 3.0000."


def test_checks_rates_and_epochs_are_told_in_short() -> None:
    run = record(
        LossesRecorded(0, (4.0, 3.0, 2.0, 1.0), seconds=0.5),
        TrainingNoted(
            rates=(RateChanged(0, 0, 0.1), RateChanged(0, 2, 0.05)),
            epochs=(0, 2),
            checked=(
                CheckedLosses(0, "train_loss", (2, 4), (9.0, 9.0)),
                CheckedLosses(1, "val_loss", (2, 4), (2.5, 2.25)),
            ),
        ),
    )
    view = loss_view(run, None)
    assert (view.check_name, view.checks) == ("val_loss", ((2.0, 2.5), (4.0, 2.25)))
    assert view.borders == (2,)
    assert facts_words(view, RUNNING) == [
        "◆ val_loss 2.2500",
        "epoch 2",
        "lr 0.05",
        "8.0 steps/s",
    ]
    earlier = loss_view(run, None, cursor=2)
    assert facts_words(earlier, State())[:3] == ["◆ val_loss 2.5000", "epoch 1", "lr 0.1"]


def test_a_validation_loss_that_rises_is_pointed_out() -> None:
    checks = CheckedLosses(0, "val_loss", (1, 2, 3), (2.0, 1.0, 1.5))
    run = record(LossesRecorded(0, (4.0, 3.0, 2.0)), TrainingNoted(checked=(checks,)))
    said = look_at(loss_view(run, None), State())
    assert said == "◆ val_loss was lowest at step 2, 1.0000, and rises since."


@pytest.mark.parametrize(
    ("losses", "said"),
    [
        ([1 - n / 50 for n in range(40)], "It still falls at the end: train longer."),
        ([1.0] * 40, "It ends no lower than it began."),
        ([*(1 - n / 10 for n in range(10)), *[0.1] * 30], "It has hardly fallen since step 10."),
        ([1.0, 0.5], ""),
    ],
)
def test_what_the_end_of_a_run_shows_is_said(losses: list[float], said: str) -> None:
    assert look_at(loss_view(record(LossesRecorded(0, tuple(losses))), None), State()) == said


def test_a_broken_loss_is_told_with_its_cause() -> None:
    broken = LossBroken(13, math.inf, 9, "loss", 9, "rate", 0.5)
    assert broken_words(broken, (34.25, 99.0, math.inf)) == (
        "The loss is inf from step 13 on, line 9. It grew from 34.2500 before: "
        "the learning rate 0.5 is too large."
    )
    broken = LossBroken(1, math.nan, 8, "logs", 6, "log of 0")
    assert broken_words(broken) == (
        "The loss is nan from step 1 on, line 8. First in `logs`, line 6. It is the log of 0."
    )
    assert broken_words(LossBroken(2, math.nan)) == "The loss is nan from step 2 on."


def test_numbers_of_the_program_are_offered_and_not_guessed() -> None:
    kept = NumbersKept("losses", (3.0, 2.0, 1.0), True)
    run = record(TrainingNoted(kept=(kept,)))
    assert run.facts.kept == (kept,)
    assert not loss_view(run, None).losses
    assert offer_words((kept,), None) == "The program has `losses`, 3 numbers: n draws them."
    assert offer_words((kept,), 0) == "losses: 3 numbers of the program's own"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("epoch 1 loss 0.5\nepoch 2 loss 0.4\nepoch 3 loss 3e-1\nepoch 4 loss nan\n", 4),
        ("Epoch [1/9], Loss: 0.5\n" * 5, 5),
        ("step=3 train_loss=0.25 acc=0.9\n" * 4, 4),
        ("loss went down\n" * 9, 0),
        ("accuracy 0.5\n" * 9, 0),
        ("loss 0.5\n" * 3, 0),
    ],
)
def test_printed_losses_are_found_in_lines_that_are_alike(text: str, numbers: int) -> None:
    found = printed_numbers([text])
    assert (len(found.numbers) if found else 0) == numbers


def test_what_cannot_be_true_is_left_out() -> None:
    facts = TrainingFacts()
    facts.take(
        TrainingNoted(
            curves=(CurveNamed(MAX_CURVES, "x"), CurveNamed(0, "a\x1b[31mb" + "c" * 90)),
            rates=(RateChanged(0, -1, 0.1), RateChanged(0, 0, math.nan)),
            epochs=(5, 3, -2, 10**9),
            checked=(
                CheckedLosses(99, "x", (1,), (1.0,)),
                CheckedLosses(0, "x", (1, 2), (1.0,)),
                CheckedLosses(1, "y", (3, 1), (1.0, 2.0)),
            ),
            broken=LossBroken(0, math.nan),
        )
    )
    assert list(facts.names) == [0]
    assert facts.name_of(0).isprintable()
    assert len(facts.name_of(0)) <= 40
    assert [each.steps for each in facts.rates] == [0]
    run = record(LossesRecorded(0, (1.0,)), TrainingNoted(rates=(RateChanged(0, 0, math.nan),)))
    assert loss_view(run, None).rates == []
    assert facts.epochs == [5]
    assert [each.steps for each in facts.checked.values()] == [[3]]
    assert facts.broken is None
