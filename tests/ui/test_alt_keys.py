"""Esc and a letter that arrive as one act as if they came one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import AppBlur, AppFocus, Key
from textual.message import Message
from textual.widgets import Input

from tests.support.tutor_app import MEDIUM, lesson_screen, opened, tutor_app, workspace_of
from tests.support.wait import eventually, wait_until
from tutor.config import Config
from tutor.ui.keys import LETTERS
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.screens import frame
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.screens.screen_commands import HIDDEN
from tutor.ui.terminal.alt_keys import (
    KEY_CHARACTERS,
    PRINTABLE,
    SEQUENCE_INTRODUCERS,
    register_alt_keys,
    split_alt_key,
)

ONE_CHARACTER = sorted({*KEY_CHARACTERS, *PRINTABLE} - {*SEQUENCE_INTRODUCERS, " "})


@pytest.fixture(autouse=True)
def textuals_table() -> Iterator[None]:
    """Is after each test as it was before."""
    table = ANSI_SEQUENCES_KEYS
    assert isinstance(table, dict)
    kept = dict(table)
    yield
    table.clear()
    table.update(kept)


def parsed(sent: str) -> Key:
    """The one key that Textual makes of it, once nothing has followed for a while."""
    parser = XTermParser()
    messages: list[Message] = [*parser.feed(sent)]

    def told() -> bool:
        messages.extend(parser.tick())
        return bool(messages)

    wait_until(told, "an event")
    (key,) = messages
    assert isinstance(key, Key)
    return key


@pytest.mark.parametrize("key", ONE_CHARACTER)
def test_what_came_as_one_is_told_apart(key: str) -> None:
    register_alt_keys(LETTERS)
    character = KEY_CHARACTERS.get(key, key)
    event = parsed(f"\x1b{character}")
    escape, second = split_alt_key(event)
    assert (escape.key, escape.character) == ("escape", "\x1b")
    alone = parsed(character)
    assert (second.key, second.character) == (alone.key, alone.character)


@pytest.mark.parametrize("key", ["6", "r", "(", "R", "enter"])
def test_it_is_the_same_in_one_read_and_in_two(key: str) -> None:
    register_alt_keys(LETTERS)
    character = KEY_CHARACTERS.get(key, key)
    parser = XTermParser()
    in_two = [each for part in ("\x1b", character) for each in parser.feed(part)]
    one = [split_alt_key(each) for each in in_two if isinstance(each, Key)]
    slow = (parsed("\x1b"), parsed(character))
    assert [[each.key for each in keys] for keys in one] == [[each.key for each in slow]]


def test_a_window_that_comes_and_goes_between_them_takes_neither() -> None:
    register_alt_keys(LETTERS)
    found = list(XTermParser().feed("\x1b\x1b[O\x1b[I6"))
    assert [each.key if isinstance(each, Key) else type(each) for each in found] == [
        "escape",
        AppBlur,
        AppFocus,
        "6",
    ]


@pytest.mark.parametrize(
    ("sent", "name", "character"),
    [
        ("\x1b[54;3u", "6", "6"),
        ("\x1b[114;3u", "r", "r"),
        ("\x1b[60;3u", "less_than_sign", "<"),
        ("\x1b[13;3u", "enter", "\r"),
    ],
)
def test_alt_that_a_terminal_tells_apart_means_the_same(
    sent: str, name: str, character: str
) -> None:
    escape, second = split_alt_key(parsed(sent))
    assert escape.key == "escape"
    assert (second.key, second.character) == (name, character)


def test_a_letter_that_does_nothing_is_told_apart_as_well() -> None:
    event = parsed("\x1bx")
    assert [key.key for key in split_alt_key(event)] == ["escape", "x"]


def test_keys_that_send_more_than_one_character_stay_as_they_are() -> None:
    register_alt_keys((*LETTERS, "[", "O"))
    for sent, name in [
        ("\x1b[A", "up"),
        ("\x1bOP", "f1"),
        ("\x1b[Z", "shift+tab"),
        ("\x1b[17~", "f6"),
        ("\x1b", "escape"),
    ]:
        event = parsed(sent)
        assert event.key == name
        assert split_alt_key(event) == ()


def test_other_keys_are_left_alone() -> None:
    for key in (
        Key("a", "a"),
        Key("alt+up", None),
        Key("alt+delete", None),
        Key("escape", "\x1b"),
        Key("plus", "+"),
    ):
        assert split_alt_key(key) == ()


async def test_nothing_is_typed_and_the_pane_is_shown(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        app.post_message(parsed("\x1b3"))
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "verdict"
        assert workspace_of(app).code.source.strip() == "y = ..."


async def test_esc_and_slash_search_in_the_outline_and_esc_and_tab_go_to_the_next_pane(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        app.post_message(parsed("\x1b\t"))
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == workspace_of(app).layout_state.names[2]
        app.post_message(parsed("\x1b/"))
        await pilot.pause()
        assert isinstance(app.screen, OutlineScreen)
        assert lesson_screen(app).session.notice == ""


async def test_in_code_and_in_fields_alt_and_a_letter_go_by_words(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")

    async def sends(*sequences: str) -> None:
        for sent in sequences:
            app.post_message(parsed(sent))
        await pilot.pause()

    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        code = workspace_of(app).code
        code.editor.reset_to("one two three\n")
        code.editor.go_to(0, 0)
        await sends("\x1bf", "\x1bf", "\x1bb")
        assert code.editor.cursor_location == (0, 4)
        await sends("\x1bd", "\x1b[3;5~", "x")
        assert code.source == "one x\n"
        assert workspace_of(app).layout_state.pane == "code"
        await pilot.press("ctrl+f", *"one two three")
        field = app.focused
        assert isinstance(field, Input)
        await sends("\x1bb", "\x1bb", "\x1bd", "x", "\x1bf")
        assert field.value == "one xthree"
        assert field.cursor_position == len(field.value)
        await sends("\x1b[3;5~", "\x1bb", "\x1b[3;5~")
        assert field.value == "one "


async def test_without_text_it_is_esc_and_the_letter(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        app.post_message(parsed("\x1bd"))
        await pilot.pause()
        assert lesson_screen(app).session.notice == HIDDEN


async def test_alt_and_a_letter_can_be_bound(tmp_path: Path) -> None:
    config = Config(keys={"zoom": ("alt+m",), "outline": ("alt+shift+o", "alt+shift+x")})
    app = tutor_app(tmp_path, start_at="double", config=config)
    async with opened(app, MEDIUM):
        app.post_message(parsed("\x1bm"))
        await eventually(lambda: workspace_of(app).layout_state.zoomed, "the zoom")
        app.post_message(parsed("\x1bX"))
        await eventually(lambda: isinstance(app.screen, OutlineScreen), "the outline")
    assert len(app.tutor.state.problems) == 1


@pytest.mark.parametrize("sent", ["\x1b[13;2u", "\x1b[27;2;13~"])
async def test_shift_and_enter_is_enter(tmp_path: Path, sent: str) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        code = workspace_of(app).code
        code.editor.reset_to("if y:")
        code.editor.go_to(0, 5)
        app.post_message(parsed(sent))
        await pilot.pause()
        assert code.source == "if y:\n    "
        app.post_message(parsed("\x1b[127;2u"))
        await pilot.pause()
        assert code.source == "if y:\n"


async def test_the_strip_ends_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "STRIP_S", 0.01)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f6")
        editor = workspace_of(app).code.editor
        await pilot.press("escape")
        await eventually(lambda: app.focused is editor, "the end of the strip")
        assert not app.screen.query_one(LeaderStrip).display
        await pilot.press("h")
        assert "h" in editor.text
