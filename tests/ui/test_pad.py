"""The pad by keys and the mouse: cells get darker, and each stroke has its bars."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.lessons import CODE, DRAWN
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    NOW,
    READ,
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
from tutor.grading.lab import goals_question
from tutor.paths import Places
from tutor.ui.app import TutorApp
from tutor.ui.charts.pad import PadBoard
from tutor.wire.events import Evaluation, PadShown
from tutor.wire.pads import EMPTY, question_about

SIZES = [(60, 16), NARROW, MEDIUM, WIDE]
NINE = EMPTY[:20] + "9" + EMPTY[21:]


def shares_for(digit: int) -> Evaluation:
    return Evaluation("value", repr([0.93 if each == digit else 0.01 for each in range(10)]))


def pad_app(folder: Path, answers: dict[str, int], config: Config | None = None) -> TutorApp:
    client = FakeClient(*([finished(PadShown(NINE))] for _ in range(3)))
    client.evaluations = {question_about(cells): shares_for(n) for cells, n in answers.items()}
    return tutor_app(folder, client=client, config=config, start_at="double")


async def at_pad(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await until_says(app, pilot, 9)
    workspace_of(app).goto("pad")
    await eventually(lambda: board(app).has_focus, "the pad")
    await pilot.pause()


def board(app: TutorApp) -> PadBoard:
    return workspace_of(app).panes["pad"].query_one(PadBoard)


async def until_says(app: TutorApp, pilot: Pilot[None], digit: int) -> None:
    def says() -> bool:
        pad = lesson_screen(app).session.pad
        return pad is not None and bool(pad.shares) and pad.shares.index(max(pad.shares)) == digit

    await eventually(says, f"a {digit}")
    await pilot.pause()


def with_cell(cells: str, x: int, y: int, shade: str) -> str:
    at = 8 * y + x
    return cells[:at] + shade + cells[at + 1 :]


@pytest.mark.parametrize("size", SIZES)
async def test_keys_draw_and_the_bars_follow(tmp_path: Path, size: tuple[int, int]) -> None:
    light = with_cell(NINE, 4, 3, "5")
    dark = with_cell(NINE, 4, 3, "9")
    app = pad_app(tmp_path, {NINE: 9, light: 3, dark: 8, EMPTY: 1})
    async with opened(app, size) as pilot:
        await at_pad(app, pilot)
        assert "› 9 " in screen_text(app)
        assert "Backspace" in screen_text(app)
        for keys, digit in ((("right", "space"), 3), (("space",), 8), (("backspace",), 9)):
            await pilot.press(*keys)
            await until_says(app, pilot, digit)
            assert f"› {digit} " in screen_text(app)
            assert screen_text(app).count(".93") == 1
        await pilot.press("c")
        await until_says(app, pilot, 1)
        assert board(app).cells == EMPTY


async def test_the_mouse_draws_where_it_is_dragged_and_erases_by_the_right_button(
    tmp_path: Path,
) -> None:
    line = with_cell(with_cell(NINE, 0, 0, "5"), 1, 0, "5")
    erased = with_cell(line, 0, 0, "0")
    app = pad_app(tmp_path, {NINE: 9, line: 7, erased: 2})
    async with opened(app, MEDIUM) as pilot:
        await at_pad(app, pilot)
        scale = board(app)._scale
        await pilot.mouse_down(PadBoard, offset=(0, 0))
        await pilot.hover(PadBoard, offset=(1, 0))
        await pilot.hover(PadBoard, offset=(2 * scale, 0))
        await pilot.mouse_up(PadBoard, offset=(2 * scale, 0))
        await until_says(app, pilot, 7)
        await pilot.click(PadBoard, offset=(0, 0), button=3)
        await until_says(app, pilot, 2)


async def test_a_new_run_keeps_the_drawing_and_asks_again(tmp_path: Path) -> None:
    light = with_cell(NINE, 3, 3, "5")
    app = pad_app(tmp_path, {NINE: 9, light: 3})
    async with opened(app, MEDIUM) as pilot:
        await at_pad(app, pilot)
        await pilot.press("space", "f5")
        await eventually(lambda: lesson_screen(app).session.last_run == 2, "the run")
        await until_says(app, pilot, 3)
        assert board(app).cells == light


async def test_a_program_that_is_gone_has_to_run_again(tmp_path: Path) -> None:
    app = pad_app(tmp_path, {NINE: 9})
    async with opened(app, MEDIUM) as pilot:
        await at_pad(app, pilot)
        client = lesson_screen(app).tutor.worker.client
        assert isinstance(client, FakeClient)
        client.runs[-1].forget()
        await pilot.press("space")
        await eventually(lambda: "Run again to draw: F5" in screen_text(app), "the words")


async def test_it_works_in_ascii_without_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    light = with_cell(NINE, 3, 3, "5")
    app = pad_app(tmp_path, {NINE: 9, light: 3}, Config(glyphs="ascii"))
    async with opened(app, NARROW) as pilot:
        await at_pad(app, pilot)
        await pilot.press("space", "right")
        await until_says(app, pilot, 3)
        screen = screen_text(app)
        assert "> 3 ####" in screen
        assert "######" in screen
        assert "++" in screen


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_run_of_a_lab_goes_to_the_pad_and_a_stroke_reaches_its_goal(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    drawn = with_cell(NINE, 4, 3, "5")
    write_course(tmp_path / "lessons", {"10-ink": DRAWN, "20-read-me": READ})
    client = FakeClient(*([finished(PadShown(NINE))] for _ in range(2)))
    client.evaluations = {question_about(NINE): shares_for(9), question_about(drawn): shares_for(8)}
    app = tutor_app(tmp_path, client=client, start_at="ink")
    async with opened(app, size) as pilot:
        step = lesson_screen(app).session.step
        assert step is not None
        client.evaluations[goals_question(step, drawn)] = Evaluation("value", "[True]")
        await pilot.press("escape", "2", "7", "enter")
        await until_says(app, pilot, 9)
        await eventually(lambda: board(app).has_focus, "the pad")
        assert "○ Two dark cells." in screen_text(app)
        assert "Changed: 0 cells." in screen_text(app)
        await pilot.press("right", "space")
        await until_says(app, pilot, 8)
        await eventually(lambda: lesson_screen(app).session.step_done, "the goal")
        await pilot.pause()
        assert "✓ Two dark cells." in screen_text(app)
        assert "Changed: 1 cell." in screen_text(app)
        assert f'drawing = """\n{drawn[:8]}\n' in workspace_of(app).lab.lines
        await pilot.press("escape", "0")
        await eventually(lambda: board(app).cells == NINE, "the first image")


