"""At every size nothing is cut off or covered, in each pane's empty, busy and error state."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import OptionList

from tests.support.fake_client import FakeClient, finished
from tests.support.sampling import drawn
from tests.support.scenes import TRAINED
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    TO_START,
    WIDE,
    lesson_screen,
    opened,
    pane_of,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.ui.marks import UNICODE
from tutor.ui.panes import hints, output, verdict
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.tensors import TensorsPane
from tutor.wire.events import (
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
)
from tutor.wire.values import FloatValue

SIZES = [NARROW, (100, 30), MEDIUM, (160, 45), WIDE, (60, 16)]

LINES = "#top-bar, #status-line, #action-bar, #tab-strip"

BUSY_RUN = finished(
    OutputWritten("stdout", "a line of output\n"),
    LossesRecorded(0, (1.0, 0.5, 0.25)),
    InventoryTaken((InventoryEntry("lr", FloatValue(0.1)),)),
)


def assert_nothing_is_covered(app: TutorApp) -> None:
    """Every shown pane and line is whole on the terminal, and no two of them share a cell."""
    whole = app.screen.region
    shown = [pane for pane in workspace_of(app).panes.values() if pane.display]
    lines = [widget for widget in app.screen.query(LINES) if _seen(widget)]
    regions = [(widget.id, widget.region) for widget in [*shown, *lines]]
    for name, region in regions:
        assert whole.contains_region(region), (name, region, whole)
        assert region.area > 0, name
    for number, (name, region) in enumerate(regions):
        for other, region_of_other in regions[:number]:
            assert not region.overlaps(region_of_other), (name, other)


def _seen(widget: Widget) -> bool:
    return all(each.display for each in widget.ancestors_with_self if isinstance(each, Widget))


async def run_and_wait(app: TutorApp, pilot: Pilot[None], key: str) -> None:
    await pilot.press(key)
    await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
    await pilot.pause()


@pytest.mark.parametrize(
    ("step", "size"),
    [
        (step, size)
        for step in ("read-me", "ask-me", "double")
        for size in drawn(SIZES, 3, f"panes of {step}")
    ],
)
async def test_every_pane_of_every_step_is_whole(
    tmp_path: Path, step: str, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN], [BUSY_RUN]), start_at=step)
    async with opened(app, size) as pilot:
        assert_nothing_is_covered(app)
        if step == "double":
            await run_and_wait(app, pilot, "f5")
            assert_nothing_is_covered(app)
        if step != "read-me":
            await run_and_wait(app, pilot, "f4")
            assert_nothing_is_covered(app)
        for number in range(1, len(workspace_of(app).layout_state.names) + 1):
            await pilot.press("escape", str(number))
            await pilot.pause()
            assert (
                workspace_of(app).layout_state.pane
                == workspace_of(app).layout_state.names[number - 1]
            )
            assert workspace_of(app).panes[workspace_of(app).layout_state.pane].region.area > 0
            assert_nothing_is_covered(app)


@pytest.mark.parametrize("size", SIZES)
async def test_the_editor_keeps_some_rows_whatever_is_shown(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN]), start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2")
        await run_and_wait(app, pilot, "f5")
        assert workspace_of(app).code.editor.region.height >= (1 if size[1] < 24 else 5)


@pytest.mark.parametrize("size", [NARROW, MEDIUM, (60, 16)])
async def test_the_strip_of_letters_is_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        text = screen_text(app)
        names = enumerate(workspace_of(app).layout_state.names, 1)
        panes = [f"{number} {name.capitalize()}" for number, name in names]
        for words in ("h Help", "Shift+Tab Pane before", "0 Reset", "q Quit", *panes):
            assert words in text


async def test_panes_say_how_to_fill_them_while_they_are_empty(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        for number, words in (
            (3, verdict.EMPTY),
            (4, output.EMPTY),
            (5, "No losses yet."),
            (6, "Nothing to show yet."),
            (7, "Nothing to show yet. After a run the layers"),
            (8, hints.EMPTY),
        ):
            await pilot.press("escape", str(number))
            await pilot.pause()
            assert UNICODE.fill(words) in screen_text(app)


async def test_charts_take_room_only_when_a_run_reported_something(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished()], [BUSY_RUN]), start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await run_and_wait(app, pilot, "f5")
        assert not pane_of(app, LossPane).display
        await run_and_wait(app, pilot, "f5")
        assert pane_of(app, LossPane).display
        assert pane_of(app, TensorsPane).display
        await pilot.press("f8")
        await pilot.pause()
        assert not pane_of(app, LossPane).display


async def test_a_resize_rearranges_and_keeps_the_text(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", TO_START, *"a#")
        for size in (MEDIUM, WIDE, (60, 16), NARROW):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert_nothing_is_covered(app)
            assert workspace_of(app).code.source.startswith("a#")
            assert app.focused is workspace_of(app).code.editor


@pytest.mark.parametrize("size", [(100, 30), MEDIUM, (160, 45), WIDE, (60, 16)], ids=str)
async def test_names_of_tensors_are_whole(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at="double")
    async with opened(app, size) as pilot:
        await run_and_wait(app, pilot, "f5")
        await pilot.press("escape", "6")
        await pilot.pause()
        await pilot.pause()
        tensors = app.screen.query_one("#tensor-list", OptionList)
        width = tensors.scrollable_content_region.width
        lines = [str(option.prompt) for option in tensors.options]
        assert [line.split("  ")[0] for line in lines] == ["lr", "model[0].weight"]
        assert all(len(line) <= width for line in lines)
        assert "model[0].weight" in screen_text(app)


@pytest.mark.parametrize("size", drawn(SIZES, 2, "named views"))
@pytest.mark.parametrize(("view", "other"), [("loss", "tensors"), ("tensors", "loss")])
async def test_a_step_has_only_the_views_that_it_names(
    tmp_path: Path, size: tuple[int, int], view: str, other: str
) -> None:
    step = DOUBLE.replace('kind = "code"', f'kind = "code"\nviews = ["{view}"]')
    write_course(tmp_path / "lessons", {"30-double": step})
    app = tutor_app(tmp_path, client=FakeClient([BUSY_RUN]), start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", "f5")
        await eventually(lambda: lesson_screen(app).session.ending, "the end of the run")
        await pilot.pause()
        names = workspace_of(app).layout_state.names
        assert view in names
        assert other not in names
        assert_nothing_is_covered(app)
        await pilot.press("escape", str(names.index(view) + 1))
        await pilot.pause()
        assert pane_of(app, LossPane if view == "loss" else TensorsPane).display
        assert_nothing_is_covered(app)
