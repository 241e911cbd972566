"""Which changes of lessons are noticed, and what is checked again."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.lessons import CODE, READ, step_file, write_course
from tutor.authoring.check_command import what_to_check
from tutor.authoring.watch import changes, stamps_of


async def noticed(root: Path, *acts: Callable[[], object]) -> list[tuple[Path, ...]]:
    """What is told after each of these acts, until they are over."""
    waiting = list(acts)

    async def act() -> None:
        if not waiting:
            raise EOFError
        waiting.pop(0)()

    told: list[tuple[Path, ...]] = []
    found = changes([root], stamps_of([root]), act)
    try:
        while True:
            told.append(await anext(found))
    except EOFError:
        return told


def nothing() -> None:
    pass


async def test_files_that_change_or_come_are_told_once(tmp_path: Path) -> None:
    write_course(tmp_path, step=CODE)
    step, other = step_file(tmp_path, "double"), tmp_path / "first" / "02-hello.toml"
    told = await noticed(
        tmp_path,
        nothing,
        lambda: step.write_text(f"{CODE}\n"),
        nothing,
        lambda: other.write_text(READ),
        lambda: (tmp_path / "first" / "notes.txt").write_text("not watched"),
    )
    assert told == [(step,), (other,)]


async def test_a_file_of_the_same_size_is_told_by_its_time(tmp_path: Path) -> None:
    write_course(tmp_path, step=CODE)
    step = step_file(tmp_path, "double")
    later = step.stat().st_mtime_ns + 1_000_000_000
    assert await noticed(tmp_path, lambda: os.utime(step, ns=(later, later))) == [(step,)]


async def test_a_file_that_goes_and_comes_back_is_told(tmp_path: Path) -> None:
    write_course(tmp_path, step=CODE)
    step = step_file(tmp_path, "double")
    assert await noticed(tmp_path, step.unlink, lambda: step.write_text(CODE)) == [(step,)]


@pytest.mark.parametrize(
    ("paths", "changed", "again"),
    [
        ((), ("first/01-double.toml",), ("first/01-double.toml",)),
        ((), ("first/lesson.toml",), ("first",)),
        ((), ("course.toml", "first/01-double.toml"), ()),
        (("first",), ("first/01-double.toml",), ("first/01-double.toml",)),
        (("first/01-double.toml",), ("first/02-hello.toml",), None),
        (("first/01-double.toml",), ("first/lesson.toml",), ("first",)),
        (("second",), ("first/lesson.toml",), None),
        ((), ("families/sums.toml",), ("families/sums.toml",)),
        (("first/01-double.toml",), ("families/sums.toml",), ("first/01-double.toml",)),
    ],
)
def test_what_changed_of_the_chosen_is_checked_again(
    tmp_path: Path, paths: tuple[str, ...], changed: tuple[str, ...], again: tuple[str, ...] | None
) -> None:
    def below(names: tuple[str, ...]) -> tuple[Path, ...]:
        return tuple(tmp_path / name for name in names)

    found = what_to_check({tmp_path: below(paths), Path("/other"): ()}, below(changed))
    assert found == ({} if again is None else {tmp_path: below(again)})
