"""Opening of pictures in the desktop's viewer, for screens."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
OPENER = "xdg-open"
_IN_BACKGROUND = '"$0" "$1" </dev/null >/dev/null 2>&1 &'


def open_picture(picture: Path, environment: Mapping[str, str]) -> bool:
    """Ask the desktop's viewer to open the picture; return False if there is none.

    `environment` names the display and the search path. A shell that exits at once starts the
    viewer, in a new session and without the terminal: so the app has no child to reap, and the
    viewer cannot write where the app draws.
    """
    opener = shutil.which(OPENER, path=environment.get("PATH"))
    if opener is None or not any(environment.get(name) for name in DISPLAYS):
        return False
    asked = subprocess.run(
        ["/bin/sh", "-c", _IN_BACKGROUND, opener, str(picture)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
        start_new_session=True,
        check=False,
    )
    return asked.returncode == 0
