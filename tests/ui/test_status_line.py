"""The status line: what runs and for how long, checks, hints, the worker; whole at 60 columns."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace

from tests.support.tutor_app import (
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.course.model import CodeStep
from tutor.progress.fold import Progress
from tutor.session.state import Activity, State
from tutor.ui.marks import ASCII, UNICODE, Marks
from tutor.ui.panes.status_line import StatusLine, status_words
from tutor.wire.commands import Limits
from tutor.wire.events import ResourcesUsed, WorkerPhase, WorkerStateChanged

MIN_WIDTH = 58
"""Columns of the line in the smallest terminal."""

CODE = CodeStep(id="c", title="C", text="", scaffold="", solution="", hints=("a", "b", "c"))
IDLE = State(step=CODE, worker=WorkerStateChanged("ready", torch_version="2.13.0+cpu"))
RUNNING = Activity(1, "run", begun=True, seconds=3, limits=Limits(10))
BUSY = replace(IDLE, activity=RUNNING)


def words(state: State, width: int = 200) -> str:
    return status_words(state, UNICODE, width).plain


def test_a_run_tells_how_long_it_takes_and_may_take() -> None:
    begun = replace(IDLE, activity=replace(RUNNING, seconds=0))
    assert words(begun) == "● running"
    assert words(BUSY) == "● running 3 s, at most 10 s"
    assert words(replace(BUSY, slow_link=True)) == "● running 3 s, at most 10 s · slow link"


def test_memory_and_processor_of_a_run_stand_there_where_there_is_room() -> None:
    used = ResourcesUsed(memory_mb=312, cpu_percent=97)
    busy = replace(BUSY, activity=replace(RUNNING, used=used))
    assert words(busy) == "● running 3 s, at most 10 s · cpu 97 % · 312 MB"
    slow = replace(busy, slow_link=True)
    assert words(slow) == "● running 3 s, at most 10 s · cpu 97 % · 312 MB · slow link"
    assert words(slow, 50) == "● running 3 s, at most 10 s · 312 MB · slow link"
    assert words(slow, 40) == "● running 3 s, at most 10 s · slow link"


@pytest.mark.parametrize(
    ("attempts", "told"),
    [({}, ""), ({"c": 1}, "checked once"), ({"c": 3, "d": 9}, "checked 3 times")],
)
def test_checks_of_the_step_are_counted(attempts: dict[str, int], told: str) -> None:
    line = words(replace(IDLE, progress=Progress(attempts=attempts)))
    assert line == " · ".join(filter(None, [told, "hints: 0 of 3 shown", "PyTorch 2.13.0 ready"]))


@pytest.mark.parametrize("marks", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("phase", get_args(WorkerPhase))
@pytest.mark.parametrize("slow", [True, False])
def test_nothing_is_left_out_at_the_right_end(phase: WorkerPhase, marks: Marks, slow: bool) -> None:
    worker = WorkerStateChanged(phase, torch_version="2.13.0+cpu")
    progress = Progress(attempts={"c": 99}, hints={"c": 3})
    idle = replace(IDLE, progress=progress, worker=worker, slow_link=slow)
    for state in (idle, replace(BUSY, worker=worker, slow_link=slow)):
        assert status_words(state, marks, MIN_WIDTH).cell_length <= MIN_WIDTH


async def test_a_sentence_longer_than_the_line_takes_more_rows_and_gives_them_back(
    tmp_path: Path,
) -> None:
    sentence = " ".join(f"word{number}" for number in range(22)) + " end."
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, (60, 16)) as pilot:
        lesson_screen(app).tutor.notify(sentence)
        await pilot.pause()
        await pilot.pause()
        assert app.screen.query_one(StatusLine).size.height == 3
        assert "word0" in screen_text(app)
        assert "end." in screen_text(app)
        assert_nothing_is_covered(app)
        lesson_screen(app).tutor.notify("")
        await pilot.pause()
        assert app.screen.query_one(StatusLine).size.height == 1


async def test_checks_of_earlier_sittings_count_too(tmp_path: Path) -> None:
    for told in ("checked once", "checked 2 times"):
        app = tutor_app(tmp_path, start_at="double")
        async with opened(app, (60, 16)) as pilot:
            workspace_of(app).code.editor.reset_to("y = x")
            await pilot.press("f4")
            await eventually(lambda: told in screen_text(app), told)  # noqa: B023  # waited for here


async def test_another_step_has_checks_of_its_own(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "1", "f4")
        await pilot.pause()
        assert "checked once" in screen_text(app)
        await pilot.press("f8")
        await pilot.pause()
        assert "checked" not in screen_text(app)
