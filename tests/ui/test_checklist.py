"""What a good screen must pass: the real steps are whole at every size, and keys and mouse reach
what they are for.

Where the rest of the list is proven:

- After Check the reason and its evidence are on screen: `test_walk`. The task is one key away, and
  back at the same cursor: `test_screens`.
- Before PyTorch is there, Check and Run answer at once, wait once, can be given up: `test_running`.
- Each pane empty, busy, and with something wrong: `test_pane_states`; without colours:
  `test_few_signs`.
- Nothing is clipped: here; verdicts to their last word: `test_paging`; each pane at each size:
  `test_layout`; sentences in the status line: `test_status_line`.
- Contrast: `test_contrast`. Focus seen without colour, Tab in a fixed order: `test_focus`.
  Live keys, table, last line and strip agree: `test_actions`.
- The whole is sent only on resize, resume and Ctrl+L: here, and on a real terminal in
  `e2e/test_repaints` and `e2e/test_screen_again`. Many sizes in a row: `test_resizing`.
- Another step, reset and $EDITOR keep the place and undo: here and `test_external_editor`.
- A short run is shown again slowly, and a key skips that: `test_running`.
- A newcomer does `sigmoid` by what the screen says: `e2e/test_newcomer`.
- An own key adds to the others unless it is to be the only one: here and `test_remapping`.
- Sizes of panes, zoom: `test_sizes`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.containers import VerticalScroll
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.lessons import chapter
from tests.support.sampling import drawn
from tests.support.scenes import scene, silent
from tests.support.tutor_app import (
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
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.words.key_names import fill_step
from tutor.ui.app import TutorApp
from tutor.ui.charts.figure import FigureView
from tutor.ui.marks import marks_of
from tutor.ui.stable_static import StableStatic
from tutor.ui.terminal.cell_diff import CellDiff

COURSE = chapter()
STEPS = COURSE.steps()
SIZES = [NARROW, (100, 30), MEDIUM, WIDE, (60, 16)]
STEPS_AND_SIZES = drawn([(step, size) for step in STEPS for size in SIZES], 16, "words of steps")


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{2,}", text))


def cut_in(text: str) -> set[str]:
    """Words and numbers that end in an ellipsis."""
    return set(re.findall(r"[\w.]+…", text))


async def read_through(app: TutorApp, pilot: Pilot[None]) -> str:
    """All that stands on the screen while the lesson's text is paged through."""
    await pilot.press("escape", "1")
    await pilot.pause()
    scroll = app.screen.query_one("#lesson-scroll", VerticalScroll)
    seen = screen_text(app)
    while scroll.scroll_y < scroll.max_scroll_y:
        await pilot.press("pagedown")
        await pilot.pause()
        seen += "\n" + screen_text(app)
    return seen


async def read_question(app: TutorApp, pilot: Pilot[None], step: Step) -> str:
    """Go to the question, which may stand below a program, and return what PgDn leads past."""
    workspace_of(app).goto("predict" if kind_of(step).has_program else "quiz")
    seen = ""
    for _ in range(PAGES):
        await pilot.pause()
        seen += "\n" + screen_text(app)
        await pilot.press("pagedown")
    return seen


PAGES = 4
"""More than any question has, with its program."""


@pytest.mark.parametrize(
    ("step", "size"), STEPS_AND_SIZES, ids=lambda each: getattr(each, "id", None) or str(each)
)
async def test_no_word_of_a_step_is_cut(tmp_path: Path, step: Step, size: tuple[int, int]) -> None:
    app = scene(tmp_path, step.id, client=silent())
    async with opened(app, size) as pilot:
        await eventually(
            lambda: len(app.screen.query(".lesson-part")) > len(step.figures), "text and figures"
        )
        await pilot.pause()
        assert_nothing_is_covered(app)
        text = fill_step(step, marks_of("unicode").keys).text.replace("```python", "")
        seen = await read_through(app, pilot)
        assert cut_in(seen) - cut_in(text) == set()
        scroll = app.screen.query_one("#lesson-scroll", VerticalScroll)
        assert scroll.max_scroll_x == 0
        assert len(app.screen.query(FigureView)) == len(step.figures)
        for part in app.screen.query(".lesson-part"):
            assert part.outer_size.width <= scroll.size.width
        for line in app.screen.query(StableStatic):
            if line.size.height == 1 and line.is_on_screen:
                assert line.shown_content.cell_length <= line.content_size.width, line.id
        asked = await read_question(app, pilot, step) if kind_of(step).has_question else ""
        assert words_of(text) - words_of(seen + asked) == set()


@pytest.mark.parametrize("step", ["read-me", "ask-me", "double"])
@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_going_round_visits_the_panes_in_their_order_and_back(
    tmp_path: Path, step: str, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at=step)
    async with opened(app, size) as pilot:
        workspace = workspace_of(app)

        async def went(key: str, times: int) -> list[str]:
            panes = []
            for _ in range(times):
                await pilot.press(key)
                await pilot.pause()
                focused = app.focused
                assert focused is not None
                assert workspace.panes[workspace.layout_state.pane] in focused.ancestors_with_self
                panes.append(workspace.layout_state.pane)
            return panes

        await pilot.press("escape", "1")
        await pilot.pause()
        there = await went("f6", len(workspace.layout_state.names))
        again = await went("f6", len(workspace.layout_state.names))
        back = await went("shift+f6", len(workspace.layout_state.names) * 2)
        round_trip = there[: there.index("lesson") + 1]
        assert sorted(round_trip, key=workspace.layout_state.names.index) == [
            "lesson",
            *round_trip[:-1],
        ]
        assert back[::-1][1:] == (there + again)[:-1]


