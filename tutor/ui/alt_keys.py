"""Esc and the key after it, when the terminal hands them over as one. For `tutor.ui.app` alone.

tmux waits after an Esc, 500 ms in older releases, and sends a letter that comes meanwhile together
with it. Textual takes the two for Alt and the letter, and types the letter into the editor.
"""

from __future__ import annotations

from textual import events

try:
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
except ImportError:  # another release of Textual: digits are typed as such a keyboard would
    ANSI_SEQUENCES_KEYS = {}

DIGITS = "0123456789"


def tell_digits_apart() -> None:
    """Makes Esc and a digit Alt and the digit. Textual takes them for a sign that one terminal of
    macOS writes with Alt; that terminal sends the sign itself unless it is told otherwise."""
    if isinstance(ANSI_SEQUENCES_KEYS, dict):
        for digit in DIGITS:
            ANSI_SEQUENCES_KEYS.pop(f"\x1b{digit}", None)


def apart(event: events.Event) -> tuple[events.Key, ...]:
    """Esc and the key, if the event is both; else nothing."""
    if not isinstance(event, events.Key) or not event.is_printable:
        return ()
    alt, _, key = event.key.partition("+")
    if alt != "alt" or not key:
        return ()
    return events.Key("escape", "\x1b"), events.Key(key, event.character)
