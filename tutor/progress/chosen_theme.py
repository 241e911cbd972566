"""The theme that was chosen in the app, saved in the data folder.

config.toml is the learner's own file and must not be written to. A theme that is set there later
wins: a choice is valid as long as config.toml has the same theme as at the time of the choice.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from tutor.files import replace_file
from tutor.paths import make_private
from tutor.progress.durable_files import read_regular

FILE = "theme.json"
_MAX_BYTES = 4096


class ChosenTheme(msgspec.Struct, frozen=True):
    """A theme that the learner chose in the app."""

    theme: str
    instead_of: str
    """Theme of config.toml at that time, or the default theme."""


def remembered_theme(data: Path, configured: str) -> str:
    """Return the theme to begin with: the chosen one, or `configured` if it is not valid.

    Never raises: a choice that cannot be read does not count.
    """
    try:
        choice = msgspec.json.decode(read_regular(data / FILE, _MAX_BYTES), type=ChosenTheme)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return configured
    return choice.theme if choice.instead_of == configured else configured


def remember_theme(data: Path, theme: str, configured: str) -> None:
    """Save the choice of a theme. Raises OSError, and then the previous choice stays."""
    make_private(data)
    replace_file(data / FILE, msgspec.json.encode(ChosenTheme(theme, configured)))
