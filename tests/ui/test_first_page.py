"""The first screen of a step stays as it is: when the panes come, no cell of it changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cells import Cell, cells_of
from tests.support.lessons import LESSONS, chapter
from tests.support.sampling import drawn
from tests.support.scenes import silent
from tests.support.tutor_app import (
    DOUBLE,
    TO_START,
    lesson_screen,
    opened,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.ui.charts.figure import FigureView
from tutor.ui.widgets.first_page import FirstPage
from tutor.ui.widgets.lesson_text import LessonText

SIZES = [(80, 24), (60, 16), (120, 35), (100, 30), (160, 40), (200, 50), (130, 45)]
STEPS = [step.id for step in chapter().steps()]
CASES = drawn([(step, size) for step in STEPS for size in SIZES], 14, "first pages")

Screen = dict[tuple[int, int], Cell]


def app_at(folder: Path, step: str, config: Config | None = None) -> TutorApp:
    if not (folder / "lessons").exists():
        (folder / "lessons").symlink_to(LESSONS)
    return tutor_app(folder, client=silent(), config=config, start_at=step)


def seen(app: TutorApp) -> Screen:
    """The cells between the first line and the status line."""
    rows = range(1, app.size.height - 2)
    return {(cell.x, cell.y): cell for cell in cells_of(app) if cell.y in rows}


async def first_and_last(app: TutorApp, size: tuple[int, int]) -> tuple[Screen, Screen]:
    """What the app shows at first, and once nothing more is to come."""
    first: Screen = {}
    async with app.run_test(size=size) as pilot:
        screen = lesson_screen(app)
        while not screen.is_open:
            if not first and screen.query(FirstPage):
                shown = seen(app)
                first = shown if any(cell.text.strip() for cell in shown.values()) else {}
            await pilot.pause()
        await eventually(lambda: not screen.query(FirstPage), "the panes alone")
        figures = len(screen.session.step.figures) if screen.session.step is not None else 0
        workspace = workspace_of(app)
        await eventually(lambda: workspace.is_whole, "all panes")
        await eventually(lambda: len(screen.query(FigureView)) == figures, "the figures")
        await pilot.pause()
        last = seen(app)
        if workspace.lesson.display:
            assert_text_was_there(app, first, last)
    return first, last


def assert_text_was_there(app: TutorApp, first: Screen, last: Screen) -> None:
    """The text, and what is left of it, stood there from the beginning, in the same colours."""
    (text,) = workspace_of(app).lesson.query("#lesson-scroll LessonText").results(LessonText)
    region = text.region.intersection(workspace_of(app).lesson.query_one("#lesson-scroll").region)
    assert region.area
    for y in range(region.y, region.bottom):
        for x in range(region.x, region.right):
            before, after = first[x, y], last[x, y]
            assert before.colourless == after.colourless, (x, y)
            if before.text.strip():
                assert before.foreground == after.foreground, (x, y)
            assert before.background == after.background, (x, y)


def assert_stays(first: Screen, last: Screen) -> None:
    assert first
    changed = {
        place: (cell.text, last[place].text)
        for place, cell in first.items()
        if cell.text.strip() and last[place].text != cell.text
    }
    assert changed == {}


@pytest.mark.parametrize(("step", "size"), CASES, ids=str)
async def test_what_a_step_shows_first_stays(
    tmp_path: Path, step: str, size: tuple[int, int]
) -> None:
    assert_stays(*await first_and_last(app_at(tmp_path, step), size))


@pytest.mark.parametrize("size", [(80, 24), (120, 35), (160, 40)], ids=str)
async def test_in_ascii_it_stays_too(tmp_path: Path, size: tuple[int, int]) -> None:
    app = app_at(tmp_path, "regression-4-layers", Config(glyphs="ascii"))
    first, last = await first_and_last(app, size)
    assert_stays(first, last)
    assert "│" not in {cell.text for cell in first.values()}


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=str)
async def test_the_text_is_where_it_was_read(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(app_at(tmp_path, "cross-entropy"), size) as pilot:
        await pilot.press("escape", "1", "down", "down", "down", "down")
        await pilot.pause()
        await pilot.press("ctrl+q")
    again = app_at(tmp_path, "cross-entropy")
    first, last = await first_and_last(again, size)
    assert_stays(first, last)
    assert "6.0, −2.0" not in "".join(cell.text for cell in first.values())


@pytest.mark.parametrize("size", [(80, 24), (120, 35)], ids=str)
async def test_the_code_is_what_the_learner_wrote(tmp_path: Path, size: tuple[int, int]) -> None:
    async with opened(app_at(tmp_path, "sigmoid"), size) as pilot:
        await pilot.press("escape", "2", TO_START, *"mine", "enter")
        await pilot.press("ctrl+q")
    first, last = await first_and_last(app_at(tmp_path, "sigmoid"), size)
    assert_stays(first, last)
    assert "1  mine" in "".join(cell.text for cell in first.values())


LONG = DOUBLE.replace("y = ...", "\n".join(f"a{row} = {row}" for row in range(60)) + "\ny = ...")


@pytest.mark.parametrize("size", [(120, 35), (200, 50)], ids=str)
async def test_a_blank_far_down_is_on_the_first_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    write_course(tmp_path / "lessons", {"30-double": LONG})
    app = tutor_app(tmp_path, client=silent(), start_at="double")
    first, last = await first_and_last(app, size)
    assert_stays(first, last)
    assert "61  y = ..." in "".join(cell.text for cell in first.values())