GIVEN = """
import torch
model = torch.nn.Linear(64, 10, bias=False)
with torch.no_grad():
    model.weight.zero_()
    model.weight[8, 27] = 9.0
show_pad(model)
"""


@pytest.mark.process
@pytest.mark.xdist_group("process")
@pytest.mark.timeout(240)
async def test_the_model_of_a_real_run_is_asked_at_each_stroke(tmp_path: Path) -> None:
    """The shares of an empty pad are equal, and the cell at the cursor counts for an 8."""
    lessons = tmp_path / "lessons"
    write_course(
        lessons, {"10-double": CODE.replace('given = "x = 3"', f"given = '''{GIVEN}x = 3'''")}
    )
    places = Places(lessons, tmp_path / "images", tmp_path / "data", tmp_path / "config.toml")
    app = TutorApp(places=places, config=Config(), start_at="double", now=lambda: NOW)
    async with opened(app, MEDIUM) as pilot:
        await eventually(lambda: lesson_screen(app).session.worker.phase == "ready", "the worker")
        await pilot.press("f5")

        def shares() -> tuple[float, ...]:
            pad = lesson_screen(app).session.pad
            return pad.shares if pad is not None else ()

        await eventually(lambda: shares() == pytest.approx((0.1,) * 10), "the run")
        workspace_of(app).goto("pad")
        await eventually(lambda: board(app).has_focus, "the pad")
        await pilot.press("space", "space")
        await until_says(app, pilot, 8)
