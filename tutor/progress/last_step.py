"""The step that was open last, by the newest journal file alone: for the first line, while `fold`
has not read the rest. For ui."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tutor.progress.files import read_regular
from tutor.progress.journal import FOLDER, SUFFIX

_MAX = 1024 * 1024
"""Bytes of a file that is read at a glance; a sitting writes less."""

_PLACE = re.compile(rb'^\{"kind":"place-kept","step":"([a-z0-9-]+)"', re.MULTILINE)


def last_step(data: Path) -> str | None:
    """None where it cannot be told at a glance. Never raises."""
    try:
        names = [name for name in os.listdir(data / FOLDER) if name.endswith(SUFFIX)]
        # an app's file begins with the time of its start; merged ones are older
        started = [name for name in names if name[:1].isdigit()]
        content = read_regular(data / FOLDER / max(started), _MAX) if started else b""
    except OSError:
        return None
    found = _PLACE.findall(content)
    return found[-1].decode() if found else None
