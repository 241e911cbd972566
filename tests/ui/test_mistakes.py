"""Mistakes that are marked while one types, after a pause, and the key that leads to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from tests.completion.sample import sample_lines
from tests.support.fake_client import FakeClient
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    TO_START,
    opened,
    pane_of,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.two_screens import TwoScreens
from tests.support.wait import eventually
from tests.ui.widgets.hosting import rows
from tutor.config import Config
from tutor.grading.code_markers import Found, MarkerSearch, Place, Search
from tutor.session.known_names import INDEX, KnownNames
from tutor.ui.app import TutorApp
from tutor.ui.editor import marker_watch
from tutor.ui.editor.area import MAX_TEXT
from tutor.ui.editor.buffer_line import NO_BLANK, NO_MISTAKE
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.panes.code import CodePane
from tutor.ui.stable_static import StableStatic
from tutor.wire.values import SequenceValue, TextValue, Value


@pytest.fixture(autouse=True)
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marker_watch, "PAUSE_S", 0.01)


@asynccontextmanager
async def at_code(
    folder: Path,
    size: tuple[int, int] = NARROW,
    config: Config | None = None,
    client: FakeClient | None = None,
) -> AsyncIterator[tuple[TutorApp, Pilot[None]]]:
    """The app with the cursor at the start of the code of `double`, which is `y = ...`."""
    app = tutor_app(folder, start_at="double", config=config, client=client)
    async with opened(app, size) as pilot:
        workspace_of(app).goto("code")
        await eventually(lambda: editor_of(app).has_focus, "the editor")
        await pilot.press(TO_START)
        yield app, pilot


def editor_of(app: TutorApp) -> CodeEditor:
    return pane_of(app, CodePane).editor


def marked(app: TutorApp) -> list[str]:
    """The rows with a sign beside them, as they are on screen."""
    return [row.strip() for row in rows(editor_of(app)) if "!" in row[:4]]


def line_of(app: TutorApp) -> str:
    """The last line of the pane."""
    return app.query_one("#code-line", StableStatic).shown_content.plain


def underlined(app: TutorApp, row: int) -> list[str]:
    line = editor_of(app).get_line(row)
    return [line.plain[s.start : s.end] for s in line.spans if "underline" in str(s.style)]


def write(app: TutorApp, text: str) -> None:
    """Have the text in the editor, as if it had been typed, with the cursor in its first line."""
    editor_of(app).reset_to(text)


async def looked(app: TutorApp, pilot: Pilot[None]) -> None:
    """Wait until the learner has paused, and the text was looked at."""
    await pilot.pause()
    await eventually(lambda: pane_of(app, CodePane).markers.is_at_rest, "the end of a look")
    await pilot.pause()


async def test_an_unknown_name_is_marked_by_a_sign_a_line_under_it_and_words(
    tmp_path: Path,
) -> None:
    async with at_code(tmp_path) as (app, pilot):
        await pilot.press(*"y = trch(x)", "enter")
        await eventually(lambda: marked(app), "a mark")
        assert marked(app) == ["1! y = trch(x)"]
        assert underlined(app, 0) == ["trch"]
        assert "Shift+F2: line 1" in line_of(app)
        await pilot.press("up")
        await pilot.pause()
        assert line_of(app).startswith("! trch does not exist here.")


async def test_a_name_that_pytorch_has_not_is_marked_once_its_names_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def answer(_: KnownNames, question: str) -> Value:
        asked.append(question)
        lines = tuple(map(TextValue, sample_lines()))
        return SequenceValue("list", len(lines), lines)

    monkeypatch.setattr(KnownNames, "_answer", answer)
    client = FakeClient(phase="starting")
    async with at_code(tmp_path, config=Config(offer_names=False), client=client) as (app, pilot):
        write(app, "import torch\ny = torch.sigmod(x)\n")
        await looked(app, pilot)
        assert marked(app) == []
        client.become("ready")
        await eventually(lambda: marked(app), "a mark")
        assert underlined(app, 1) == ["sigmod"]
        await looked(app, pilot)
        assert asked == [INDEX]


async def test_text_that_is_no_python_is_marked_when_the_line_is_left(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "for i in [1]\n    i\n")
        await looked(app, pilot)
        assert marked(app) == []
        await pilot.press("down")
        await eventually(lambda: marked(app), "a mark")
        assert marked(app) == ["1! for i in [1]"]


async def test_the_next_key_in_the_line_takes_the_mark_away(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "\ny = xxx\n")
        await eventually(lambda: marked(app), "a mark")
        await pilot.press("down", "end", "backspace")
        assert marked(app) == []
        await looked(app, pilot)
        assert marked(app) == []
        await pilot.press("up")
        await eventually(lambda: marked(app), "the mark again")


async def test_a_mark_moves_with_its_line(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "\ny = xx\n")
        await eventually(lambda: marked(app), "a mark")
        editor_of(app).go_to(1, 0)
        await pilot.press("enter")
        assert marked(app) == ["3! y = xx"]
        assert underlined(app, 2) == ["xx"]
        await looked(app, pilot)
        assert marked(app) == ["3! y = xx"]


async def test_a_name_that_is_bound_elsewhere_is_no_mistake_any_more(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, _):
        write(app, "\ny = xx\n")
        await eventually(lambda: marked(app), "a mark")
        editor_of(app).insert("xx = 1", (0, 0))
        await eventually(lambda: not marked(app), "no mark")


async def test_one_key_leads_from_mistake_to_mistake_and_says_all(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "a = unheard\nb = 1\nc = unseen\n")
        places = []
        for _ in range(3):
            await pilot.press("shift+f2")
            places.append(editor_of(app).cursor_location)
        assert places == [(0, 4), (2, 4), (0, 4)]
        assert "given a value only further down?" in screen_text(app).replace("\n ", " ")
        await pilot.press("down")
        await pilot.pause()
        assert app.query_one("#code-line").size.height == 1


async def test_without_a_mistake_it_says_so(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        await pilot.press("shift+f2")
        assert line_of(app) == NO_MISTAKE
        await pilot.press("right")
        await pilot.pause()
        assert line_of(app).startswith("Ln 1, Col 2")


@pytest.mark.parametrize("key", ["ctrl+down", "ctrl+up"])
async def test_without_a_blank_it_says_so(tmp_path: Path, key: str) -> None:
    async with at_code(tmp_path) as (app, pilot):
        editor_of(app).reset_to("y = 1\n")
        await pilot.press(key)
        await eventually(lambda: line_of(app) == NO_BLANK, NO_BLANK)
        await pilot.press("right")
        await eventually(lambda: line_of(app).startswith("Ln 1, Col 2"), "the cursor's place")


async def test_a_look_that_finds_nothing_new_leaves_what_is_told(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        await looked(app, pilot)
        await pilot.press("a", "shift+f2")
        await looked(app, pilot)
        assert line_of(app) == NO_MISTAKE
        write(app, "y = 1\n")
        editor_of(app).post_message(Paste("x" * (MAX_TEXT + 1)))
        await eventually(lambda: "too many to paste" in line_of(app), "why it was refused")
        await looked(app, pilot)
        assert "too many to paste" in line_of(app)


async def test_a_mark_that_goes_is_told_of_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "y = 1\nyy\n")
        await eventually(lambda: marked(app), "a mark")
        await pilot.press("down")
        await eventually(lambda: "yy does not exist" in line_of(app), "what is wrong")
        monkeypatch.setattr(marker_watch, "PAUSE_S", 60)
        await pilot.press("delete")
        await pilot.pause()
        assert line_of(app).startswith("Ln 2, Col 1")


async def test_asked_for_it_looks_at_the_scaffold_and_at_a_line_that_is_being_written(
    tmp_path: Path,
) -> None:
    broken = DOUBLE.replace("y = ...", "y = 2 * z")
    write_course(tmp_path / "lessons", {"30-double": broken})
    async with at_code(tmp_path) as (app, pilot):
        await looked(app, pilot)
        assert marked(app) == []
        await pilot.press("shift+f2")
        assert marked(app) == ["1! y = 2 * z"]
        write(app, "a = (")
        await looked(app, pilot)
        assert marked(app) == []
        await pilot.press("shift+f2")
        assert marked(app) == ["1! a = ("]


async def test_what_was_left_broken_is_marked_when_one_comes_back(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "y = xx\n")
        await pilot.press("f8", "shift+f8")
        workspace_of(app).goto("code")
        await eventually(lambda: marked(app), "a mark")
        assert marked(app) == ["1! y = xx"]


async def test_in_ascii_the_sign_is_the_same(tmp_path: Path) -> None:
    async with at_code(tmp_path, config=Config(glyphs="ascii")) as (app, _):
        write(app, "\ny = xx\n")
        await eventually(lambda: marked(app), "a mark")
        assert marked(app) == ["2! y = xx"]


async def test_a_line_that_failed_keeps_its_own_sign(tmp_path: Path) -> None:
    async with at_code(tmp_path) as (app, pilot):
        write(app, "\ny = xx\n")
        await eventually(lambda: marked(app), "a mark")
        editor_of(app).mark_error(2, "NameError")
        await pilot.pause()
        assert marked(app) == []
        assert "2✗ y = xx" in rows(editor_of(app))[1]


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
async def test_a_mark_sends_the_rows_that_it_changes(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    screens = TwoScreens(*size)
    screens.watch(monkeypatch)
    async with at_code(tmp_path, size) as (app, pilot):
        write(app, "y = trch(x)\nz = 1\n" + "a = 1\n" * 30)
        await looked(app, pilot)
        editor_of(app).go_to(3, 0)
        await eventually(lambda: "saved" in screen_text(app), "what was written to be saved")
        await pilot.pause()
        screens.forget_bytes()
        screens.changed.screen.dirty.clear()
        await eventually(lambda: marked(app), "a mark")
        await pilot.pause()
        first = editor_of(app).region.y
        assert screens.changed.screen.dirty <= {first, app.query_one("#code-line").region.y}
        assert screens.changed.bytes <= 300


async def test_a_key_ends_a_look_that_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marker_watch, "SLICE_S", 0.0)
    steps: list[int] = []
    ended: list[int] = []
    search = MarkerSearch.search

    def counted(self: MarkerSearch, source: str, writing: Place | None = None) -> Search:
        steps.append(0)
        looking = search(self, source, writing)
        try:
            while True:
                try:
                    next(looking)
                except StopIteration as end:
                    found: Found = end.value
                    return found
                steps[-1] += 1
                yield
        finally:
            ended.append(steps[-1])

    monkeypatch.setattr(MarkerSearch, "search", counted)
    async with at_code(tmp_path) as (app, pilot):
        write(app, "\n".join(f"a{row} = 1" for row in range(300)))
        await eventually(lambda: steps and steps[0] > 3, "a look")
        monkeypatch.setattr(marker_watch, "PAUSE_S", 3600.0)  # no other look takes its place
        await pilot.press("b")
        await eventually(lambda: ended, "the end of that look")
        assert ended[0] < 300


async def test_a_fault_of_the_tutor_marks_nothing_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object) -> None:
        raise RuntimeError("of the look")

    async with at_code(tmp_path) as (app, pilot):
        with monkeypatch.context() as patch:
            patch.setattr(MarkerSearch, "search", fault)
            write(app, "\ny = xx\n")
            await eventually(lambda: app.fault, "the fault")
            await looked(app, pilot)
            assert marked(app) == []
        assert str(app.fault) == "of the look"
        app.fault = None
        monkeypatch.setattr(MarkerSearch, "explain", fault)
        write(app, "\ny = xxx\n")
        await eventually(lambda: marked(app), "a mark")
        await pilot.press("down")
        await eventually(lambda: app.fault, "the fault")
        assert marked(app) == ["2! y = xxx"]
        app.fault = None
