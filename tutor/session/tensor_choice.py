"""The shown entry of an inventory: a trained tensor, until the learner picks another one."""

from __future__ import annotations

from math import prod

from tutor.session.words.inventory_text import entry_numbers
from tutor.wire.events import InventoryEntry
from tutor.wire.values import TensorValue

Entries = tuple[InventoryEntry, ...]


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
