"""The task of a step is on its first screen, and above its code where that is alone."""

from __future__ import annotations

import pytest

from tests.support.lessons import chapter
from tutor.course.kinds import scaffold_of
from tutor.first_screen.step_screen import FirstStep, step_lines
from tutor.progress.fold import Place

STEPS = [step for step in chapter().steps() if step.task]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 35), (160, 45)], ids=str)
@pytest.mark.parametrize("pane", ["lesson", "code"])
def test_every_task_is_on_screen(pane: str, size: tuple[int, int]) -> None:
    columns, height = size
    for step in STEPS:
        first = FirstStep(step, Place(step.id, pane, 0, 0, 0), scaffold_of(step))
        shown = "".join(line.plain for line in step_lines(first, columns, height - 3, height))
        assert shown.count("Your task.") == 1, step.id
