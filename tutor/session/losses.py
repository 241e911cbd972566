"""The losses of a run, a curve for each optimizer, and the facts of its training beside them.

They come from the process that runs a learner's program: nothing is taken on trust, and all of it
is bounded. A `RunRecord` of the timeline owns them.
"""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from tutor.text import printable
from tutor.wire.events import (
    CheckedLosses,
    CurveNamed,
    LossBroken,
    NameBound,
    NumbersKept,
    RateChanged,
    TrainingNoted,
)
from tutor.wire.values import TensorValue

if TYPE_CHECKING:
    from tutor.session.timeline import RunRecord

MISSING = float("nan")
"""Stands for a loss that was not kept, or whose event was lost; known by its identity."""


MAX_CURVES = 10
_KNOWN = bytes(min(number, MAX_CURVES - 1) for number in range(256))
"""Each number of a curve, or the last one for what cannot be one."""


class LossCurve:
    """The losses of one curve. Its own steps are counted from 1, in its own order."""

    __slots__ = ("losses", "number", "steps")

    def __init__(self, number: int, losses: list[float], steps: array[int] | None = None) -> None:
        self.number = number
        self.losses = losses
        self.steps = steps
        """For each loss, its number among the losses of all curves, from 1; None if that is its
        place."""

    def place_of(self, step: int) -> int:
        if self.steps is None:
            return min(step, len(self.losses))
        return bisect_right(self.steps, step)

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last of its losses, counted among those of all curves."""
        return (self.steps[0], self.steps[-1]) if self.steps else (1, len(self.losses))


class LossCurves:
    """The losses of all curves of one run, in the order in which they were recorded."""

    def __init__(self) -> None:
        self.losses: list[float] = []
        """One for each step; `MISSING` where there is none."""
        self._numbers = bytearray()
        """The curve of each loss; empty while all are of curve 0."""
        self._split: dict[int, LossCurve] = {}
        self._done = 0
        """Losses that were given to their curves."""

    def put(self, first: int, losses: Sequence[float], numbers: bytes) -> None:
        own = self.losses
        gap = max(0, first - len(own))
        own.extend([MISSING] * gap)
        if first < len(own):
            self._split, self._done = {}, 0
        own[first : first + len(losses)] = losses
        if numbers or self._numbers:
            known = numbers.translate(_KNOWN)
            whole = known if len(known) == len(losses) else bytes(len(losses))
            self._numbers.extend(bytes(max(0, first - len(self._numbers))))
            self._numbers[first : first + len(losses)] = whole

    def curves(self) -> list[LossCurve]:
        """Return the curves that have losses, in the order of their first ones."""
        if not self._numbers:
            return [LossCurve(0, self.losses)] if self.losses else []
        for place in range(self._done, len(self.losses)):
            loss = self.losses[place]
            if loss is not MISSING:
                number = self._numbers[place]
                curve = self._split.get(number)
                if curve is None:
                    curve = self._split[number] = LossCurve(number, [], array("l"))
                curve.losses.append(loss)
                assert curve.steps is not None
                curve.steps.append(place + 1)
        self._done = len(self.losses)
        return list(self._split.values())


def shown_curve(curves: Sequence[LossCurve], picked: int | None) -> LossCurve | None:
    """Return the picked curve, else the first of those that train now together.

    A curve that ended before another began is one of the past.
    """
    curve = next((each for each in curves if each.number == picked), None)
    if curve is not None or not curves:
        return curve
    newest = max(curves, key=lambda each: each.span[1])
    together = [each for each in curves if each.span[1] >= newest.span[0]]
    return min(together, key=lambda each: each.span[0])


def first_below(losses: Sequence[float], level: float) -> int:
    """Return the first step with a loss below this one, counted from 1; 0 if there is none."""
    return next((step for step, loss in enumerate(losses, 1) if loss < level), 0)


MAX_NAME = 40
"""Characters of a name that are shown."""
MAX_RATES = 5_000
MAX_EPOCHS = 100_000
MAX_SERIES = 6
MAX_POINTS = 25_000
MAX_LISTS = 4
MAX_NUMBERS = 25_000
MAX_STEP = 1_000_000


class CheckedCurve(Struct):
    """The losses that one place of the program has computed without training."""

    name: str
    steps: list[int] = []
    """For each, how many losses of the training were recorded before, in order."""
    losses: list[float] = []


class TrainingFacts:
    """The facts of one run, as far as it has told them."""

    def __init__(self) -> None:
        self.names: dict[int, CurveNamed] = {}
        self.rates: list[RateChanged] = []
        self.epochs: list[int] = []
        """Losses that were recorded before each epoch, in order, none twice."""
        self.checked: dict[int, CheckedCurve] = {}
        self.broken: LossBroken | None = None
        self.kept: tuple[NumbersKept, ...] = ()
        self.bound: list[NameBound] = []

    def take(self, event: TrainingNoted) -> None:
        """Add what is new; what cannot be true is left out."""
        for curve in event.curves:
            if 0 <= curve.curve < MAX_CURVES:
                self.names[curve.curve] = curve
        rates = (each for each in event.rates if _is_step(each.steps))
        self.rates += list(rates)[: MAX_RATES - len(self.rates)]
        for epoch in event.epochs:
            is_next = _is_step(epoch) and (not self.epochs or epoch > self.epochs[-1])
            if is_next and len(self.epochs) < MAX_EPOCHS:
                self.epochs.append(epoch)
        for checked in event.checked:
            self._add_checked(checked)
        if self.broken is None and event.broken is not None and event.broken.step > 0:
            self.broken = event.broken
        self.bound += event.bound[: MAX_RATES - len(self.bound)]
        if event.kept and not self.kept:
            lists = event.kept[:MAX_LISTS]
            self.kept = tuple(each for each in lists if 0 < len(each.numbers) <= MAX_NUMBERS)

    def _add_checked(self, checked: CheckedLosses) -> None:
        if not 0 <= checked.series < MAX_SERIES or len(checked.steps) != len(checked.losses):
            return
        curve = self.checked.setdefault(checked.series, CheckedCurve(shown_name(checked.name)))
        for step, loss in zip(checked.steps, checked.losses, strict=True):
            is_next = _is_step(step) and (not curve.steps or step >= curve.steps[-1])
            if is_next and len(curve.steps) < MAX_POINTS:
                curve.steps.append(step)
                curve.losses.append(loss)

    def name_of(self, curve: int) -> str:
        named = self.names.get(curve)
        return shown_name(named.name) if named is not None and named.name else "loss"

    def validation(self) -> CheckedCurve | None:
        """Return the checked losses to show beside the curve, None if there are none.

        Those whose name says that they are of the training rows come last.
        """
        return min(
            self.checked.values(), key=lambda each: "train" in each.name.lower(), default=None
        )


def shown_name(name: str) -> str:
    return printable(name)[:MAX_NAME]


def _is_step(steps: int) -> bool:
    return 0 <= steps <= MAX_STEP


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
    bound: Sequence[NameBound] = ()
    """Names that were bound during the run, each with the steps of the curve before that."""
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
    rates = (e for e in facts.rates if e.curve == curve.number and math.isfinite(e.rate))
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
        bound=[NameBound(e.name, e.number, curve.place_of(e.steps)) for e in facts.bound],
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


MIN_LINES = 4
MAX_LINE = 300
MAX_LINES = 5_000

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf)\b")
_LOSS = re.compile(r"\b\w*(?:loss|cost|error|mse|bce)\w*\b", re.IGNORECASE)


def printed_numbers(texts: Iterable[str]) -> NumbersKept | None:
    """Return the numbers that follow a word for a loss in lines that are alike; None without them.

    The word is the first of a line, and its number the next after it.
    """
    found: dict[str, list[float]] = {}
    for line in "".join(texts).split("\n")[:MAX_LINES]:
        word = _LOSS.search(line[:MAX_LINE])
        number = _NUMBER.search(line[:MAX_LINE], word.end()) if word else None
        if word and number:
            found.setdefault(word[0], []).append(float(number[0]))
    name = max(found, key=lambda each: len(found[each]), default="")
    if not name or len(found[name]) < MIN_LINES:
        return None
    return NumbersKept(name, tuple(found[name]))
