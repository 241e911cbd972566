"""The newest run and the one before it: from when on each is below a loss that both reach.

Numbers alone; `words/run_comparison_text.py` says them. Nothing is claimed of the runs' start
unless every parameter is known to have begun with the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tutor.session.loss_curves import first_below
from tutor.session.timeline import RunRecord
from tutor.wire.values import TensorValue


class RunComparison(NamedTuple):
    """The difference between two runs."""

    same_start: bool
    level: float = 0.0
    """A round number that both get below; 0 if there is none to tell them apart by."""
    step: int = 0
    """The first step of the newest run below it."""
    before: int = 0
    """That of the run before."""


def compare_runs(
    losses: Sequence[float], before: Sequence[float], *, same_start: bool
) -> RunComparison:
    """Return the comparison of the curves of two runs, neither of them empty."""
    finite = [[loss for loss in each if math.isfinite(loss)] for each in (losses, before)]
    ends = [min(each, default=math.inf) for each in finite]
    for level in _levels(max(ends)):
        step, other = first_below(losses, level), first_below(before, level)
        if max(step, other) > 1:
            return RunComparison(same_start, level, step, other)
    return RunComparison(same_start)


def have_same_start(run: RunRecord, previous: RunRecord) -> bool:
    start, other = run.start, previous.start
    if not start or [each.name for each in start] != [each.name for each in other]:
        return False
    known = {each.name for each in start}
    trained = {each.name for one in (run, previous) for each in one.inventory if each.trained}
    if not trained or not trained <= known:
        return False
    return all(
        isinstance(one.value, TensorValue) and not one.value.sampled and one.value == two.value
        for one, two in zip(start, other, strict=True)
    )


def _levels(low: float) -> Iterator[float]:
    """Yield numbers above `low`, the roundest first; none if it is not above 0 or not finite."""
    if not 0 < low < math.inf:
        return
    unit = 10.0 ** math.floor(math.log10(low))
    yield next(each for each in (unit, 2 * unit, 5 * unit, 10 * unit, 20 * unit) if each > low)
    for digits in (1, 2):
        fine = unit / 10.0**digits
        yield float(f"{(math.floor(low / fine) + 1) * fine:.{digits + 1}g}")
