"""Pausing, stepping and going on, with a client that only notes what was asked of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    with_keys,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Caps, Config
from tutor.session.run_events import SecondPassed
from tutor.session.runs import NO_MORE_TIME, NOT_A_CHECK, NOTHING_RUNS, NOTHING_TO_PAUSE
from tutor.ui.app import TutorApp
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.panes.status_line import StatusLine
from tutor.wire.events import OutputWritten, Paused, Phase, RunEvent

ANSWER = (*"y=1", "ctrl+k")


def at(number: int, phase: Phase = "backward", line: int | None = 1) -> Paused:
    return Paused(number, phase, 12, line)


def held_client(*batches: Sequence[RunEvent]) -> FakeClient:
    """One batch for each `release`, then the end."""
    return FakeClient([*map(tuple, batches), finished()], held=True)


async def _until_paused(app: TutorApp, pilot: Pilot[None], number: int) -> None:
    def waits() -> bool:
        place = lesson_screen(app).session.paused
        return place is not None and place.number == number

    await eventually(waits, "the pause")
    await pilot.pause()


async def test_it_pauses_tells_where_and_goes_on(tmp_path: Path) -> None:
    client = held_client([at(1)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5", "escape", "enter")
        await pilot.pause()
        assert client.wishes == [("hold", 1)]
        assert "pausing at the next phase" in screen_text(app)
        client.release()
        await _until_paused(app, pilot, 1)
        text = screen_text(app)
        assert "paused before backward(), step 12, line 1 · Esc, Enter goes on" in text
        assert "Esc, . one phase" in text
        assert "1► y = ...  ► paused before backward()" in text
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert client.wishes[1:] == [("resume", 0)]
        assert "►" not in screen_text(app)
        assert "running" in screen_text(app)


async def test_it_is_stepped_from_phase_to_phase(tmp_path: Path) -> None:
    client = held_client([at(1, "zero_grad")], [at(2, "forward")], [at(3, "step")])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "full_stop")
        await pilot.pause()
        assert [command.hold for command in client.commands] == [1]
        assert client.wishes == []
        for number, words in enumerate(("zero_grad()", "forward", "step()"), 1):
            assert "going on to the next phase" in screen_text(app)
            client.release()
            await _until_paused(app, pilot, number)
            assert f"paused before {words}, step 12" in screen_text(app)
            await pilot.press("escape", "full_stop")
            await pilot.pause()
        assert client.wishes == [("step phase", 2), ("step phase", 3), ("step phase", 4)]


async def test_a_paused_run_goes_on_by_a_step_or_an_epoch(tmp_path: Path) -> None:
    client = held_client([at(1)], [at(2)], [at(3)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5", "escape", "enter")
        for number, (key, length) in enumerate((("comma", "step"), ("semicolon", "epoch")), 1):
            client.release()
            await _until_paused(app, pilot, number)
            await pilot.press("escape", key)
            await pilot.pause()
            assert client.wishes[number:] == [(f"step {length}", number + 1)]
            assert f"going on to the next {length}" in screen_text(app)


async def test_while_it_is_on_its_way_a_phase_is_not_asked_for_twice(tmp_path: Path) -> None:
    client = held_client([at(1)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5", *["escape", "full_stop"] * 5)
        await pilot.pause()
        assert client.wishes == [("hold", 1)]


async def test_quick_presses_end_as_the_last_one_says(tmp_path: Path) -> None:
    client = held_client([at(1), at(2)], [at(3)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5", *["escape", "enter"] * 5)
        await pilot.pause()
        assert [wish for wish, _ in client.wishes] == ["hold", "resume"] * 2 + ["hold"]
        client.release()
        await eventually(lambda: _activity_begun(app), "the first batch")
        assert lesson_screen(app).session.paused is None
        client.release()
        await _until_paused(app, pilot, 3)


def _activity_begun(app: TutorApp) -> bool:
    activity = lesson_screen(app).session.activity
    return activity is not None and activity.begun


async def test_where_there_is_no_phase_that_is_said(tmp_path: Path) -> None:
    client = held_client([Paused(1, line=1)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5", "escape", "enter")
        client.release()
        await _until_paused(app, pilot, 1)
        assert "paused at line 1; no training phase was reached" in screen_text(app)


async def test_stop_ends_a_paused_run(tmp_path: Path) -> None:
    client = held_client([at(1)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5", "escape", "enter")
        client.release()
        await _until_paused(app, pilot, 1)
        await pilot.press("f9")
        await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
        await pilot.pause()
        assert client.stops == 1
        assert "►" not in screen_text(app)
        assert workspace_of(app).code.editor.error_line == 0


async def test_a_check_is_not_paused_and_nothing_neither(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "enter")
        await pilot.pause()
        assert with_keys(NOTHING_TO_PAUSE) in screen_text(app)
        await pilot.press(*ANSWER, "f4")
        for key in ("enter", "full_stop"):
            await pilot.press("escape", key)
            await pilot.pause()
            assert with_keys(NOT_A_CHECK) in screen_text(app)
        assert client.wishes == []


@pytest.mark.parametrize("phase", ["zero_grad", "backward"])
async def test_the_words_fit_into_eighty_columns(tmp_path: Path, phase: Phase) -> None:
    client = held_client([OutputWritten("stdout", "1\n"), Paused(1, phase, 123_456, 1)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("f5", "escape", "enter")
        client.release()
        await _until_paused(app, pilot, 1)
        line = app.screen.query_one(StatusLine)
        assert line.shown_content.cell_length <= line.content_size.width
        assert line.shown_content.plain.endswith("Esc, .: phase")
        assert "step 123456, line 1" in screen_text(app), "the output pane says all of it"


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_the_strip_of_letters_moves_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        before = [pane.region for pane in workspace_of(app).panes.values()]
        await pilot.press("escape")
        await pilot.pause()
        strip = app.screen.query_one(LeaderStrip)
        assert strip.region.bottom == size[1]
        letters = " ".join(screen_text(app).split("\n")[-4:])
        assert ". One phase" in letters
        assert "Enter Pause" not in letters  # nothing runs
        assert [pane.region for pane in workspace_of(app).panes.values()] == before


async def test_a_line_out_of_sight_is_brought_in_and_the_cursor_stays(tmp_path: Path) -> None:
    client = held_client([at(1, line=90)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        editor = workspace_of(app).code.editor
        editor.insert("\n".join(f"a{n} = {n}" for n in range(1, 101)), (0, 0))
        editor.move_cursor((0, 0))
        await pilot.press("f5", "escape", "enter")
        client.release()
        await _until_paused(app, pilot, 1)
        await eventually(lambda: "a90 = 90  ► paused" in screen_text(app), "the line")
        assert editor.cursor_location == (0, 0)


async def _second(app: TutorApp, pilot: Pilot[None], count: int) -> None:
    screen = lesson_screen(app)
    for _ in range(count):
        screen.tutor.dispatch(SecondPassed(screen.session.last_run))
    await pilot.pause()


async def test_a_run_has_more_time_than_a_check_and_can_be_given_more(tmp_path: Path) -> None:
    client = held_client([OutputWritten("stdout", "begun\n")])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        assert client.commands[0].limits.seconds == 60.0
        client.release()
        await eventually(lambda: _activity_begun(app), "the first batch")
        await _second(app, pilot, 20)
        assert re.search(r"running 2\d s, at most 60 s", screen_text(app))
        assert "Esc, m" not in screen_text(app)
        await _second(app, pilot, 15)
        text = screen_text(app)
        assert re.search(r"running [34]\d s, at most 60 s · Esc, m: more time", text)
        await pilot.press("escape", "m")
        await pilot.pause()
        assert client.extended == [60.0]
        assert re.search(r"running [34]\d s, at most 120 s", screen_text(app))
        for _ in range(8):
            await pilot.press("escape", "m")
        await pilot.pause()
        assert sum(client.extended) == 3_540.0
        assert lesson_screen(app).session.notice == "It has 3600 s, which is the maximum."


@pytest.mark.parametrize(
    ("caps", "first", "most"),
    [
        (Caps(run_seconds=120), 120.0, 3_600.0),
        (Caps(seconds=20), 20.0, 20.0),
        (Caps(seconds=90, run_seconds=30), 30.0, 90.0),
    ],
)
async def test_the_config_says_what_a_run_has(
    tmp_path: Path, caps: Caps, first: float, most: float
) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, config=Config(limits=caps), start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: len(client.commands) == 1, "the run")
        limits = client.commands[0].limits
        assert (limits.seconds, limits.max_seconds) == (first, most)


async def test_what_is_judged_gets_no_more_time(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "m")
        assert lesson_screen(app).session.notice == NOTHING_RUNS
        await pilot.press(*ANSWER, "f4")
        await eventually(lambda: len(client.commands) == 1, "the check")
        limits = client.commands[0].limits
        assert (limits.seconds, limits.max_seconds) == (10.0, 10.0)
        await pilot.press("escape", "m")
        assert lesson_screen(app).session.notice == NO_MORE_TIME
        assert client.extended == []


async def test_a_run_that_a_check_would_have_ended_says_so(tmp_path: Path) -> None:
    client = FakeClient([finished(milliseconds=14_230)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await pilot.pause()
        assert "It took 14.2 s, but a check allows 10 s." in screen_text(app)
