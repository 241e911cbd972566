"""The signs that panes set beside words, and what to write where a terminal has only ASCII; and
how the learner's keys are called."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tutor.ui.keys import NO_USER_KEYS, UserKeys, key_names
from tutor.ui.widgets.glyphs import GlyphName, PlotName

if TYPE_CHECKING:
    from tutor.session.words.key_names import KeyNames


@dataclass(frozen=True)
class Marks:
    """All that is written otherwise in another terminal, or for a learner with other keys. Signs
    take one column each, apart from `between` and `dot`."""

    glyphs: GlyphName = "unicode"
    """The set that widgets draw with."""
    plot: PlotName = "braille"
    tick: str = "✓"
    cross: str = "✗"
    open: str = "○"
    helped: str = "◐"
    """Done, with some of the solution in sight."""
    busy: str = "●"
    warning: str = "⚠"
    full: str = "▰"
    empty: str = "▱"
    between: str = " › "
    dot: str = " · "
    ellipsis: str = "…"
    down: str = "▼"
    keys: KeyNames = field(default_factory=key_names)

    def fill(self, text: str) -> str:
        """Put the names of keys into a text of the tutor's own."""
        from tutor.session.words.key_names import fill_keys  # a first frame names no key

        return fill_keys(text, self.keys)


UNICODE = Marks()
ASCII = Marks(
    glyphs="ascii",
    plot="ascii",
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
    """Choose the signs that go with a set of glyphs; without a choice, Unicode."""
    return replace(ASCII if glyphs == "ascii" else UNICODE, keys=key_names(user_keys))
