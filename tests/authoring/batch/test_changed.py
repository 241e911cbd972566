"""After a fix of a lesson one wants to know whose verdict is another."""

from __future__ import annotations

import json
from pathlib import Path

from tutor.authoring.batch.changed import change_json, change_text, compare, summary


def write(path: Path, *rows: tuple[object, str, str, str | None]) -> Path:
    records = [
        {"id": i, "step": step, "verdict": verdict, "slug": slug, "message": f"{path.name} {slug}"}
        for i, step, verdict, slug in rows
    ]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in records))
    return path


def test_verdicts_and_ideas_that_are_others_are_told(tmp_path: Path) -> None:
    old = write(
        tmp_path / "old",
        (1, "double", "reject", "squared"),
        (2, "double", "reject", "squared"),
        (3, "double", "accept", None),
        (1, "halve", "reject", "wrong-value"),
        ("gone", "double", "accept", None),
    )
    new = write(
        tmp_path / "new",
        (3, "double", "accept", None),
        (1, "halve", "reject", "wrong-value"),
        (2, "double", "reject", "cubed"),
        (1, "double", "accept", None),
        ("new", "double", "accept", None),
        ("newer", "double", "accept", None),
    )
    comparison = compare(old, new)
    assert [change_text(change) for change in comparison.changes] == [
        "2 to double: reject (squared), now reject (cubed)",
        "1 to double: reject (squared), now accept",
    ]
    assert change_json(comparison.changes[1]) == {
        "id": 1,
        "step": "double",
        "before": {"verdict": "reject", "slug": "squared"},
        "after": {"verdict": "accept", "slug": None},
    }
    assert summary(comparison) == (
        "2 changed (1 reject → reject, 1 reject → accept), 2 the same, 1 only in the old file, "
        "2 only in the new file"
    )


def test_an_id_that_occurs_again_is_compared_in_turn(tmp_path: Path) -> None:
    old = write(tmp_path / "old", *[("a", "double", kind, None) for kind in ("reject", "accept")])
    new = write(tmp_path / "new", *[("a", "double", kind, None) for kind in ("accept", "accept")])
    assert [each.before.verdict for each in compare(old, new).changes] == ["reject"]


def test_other_words_and_times_are_no_change(tmp_path: Path) -> None:
    rows = ((1, "double", "reject", "squared"), (None, "", "tutor-fault", "unreadable-line"))
    same = compare(write(tmp_path / "old", *rows), write(tmp_path / "new", *rows))
    assert same.changes == ()
    assert summary(same) == "0 changed, 2 the same"
