"""The theme that was chosen in the app, kept in the data folder. For ui.

config.toml is the learner's own file and is not written to. A theme named there later goes first:
a choice holds as long as config.toml says what it said when the choice was made.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tutor.paths import make_private
from tutor.progress.durable_files import read_regular, replace_file

FILE = "theme.json"
_MAX_BYTES = 4096


class ChosenTheme(msgspec.Struct, frozen=True):
    """A choice."""

    theme: str
    instead_of: str
    """The theme of config.toml, or the default, at that time."""


def remembered_theme(data: Path, configured: str) -> str:
    """The theme to begin with. Never raises: what cannot be read was not chosen."""
    try:
        choice = msgspec.json.decode(read_regular(data / FILE, _MAX_BYTES), type=ChosenTheme)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return configured
    return choice.theme if choice.instead_of == configured else configured


def remember_theme(data: Path, theme: str, configured: str) -> None:
    """Keeps a choice. Raises OSError; the file then holds the choice before."""
    make_private(data)
    replace_file(data / FILE, msgspec.json.encode(ChosenTheme(theme, configured)))
