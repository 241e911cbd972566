"""A lab by keys and the mouse: sliders are moved, the program runs, goals are reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.lessons import LAB
from tests.support.maps import two_classes
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.course.slider_values import Value
from tutor.session.answers import NOT_A_NUMBER
from tutor.ui.app import TutorApp
from tutor.ui.panes.lab import LIVE
from tutor.ui.widgets.sliders import Sliders
from tutor.wire.events import LossesRecorded, NameBound, TrainingNoted

TRAINED = (
    LossesRecorded(0, (1.0, 0.5, 0.25)),
    two_classes(lambda x, _y: float(x > 0), [(-0.5, 0.5, 0, 0)], step=3),
)
SIZES = [(60, 16), NARROW, MEDIUM, WIDE]


def lab_app(folder: Path, config: Config | None = None) -> TutorApp:
    if not (folder / "lessons").exists():
        write_course(folder / "lessons", {"10-widen": LAB})
    client = FakeClient(*([finished(*TRAINED)] for _ in range(9)))
    return tutor_app(folder, client=client, config=config, start_at="widen")


async def until_run(app: TutorApp, pilot: Pilot[None], runs: int) -> None:
    session = lesson_screen(app)
    await eventually(
        lambda: session.session.last_run >= runs and session.session.activity is None,
        f"run {runs}",
    )
    await pilot.pause()


def sliders(app: TutorApp) -> dict[str, Value]:
    return dict(workspace_of(app).lab.query_one(Sliders).values)


@pytest.mark.parametrize("size", SIZES)
async def test_a_guess_comes_first_and_stands_beside_what_the_run_gave(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = lab_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", "right", *"wide", "enter")
        await pilot.pause()
        assert NOT_A_NUMBER in screen_text(app)
        await pilot.press(*["backspace"] * 4, "7", "enter")
        await until_run(app, pilot, 1)
        screen = screen_text(app)
        assert "your guess  7" in screen
        assert "in all  6" in screen
        assert sliders(app) == {"width": 2, "rate": 0.5}


async def test_keys_that_come_with_the_guess_move_the_slider(tmp_path: Path) -> None:
    app = lab_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2", "7")
        for key, character in (("enter", "\r"), ("right", None), ("right", None)):
            app.post_message(Key(key, character))
        await eventually(lambda: sliders(app)["width"] == 8, "two moves")
        assert lesson_screen(app).session.guess == "7"


async def test_beside_the_sliders_alone_stands_the_view_that_the_step_names_first(
    tmp_path: Path,
) -> None:
    lab = LAB.replace('["map", "loss"]', '["loss", "map"]')
    write_course(tmp_path / "lessons", {"10-widen": lab})
    app = lab_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", "f5")
        await until_run(app, pilot, 1)
        assert workspace_of(app).shows("loss")
        assert not workspace_of(app).shows("map")


async def test_each_move_is_a_run_and_a_goal_once_reached_stays_so(tmp_path: Path) -> None:
    app = lab_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", "f5")
        await until_run(app, pilot, 1)
        assert "your guess" not in screen_text(app)
        await pilot.press("right")
        await until_run(app, pilot, 2)
        assert "✓ At least 12 in all." in screen_text(app)
        await pilot.press("home", "down", "left")
        # on a slow machine each of the two moves has begun a run of its own
        await eventually(lambda: lesson_screen(app).session.step_done, "both goals")
        await until_run(app, pilot, 3)
        assert sliders(app) == {"width": 1, "rate": 0.1}
        assert "✓ At least 12" in screen_text(app)
        assert "✓ In another run" in screen_text(app)
        assert "Twice as wide" in screen_text(app)
        assert lesson_screen(app).session.step_done


async def test_a_key_moves_a_live_slider_while_the_program_runs(tmp_path: Path) -> None:
    lab = LAB.replace("start = 2", "start = 2\nlive = true").replace(
        "guess =", "pace = 20\nguess ="
    )
    write_course(tmp_path / "lessons", {"10-widen": lab})
    moved = TrainingNoted(bound=(NameBound("width", 4, 2), NameBound("width", 8, 3)))
    client = FakeClient([TRAINED, finished(moved)], held=True)
    app = tutor_app(tmp_path, client=client, start_at="widen")
    async with opened(app, WIDE) as pilot:
        await pilot.press("escape", "2", "f5")
        client.release()
        await eventually(lambda: "loss 0.25" in screen_text(app), "the losses")
        assert LIVE in screen_text(app)
        await pilot.press("right")
        await eventually(lambda: client.bound == [{"width": 4}], "the move")
        client.release()
        await until_run(app, pilot, 1)
        assert "width = 8 from step 4 on" in " ".join(screen_text(app).split())
        assert len(client.commands) == 1


async def test_the_mouse_moves_a_slider(tmp_path: Path) -> None:
    app = lab_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await until_run(app, pilot, 1)
        await pilot.click(Sliders, offset=(24, 0))
        await until_run(app, pilot, 2)
        assert sliders(app) == {"width": 8, "rate": 0.5}


@pytest.mark.parametrize("size", SIZES)
async def test_the_map_is_the_largest_pane_and_beside_the_sliders(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = lab_app(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", "f5")
        await until_run(app, pilot, 1)
        workspace = workspace_of(app)
        shown = {name: pane for name, pane in workspace.panes.items() if pane.display}
        assert {"lab", "map"} <= set(shown)
        areas = {name: pane.region.area for name, pane in shown.items()}
        assert max(areas, key=lambda name: areas[name]) == "map"
        assert all(app.screen.region.contains_region(pane.region) for pane in shown.values())


async def test_reset_moves_all_sliders_to_their_start(tmp_path: Path) -> None:
    app = lab_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await until_run(app, pilot, 1)
        await pilot.press("end")
        await until_run(app, pilot, 2)
        await pilot.press("escape", "0")
        await until_run(app, pilot, 3)
        assert sliders(app) == {"width": 2, "rate": 0.5}


async def test_the_values_are_kept_over_a_start(tmp_path: Path) -> None:
    app = lab_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await until_run(app, pilot, 1)
        await pilot.press("end")
        await until_run(app, pilot, 2)
    again = lab_app(tmp_path)
    async with opened(again, MEDIUM) as pilot:
        await pilot.press("f4")
        await until_run(again, pilot, 1)
        assert "in all  24" in screen_text(again)


async def test_the_given_code_is_folded_and_the_program_has_the_values_of_now(
    tmp_path: Path,
) -> None:
    app = lab_app(tmp_path)
    async with opened(app, WIDE) as pilot:
        await pilot.press("f5")
        await until_run(app, pilot, 1)
        await pilot.press("right")
        await until_run(app, pilot, 2)
        assert "▎ width = 4" in screen_text(app)
        assert "▎ base = 3" not in screen_text(app)
        await pilot.press("escape", "g")
        assert "▎ base = 3" in screen_text(app)
        assert "▎ total = base * width * (rate > 0)" in screen_text(app)


async def test_it_works_in_ascii(tmp_path: Path) -> None:
    app = lab_app(tmp_path, config=Config(glyphs="ascii"))
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", "f5")
        await until_run(app, pilot, 1)
        await pilot.press("right")
        await until_run(app, pilot, 2)
        screen = screen_text(app)
        assert "> hidden units  1  2 [4] 8" in screen
        assert "+ At least 12 in all." in screen
        assert "o In another run" in screen
