"""A key repaints the row it changes and the lines about it, not the panes around them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from tests.support.tutor_app import MEDIUM, TO_START, lesson_screen, opened, tutor_app, workspace_of
from tests.ui.widgets.hosting import hosted
from tutor.session.events import AnswerChanged
from tutor.ui.screens.workspace import STYLED_WHILE_CHARTING, STYLES
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.output_log import OutputLog
from tutor.wire.events import WorkerStateChanged


def listen_to_repaints(widgets: Iterable[Widget], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Ids of the widgets that ask to be drawn again from now on."""
    asked: set[str] = set()

    def listen(widget: Widget) -> None:
        refresh = widget.refresh

        def heard(*regions: Region, **options: bool) -> Widget:
            asked.add(widget.id or type(widget).__name__)
            return refresh(*regions, **options)

        monkeypatch.setattr(widget, "refresh", heard)

    for widget in widgets:
        listen(widget)
    return asked


async def test_a_change_of_the_session_repaints_only_what_says_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        screen = lesson_screen(app)
        screen.tutor.dispatch(AnswerChanged())
        await pilot.pause()
        asked = listen_to_repaints(screen.query("*"), monkeypatch)
        screen.tutor.dispatch(WorkerStateChanged("ready", torch_version="9.9"))
        screen.tutor.notify("Something.")
        await pilot.pause()
        assert asked == {"status-line"}


async def test_typing_repaints_no_other_pane(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press(TO_START, "a")
        await pilot.pause()
        asked = listen_to_repaints(lesson_screen(app).query("*"), monkeypatch)
        await pilot.press("b", "c")
        await pilot.pause()
        assert "editor" in asked
        assert asked <= {"editor", "code-line", "top-bar"}
        assert workspace_of(app).code.source.startswith("abc")


async def settled(pilot: Pilot[None]) -> None:
    """Wait until nothing asks for another layout, as a new scrollbar does."""
    layouts = count_layouts(pilot.app.screen)
    before = -1
    while before != len(layouts):
        before = len(layouts)
        await pilot.pause()
        await pilot.pause()


def count_layouts(screen: Screen[object]) -> list[object]:
    """One entry for each layout of the screen from now on."""
    layouts: list[object] = []
    screen.screen_layout_refresh_signal.subscribe(screen, layouts.append, immediate=True)
    return layouts


async def test_a_printed_line_moves_nothing_once_the_log_scrolls() -> None:
    async with hosted(OutputLog(), (40, 5)) as pilot:
        log = pilot.app.query_one(OutputLog)
        log.write("".join(f"line {n}\n" for n in range(9)))
        await settled(pilot)
        layouts = count_layouts(pilot.app.screen)
        log.write("line 9\n")
        await pilot.pause()
        assert not layouts
        assert log.is_vertical_scroll_end
        assert log.virtual_size.height == log.vertical_scrollbar.window_virtual_size == 10


@pytest.mark.parametrize(("words", "rows"), [("two", 1), ("two\nrows", 2), ("wide " * 12, 2)])
async def test_words_move_what_is_below_only_by_another_height(words: str, rows: int) -> None:
    async with hosted(StableStatic("one"), (40, 5)) as pilot:
        line = pilot.app.query_one(StableStatic)
        await settled(pilot)
        layouts = count_layouts(pilot.app.screen)
        line.update_if_changed(words)
        await pilot.pause()
        assert bool(layouts) == (rows > 1)
        assert line.size.height == rows


def test_no_rule_for_charting_styles_another_widget() -> None:
    rules = [line.split("{")[0] for line in STYLES.read_text().splitlines() if "{" in line]
    targets = {
        each.split()[-1].split(":")[0]
        for selectors in rules
        for each in selectors.split(",")
        if ".charting" in each
    }
    assert targets == set(STYLED_WHILE_CHARTING.split(", "))


def test_saying_the_same_again_costs_nothing() -> None:
    words = StableStatic("one")
    words.update_if_changed("one")
    assert words.shown_content.plain == "one"
    words.update_if_changed("two [b]")
    assert words.shown_content.plain == "two [b]"
