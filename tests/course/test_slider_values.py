"""The lines that answer a lab: one value of each slider, in a block for each run."""

from __future__ import annotations

import pytest

from tutor.course.model import LabStep
from tutor.course.slider_values import (
    WANTED_DRAWING,
    NotSliderValues,
    blocks_in,
    drawing_in,
    lines_of,
    values_in,
    values_or_start,
)
from tutor.course.step_tables import Goal, LabSlider, SolutionRun

STEP = LabStep(
    id="widen",
    title="Widen it",
    text="",
    program="total = width * rate",
    sliders=(
        LabSlider(name="width", values=(1, 2, -4), start=2),
        LabSlider(name="rate", values=(0.1, 1e-05), start=0.1),
    ),
    solution_runs=(
        SolutionRun(set={"width": 1, "rate": 0.1}),
        SolutionRun(set={"width": -4, "rate": 1e-05}),
    ),
)


def test_the_scaffold_and_the_solution_are_lines_of_values() -> None:
    assert STEP.scaffold == "width = 2\nrate = 0.1\n"
    assert STEP.solved == "width = 1\nrate = 0.1\n\nwidth = -4\nrate = 1e-05\n"
    assert blocks_in(STEP, STEP.solved) == (
        "width = 1\nrate = 0.1\n",
        "width = -4\nrate = 1e-05\n",
    )


@pytest.mark.parametrize(
    "text",
    ["width = -4\nrate = 0.1\n", "rate=1e-1\nwidth=-4.0", "# wide\nwidth = -4\nrate = 0.1"],
)
def test_values_are_read_however_they_are_written(text: str) -> None:
    values = values_in(STEP, text)
    assert lines_of(STEP, values) == "width = -4\nrate = 0.1\n"


@pytest.mark.parametrize(
    "text",
    [
        "width = 2",
        "width = 2\nrate = 0.1\nrate = 0.1",
        "width = 3\nrate = 0.1",
        "width = 1 + 1\nrate = 0.1",
        "width = True\nrate = 0.1",
        "width = 2\nrate = 0.1\nprint()",
        "width = rate = 0.1",
        "width = 2\nother = 0.1",
        "width = (",
    ],
)
def test_anything_else_is_refused_with_the_values_that_there_are(text: str) -> None:
    with pytest.raises(NotSliderValues, match=r"`width = …` with 1, 2, -4; `rate = …` with 0.1"):
        values_in(STEP, text)


def test_sliders_stand_at_the_last_run_or_at_their_start() -> None:
    assert values_or_start(STEP, STEP.solved) == {"width": -4, "rate": 1e-05}
    assert values_or_start(STEP, "y = 2") == {"width": 2, "rate": 0.1}
    assert values_or_start(STEP, "") == {"width": 2, "rate": 0.1}


ROWS = "00000009\n" * 8
DRAWN = LabStep(
    id="ink",
    title="Ink",
    text="",
    program="ink = drawing.count('9')",
    goals=(Goal(true="ink == 8", say="Eight."),),
    solution_runs=(SolutionRun(draw=ROWS),),
)


def test_a_lab_without_sliders_binds_a_drawing_of_eight_lines() -> None:
    assert DRAWN.scaffold == 'drawing = ""\n'
    assert DRAWN.solved == f'drawing = """\n{ROWS}"""\n'
    assert blocks_in(DRAWN, DRAWN.solved) == (DRAWN.solved,)
    assert drawing_in(DRAWN, DRAWN.solved) == "00000009" * 8
    assert drawing_in(DRAWN, "y = 2") == drawing_in(STEP, STEP.solved) == ""
    assert lines_of(DRAWN, values_in(DRAWN, f"drawing = '{'00000009' * 8}'")) == DRAWN.solved


@pytest.mark.parametrize(
    "text",
    [
        'drawing = "0009"',
        f'drawing = "{"a" * 64}"',
        f'drawing = "{"٣" * 64}"',
        f"drawing = {'9' * 64}",
        'drawing = ""\nink = 8',
        'other = ""',
    ],
)
def test_what_is_no_drawing_is_refused(text: str) -> None:
    with pytest.raises(NotSliderValues) as refused:
        values_in(DRAWN, text)
    assert str(refused.value) == WANTED_DRAWING
