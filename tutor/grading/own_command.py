"""The run of a program of the learner's own: by itself, within the limits of the config."""

from __future__ import annotations

from tutor.course.model import ASKING_VIEWS, OwnProgram
from tutor.wire.commands import Execute, Limits, Program


def own_command(step: OwnProgram, source: str) -> Execute:
    """Return the command that runs the program.

    Random numbers are seeded the same each time, so that two runs differ only by their code. It
    gets network and graphics card if the learner's config allows them to any program.
    """
    name = step.file.name or Program().command_line[0]
    return Execute(
        Program(source=source, command_line=(name, *step.arguments)),
        Limits(threads=0),
        live=True,
        network=True,
        gpu="cuda" in source,  # preparing a card takes seconds
        step_log=False,
        views=ASKING_VIEWS,
    )
