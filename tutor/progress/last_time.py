"""The learner's last session, read from its journal file alone.

For the start, before `fold` has read all journals: it must be fast, and facts in other files are
left out. Nothing here raises OSError.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from itertools import chain
from pathlib import Path

from msgspec import MsgspecError, Struct
from msgspec.json import decode
from msgspec.structs import replace

from tutor.progress.drafts import FOLDER as DRAFTS
from tutor.progress.durable_files import read_regular
from tutor.progress.entries import PlaceKept
from tutor.progress.fold import Place
from tutor.progress.journal import FOLDER, SUFFIX, is_being_written

_MAX_BYTES = 1024 * 1024
"""Maximum bytes of a file that is read; one session writes less."""

_PLACE = re.compile(rb'^\{"kind":"(place-kept|step-opened)","step":"([a-z0-9-]+)".*', re.MULTILINE)
_AT = re.compile(rb'"at":"([0-9T:.Z+-]+)"')
_END = b'{"kind":"app-ended",'
_COPY = re.compile(r"(?P<step>[a-z0-9-]+)\.[A-Za-z0-9.-]+-\d+(\.\d+)?\.py")


class LastTime(Struct, frozen=True):
    """The known facts about the last session."""

    step: str | None = None
    """Id of the step where the learner was last; None if unknown."""
    at: datetime | None = None
    """Time of the last entry; None if unknown."""
    place: Place | None = None
    """Saved place in that step; None if there is none, or it is unknown."""
    cut_off: bool = False
    """True if the app was killed: it is gone, but has not recorded its end."""
    torn: bool = False
    """True if the last line is incomplete."""


def last_time(data: Path) -> LastTime | None:
    """Return the facts about the newest session; None if there has been none."""
    try:
        names = [name for name in os.listdir(data / FOLDER) if name.endswith(SUFFIX)]
    except OSError:
        return None
    if not names:
        return None
    # The name of an app's file begins with its start time; merged files hold older sessions.
    started = sorted((name for name in names if name[:1].isdigit()), reverse=True)
    if not started:
        return LastTime()
    path = data / FOLDER / started[0]
    try:
        content = read_regular(path, _MAX_BYTES).rstrip(b"\0")
    except OSError:
        return LastTime()
    last = _parse(content, path)
    older = (*started[1:], *(name for name in names if name not in started))
    with suppress(OSError):
        contents = (read_regular(data / FOLDER / name, _MAX_BYTES) for name in older)
        return replace(last, place=_kept_place(chain([content], contents)))
    return last


def draft_copies(data: Path) -> tuple[Path, ...]:
    """Return the texts that were set aside because two programs had written the same draft."""
    paths = (path for path in (data / DRAFTS).glob("*/*.py") if _COPY.fullmatch(path.name))
    return tuple(sorted(paths))


def _parse(content: bytes, path: Path) -> LastTime:
    _, _, last_line = content.rstrip(b"\n").rpartition(b"\n")
    torn = bool(content) and not content.endswith(b"\n")
    places, times = _PLACE.findall(content), _AT.findall(content)
    return LastTime(
        step=places[-1][1].decode() if places else None,
        at=_time(times[-1]) if times else None,
        cut_off=(torn or not last_line.startswith(_END)) and not is_being_written(path),
        torn=torn,
    )


def _kept_place(files: Iterable[bytes]) -> Place | None:
    """Return the place that `fold` would find, from the newest file to older ones.

    Opening the same step again keeps the place in it; opening another forgets it.
    """
    here = b""
    for content in files:
        for match in reversed(list(_PLACE.finditer(content))):
            here = here or match[2]
            if match[2] != here:
                return None
            if match[1] == b"place-kept":
                return _place(match[0])
    return None


def _place(line: bytes) -> Place | None:
    with suppress(MsgspecError):
        kept = decode(line, type=PlaceKept)
        return Place(kept.step, kept.pane, kept.row, kept.column, kept.scroll)
    return None


def _time(text: bytes) -> datetime | None:
    with suppress(ValueError):
        at = datetime.fromisoformat(text.decode())
        return at if at.tzinfo is not None else None
    return None
