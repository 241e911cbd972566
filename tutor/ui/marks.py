"""The marks beside words, in Unicode or ASCII, and the names of the learner's keys.

One `Marks` is chosen at the start and handed to all panes and screens.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tutor.first_screen.glyphs import GLYPHS, GlyphName, GlyphSet
from tutor.first_screen.late import transcribed
from tutor.session.late import fill_keys
from tutor.ui.keys import NO_USER_KEYS, UserKeys, key_names

if TYPE_CHECKING:
    from tutor.session.words.key_names import KeyNames


@dataclass(frozen=True)
class Marks:
    """Signs and glyphs of the terminal, and the names of the learner's keys.

    Each mark takes one column, except `between`, `dot` and, in ASCII, `ellipsis`.
    """

    glyphs: GlyphName = "unicode"
    """The set of glyphs that widgets draw with."""
    tick: str = "✓"
    cross: str = "✗"
    open: str = "○"
    helped: str = "◐"
    """Mark of a step that was done with some of its solution visible."""
    busy: str = "●"
    warning: str = "⚠"
    full: str = "▰"
    empty: str = "▱"
    between: str = " › "
    dot: str = " · "
    ellipsis: str = "…"
    down: str = "▼"
    keys: KeyNames = field(default_factory=key_names)
    """Names of keys by action; they fill `{key:NAME}`."""

    @property
    def signs(self) -> GlyphSet:
        return GLYPHS[self.glyphs]

    def fill(self, text: str) -> str:
        """Fill `{key:NAME}` in one of the tutor's texts with the names of keys."""
        return fill_keys(text, self.keys)

    def transcribe(self, text: str) -> str:
        """Return a text for learners with its formulas in the characters of the terminal."""
        if self.glyphs == "unicode":
            return text
        return transcribed(text, self.glyphs)


UNICODE = Marks()
ASCII = Marks(
    glyphs="ascii",
    tick="+",
    cross="x",
    open="o",
    helped="%",
    busy="*",
    warning="!",
    full="#",
    empty="-",
    between=" > ",
    dot=" - ",
    ellipsis="...",
    down="v",
)


def marks_of(glyphs: GlyphName | None, user_keys: UserKeys = NO_USER_KEYS) -> Marks:
    return replace(ASCII if glyphs == "ascii" else UNICODE, keys=key_names(user_keys))
