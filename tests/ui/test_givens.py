"""The givens above the editor have the rows that the code leaves, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.scenes import TRAINED, scene
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    TO_START,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.ui.editor.editor_givens import OPEN_EDITOR_ROWS
from tutor.ui.screens.screen_commands import useless_commands
from tutor.ui.widgets.code_view import CodeView

GIVEN = "\n".join(f"x{number} = {number}" for number in range(14))
LONG_GIVEN = DOUBLE.replace("x = 3", f"x = 3\n{GIVEN}")


def with_long_givens(folder: Path, *, client: FakeClient | None = None) -> TutorApp:
    write_course(folder / "lessons", {"30-double": LONG_GIVEN})
    return tutor_app(folder, client=client, start_at="double")


def shown(app: TutorApp) -> int:
    """How many lines of the givens are shown."""
    return len(app.screen.query_one("#givens", CodeView).lines)


def editor_rows(app: TutorApp) -> int:
    return workspace_of(app).code.editor.region.height


@pytest.mark.parametrize("size", [MEDIUM, WIDE], ids=str)
async def test_where_there_is_room_for_both_all_givens_are_shown(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, size):
        assert shown(app) == 15
        assert "given · 15 lines · locked" in screen_text(app)
        assert "more: Esc, g" not in screen_text(app)


async def test_the_strip_offers_them_only_where_some_are_hidden(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        for blank_lines, offered in ((0, False), (editor_rows(app), True)):
            await pilot.press(*["enter"] * blank_lines, "escape")
            await pilot.pause()
            assert ("g Givens" in screen_text(app)) is offered
            await pilot.press("escape")
            assert ("givens" in useless_commands(workspace_of(app))) is not offered


async def test_they_give_way_line_by_line_to_the_code_that_is_typed(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, MEDIUM) as pilot:
        rows = editor_rows(app)
        await pilot.press(*["enter"] * (rows - 2))
        await pilot.pause()
        assert (shown(app), editor_rows(app)) == (15, rows)
        await pilot.press("enter", "enter")
        await pilot.pause()
        assert (shown(app), editor_rows(app)) == (13, rows + 2)
        await pilot.press("backspace", "backspace")
        await pilot.pause()
        assert (shown(app), editor_rows(app)) == (15, rows)


async def test_all_of_them_are_one_key_away_where_the_code_needs_the_rows(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", TO_START, *["enter"] * 12)
        await pilot.pause()
        assert shown(app) == 6
        assert "9 more: Esc, g shows all" in screen_text(app)
        await pilot.press("escape", "g")
        await eventually(lambda: "Esc, g closes" in screen_text(app), "all of the givens")
        assert shown(app) == 15


async def test_open_givens_that_do_not_fit_are_scrolled_by_key(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, (60, 16)) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.pause()
        editor = app.focused
        assert "x12" not in screen_text(app)
        await pilot.press("escape", "g")
        await eventually(lambda: app.focused is not editor, "the focus")
        assert editor_rows(app) == OPEN_EDITOR_ROWS
        await pilot.press("pagedown", "pagedown")
        await eventually(lambda: "x13 = 13" in screen_text(app), "the last line")
        await pilot.press("escape", "g")
        await eventually(lambda: app.focused is editor, "the focus in the code")
        await pilot.press("#")
        assert workspace_of(app).code.source.startswith("#")


async def test_what_opens_leaves_the_strip_its_letter(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path)
    async with opened(app, (60, 16)) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.pause()
        await lesson_screen(app).action_command("givens")
        lesson_screen(app).action_leader()
        await pilot.pause()
        assert lesson_screen(app).is_strip_shown
        await pilot.press("1")
        await eventually(lambda: workspace_of(app).layout_state.pane == "lesson", "the text")


async def test_charts_and_output_leave_the_editor_its_rows(tmp_path: Path) -> None:
    app = with_long_givens(tmp_path, client=FakeClient([TRAINED]))
    async with opened(app, MEDIUM) as pilot:
        await pilot.press(*["enter"] * 20, "f5")
        await eventually(lambda: lesson_screen(app).session.ending, "the end of the run")
        await pilot.pause()
        assert workspace_of(app).shows("loss")
        assert workspace_of(app).shows("tensors")
        assert (shown(app), editor_rows(app)) == (0, 11)


@pytest.mark.parametrize("step", ["training-loop", "sgd-optimizer"])
async def test_real_steps_open_with_twelve_rows_for_the_code(tmp_path: Path, step: str) -> None:
    app = scene(tmp_path, step)
    async with opened(app, MEDIUM):
        assert editor_rows(app) >= 12
        assert shown(app) >= 10
