"""The pane Map: when it is there, what it draws, looking back, and what the learner puts there."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.maps import curve, two_classes
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    STEPS,
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
from tutor.config import Config
from tutor.session.words.map_text import EMPTY
from tutor.ui.app import TutorApp
from tutor.ui.charts.map import MapPicture, Own
from tutor.ui.panes.map import MapPane
from tutor.wire.events import LossesRecorded, RunEvent
from tutor.wire.maps import UNKNOWN, DecisionMap, NoMap

LOSSES = LossesRecorded(0, tuple(1 / (n + 1) for n in range(40)))
FIRST = two_classes(lambda _x, _y: 0.5, [(-0.5, 0.5, 0, 0), (0.5, -0.5, 1, 0)], step=1)
LAST = two_classes(lambda x, _y: float(x > 0), [(-0.5, 0.5, 0, 0), (0.5, -0.5, 1, 1)], step=40)
SIZES = pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=["narrow", "medium", "wide"])


def app_with(
    tmp_path: Path, *told: RunEvent, views: str = "", client: FakeClient | None = None
) -> TutorApp:
    step = DOUBLE.replace("given =", f"views = {views}\ngiven =", 1) if views else DOUBLE
    write_course(tmp_path / "lessons", {**STEPS, "30-double": step})
    client = client or FakeClient([finished(*told)])
    return tutor_app(tmp_path, client=client, start_at="double", config=Config(motion="reduced"))


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
    await pilot.pause()


async def focus(app: TutorApp, pilot: Pilot[None]) -> None:
    workspace_of(app).goto("map")
    await eventually(lambda: pane_of(app, MapPane).has_focus_within, "the focus")
    await pilot.pause()


@SIZES
async def test_a_map_that_a_run_turns_out_to_have_gets_a_pane(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = app_with(tmp_path, LOSSES, FIRST, LAST)
    async with opened(app, size) as pilot:
        names = workspace_of(app).layout_state.names
        assert "map" not in names
        await run(app, pilot)
        assert workspace_of(app).layout_state.names == (*names, "map"), "no number has changed"
        await focus(app, pilot)
        text = screen_text(app)
        for words in ("step 40 of 40 · right: 2 of 2", "Light: the model is undecided."):
            assert words in text
        assert app.screen.query_one(MapPicture).shown == LAST


@SIZES
async def test_a_step_that_names_the_map_has_its_pane_at_once(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = app_with(tmp_path, NoMap("width", "11"), views='["map", "loss"]')
    async with opened(app, size) as pilot:
        assert workspace_of(app).layout_state.names[4:6] == ("loss", "map")
        await focus(app, pilot)
        assert EMPTY.split(".")[0] in screen_text(app)
        await run(app, pilot)
        await focus(app, pilot)
        assert "The model takes 11 numbers a row." in screen_text(app)


async def test_a_step_with_other_views_never_has_a_map(tmp_path: Path) -> None:
    app = app_with(tmp_path, LOSSES, LAST, views='["loss"]')
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        assert "map" not in workspace_of(app).layout_state.names


async def test_only_a_map_on_screen_is_watched(tmp_path: Path) -> None:
    client = FakeClient([finished(LOSSES, LAST)], [finished(LOSSES, LAST)], held=True)
    app = app_with(tmp_path, views='["map", "loss"]', client=client)
    async with opened(app, NARROW) as pilot:
        await pilot.press("f5")
        await eventually(lambda: bool(client.commands), "the run")
        assert (client.commands[0].views, client.commands[0].watched) == (("map",), ())
        await focus(app, pilot)
        await eventually(lambda: client.watched == [("map",)], "the map to be watched")
        workspace_of(app).goto("code")
        await eventually(lambda: client.watched[-1] == (), "the map to be left")
        client.release()
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await focus(app, pilot)
        await pilot.press("f5")
        await eventually(lambda: len(client.commands) > 1, "the second run")
        assert client.commands[1].watched == ("map",)
        client.release()
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")


async def test_looking_back_shows_the_map_of_that_step(tmp_path: Path) -> None:
    app = app_with(tmp_path, LOSSES, FIRST, LAST)
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        await pilot.press("home")
        await pilot.pause()
        assert app.screen.query_one(MapPicture).shown == FIRST
        assert "step 1 of 40 · right: 1 of 2" in screen_text(app)
        assert "Inverse: points that it gets wrong." in screen_text(app)
        await pilot.press("end")
        await pilot.pause()
        assert app.screen.query_one(MapPicture).shown == LAST


async def test_a_mark_is_moved_and_points_are_put_down(tmp_path: Path) -> None:
    app = app_with(tmp_path, LOSSES, FIRST, LAST)
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        await pilot.press("x", *["right"] * 8, "enter", *["left"] * 24, "up")
        await pilot.pause()
        text = screen_text(app)
        assert "o 1.00  1: " in text, text
        assert "x 1.00" in text
        assert lesson_screen(app).session.cursor is None, "the arrows moved the mark"
        picture = app.screen.query_one(MapPicture)
        cursor, points = picture.own.cursor, picture.own.points
        assert (cursor is not None, len(points)) == (True, 1)
        await pilot.press("x", "backspace", "left")
        await pilot.pause()
        assert picture.own == Own()
        assert lesson_screen(app).session.cursor is not None, "the arrow moved along the steps"


async def test_the_mouse_points_at_a_place(tmp_path: Path) -> None:
    app = app_with(tmp_path, LOSSES, LAST)
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        await pilot.click(MapPicture, offset=(2, 2))
        await pilot.pause()
        assert "o 1.00" in screen_text(app)


async def test_the_mark_ends_at_the_edges(tmp_path: Path) -> None:
    app = app_with(tmp_path, curve(abs, [(0.0, 0.0, UNKNOWN, UNKNOWN)], step=40))
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await focus(app, pilot)
        await pilot.press("x", *["right"] * 60)
        await pilot.pause()
        assert "(1.00): 1" in screen_text(app)


@SIZES
async def test_the_second_place_of_the_charts_is_that_of_the_pane_looked_at(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = app_with(tmp_path, LOSSES, FIRST, LAST)
    async with opened(app, size) as pilot:
        await run(app, pilot)
        workspace = workspace_of(app)
        if size != NARROW:
            assert workspace.shows("map")
            assert not workspace.shows("tensors")
        workspace.goto("tensors")
        await eventually(lambda: workspace.shows("tensors"), "the tensors")
        assert not workspace.shows("map")
        workspace.goto("map")
        await eventually(lambda: workspace.shows("map"), "the map")
        assert not workspace.shows("tensors")


async def test_a_map_that_grows_is_drawn_anew(tmp_path: Path) -> None:
    app = app_with(tmp_path, LOSSES, *(replace(LAST, step=step) for step in range(1, 41)))
    async with opened(app, MEDIUM) as pilot:
        await run(app, pilot)
        shown = app.screen.query_one(MapPicture).shown
        assert isinstance(shown, DecisionMap)
        assert shown.step == 40
