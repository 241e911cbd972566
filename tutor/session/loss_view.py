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
    """Return what is shown of the run; `cursor` counts the losses of all curves.

    `picked` is the curve that the learner has picked; None, or one that the run does not have: the
    one to be looked at first.
    """
    curves = run.by_curve.curves()
    curve = shown_curve(curves, picked)
    if curve is None:
        return LossView(())
    facts = run.facts
    name = facts.name_of(curve.number) if facts is not None and len(curves) > 1 else ""
    earlier = previous.by_curve.curves() if previous is not None else []
    view = LossView(
        curve.losses,
        name,
        curve.number,
        others=tuple(
            (facts.name_of(each.number) if facts is not None else "loss", each.losses)
            for each in curves
            if each is not curve
        ),
        before=next((each.losses for each in earlier if each.number == curve.number), ()),
        cursor=curve.place_of(cursor) if cursor else 0,
        pace=steps_a_second(run),
    )
    if view.before and previous is not None:
        view = view._replace(same_start=have_same_start(run, previous))
    if facts is not None:
        view = _with_facts(view, run, curve, cursor)
    return view if view.broken is not None else _with_broken(view)


def _with_facts(view: LossView, run: RunRecord, curve: LossCurve, cursor: int) -> LossView:
    facts = run.facts
    assert facts is not None
    validation = facts.validation()
    checks: tuple[CheckPoint, ...] = ()
    if validation is not None:
        pairs = zip(validation.steps, validation.losses, strict=True)
        checks = tuple((float(curve.place_of(step)), loss) for step, loss in pairs)
    first, last = curve.span
    borders = [curve.place_of(each) for each in facts.epochs if first <= each <= last]
    broken = facts.broken
    is_own = broken is not None and broken.step <= last
    place = curve.place_of(broken.step) if broken is not None and is_own else 0
    rates = [
        RateChanged(each.curve, curve.place_of(each.steps), each.rate)
        for each in facts.rates_of(curve.number)
    ]
    return view._replace(
        check_name=validation.name if validation is not None else "",
        checks=checks,
        borders=tuple(each for each in borders if each),
        epoch=facts.epoch_at(cursor or last),
        epochs=bisect_right(facts.epochs, len(run.losses) - 1),
        rates=rates,
        broken=broken,
        broken_step=place if place and not math.isfinite(curve.losses[place - 1]) else 0,
    )


def _with_broken(view: LossView) -> LossView:
    """Return the view with the first loss that is no number, if there is one."""
    steps = enumerate(view.losses, 1)
    broken = next(((n, e) for n, e in steps if not math.isfinite(e) and e is not MISSING), None)
    if broken is None:
        return view
    return view._replace(broken=LossBroken(*broken), broken_step=broken[0])


def steps_a_second(run: RunRecord) -> float:
    """Return the steps in a second of the last two seconds that were told; 0 if not known."""
    if not run.pace:
        return 0.0
    end, count = run.pace[-1]
    start, before = run.pace[0] if len(run.pace) > 1 else (0.0, 0)
    return (count - before) / (end - start) if end > start else 0.0


def kept_lists(run: RunRecord) -> tuple[NumbersKept, ...]:
    """Return the lists of numbers that are offered in place of losses; () if there are losses."""
    return run.facts.kept if run.facts is not None and not run.losses else ()
