"""The contents of the pane Loss: one curve of a run, and the facts beside it.

Steps are those of the curve that is looked at: where several optimizers train, each counts its own.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from tutor.session.loss_curves import MISSING, LossCurve, shown_curve
from tutor.session.run_comparison import have_same_start
from tutor.session.timeline import RunRecord
from tutor.wire.events import LossBroken, NumbersKept, RateChanged

CheckPoint = tuple[float, float]
"""A step of the curve, and a loss that was computed after it without training."""


class LossView(NamedTuple):
    """The curve of a run that is looked at, with what is known beside it."""

    losses: Sequence[float]
    name: str = ""
    """Empty if it is the only curve."""
    curve: int = 0
    others: tuple[tuple[str, Sequence[float]], ...] = ()
    before: Sequence[float] = ()
    same_start: bool = False
    check_name: str = ""
    checks: tuple[CheckPoint, ...] = ()
    borders: tuple[int, ...] = ()
    """The steps after which an epoch begins."""
    epoch: int = 0
    """The epoch of the last step that is shown, from 1; 0 if there are none."""
    epochs: int = 0
    rates: Sequence[RateChanged] = ()
    """Learning rates, each with the steps of the curve before it."""
    broken: LossBroken | None = None
    broken_step: int = 0
    """The step of the curve at which the loss broke; 0 if it is not this curve's."""
    cursor: int = 0
    """The step that is looked at; 0 for the end."""
    pace: float = 0.0
    """Steps in a second; 0 if it is not known."""


def loss_view(
    run: RunRecord,
    previous: RunRecord | None,
    cursor: int = 0,
    picked: int | None = None,
) -> LossView:
    """Return the view of one curve of the run; `cursor` counts the losses of all curves.

    `picked` is the curve that the learner has picked. With None, or one that the run does not have,
    the first one is shown of those that train now.
    """
    curves, facts = run.by_curve.curves(), run.facts
    curve = shown_curve(curves, picked)
    if curve is None:
        return LossView(())
    earlier = previous.by_curve.curves() if previous is not None else []
    before = next((each.losses for each in earlier if each.number == curve.number), ())
    first, last = curve.span
    rates = facts.rates_of(curve.number)
    validation = facts.validation()
    checks: tuple[CheckPoint, ...] = ()
    if validation is not None:
        pairs = zip(validation.steps, validation.losses, strict=True)
        checks = tuple((float(curve.place_of(step)), loss) for step, loss in pairs)
    broken, broken_step = _broken(curve, facts.broken)
    return LossView(
        curve.losses,
        facts.name_of(curve.number) if len(curves) > 1 else "",
        curve.number,
        others=tuple((facts.name_of(e.number), e.losses) for e in curves if e is not curve),
        before=before,
        same_start=bool(before) and previous is not None and have_same_start(run, previous),
        check_name=validation.name if validation is not None else "",
        checks=checks,
        borders=tuple(
            place for e in facts.epochs if first <= e <= last and (place := curve.place_of(e))
        ),
        epoch=bisect_right(facts.epochs, (cursor or last) - 1),
        epochs=bisect_right(facts.epochs, len(run.losses) - 1),
        rates=[RateChanged(e.curve, curve.place_of(e.steps), e.rate) for e in rates],
        broken=broken,
        broken_step=broken_step,
        cursor=curve.place_of(cursor) if cursor else 0,
        pace=_steps_a_second(run),
    )


def _broken(curve: LossCurve, told: LossBroken | None) -> tuple[LossBroken | None, int]:
    if told is not None:
        place = curve.place_of(told.step) if told.step <= curve.span[1] else 0
        return told, place if place and not math.isfinite(curve.losses[place - 1]) else 0
    for step, loss in enumerate(curve.losses, 1):
        if not math.isfinite(loss) and loss is not MISSING:
            return LossBroken(step, loss), step
    return None, 0


def _steps_a_second(run: RunRecord) -> float:
    """Return the pace over the last two seconds that the run told; 0 if it is not known."""
    if not run.pace:
        return 0.0
    end, count = run.pace[-1]
    start, before = run.pace[0] if len(run.pace) > 1 else (0.0, 0)
    return (count - before) / (end - start) if end > start else 0.0


def kept_lists(run: RunRecord) -> tuple[NumbersKept, ...]:
    """Return the lists of numbers that are offered in place of losses; () if there are losses."""
    return () if run.losses else run.facts.kept
