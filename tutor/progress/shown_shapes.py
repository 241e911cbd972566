"""The choice to show shapes at the ends of lines, saved in the data folder."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tutor.files import replace_file
from tutor.paths import make_private
from tutor.progress.durable_files import read_regular

FILE = "shapes.json"
_MAX_BYTES = 4096


class ShownShapes(msgspec.Struct, frozen=True):
    """The learner's last choice."""

    shown: bool


def are_shapes_shown(data: Path) -> bool:
    """Return the last choice; True if there was none.

    Never raises: a choice that cannot be read does not count.
    """
    try:
        content = read_regular(data / FILE, _MAX_BYTES)
        return msgspec.json.decode(content, type=ShownShapes).shown
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return True


def remember_shown_shapes(data: Path, *, shown: bool) -> None:
    """Save the choice. Raises OSError, and then the previous one stays."""
    make_private(data)
    replace_file(data / FILE, msgspec.json.encode(ShownShapes(shown)))
