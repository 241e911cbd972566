"""How a program of the learner's own is run: by itself, within the limits of the config."""

from __future__ import annotations

from tutor.course.model import ASKING_VIEWS
from tutor.wire.commands import Execute, Program


def own_command(source: str) -> Execute:
    """Return the command that runs the program.

    Random numbers begin the same each time, so that two runs differ only by what was changed. It
    gets the network if the learner's config allows that to any program.
    """
    program = Program(source=source)
    return Execute(program, live=True, network=True, step_log=False, views=ASKING_VIEWS)
