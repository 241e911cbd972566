"""The tensors of a run: which one is shown, and how far each is from its last different value.

What is known comes from the run's own process, which runs a learner's program: nothing of it is
taken on trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import hypot, prod
from typing import TYPE_CHECKING

from msgspec import Struct

from tutor.session.words.inventory_text import entry_elements, entry_numbers
from tutor.wire.events import InventoryEntry
from tutor.wire.values import TensorValue

if TYPE_CHECKING:
    from tutor.session.timeline import RunRecord


Entries = tuple[InventoryEntry, ...]
Known = tuple[int, Entries]
"""Tensors after a step of the training, counted from 1; 0 is before the first."""

_STEPS_BACK = 2
"""Recorded steps that are looked at: at the end of a run the last of them is the end itself."""


class Change(Struct, frozen=True):
    """The difference of a tensor's elements to those after an earlier step."""

    numbers: tuple[float, ...]
    since: int
    """The step, counted from 1; 0 for the start."""


def last_change(run: RunRecord, kept: int | None, entry: InventoryEntry) -> Change | None:
    """Return how the entry differs from the latest earlier state in which it was different.

    `kept` is the number of the recorded step that the entry is of, counted from 0, None for the
    newest inventory. If it is the same in all that is known, all differences are 0; None if nothing
    earlier is known of it.
    """
    shown = entry_numbers(entry)
    is_parameter = entry.trained or any(each.name == entry.name for each in run.given)
    if shown is None or not is_parameter:
        return None
    first: Change | None = None
    for step, entries in sorted(_known(run, kept), key=lambda known: known[0], reverse=True):
        before = next((each for each in entries if each.name == entry.name), None)
        numbers = entry_numbers(before) if before is not None else None
        if numbers is None or numbers[1] != shown[1]:
            continue
        moved = tuple(now - then for now, then in zip(shown[0], numbers[0], strict=True))
        if any(moved):
            return Change(moved, step)
        first = first or Change(moved, step)
    return first


class EndDifference(Struct, frozen=True):
    """Difference between a tensor and its value at the end of the run."""

    numbers: tuple[float, ...]
    """Its elements at the end less those then."""
    words: str
    """A single number then and at the end, else the length of the way between."""


def difference_to_end(entry: InventoryEntry, inventory: Entries) -> EndDifference | None:
    """Return how the tensor of an earlier step differs from that of its name at the end."""
    last = next((each for each in inventory if each.name == entry.name), None)
    then, now = entry_elements(entry), entry_elements(last) if last is not None else None
    if then is None or now is None or then[1] != now[1] or not then[0]:
        return None
    moved = tuple(end - begin for end, begin in zip(now[0], then[0], strict=True))
    if len(moved) == 1:
        words = f"{then[0][0]:.4g} then, {now[0][0]:.4g} at the end: {moved[0]:+.4g}"
    else:
        words = f"length {hypot(*moved):.4g}"
    return EndDifference(moved, words)


def _known(run: RunRecord, kept: int | None) -> Iterator[Known]:
    # while a program runs, steps are recorded that the newest inventory does not know yet
    number = run.inventory_step if kept is None else kept
    earlier = islice(run.recording.before(number), _STEPS_BACK)
    yield from ((step + 1, entries) for step, entries in earlier)
    if kept is None and run.earlier is not None:
        yield run.earlier
    if run.given:
        yield 0, run.given


def default_name(entries: Entries) -> str:
    """Return the name of the entry to show first, "" if there is none.

    That is the first trained weight that can be drawn, else the largest trained tensor, as in a
    net written by hand; where nothing is trained, the first weight, else the last entry.
    """
    drawn = [entry for entry in entries if entry_numbers(entry) is not None]
    weights = [entry for entry in drawn if entry.name.endswith("weight")]
    both = [entry for entry in weights if entry.trained]
    trained = sorted((entry for entry in entries if entry.trained), key=_size, reverse=True)
    order = (*both, *trained, *weights, *drawn[-1:], *entries[-1:])
    return order[0].name if order else ""


def _size(entry: InventoryEntry) -> int:
    return prod(entry.value.shape) if isinstance(entry.value, TensorValue) else 0


class TensorChoice:
    """The choice of one entry by its name, which stays the same in the next inventory.

    A choice of the learner's own holds until something else is trained.
    """

    def __init__(self) -> None:
        self.name = ""
        self._picked = ""
        """The learner's pick; "" if there is none, or if it holds no longer."""
        self._trained: frozenset[str] = frozenset()
        """The trained entries of the newest inventory that had any."""

    def pick(self, name: str) -> None:
        self.name = self._picked = name

    def follow(self, entries: Entries) -> str:
        trained = frozenset(entry.name for entry in entries if entry.trained)
        if trained and trained != self._trained:
            self._trained = trained
            if self._picked not in trained:
                self._picked = ""
        is_there = any(entry.name == self._picked for entry in entries)
        self.name = self._picked if is_there else default_name(entries)
        return self.name
