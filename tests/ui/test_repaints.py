"""A key repaints the row it changes and the lines about it, not the panes around them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from textual.geometry import Region
from textual.widget import Widget

from tests.support.tutor_app import MEDIUM, TO_START, lesson_screen, opened, tutor_app, workspace_of
from tutor.session.events import AnswerChanged
from tutor.ui.stable_static import StableStatic
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


def test_saying_the_same_again_costs_nothing() -> None:
    words = StableStatic("one")
    words.update_if_changed("one")
    assert words.shown_content.plain == "one"
    words.update_if_changed("two [b]")
    assert words.shown_content.plain == "two [b]"
