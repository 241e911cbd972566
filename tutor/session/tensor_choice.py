"""Which entry of an inventory is shown: what is trained, until the learner picks another one."""

from __future__ import annotations

from tutor.session.words.inventory_text import entry_numbers
from tutor.wire.events import InventoryEntry

Entries = tuple[InventoryEntry, ...]


def default_name(entries: Entries) -> str:
    """Return the name of the entry to show first, "" if there is none.

    That is the first trained one, if possible a weight and one that can be drawn; where nothing is
    trained, the first weight, else the last entry.
    """
    drawn = [entry for entry in entries if entry_numbers(entry) is not None]
    trained = [entry for entry in drawn if entry.trained]
    weights = [entry for entry in drawn if entry.name.endswith("weight")]
    both = [entry for entry in weights if entry.trained]
    single = [entry for entry in entries if entry.trained]
    order = (*both, *trained, *single, *weights, *drawn[-1:], *entries[-1:])
    return order[0].name if order else ""
