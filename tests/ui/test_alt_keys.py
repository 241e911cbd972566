"""Esc and a letter that arrive as one act as if they came one after the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.message import Message

from tests.support.tutor_app import desk_of, opened, tutor_app
from tests.support.wait import wait_until
from tutor.ui.actions import ACTIONS, PANE_DIGITS
from tutor.ui.alt_keys import apart, tell_digits_apart

SWALLOWED = {"/"}
"""Textual tells of the key alone when Esc comes together with it; the outline has `o` as well."""

LETTERS = sorted(
    {k for action in ACTIONS for k in action.letters if len(k) == 1} - SWALLOWED | {*PANE_DIGITS}
)


def parsed(sent: str) -> list[Message]:
    """What Textual makes of it once nothing has followed for a while."""
    parser = XTermParser()
    messages = [*parser.feed(sent)]

    def told() -> bool:
        messages.extend(parser.tick())
        return bool(messages)

    wait_until(told, "an event", 5)
    return messages


@pytest.mark.parametrize("letter", LETTERS)
def test_what_came_as_one_is_told_apart(letter: str) -> None:
    tell_digits_apart()
    (event,) = parsed(f"\x1b{letter}")
    assert isinstance(event, Key)
    assert [key.key for key in apart(event)] == ["escape", letter]
    assert [key.character for key in apart(event)] == ["\x1b", letter]


def test_other_keys_are_left_alone() -> None:
    for key in (Key("a", "a"), Key("alt+up", None), Key("escape", "\x1b"), Key("plus", "+")):
        assert apart(key) == ()


async def test_nothing_is_typed_and_the_pane_is_shown(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        app.post_message(Key("alt+3", "3"))
        await pilot.pause()
        assert desk_of(app).look.pane == "verdict"
        assert desk_of(app).code.source.strip() == "y = ..."
