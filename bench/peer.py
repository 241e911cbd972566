"""Harlequin, an SQL editor on Textual too, which is measured beside the app where it is installed.

It pins releases of its own, so it needs an environment of its own:
`python3 -m venv /tmp/peer && /tmp/peer/bin/pip install harlequin`, then
`HARLEQUIN=/tmp/peer/bin/harlequin python -m bench keys`.
"""

from __future__ import annotations

import os
import shutil

VARIABLE = "HARLEQUIN"

NAME = "harlequin"

READY_TEXT = "Query Editor"
"""The title of the pane that takes the keys."""

ABSENT = (
    f"{NAME} is not installed, so nothing stands beside the app. "
    f"`pip install {NAME}` in an environment of its own, and {VARIABLE} with the path to it, "
    "bring it in."
)


def command() -> list[str]:
    """Return the command that starts it; empty where it is not installed."""
    found = os.environ.get(VARIABLE) or shutil.which(NAME)
    return [found] if found else []