@pytest.mark.parametrize("key", ["f6", "f7"])
async def test_the_editor_leaves_the_keys_of_panes_to_the_app(tmp_path: Path, key: str) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "2")
        await pilot.pause()
        before = workspace_of(app).code.source
        assert app.focused is workspace_of(app).code.editor
        await pilot.press(key)
        await pilot.pause()
        assert workspace_of(app).code.source == before
        assert (workspace_of(app).layout_state.pane != "code") == (key == "f6")
        assert workspace_of(app).layout_state.zoomed == (key == "f7")


@pytest.mark.parametrize("size", [NARROW, (60, 16)], ids=str)
async def test_a_click_on_a_name_shows_that_pane(tmp_path: Path, size: tuple[int, int]) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        strip = app.screen.query_one("#tab-strip", StableStatic)
        names = workspace_of(app).layout_state.names
        for name in (*names[1:], "lesson"):
            shown = strip.shown_content.plain
            tabs = {each: f"{number} {each.capitalize()}" for number, each in enumerate(names, 1)}
            hidden = [each for each, tab in tabs.items() if tab not in shown]
            column = shown.index("+" if name in hidden else tabs[name]) + strip.gutter.left
            await pilot.click("#tab-strip", offset=(column, 0))
            await pilot.pause()
            wanted = hidden[0] if name in hidden else name
            assert workspace_of(app).layout_state.pane == wanted


@pytest.mark.parametrize("only", [True, False])
async def test_an_own_key_adds_to_the_others_unless_it_is_to_be_the_only_one(
    tmp_path: Path, only: bool
) -> None:
    config = Config(keys={"next_step": ("f11",)}, only=frozenset({"next_step"} if only else ()))
    app = tutor_app(tmp_path, config=config)
    async with opened(app) as pilot:
        for key, steps in (("f8", 0 if only else 1), ("f11", 1)):
            before = app.screen_stack[0]
            assert before is lesson_screen(app)
            at = _number_of_step(app)
            await pilot.press(key)
            await pilot.pause()
            assert _number_of_step(app) - at == steps


def _number_of_step(app: TutorApp) -> int:
    screen = lesson_screen(app)
    assert screen.session.step is not None
    return [step.id for step in screen.session.course.steps()].index(screen.session.step.id)


async def test_the_whole_is_sent_only_when_the_terminal_lost_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens = TwoScreens(*NARROW)
    screens.watch(monkeypatch)
    forgotten: list[str] = []
    forget = CellDiff.forget_terminal

    def counted(app: CellDiff) -> None:
        forgotten.append("once")
        forget(app)

    monkeypatch.setattr(CellDiff, "forget_terminal", counted)
    app = tutor_app(tmp_path, client=FakeClient(), start_at="double")
    async with opened(app) as pilot:
        forgotten.clear()
        keys = ["f6", "a", "f5", "f2", "f7", "escape", "escape", "o", "down", "escape", "f8"]
        await pilot.press(*keys, "shift+f8", "f1", "escape", "f6", "f6")
        await pilot.pause()
        assert forgotten == []
        assert screens.differences() == []
        await pilot.press("ctrl+l")
        await pilot.pause()
        assert len(forgotten) == 1
        await pilot.resize_terminal(*MEDIUM)
        await pilot.pause()
        assert len(forgotten) == 2


async def test_another_step_and_back_keeps_text_and_cursor(tmp_path: Path) -> None:
    lines = "\n".join(f"# line {number}" for number in range(60))
    write_course(tmp_path / "lessons")
    draft = tmp_path / "data" / "drafts" / "basics" / "double.py"
    draft.parent.mkdir(parents=True)
    draft.write_text(lines)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *["down"] * 40, *"abc")
        await pilot.pause()
        source, cursor, row = (
            workspace_of(app).code.source,
            workspace_of(app).code.editor.cursor_location,
            workspace_of(app).code.editor.first_row,
        )
        await pilot.press("f8", "shift+f8", "escape", "2")
        await pilot.pause()
        await pilot.pause()
        editor = workspace_of(app).code.editor
        assert (editor.text, editor.cursor_location, editor.first_row) == (
            source,
            cursor,
            row,
        )
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert "abc" not in editor.text


async def test_undo_of_a_reset_brings_back_the_text_and_the_place_in_it(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        editor = workspace_of(app).code.editor
        await pilot.press("escape", "2", TO_START, *["enter"] * 40, *"abc", "up", "up", "left")
        await pilot.pause()
        before = (editor.text, editor.cursor_location)
        assert editor.first_row > 0
        await pilot.press("escape", "0")
        await pilot.pause()
        assert editor.text == "y = ...\n"
        await pilot.press("ctrl+z")
        await pilot.pause()
        await pilot.pause()
        assert (editor.text, editor.cursor_location) == before
        assert editor.cursor_location[0] in range(
            editor.first_row, editor.first_row + editor.size.height
        )
