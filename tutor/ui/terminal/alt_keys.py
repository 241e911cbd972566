"""Separate Esc and the next key if the terminal sends both as one sequence.

tmux holds an Esc back, for 500 ms in older releases, and sends a key that comes meanwhile together
with it; over a slow line, or to a busy machine, two keys arrive as one anyway. Textual then reports
Alt and the key for a letter, the key alone for punctuation, Shift+Tab for Tab, and another
character for a digit (`¡` for 1). Without this module, "Esc, then a letter" would do nothing, or
something else, and of an Esc that closes something nothing would be left.

A combined sequence means Alt and the key if that is bound, as in code: Mac terminals send it for
Option and a letter, to move by words. Otherwise, and if the terminal itself reports Alt, Alt and a
key mean the same as Esc and the key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from textual import events
from textual.keys import KEY_NAME_REPLACEMENTS

from tutor.ui.terminal.textual_private import map_sequence

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
"""Characters that every keyboard sends."""

PRIVATE_USE_BASE = 0xE000
"""Start of Unicode's Private Use Area: characters that no keyboard sends.

Textual's table can map a sequence to one character. It maps Esc and an ASCII character to the
character this far above it, from which `split_alt_key` gets both keys back.
"""

SEQUENCE_INTRODUCERS = "[O"
"""Characters after Esc in the sequences of function and cursor keys; never remapped."""

KEY_CHARACTERS = {"tab": "\t", "space": " ", "enter": "\r"}
"""Keys that Textual calls by a name, with the character that each sends."""


def register_alt_keys(keys: Iterable[str]) -> None:
    """Have Textual report Esc and a key so that `split_alt_key` recognises both.

    `keys` are characters, or names from `KEY_CHARACTERS`; other names are ignored. The change is to
    a table of Textual's that all apps of the process share.
    """
    for key in (*keys, *PRINTABLE):
        character = KEY_CHARACTERS.get(key, key)
        if len(character) == 1 and character not in SEQUENCE_INTRODUCERS:
            map_sequence(f"\x1b{character}", chr(PRIVATE_USE_BASE + ord(character)))


def split_alt_key(event: events.Event) -> tuple[events.Key, ...]:
    """Return Esc and the key as two events, or () if the event is not both."""
    if not isinstance(event, events.Key):
        return ()
    if (key := _decode_key(event.character)) is None and event.key.startswith("alt+"):
        base = event.key.removeprefix("alt+")
        character = event.character or _character_of(base)
        key = events.Key(base, character) if character else None
    return (events.Key("escape", "\x1b"), key) if key is not None else ()


def alt_name(key: str) -> str:
    """Return the binding name of Alt and a key: `alt+f`, or `alt+shift+f` for F."""
    is_capital = len(key) == 1 and key.isupper()
    return f"alt+shift+{key.lower()}" if is_capital else f"alt+{key}"


def _decode_key(character: str | None) -> events.Key | None:
    """Return the key that a private character encodes; None for other characters."""
    code = ord(character) - PRIVATE_USE_BASE if character and len(character) == 1 else -1
    if not 0 < code < 0x80:
        return None
    decoded = chr(code)
    name = next((name for name, sent in KEY_CHARACTERS.items() if sent == decoded), "")
    return events.Key(name or _key_name(decoded), decoded)


def _character_of(key: str) -> str:
    """Return the character that the key sends without Alt; "" for none."""
    signs = (sign for sign in PRINTABLE if sign == key or _key_name(sign) == key)
    return KEY_CHARACTERS.get(key) or next(signs, "")


def _key_name(character: str) -> str:
    if character.isalnum():
        return character
    plain = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(plain, plain)
