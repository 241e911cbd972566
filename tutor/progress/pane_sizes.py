"""The sizes that the learner gave the panes, saved in the data folder.

They are saved as the learner asked for them. The screen that reads them makes them fit, so that no
size is wrong after the terminal has changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec

from tutor.files import replace_file
from tutor.paths import make_private
from tutor.progress.durable_files import read_regular

FILE = "sizes.json"
_MAX_BYTES = 16_384

Cells = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Sizes(msgspec.Struct, frozen=True):
    """The sizes of panes in one layout, in columns or rows; 0 leaves a size to the layout."""

    lesson: Cells = 0
    """Columns of the lesson."""
    charts: Cells = 0
    """Columns of the charts beside the work, or rows below it."""
    below: Cells = 0
    """Rows of what stands below the code or quiz."""
    curve: Cells = 0
    """Rows of the loss above the tensors, or columns beside them."""


def remembered_sizes(data: Path) -> dict[str, Sizes]:
    """Return the saved sizes by name of the layout.

    Never raises: sizes that cannot be read do not count.
    """
    try:
        content = read_regular(data / FILE, _MAX_BYTES)
        return msgspec.json.decode(content, type=dict[str, Sizes])
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}


def remember_sizes(data: Path, sizes: Mapping[str, Sizes]) -> None:
    """Save the sizes by name of the layout. Raises OSError, and then those before stay."""
    make_private(data)
    replace_file(data / FILE, msgspec.json.encode(sizes))
