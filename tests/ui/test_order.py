"""An order step by keys: lines are moved, taken out and put in, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.maps import two_classes
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.course.line_order import shuffled_program
from tutor.course.load import load_course
from tutor.course.model import OrderStep
from tutor.ui.app import TutorApp
from tutor.ui.editor.buffer_line import HOW_TO_MOVE
from tutor.ui.editor.find_bar import ONLY_MOVED
from tutor.wire.events import LossesRecorded

SUM_UP = '''
id = "sum-up"
kind = "order"
title = "Sum up"
text = "Add twice each number of `numbers` to `total`."
given = """
numbers = [3, -4, 5]
total = 0
"""
around = """
for number in numbers:
    {lines}
print(total)
"""
lines = """
double = 2 * number
total = total + double
"""
hints = ["Which line needs nothing?", "Which line needs `double`?"]

[[decoy]]
line = "total = number"
why = "It forgets what was added before."

[[check]]
same = "total"

[[vary]]
given.numbers = "[2]"
'''


def order_app(folder: Path) -> TutorApp:
    if not (folder / "lessons").exists():
        write_course(folder / "lessons", {"30-sum-up": SUM_UP})
    return tutor_app(folder, start_at="sum-up")


def step_of(folder: Path) -> OrderStep:
    course, _ = load_course(folder / "lessons")
    (step,) = course.steps()
    assert isinstance(step, OrderStep)
    return step


def rows(app: TutorApp) -> list[str]:
    return workspace_of(app).code.source.splitlines()


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_the_step_begins_with_its_lines_shuffled(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = order_app(tmp_path)
    async with opened(app, size) as pilot:
        await press(pilot, "escape", "2")
        assert workspace_of(app).code.source == shuffled_program(step_of(tmp_path)) + "\n"
        assert HOW_TO_MOVE in screen_text(app)


async def test_a_line_is_moved_and_taken_out_and_each_is_undone(tmp_path: Path) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        first, a, b, c, last = start = rows(app)
        await press(pilot, "escape", "2", "down", "shift+down")
        assert rows(app) == [first, b, a, c, last]
        await press(pilot, "alt+down", "ctrl+down", "shift+down")
        assert rows(app) == [first, b, c, a, last]
        await press(pilot, "space")
        assert rows(app) == [first, b, c, f"    # {a.strip()}", last]
        await press(pilot, "space", "shift+up")
        assert rows(app) == [first, b, a, c, last]
        for _ in range(5):
            await press(pilot, "ctrl+z")
        assert rows(app) == start


@pytest.mark.parametrize("key", ["shift+up", "alt+down", "space"])
async def test_where_a_line_stays_it_says_which_ones_move(tmp_path: Path, key: str) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        start = rows(app)
        await press(pilot, "escape", "2", "ctrl+end", key)
        assert rows(app) == start
        assert "Lines 2 to 4 can be moved, the others stay" in screen_text(app)


@pytest.mark.parametrize("key", ["enter", "ctrl+r"])
async def test_nothing_is_replaced_and_that_is_said(tmp_path: Path, key: str) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        start = rows(app)
        await press(pilot, "escape", "2", "ctrl+f", "a", "tab", "q", key)
        assert rows(app) == start
        assert ONLY_MOVED in screen_text(app)


@pytest.mark.parametrize("key", ["x", "enter", "backspace", "delete", "ctrl+k", "tab", "ctrl+x"])
async def test_nothing_is_written_and_what_can_be_done_is_said(tmp_path: Path, key: str) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        start = rows(app)
        await press(pilot, "escape", "2", "down", "end", key)
        assert rows(app) == start
        assert HOW_TO_MOVE in screen_text(app)


async def test_the_lines_are_given_to_no_other_editor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        await press(pilot, "escape", "2", "f3", "escape", "asterisk")
        assert lesson_screen(app).session.notice == ""
        assert lesson_screen(app).session.watched is None
    assert not (tmp_path / "sum-up.py").exists()


async def test_what_stands_around_the_lines_stays(tmp_path: Path) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        start = rows(app)
        await press(pilot, "escape", "2", "shift+down", "space")
        await press(pilot, "pagedown", "shift+up", "space", "up", "shift+up", "space")
        assert rows(app) == start


async def test_the_order_is_kept_over_a_start_and_put_back_by_reset(tmp_path: Path) -> None:
    app = order_app(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        start = rows(app)
        await press(pilot, "escape", "2", "down", "shift+down")
        moved = rows(app)
    again = order_app(tmp_path)
    async with opened(again, MEDIUM) as pilot:
        assert rows(again) == moved != start
        await press(pilot, "escape", "0")
        assert rows(again) == start


@pytest.mark.parametrize(("view", "other"), [("loss", "tensors"), ("map", "loss")])
async def test_lines_in_order_have_the_views_that_their_step_names(
    tmp_path: Path, view: str, other: str
) -> None:
    step = SUM_UP.replace("given =", f'views = ["{view}"]\ngiven =', 1)
    write_course(tmp_path / "lessons", {"30-sum-up": step})
    told = (
        LossesRecorded(0, (1.0, 0.5, 0.25)),
        two_classes(lambda x, _y: float(x > 0), [(-0.5, 0.5, 0, 0)], step=3),
    )
    client = FakeClient([finished(*told)])
    app = tutor_app(tmp_path, client=client, start_at="sum-up")
    async with opened(app, MEDIUM) as pilot:
        names = workspace_of(app).layout_state.names
        assert view in names
        assert other not in names
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending, "the end of the run")
        await pilot.pause()
        shown = {"loss": "3 steps: 1.0000 to 0.2500", "map": "step 3 of 3 · right: 1 of 1"}
        assert workspace_of(app).shows(view)
        assert shown[view] in screen_text(app)
        assert not workspace_of(app).shows(other)
