"""The keys of the editor arrive as Textual names them, and each action has a second way."""

from __future__ import annotations

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from tutor.ui.editor.editor_words import EDITOR_WORDS
from tutor.ui.keys import EDITOR_KEYS, EditorKeys

SENT = {
    "ctrl+z": "\x1a",
    "ctrl+y": "\x19",
    "ctrl+x": "\x18",
    "ctrl+c": "\x03",
    "ctrl+v": "\x16",
    "ctrl+f": "\x06",
    "ctrl+r": "\x12",
    "ctrl+g": "\x07",
    "ctrl+down": "\x1b[1;5B",
    "ctrl+up": "\x1b[1;5A",
    "shift+f2": "\x1b[1;2Q",
    "ctrl+right_square_bracket": "\x1d",
    "ctrl+@": "\x00",
    "shift+f1": "\x1b[1;2P",
    "ctrl+backslash": "\x1c",
    "ctrl+a": "\x01",
    "alt+up": "\x1b[1;3A",
    "alt+down": "\x1b[1;3B",
    "alt+shift+down": "\x1b[1;4B",
    "ctrl+shift+k": "\x1b[107;6u",
    "ctrl+underscore": "\x1f",
    "tab": "\t",
    "shift+tab": "\x1b[Z",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+right": "\x1b[1;5C",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "ctrl+w": "\x17",
    "alt+delete": "\x1b[3;3~",
    "ctrl+delete": "\x1b[3;5~",
    "ctrl+shift+z": "\x1b[122;6u",
    "shift+super+z": "\x1b[122;10u",
    "delete": "\x1b[3~",
    "ctrl+u": "\x15",
    "ctrl+k": "\x0b",
}
"""What terminals send; Ctrl+Shift or Command and a letter only by the protocol of Kitty."""


@pytest.mark.parametrize("key", SENT)
def test_a_key_arrives_as_the_table_names_it(key: str) -> None:
    (event,) = XTermParser().feed(SENT[key])
    assert isinstance(event, Key)
    assert event.key == key


@pytest.mark.parametrize("row", [row for row in EDITOR_KEYS if not row.is_basic], ids=str)
def test_each_action_has_a_key_that_terminals_send_and_is_in_the_menu(row: EditorKeys) -> None:
    assert {*row.keys, *row.twice} & SENT.keys()
    assert row.name in EDITOR_WORDS
