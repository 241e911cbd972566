"""The sizes that the learner gave the panes, kept in the data folder. For ui.

What is kept is what was asked for. The screen that reads it makes it fit, so no number is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from tutor.paths import make_private
from tutor.progress.durable_files import read_regular, replace_file

FILE = "sizes.json"
_MAX_BYTES = 16_384

Cells = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Sizes(msgspec.Struct, frozen=True):
    """In columns or rows; 0 leaves it to the layout."""

    lesson: Cells = 0
    """Columns of the lesson."""
    charts: Cells = 0
    """Columns of the charts beside the work, or rows below it."""
    below: Cells = 0
    """Rows of what stands below the code or quiz."""
    curve: Cells = 0
    """Rows of the loss above the tensors, or columns beside them."""


def remembered_sizes(data: Path) -> dict[str, Sizes]:
    """By layout. Never raises: what cannot be read was not chosen."""
    try:
        content = read_regular(data / FILE, _MAX_BYTES)
        return msgspec.json.decode(content, type=dict[str, Sizes])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def remember_sizes(data: Path, sizes: Mapping[str, Sizes]) -> None:
    """Keeps them. Raises OSError; the file then holds those before."""
    make_private(data)
    replace_file(data / FILE, msgspec.json.encode(sizes))
