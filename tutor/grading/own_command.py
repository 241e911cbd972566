"""How a program of the learner's own is run: by itself, within the limits of the config."""

from __future__ import annotations

from tutor.course.model import ASKING_VIEWS
from tutor.wire.commands import Execute, Program


def own_command(source: str) -> Execute:
    """Return the command that runs the program.

    Random numbers begin the same each time, so that two runs differ only by what was changed. It
    gets network and graphics card if the learner's config allows them to any program.
    """
    return Execute(
        Program(source=source),
        live=True,
        network=True,
        gpu="cuda" in source,  # to make a card ready takes seconds
        step_log=False,
        views=ASKING_VIEWS,
    )
