"""The losses of a run in words: in short, what to look at, or why there are none.

For the loss pane. The sentences are about what is drawn, and say nothing that is not certain.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tutor.grading.wording import counted
from tutor.session.losses import LossView, RunComparison, compare_runs
from tutor.session.state import State
from tutor.wire.events import LossBroken, NameBound, NumbersKept

EMPTY = "No losses yet. A run that calls an optimizer's step() draws them here."
QUEUED = "No losses yet: the program begins when PyTorch is ready."
BUSY = "No optimizer step yet: the first one begins the curve."
NONE = "The run made no optimizer step, so there is no curve."
SMOOTHED = "line: smoothed"


def losses_words(
    losses: Sequence[float], state: State, dot: str = " · ", step: int = 0, name: str = ""
) -> str:
    """Say the step looked at and its loss, or the first and last loss of a run that is over.

    Return "" if there are no losses. `step` is the one looked at, where it is not the cursor's;
    `name` is what the curve is called, if it is not the only one.
    """
    count = len(losses)
    if not count:
        return ""
    last = loss_text(losses[-1])
    if state.cursor is not None:
        step = min(step or state.cursor.step, count)
        return f"step {step} of {count}{dot}{name or 'loss'} {loss_text(losses[step - 1])}"
    if state.activity is not None:
        return f"step {count}  {name or 'loss'} {last}"
    begin = f"{name}, " if name else ""
    if count == 1:
        return f"{begin}{counted(count, 'step')}: {last}"
    return f"{begin}{counted(count, 'step')}: {loss_text(losses[0])} to {last}"


def no_losses_words(state: State) -> str:
    if state.queued:
        return QUEUED
    if state.activity is not None:
        return BUSY
    if state.ending is not None or (state.latest == "verdict" and state.verdict is not None):
        return NONE
    return EMPTY


def loss_text(loss: float) -> str:
    """Return the loss with four decimals, or four significant digits if it is small or large."""
    loss += 0.0  # makes 0 of -0
    return f"{loss:.4f}" if 0.01 <= abs(loss) < 1_000 else f"{loss:.4g}"


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


RISEN = 1.05
"""Minimum ratio of a validation loss to its lowest value to count as risen."""
STILL_FALLS = 0.02
"""The share of its whole fall that a curve makes in its last tenth, if it is said to fall still."""
STILL_SHRINKS = 0.9
"""The mean of the last tenth, as a share of that of the tenth before, up to which the curve is said
to fall still, if the tenths have no loss in common: 1e-3 to 1e-4 is a fall, though of a curve that
began at 1 it is next to nothing."""
MIN_TREND = 20


def facts_words(view: LossView, state: State, check: str = "◆") -> list[str]:
    facts = []
    if view.cursor and state.compares:
        then, now = view.losses[view.cursor - 1], view.losses[-1]
        facts.append(f"at the end {loss_text(now)}, {now - then:+.3g}")
    if 0 < view.cursor <= len(view.before):
        facts.append(f"last run {loss_text(view.before[view.cursor - 1])}")
    step = view.cursor or len(view.losses)
    checks = [loss for at, loss in view.checks if at <= step]
    if checks:
        facts.append(f"{check} {view.check_name or 'without training'} {loss_text(checks[-1])}")
    if view.epoch:
        facts.append(f"epoch {view.epoch}")
    if len({each.rate for each in view.rates}) > 1:
        before = [each.rate for each in view.rates if each.steps < step]
        facts.append(f"lr {before[-1] if before else math.nan:.4g}")
    if state.activity is not None and view.pace:
        facts.append(f"{view.pace:.{0 if view.pace >= 10 else 1}f} steps/s")
    return facts


def look_at(view: LossView, state: State, check: str = "◆") -> str:
    if view.bound:
        return bound_words(view.bound)
    if view.others:
        return f"Line: {view.name}. Dashes: {', '.join(name for name, _ in view.others)}."
    if risen := _risen_words(view, check):
        return risen
    if state.activity is None and view.before and view.losses:
        found = compare_runs(view.losses, view.before, same_start=view.same_start)
        return comparison_words(found, view.losses, view.before, drawn="dotted")
    if state.activity is None and len(view.losses) >= MIN_TREND and not view.broken_step:
        return _rate_words(view) or trend_words(view.losses)
    if view.before:
        return f"Dotted: the previous run, which ended at {loss_text(view.before[-1])}."
    return ""


def bound_words(bound: Sequence[NameBound]) -> str:
    """Name the steps at which sliders were moved, the last three of them."""
    moves = (f"{each.name} = {each.number:g} from step {each.steps + 1} on" for each in bound[-3:])
    return f"Moved during the run: {', '.join(moves)}."


def _risen_words(view: LossView, check: str) -> str:
    points = [(step, loss) for step, loss in view.checks if math.isfinite(loss)]
    if len(points) < 3:
        return ""
    step, low = min(points, key=lambda point: point[1])
    name = view.check_name or "the loss without training"
    if points[-1][1] > RISEN * low and points[-1][0] > step:
        return f"{check} {name} was lowest at step {step:.0f}, {loss_text(low)}, and rises since."
    return f"{check} {name} against the line: where they separate, new rows are harder."


def _rate_words(view: LossView) -> str:
    pairs = zip(view.rates, view.rates[1:], strict=False)
    changes = [other.steps + 1 for one, other in pairs if one.rate != other.rate]
    if not changes:
        return ""
    first, last = view.rates[0].rate, view.rates[-1].rate
    if len(changes) == 1:
        return f"The rate went from {first:.4g} to {last:.4g} at step {changes[0]}."
    return f"The rate changed {len(changes)} times, from {first:.4g} to {last:.4g}."


def trend_words(losses: Sequence[float]) -> str:
    """Return a sentence about the end of the curve; "" if there are too few losses."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    if len(finite) < MIN_TREND:
        return ""
    part = max(2, len(finite) // 10)
    parts = finite[:part], finite[-2 * part : -part], finite[-part:]
    first, earlier, last = (sum(each) / len(each) for each in parts)
    fallen, recent = first - last, earlier - last
    if fallen <= 0:
        return "It ends no lower than it began."
    shrinks = 0 < last <= STILL_SHRINKS * earlier and max(parts[2]) < min(parts[1])
    if recent > STILL_FALLS * fallen or shrinks:
        return "It still falls at the end: train longer."
    if recent < -STILL_FALLS * fallen:
        return "It rises at the end."
    level = max(last + STILL_FALLS * fallen, min(finite))
    since = next((at for at, loss in enumerate(losses, 1) if loss <= level), len(losses))
    return f"It has hardly fallen since step {since}."


_REASONS = {
    "data": "There is nan in the data.",
    "log of 0": "It is the log of 0.",
    "log of a negative number": "It is the log of a negative number.",
    "division by 0": "Something was divided by 0.",
    "overflow of exp": "`exp` of a large number is more than a float can hold.",
    "root of a negative number": "It is the root of a negative number.",
    "weights": "The step before has made weights nan or infinite.",
}


def broken_words(broken: LossBroken, losses: Sequence[float] = ()) -> str:
    """Name step and line at which the loss broke, the first name with nan or inf, and the cause."""
    line = f", line {broken.line}" if broken.line is not None else ""
    words = f"The loss is {broken.loss} from step {broken.step} on{line}."
    if broken.name and broken.name != "loss":
        line = f", line {broken.name_line}" if broken.name_line is not None else ""
        words += f" First in `{broken.name}`{line}."
    reason = _REASONS.get(broken.reason, "")
    if broken.reason == "rate":
        before = [loss for loss in losses if math.isfinite(loss)]
        grew = f"It grew from {loss_text(min(before))} before" if before else "It grew before"
        rate = f"the learning rate {broken.rate:.4g}" if broken.rate else "the learning rate"
        reason = f"{grew}: {rate} is too large."
    return f"{words} {reason}".strip()


def offer_words(lists: Sequence[NumbersKept], drawn: int | None) -> str:
    if drawn is not None and drawn < len(lists):
        numbers = lists[drawn]
        count = counted(len(numbers.numbers), "number")
        return f"{numbers.name}: {count} of the program's own"
    first = lists[0]
    return f"The program has `{first.name}`, {counted(len(first.numbers), 'number')}: n draws them."
