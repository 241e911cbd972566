"""What is painted before the app is the same, cell by cell, as what the settled app shows."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest
from rich.color import ColorSystem
from textual import constants

from tests.support.fake_client import FakeClient
from tests.support.sampling import drawn
from tests.support.tutor_app import opened
from tests.support.used_steps import OWN, used_course
from tutor.config import Config
from tutor.course.load import load_course
from tutor.first_screen.cells import AnsiWriter, Cell
from tutor.first_screen.early_paint import ROWS_AROUND, FirstScreen, draw, read_first_screen
from tutor.first_screen.step_screen import step_lines
from tutor.paths import Places
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.entries import Entry, PlaceKept, StepRead
from tutor.progress.journal import Journal
from tutor.terminal_facts import Colours
from tutor.ui.app import TutorApp
from tutor.ui.keys import key_names
from tutor.ui.terminal.screen_mirror import ScreenMirror
from tutor.ui.theme import THEMES
from tutor.wire.commands import ObserveAll
from tutor.wire.events import Observation

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "lessons"
STEPS = [step.id for step in load_course(LESSONS)[0].steps()]
SIZES = [(80, 24), (120, 35), (100, 30), (70, 18), (160, 45), (200, 50)]
SYSTEMS: dict[str, ColorSystem] = {
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}


class IdleClient(FakeClient):
    """One that runs no program of an author either."""

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        await asyncio.Event().wait()
        return await super().observe_all(command)


class Look(NamedTuple):
    """How the tutor looks where something is painted early."""

    theme: str = THEMES[0].name
    colours: Colours = "truecolor"


LOOKS = [Look(theme.name, colours) for theme in THEMES for colours in ("256", "truecolor")]


def places_in(folder: Path) -> Places:
    return Places(LESSONS, ROOT / "images", folder / "data", folder / "config.toml")


def first_screen_of(
    places: Places, step: str, environ: Mapping[str, str] = os.environ
) -> FirstScreen:
    screen = read_first_screen(places, step, key_names, environ)
    assert screen is not None
    return screen


async def settled_cells(
    places: Places, step: str, size: tuple[int, int], look: Look
) -> list[list[Cell]]:
    app = TutorApp(
        places=places,
        config=Config(theme=look.theme),
        client=IdleClient(),
        start_at=step,
        now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    async with opened(app, size) as pilot:
        await pilot.pause()
        mirror, writer = ScreenMirror(), AnsiWriter()
        system = SYSTEMS[look.colours]
        for y, strip in enumerate(app.screen._compositor.render_strips(app.size)):
            mirror.change(writer, y, 0, strip, system)
        return [list(row) for row in mirror._rows]


def code_cells(screen: FirstScreen, columns: int, rows: int) -> set[tuple[int, int]]:
    """The cells of code, which gets its colours and its cursor once the editor is there."""
    cells: set[tuple[int, int]] = set()
    for y, line in enumerate(step_lines(screen.first, columns, rows - ROWS_AROUND, rows), 1):
        x = 0
        for run in line.runs:
            if {"source", "gutter"} & set(run.style):
                cells |= {(y, x + offset) for offset in range(len(run.text))}
            x += len(run.text)
    return cells


def stays(painted: Cell, settled: Cell, *, is_code: bool) -> bool:
    if painted.text == " " or is_code:
        return painted.text in (" ", settled.text)
    return painted == settled


def different(
    painted: list[list[Cell]], settled: list[list[Cell]], code: set[tuple[int, int]]
) -> list[tuple[object, ...]]:
    """The cells with something painted that the app shows otherwise."""
    return [
        (y, x, mine, theirs)
        for y, (early, late) in enumerate(zip(painted, settled, strict=True))
        for x, (mine, theirs) in enumerate(zip(early, late, strict=True))
        if not stays(mine, theirs, is_code=(y, x) in code)
    ]


async def assert_same(
    folder: Path,
    step: str,
    size: tuple[int, int],
    look: Look,
    monkeypatch: pytest.MonkeyPatch,
    lessons: Path = LESSONS,
) -> None:
    places = replace(places_in(folder), lessons=lessons)
    (folder / "config.toml").write_text(f'theme = "{look.theme}"\n')
    monkeypatch.setattr(constants, "COLOR_SYSTEM", look.colours)
    monkeypatch.setenv("TEXTUAL_COLOR_SYSTEM", look.colours)
    screen = first_screen_of(places, step)
    painted = draw(screen, *size).rows
    assert sum(cell.text != " " for row in painted for cell in row) > 200
    settled = await settled_cells(places, step, size, look)
    assert different(painted, settled, code_cells(screen, *size)) == []


@pytest.mark.parametrize(
    ("step", "size"),
    drawn(list(product(STEPS, SIZES)), 12, "early paint"),
    ids=str,
)
async def test_each_step(
    tmp_path: Path, step: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await assert_same(tmp_path, step, size, Look(), monkeypatch)


@pytest.mark.parametrize("look", drawn(LOOKS, 2, "looks of the early paint"), ids=str)
@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=str)
async def test_each_look(
    tmp_path: Path, look: Look, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    await assert_same(tmp_path, "sigmoid", size, look, monkeypatch)


@pytest.mark.parametrize("size", [(80, 24), (120, 35), (200, 50)], ids=str)
@pytest.mark.parametrize("own", ["", OWN], ids=["solution", "own"])
async def test_answers_to_earlier_steps_are_folded_alike(
    tmp_path: Path, own: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lessons = used_course(tmp_path / "lessons")
    if own:
        AcceptedAnswers(tmp_path / "data").save("first", "square", own)
    words = "Your answer to" if own else "The tutor's solution of"
    place = PlaceKept(step="cube", pane="code", row=0, column=0, scroll=0)
    record(tmp_path, place)
    screen = first_screen_of(replace(places_in(tmp_path), lessons=lessons), "cube")
    rows = ["".join(cell.text for cell in row) for row in draw(screen, *size).rows]
    assert any(f"# {words} “A function for squares”" in row for row in rows)
    assert not any("def square" in row for row in rows)
    await assert_same(tmp_path, "cube", size, Look(), monkeypatch, lessons)


def record(folder: Path, *entries: Entry) -> None:
    journal = Journal(folder / "data", now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    for entry in entries:
        journal.record(entry)
    journal.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=str)
async def test_a_step_met_before(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = PlaceKept(step="sigmoid", pane="lesson", row=0, column=0, scroll=0)
    record(tmp_path, StepRead(step="sigmoid"), place)
    await assert_same(tmp_path, "sigmoid", size, Look(), monkeypatch)
