"""Esc and a letter that arrive as one act as if they came one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.events import AppBlur, AppFocus, Key
from textual.message import Message

from tests.support.tutor_app import lesson_screen, opened, tutor_app, workspace_of
from tests.support.wait import wait_until
from tutor.ui.keys import LETTERS
from tutor.ui.screens.outline import OutlineScreen
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
