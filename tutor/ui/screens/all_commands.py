"""All commands of the app: importing the modules here binds their functions."""

from __future__ import annotations

from inspect import isawaitable
from typing import TYPE_CHECKING

from tutor.ui.commands import FUNCTIONS
from tutor.ui.screens import (
    answer_commands,
    help_pages,
    outside_programs,
    screen_commands,
    step_pages,
)

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

__all__ = ["FUNCTIONS", "run_command"]

MODULES = (
    answer_commands,
    help_pages,
    outside_programs,
    screen_commands,
    step_pages,
)


async def run_command(screen: LessonScreen, name: str) -> None:
    done = FUNCTIONS[name](screen)
    if isawaitable(done):
        await done
