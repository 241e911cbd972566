"""The verdicts that differ between two files of records, as after a fix of a lesson."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tutor.authoring.batch.known_verdicts import Record, places_of
from tutor.files import open_regular


class Said(NamedTuple):
    """Verdict and slug of a record, without its message."""

    verdict: str
    slug: str | None

    def __str__(self) -> str:
        return f"{self.verdict} ({self.slug})" if self.slug else self.verdict


class ChangedVerdict(NamedTuple):
    """An answer with another verdict in the newer file."""

    id: object
    step: str
    before: Said
    after: Said


class VerdictComparison(NamedTuple):
    """The comparison of two files of records, by answer."""

    changes: tuple[ChangedVerdict, ...]
    same: int
    only_old: int
    """Number of verdicts that the newer file does not have."""
    only_new: int


def compare(old: Path, new: Path) -> VerdictComparison:
    """Compare two files of records in any order; raise OSError.

    An answer is identified by its id and its step, and by its position among equal ones.
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
    """Return the id of a record, or the line number of an unreadable line."""
    answer_id = record["id"]
    if isinstance(answer_id, str | int | float):
        return answer_id
    return f"line {record.get('line', '?')}"


def change_json(change: ChangedVerdict) -> Record:
    return {
        "id": change.id,
        "step": change.step or None,
        "before": change.before._asdict(),
        "after": change.after._asdict(),
    }


def change_text(change: ChangedVerdict) -> str:
    step = f" to {change.step}" if change.step else ""
    return f"{change.id}{step}: {change.before}, now {change.after}"


def summary(comparison: VerdictComparison) -> str:
    """Return one line with the number of changes, by old and new verdict."""
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
