"""What the layer relies on, when it steps aside, and when it sends everything again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from queue import Queue
from types import ModuleType, SimpleNamespace

import pytest
from msgspec.structs import replace
from textual import events
from textual.app import App
from textual.geometry import Size

from tests.support.tutor_app import MEDIUM, NARROW, lesson_screen, opened, tutor_app
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tutor.session.state import Activity, State
from tutor.terminal_facts import FULL_REPAINT
from tutor.ui.marks import UNICODE
from tutor.ui.panes.status_line import status_words
from tutor.ui.terminal import cell_diff, textual_private
from tutor.ui.terminal.cell_diff import MAX_WAITING_WRITES, why_full_repaint
from tutor.ui.terminal.screen_mirror import ScreenMirror
from tutor.ui.terminal.throttle import throttle_of

GARBAGE = "\x1b[1;1H\x1b[41mwritten by something else\x1b[0m"


OTHERWISE = "this version of textual draws differently"


@pytest.fixture
def screens(monkeypatch: pytest.MonkeyPatch) -> TwoScreens:
    made = TwoScreens(*NARROW)
    made.watch(monkeypatch)
    return made


def test_the_layer_works_with_this_release() -> None:
    assert why_full_repaint({}) == ""
    assert why_full_repaint({FULL_REPAINT: "0"}) == ""


def test_it_is_told_that_it_was_turned_off() -> None:
    assert why_full_repaint({FULL_REPAINT: "1"}) == "NNTUTOR_FULL_REPAINT asks for it"


@pytest.mark.parametrize(
    ("module", "part"),
    [
        (textual_private, "LayoutUpdate"),
        (textual_private, "ChopsUpdate"),
        (cell_diff, "ScreenMirror"),
        (cell_diff, "AnsiWriter"),
    ],
)
def test_without_one_of_its_parts_it_does_not(
    module: ModuleType, part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, part, object)
    assert why_full_repaint({}).startswith(OTHERWISE)


def test_with_another_way_to_display_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(App, "_display", lambda self, screen, renderable, cursor: None)
    assert why_full_repaint({}).startswith(OTHERWISE)


def test_without_the_compositor_the_app_can_still_be_imported() -> None:
    program = (
        "import sys, textual.app; del sys.modules['textual._compositor'].ChopsUpdate\n"
        "from tutor.ui.app import TutorApp\n"
        "from tutor.ui.terminal.cell_diff import why_full_repaint\n"
        f"assert why_full_repaint({{}}).startswith({OTHERWISE!r})"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_without_the_compositor_textual_draws_as_it_does_alone() -> None:
    program = (
        "import textual._compositor, textual.app; del textual._compositor.ChopsUpdate\n"
        "from tutor.ui.terminal.textual_private import UpdateHook\n"
        "sent = []\n"
        "textual.app.App._display = lambda self, screen, update: sent.append(update)\n"
        "UpdateHook()._display(None, 'an update')\n"
        "assert sent == ['an update'], sent"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


async def test_it_can_be_turned_off(
    screens: TwoScreens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FULL_REPAINT, "1")
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "f1")
        await pilot.pause()
    assert not app.sends_changes
    assert screens.changed.frames == screens.full.frames


async def test_a_fault_of_the_layer_turns_it_off_and_nothing_is_missing(
    screens: TwoScreens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        worked = app.sends_changes
        monkeypatch.setattr(ScreenMirror, "change", lambda *_: 1 / 0)
        await pilot.press("f8", "f1")
        await pilot.pause()
        assert (worked, app.sends_changes) == (True, False)
        assert screens.differences() == []


async def test_ctrl_l_sends_everything_again(screens: TwoScreens, tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        for popup in ("", "f1", "f10"):
            await pilot.press(*[popup] * bool(popup))
            await pilot.pause()
            screens.changed.feed(GARBAGE)
            assert screens.differences()
            await pilot.press("ctrl+l")
            await pilot.pause()
            assert screens.differences() == []


async def test_coming_back_to_the_terminal_sends_everything_again(
    screens: TwoScreens, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        screens.changed.feed(GARBAGE)
        app.post_message(events.Resize(Size(*NARROW), Size(*NARROW)))
        await pilot.pause()
        await pilot.pause()
        assert screens.differences() == []


async def test_after_another_size_everything_is_sent_again(
    screens: TwoScreens, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        for size in ((100, 30), NARROW):
            screens.resize(*size)
            assert not "".join(screens.changed.screen.display).strip()
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert screens.differences() == []
            assert any("Twice" in line for line in screens.changed.screen.display)


async def test_a_size_that_the_terminal_repeats_costs_nothing(
    screens: TwoScreens, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        screens.forget_bytes()
        app.post_message(events.Resize(Size(*NARROW), Size(*NARROW), pixel_size=Size(800, 480)))
        await pilot.pause()
        await pilot.pause()
        assert screens.changed.bytes == 0


async def test_after_the_focus_came_back_nothing_is_taken_as_known(
    screens: TwoScreens, tmp_path: Path
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        editor = app.screen.focused
        assert editor is not None
        screens.changed.feed(f"\x1b[{editor.region.y + 1};30H\x1b[41mgarbage\x1b[0m")
        app.post_message(events.AppFocus())
        await pilot.press("a")
        await pilot.pause()
        assert screens.differences() == []


async def test_no_key_of_a_step_repaints_the_screen(screens: TwoScreens, tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        screens.forget_bytes()
        await pilot.press("f6", "a", "enter", "up", "down", "f2", "escape", "escape")
        await pilot.pause()
        cells = MEDIUM[0] * MEDIUM[1]
        assert 0 < max(screens.changed.frames) < cells < max(screens.full.frames)


@pytest.mark.parametrize(
    ("waiting", "slow"), [(0, False), (MAX_WAITING_WRITES, False), (MAX_WAITING_WRITES + 1, True)]
)
async def test_a_terminal_is_slow_when_frames_wait_for_it(
    waiting: int, slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path)
    async with opened(app):
        assert not app.terminal_is_slow()
        queue: Queue[str] = Queue()
        for _ in range(waiting):
            queue.put("frame")
        writer = SimpleNamespace(_queue=queue)
        monkeypatch.setattr(app._driver, "_writer_thread", writer, raising=False)
        assert app.terminal_is_slow() == slow


def test_a_slow_link_is_told_while_something_runs() -> None:
    slow = State(slow_link=True)
    running = replace(slow, activity=Activity(1, "run", begun=True))
    assert "slow link" in status_words(running, UNICODE).plain
    assert "slow link" not in status_words(slow, UNICODE).plain
    assert "slow link" not in status_words(replace(running, slow_link=False), UNICODE).plain


async def test_the_session_hears_of_a_slow_link(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app):
        heard = []
        for slow in (True, False):
            app.link_changed(slow)
            heard.append(lesson_screen(app).session.slow_link)
        assert heard == [True, False]


async def test_the_size_is_that_of_the_terminal_whichever_was_told_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        monkeypatch.setattr(App, "is_headless", property(lambda _: False))
        monkeypatch.setattr(app, "terminal_size", lambda: Size(*MEDIUM))
        app.post_message(events.Resize(Size(90, 30), Size(90, 30)))  # read first, and posted last
        await eventually(lambda: app.size == Size(*MEDIUM), "the size of the terminal")
        await pilot.pause()
        assert app.screen.size == Size(*MEDIUM)


async def test_charts_are_drawn_at_the_rate_of_the_app(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app):
        assert throttle_of(app) is app.throttle
