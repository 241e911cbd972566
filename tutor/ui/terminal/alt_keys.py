"""Esc and the key after it, when the terminal hands them over as one.

tmux waits after an Esc, 500 ms in older releases, and sends a key that comes meanwhile together
with it. Textual takes the two for Alt and the key where that is a letter; of signs it tells as if
there had been no Esc, of Tab as if Shift had been held, and of digits as of other signs.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.keys import KEY_NAME_REPLACEMENTS

from tutor.ui.terminal.textual_private import map_sequence

DIGITS = "0123456789"

PRIVATE_USE_BASE = 0xE000
"""Textual's table can make one character of two; these are characters that no keyboard has."""

SEQUENCE_INTRODUCERS = "[O"
"""With one of these after Esc the keys begin that send more than one character."""

KEY_CHARACTERS = {"tab": "\t", "space": " ", "enter": "\r"}
"""Keys that have a name and a character."""


def register_alt_keys(keys: Iterable[str]) -> None:
    """Makes of Esc and each of these keys, and of Esc and each digit, what `apart` can read.

    `keys` are characters, or names of keys that have one; other names are passed over.
    """
    for key in (*keys, *DIGITS):
        character = KEY_CHARACTERS.get(key, key)
        if len(character) == 1 and character not in SEQUENCE_INTRODUCERS:
            map_sequence(f"\x1b{character}", chr(PRIVATE_USE_BASE + ord(character)))


def split_alt_key(event: events.Event) -> tuple[events.Key, ...]:
    """Esc and the key, if the event is both; else nothing."""
    if not isinstance(event, events.Key):
        return ()
    if (key := _decode_key(event.character)) is None and event.is_printable:
        alt, _, letter = event.key.partition("+")
        key = events.Key(letter, event.character) if alt == "alt" and letter else None
    return (events.Key("escape", "\x1b"), key) if key is not None else ()


def _decode_key(character: str | None) -> events.Key | None:
    code = ord(character) - PRIVATE_USE_BASE if character and len(character) == 1 else -1
    if not 0 < code < 0x80:
        return None
    decoded = chr(code)
    name = next((name for name, sent in KEY_CHARACTERS.items() if sent == decoded), "")
    return events.Key(name or _key_name(decoded), decoded)


def _key_name(character: str) -> str:
    """As Textual names it: `slash` for `/`."""
    if character.isalnum():
        return character
    from unicodedata import name

    plain = name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(plain, plain)
