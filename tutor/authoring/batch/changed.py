"""The verdicts that differ between two files of records, as after a fix of a lesson."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tutor.authoring.batch.known_verdicts import Record, places_of
from tutor.files import open_regular


class Said(NamedTuple):
    """What a record says of an answer, without the words."""

    verdict: str
    slug: str | None

    def __str__(self) -> str:
        return f"{self.verdict} ({self.slug})" if self.slug else self.verdict


class ChangedVerdict(NamedTuple):
    """An answer of which the newer file says something else."""

    id: object
    step: str
    before: Said
    after: Said


class VerdictComparison(NamedTuple):
    """What two files of records say of the same answers."""

    changes: tuple[ChangedVerdict, ...]
    same: int
    only_old: int
    """Verdicts for which the newer file has none."""
    only_new: int


def compare(old: Path, new: Path) -> VerdictComparison:
    """Compare two files of records, whatever their order; raise OSError.

    An answer is known by its id and its step; where these occur several times, by its turn.
    """
    before = dict(_by_answer(old))
    changes, same, only_new = [], 0, 0
    for key, after in _by_answer(new):
        said = before.pop(key, None)
        if said is None:
            only_new += 1
        elif said == after:
            same += 1
        else:
            changes.append(ChangedVerdict(key[0], key[1], said, after))
    return VerdictComparison(tuple(changes), same, len(before), only_new)


def _by_answer(path: Path) -> Iterator[tuple[tuple[object, str, int], Said]]:
    seen: Counter[tuple[object, str]] = Counter()
    with open_regular(path) as file:
        for _, record in places_of(file):
            key = (_named(record), str(record.get("step") or ""))
            seen[key] += 1
            slug = record.get("slug")
            yield (*key, seen[key]), Said(str(record["verdict"]), str(slug) if slug else None)


def _named(record: Record) -> object:
    """Return the id of a record; of a line that could not be read, its number."""
    answer_id = record["id"]
    if isinstance(answer_id, str | int | float):
        return answer_id
    return f"line {record.get('line', '?')}"


def change_json(change: ChangedVerdict) -> Record:
    """Return the record of a change."""
    return {
        "id": change.id,
        "step": change.step or None,
        "before": change.before._asdict(),
        "after": change.after._asdict(),
    }


def change_text(change: ChangedVerdict) -> str:
    """Return a change in one line."""
    step = f" to {change.step}" if change.step else ""
    return f"{change.id}{step}: {change.before}, now {change.after}"


def summary(comparison: VerdictComparison) -> str:
    """Return in one line how much has changed, and what became what."""
    kinds = Counter((each.before.verdict, each.after.verdict) for each in comparison.changes)
    parts = [f"{len(comparison.changes)} changed"]
    if kinds:
        each = (f"{number} {old} → {new}" for (old, new), number in kinds.most_common())
        parts[0] += f" ({', '.join(each)})"
    parts.append(f"{comparison.same} the same")
    if comparison.only_old:
        parts.append(f"{comparison.only_old} only in the old file")
    if comparison.only_new:
        parts.append(f"{comparison.only_new} only in the new file")
    return ", ".join(parts)
