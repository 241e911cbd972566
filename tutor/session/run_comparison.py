"""The newest run and the one before it: from when on each is below a loss that both reach.

Nothing is claimed of the runs' start unless every parameter is known to have begun with the same
numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tutor.session.loss_curves import first_below
from tutor.session.timeline import RunRecord
from tutor.session.words.loss_text import loss_text
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


def comparison_words(
    found: RunComparison, losses: Sequence[float], before: Sequence[float], *, drawn: str = ""
) -> str:
    """Say from when on each run is below a loss; `drawn` says how the run before is drawn."""
    last = f"the last one ({drawn})" if drawn else "the last one"
    if [*losses] == [*before]:
        words = f"this run has the same losses as {last}."
    elif found.level and found.step == found.before:
        words = f"this run and {last} are first below {found.level:g} at step {found.step}."
    elif found.level:
        words = (
            f"this run is first below {found.level:g} at step {found.step}, "
            f"{last} at step {found.before}."
        )
    else:
        words = f"this run ends at {loss_text(losses[-1])}, {last} at {loss_text(before[-1])}."
    return f"From the same start: {words}" if found.same_start else words[0].upper() + words[1:]


def short_comparison(found: RunComparison) -> str:
    """Compare the runs in a few words; "" where no loss sets them apart."""
    if not found.level:
        return ""
    return f"below {found.level:g} at step {found.step}, last run at {found.before}"
