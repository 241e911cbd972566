"""The start: what it shows, that the step is ready behind it, and that no key is lost on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    READ,
    TO_START,
    WIDE,
    add_lesson,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.config import Config
from tutor.ui.app import EarlyEvent, TutorApp
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.screens.start import StartScreen

SIZES = [(60, 16), NARROW, MEDIUM, WIDE]


async def prepared(app: TutorApp, pilot: Pilot[None]) -> None:
    """All is there behind the start, and all that it tells stands on it."""
    screen = lesson_screen(app)
    await eventually(
        lambda: (
            screen.session.is_whole and screen.workspace is not None and screen.workspace.is_whole
        ),
        "what is behind the start",
    )
    await pilot.pause()


async def sit(folder: Path, *keys: str, step: str = "double") -> None:
    """A sitting in a step's editor."""
    async with opened(tutor_app(folder, start_at=step), MEDIUM) as pilot:
        await pilot.press(*keys)
        await pilot.pause()


def journal(folder: Path) -> str:
    files = sorted((folder / "data" / "journal").glob("*.jsonl"))
    return "".join(file.read_text() for file in files)


READ_IN_TEN_SECONDS = 50
"""Words of a screen, at 300 a minute."""


@pytest.mark.parametrize("glyphs", ["unicode", "ascii"])
@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_first_time_says_what_this_is_how_to_go_on_and_how_to_leave(
    tmp_path: Path, size: tuple[int, int], glyphs: str
) -> None:
    app = tutor_app(tmp_path, config=Config(glyphs="ascii" if glyphs == "ascii" else "unicode"))
    async with app.run_test(size=size) as pilot:
        await prepared(app, pilot)
        text = screen_text(app)
        parts = ("Welcome to nntutor", "In ten minutes you train", "Ctrl+Q ", "Esc More")
        title = "What a network does"
        opens, closes = "“”" if glyphs == "unicode" else '""'
        for words in (*parts, f"begins with {opens}{title}{closes}"):
            assert words in text
        assert len(text.split()) <= READ_IN_TEN_SECONDS
        assert app.screen.query_one("#start").max_scroll_y == 0
        assert text.isascii() or glyphs == "unicode"
        await pilot.press("enter")
        await pilot.pause()
        assert "A network turns numbers into numbers." in screen_text(app)
        assert "Welcome" not in screen_text(app)
        assert "F8 Next" in screen_text(app)


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_first_time_offers_a_lesson_to_newcomers(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    lessons = write_course(tmp_path / "lessons")
    steps = {"10-on": READ.replace("read-me", "on").replace("A network", "A tensor")}
    add_lesson(lessons, 'offer = "New to tensors?"', steps)
    app = tutor_app(tmp_path)
    async with app.run_test(size=size) as pilot:
        await prepared(app, pilot)
        text = screen_text(app)
        assert "t            New to tensors? Begin with “More”" in text
        assert app.screen.query_one("#start").max_scroll_y == 0
        await pilot.press("t")
        await pilot.pause()
        assert "A tensor turns numbers into numbers." in screen_text(app)


async def test_without_an_offer_a_letter_goes_on(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        await pilot.press("t")
        await pilot.pause()
        assert "A network turns numbers into numbers." in screen_text(app)


async def test_without_colours_the_keys_are_told_by_their_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        assert app.no_color
        lines = screen_text(app).splitlines()
        columns = {line.index("begins") for line in lines if "Enter " in line}
        columns |= {line.index("leaves") for line in lines if "Ctrl+Q " in line}
        assert len(columns) == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_coming_back_says_where_one_was_and_what_is_left(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    await sit(tmp_path, "#", "1", "enter")
    app = tutor_app(tmp_path)
    async with app.run_test(size=size) as pilot:
        await prepared(app, pilot)
        text = " ".join(screen_text(app).split())
        assert "Welcome back" in text
        assert "You were at Twice as much Basics · today" in text
        assert "your draft has 2 lines, not checked yet" in text
        assert "0 of 5 steps done" in text
        assert "goes to the first step not done: What a network does" in text
        assert "Last time" not in text
        assert app.screen.query_one("#start").max_scroll_y == 0


async def test_what_the_first_frame_of_the_start_shows_stays(tmp_path: Path) -> None:
    await sit(tmp_path)
    app = tutor_app(tmp_path)
    frames: list[list[str]] = []
    async with app.run_test(size=NARROW) as pilot:
        while not lesson_screen(app).session.is_whole:
            frames.append(screen_text(app).splitlines())
            await pilot.pause()
        await prepared(app, pilot)
        last = screen_text(app).splitlines()
    first = next(frame for frame in frames if any("Welcome" in line for line in frame))
    assert len(first) == len(last)
    for before, after in zip(first[1:], last[1:], strict=True):
        assert after.startswith(before.rstrip("…"))


async def test_a_last_time_that_was_cut_off_is_told(tmp_path: Path) -> None:
    await sit(tmp_path)
    (file,) = (tmp_path / "data" / "journal").iterdir()
    file.write_bytes(file.read_bytes()[:-30])
    copy = tmp_path / "data" / "drafts" / "basics" / "square.host-7.py"
    copy.parent.mkdir(parents=True)
    copy.write_text("")
    app = tutor_app(tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await prepared(app, pilot)
        text = screen_text(app)
        assert "It was cut off." in text
        assert "One journal entry is damaged" in " ".join(text.split())
        assert "square.host-7.py" in "".join(text.split())


async def test_the_step_is_ready_behind_the_start_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client)
    async with app.run_test(size=MEDIUM) as pilot:
        await prepared(app, pilot)
        await eventually(lambda: client.started, "the worker")
        assert lesson_screen(app).is_open
        assert isinstance(app.screen, StartScreen)
        await pilot.press("ctrl+q")
    assert journal(tmp_path) == ""
    again = tutor_app(tmp_path)
    async with again.run_test(size=MEDIUM) as pilot:
        await pilot.press("enter")
        await eventually(lambda: lesson_screen(again).is_open, "the step")
        await pilot.press("ctrl+q")
    assert '"kind":"step-opened","step":"read-me"' in journal(tmp_path)


async def test_a_step_that_was_named_has_no_start(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test():
        assert lesson_screen(app).start is None
        assert app.screen is lesson_screen(app)


async def test_the_settings_can_leave_it_out(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, config=Config(start_screen=False))
    async with app.run_test() as pilot:
        assert lesson_screen(app).start is None
        assert app.screen is lesson_screen(app)
        await eventually(lambda: lesson_screen(app).is_open, "the step")
        await pilot.pause()
        assert "A network turns numbers" in screen_text(app)


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize(
    ("keys", "begins"),
    [
        (("enter", "#", "1"), "#1y = ..."),
        (("#", "1"), "#1y = ..."),
        (("space", "#", "1"), "#1y = ..."),
        (("f8", "#", "1"), "#1y = ..."),
        (("#", "1", "enter", "2"), "#1\n2y = ..."),
    ],
)
async def test_what_is_typed_ahead_comes_along_to_the_step(
    tmp_path: Path, keys: tuple[str, ...], begins: str, early: bool
) -> None:
    await sit(tmp_path, TO_START)
    app = tutor_app(tmp_path)
    async with app.run_test(size=MEDIUM) as pilot:
        if not early:
            await prepared(app, pilot)
        await pilot.press(*keys)
        await eventually(lambda: lesson_screen(app).is_open, "the step")
        await eventually(lambda: workspace_of(app).code.source.startswith(begins), "what was typed")
        assert lesson_screen(app).start is None


async def test_a_letter_that_went_into_the_code_is_told(tmp_path: Path) -> None:
    await sit(tmp_path, TO_START)
    app = tutor_app(tmp_path)
    async with app.run_test(size=MEDIUM) as pilot:
        await prepared(app, pilot)
        await pilot.press("q")
        await pilot.pause()
        assert "q went into your code. Ctrl+Z takes it back." in screen_text(app)
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("y = ...")


async def test_a_paste_comes_along_too(tmp_path: Path) -> None:
    await sit(tmp_path, TO_START)
    app = tutor_app(tmp_path)
    async with app.run_test(size=MEDIUM):
        app.post_message(events.Paste("a = 1\n"))
        await eventually(lambda: lesson_screen(app).is_open, "the step")
        await eventually(lambda: workspace_of(app).code.source.startswith("a = 1\ny"), "the paste")


async def test_keys_that_are_held_when_the_app_is_left_are_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=MEDIUM) as pilot:
        await prepared(app, pilot)
    held: list[EarlyEvent] = [events.Paste("a = 1\n"), events.Key("q", "q")]
    monkeypatch.setattr(app._type_ahead, "release", lambda: held)
    assert not app.screen_stack
    await app.on_lesson_screen_ready()


@pytest.mark.parametrize("key", ["f4", "f5", "f8", "ctrl+n", "tab", "backspace"])
async def test_a_key_of_the_step_goes_on_and_does_no_more(tmp_path: Path, key: str) -> None:
    await sit(tmp_path)
    client = FakeClient()
    app = tutor_app(tmp_path, client=client)
    async with app.run_test(size=MEDIUM) as pilot:
        await prepared(app, pilot)
        await pilot.press(key)
        await pilot.pause()
        assert lesson_screen(app).start is None
        assert client.commands == []
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "double"
        assert workspace_of(app).code.source.startswith("y = ...")


async def test_keys_that_act_everywhere_act_here_and_lead_back(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        for keys in (("f1",), ("question_mark",), ("escape", "h")):
            await pilot.press(*keys)
            await pilot.pause()
            assert not isinstance(app.screen, StartScreen)
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(app.screen, StartScreen)
            assert lesson_screen(app).start is not None
        await pilot.press("escape", "o")
        await pilot.pause()
        assert lesson_screen(app).start is not None


async def test_the_outline_searches_what_is_typed_after_it_and_leads_to_a_step(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await pilot.press("o", *"itself")
        await pilot.pause()
        assert isinstance(app.screen, OutlineScreen)
        await pilot.press("escape")
        await pilot.pause()
        assert lesson_screen(app).start is not None
        await prepared(app, pilot)
        await pilot.press("o", *"itself", "enter")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "square"
        assert lesson_screen(app).start is None
        await pilot.press("ctrl+q")
    assert "read-me" not in journal(tmp_path)


async def test_the_step_that_is_open_can_be_chosen_in_the_outline(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        await pilot.press("o", "enter")
        await pilot.pause()
        assert lesson_screen(app).start is None
        await pilot.press("ctrl+q")
    assert '"kind":"step-opened","step":"read-me"' in journal(tmp_path)


async def test_n_goes_to_the_first_step_that_is_not_done(tmp_path: Path) -> None:
    async with opened(tutor_app(tmp_path, start_at="read-me")) as pilot:
        await pilot.press("f8", "f8", "f8")
        await pilot.pause()
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        assert "goes to the first step not done: Which one is it?" in screen_text(app)
        await pilot.press("n")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "ask-me"
        assert lesson_screen(app).start is None


@pytest.mark.parametrize("words", ["begins with", "Enter "])
async def test_a_click_goes_on(tmp_path: Path, words: str) -> None:
    app = tutor_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await prepared(app, pilot)
        rows = screen_text(app).splitlines()
        at = next((row.index(words), y) for y, row in enumerate(rows) if words in row)
        await pilot.click(offset=at)
        await pilot.pause()
        assert lesson_screen(app).start is None
        assert "A network turns numbers" in screen_text(app)


async def test_without_any_step_there_is_no_start_but_what_to_do(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    (tmp_path / "lessons" / "course.toml").write_text("")
    async with app.run_test(size=NARROW) as pilot:
        await eventually(lambda: lesson_screen(app).is_open, "the end of the opening")
        await pilot.pause()
        assert "There is no lesson to show" in screen_text(app)
        assert lesson_screen(app).start is None


async def test_where_the_text_is_longer_than_the_screen_it_scrolls(tmp_path: Path) -> None:
    await sit(tmp_path)
    for number in range(3):
        copy = tmp_path / "data" / "drafts" / "basics" / f"square.{'host-' * 30}{number}.py"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text("")
    app = tutor_app(tmp_path)
    async with app.run_test(size=(60, 16)) as pilot:
        await prepared(app, pilot)
        start = app.screen.query_one("#start")
        assert start.max_scroll_y > 0
        await pilot.press("end")
        await pilot.pause()
        assert start.scroll_y == start.max_scroll_y
        await pilot.press("up")
        await pilot.pause()
        assert start.scroll_y == start.max_scroll_y - 1
        assert lesson_screen(app).start is not None
