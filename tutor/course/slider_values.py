"""The answer to a lab: lines that bind what the learner moves or draws, a block for each run.

Each slider is bound to one of its values. A lab that has a pad in place of sliders binds the name
`drawing` to eight lines of digits, or to an empty text while nothing has been drawn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from tutor.course.kinds import kind_of
from tutor.course.model import LabStep, Step, StepBase
from tutor.course.step_tables import LabSlider

Value: TypeAlias = int | float | str
"""A number of a slider, or a drawing."""

_SIDE = 8
"""Rows and columns of a drawing."""
DRAWING = "drawing"
"""The name to which a drawing is bound."""
WANTED_DRAWING = (
    "Each run needs `drawing = ` with a text of eight lines of eight digits, from 0 for an empty "
    "cell to 9 for the darkest, and nothing else."
)


class NotSliderValues(ValueError):
    """Raised for lines that do not answer the lab; its text says what they should be."""


def cells_of(rows: str) -> str:
    """Return the drawing whose rows are lines of a text."""
    return "".join(rows.split())


def rows_of(cells: str) -> str:
    """Return the drawing as eight lines."""
    return "".join(f"{cells[at : at + _SIDE]}\n" for at in range(0, len(cells), _SIDE))


def is_drawing(cells: str) -> bool:
    return len(cells) == _SIDE * _SIDE and cells.isascii() and cells.isdigit()


def is_drawn(step: Step) -> bool:
    """Return True for a lab with a pad in place of sliders."""
    return kind_of(step).has_sliders and not step.sliders


def lines_of(step: Step, values: Mapping[str, Value]) -> str:
    """Return the lines that bind the sliders or the drawing to these values."""
    return "".join(f"{name} = {_written(values[name])}\n" for name in _names(step))


def start_values(step: Step) -> dict[str, Value]:
    """Return the values at which the lab begins."""
    sliders = {slider.name: slider.start for slider in step.sliders}
    return {DRAWING: ""} if is_drawn(step) else {**sliders}


def drawing_in(step: Step, text: str) -> str:
    """Return the drawing of the last run in the text; "" if there is none."""
    return str(values_or_start(step, text).get(DRAWING, ""))


def values_in(step: Step, lines: str) -> dict[str, Value]:
    """Return the values that the lines of one run bind; raise NotSliderValues if they do not."""
    try:
        statements = ast.parse(lines).body
        values = dict(_bound(step, statement) for statement in statements)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotSliderValues(_wanted(step)) from None
    if not len(statements) == len(values) == len(_names(step)):
        raise NotSliderValues(_wanted(step))
    return values


def blocks_in(step: Step, text: str) -> tuple[str, ...]:
    """Return the lines of each run; raise NotSliderValues if a block is not one.

    Empty lines separate the blocks.
    """
    blocks = "\n".join(line.strip() for line in text.strip().splitlines()).split("\n\n")
    filled = [block for block in blocks if block.strip()]
    return tuple(lines_of(step, values_in(step, block)) for block in filled)


def text_of(blocks: Iterable[str]) -> str:
    """Return the text of several runs, each once."""
    return "\n".join(dict.fromkeys(blocks))


def solved_lines(step: LabStep) -> str:
    """Return the lines of runs that together reach every goal."""
    return text_of(lines_of(step, run.values) for run in step.solution_runs)


def lab_program(step: StepBase, lines: str) -> str:
    """Return the program below the lines that bind the sliders."""
    return f"{lines.strip()}\n\n{step.program.strip()}\n"


def whole_program(step: StepBase, text: str) -> str:
    """Return the programs of all runs in the text, one after the other."""
    return "\n".join(lab_program(step, block) for block in text.split("\n\n"))


def values_or_start(step: Step, text: str) -> dict[str, Value]:
    """Return the values of the last run in the text, or those at the start if it has none."""
    try:
        return values_in(step, blocks_in(step, text)[-1])
    except (NotSliderValues, IndexError):
        return start_values(step)


def _names(step: Step) -> tuple[str, ...]:
    return tuple(start_values(step))


def _written(value: Value) -> str:
    """Return the value as Python; a drawing has a line for each of its rows."""
    if not isinstance(value, str):
        return str(value)
    return f'"""\n{rows_of(cells_of(value))}"""' if value.strip() else '""'


def _bound(step: Step, statement: ast.stmt) -> tuple[str, Value]:
    match statement:
        case ast.Assign(targets=[ast.Name(id="drawing")], value=value) if is_drawn(step):
            text = ast.literal_eval(value)
            if isinstance(text, str) and (not text.strip() or is_drawing(cells_of(text))):
                return DRAWING, cells_of(text)
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            number = ast.literal_eval(value)
            slider = next((each for each in step.sliders if each.name == name), None)
            if slider is not None and type(number) in (int, float) and number in slider.values:
                return name, slider.values[slider.values.index(number)]
    raise ValueError


def _wanted(step: Step) -> str:
    if is_drawn(step):
        return WANTED_DRAWING
    sliders = "; ".join(map(_choices, step.sliders))
    return f"Each run needs one line for each slider, and nothing else: {sliders}."


def _choices(slider: LabSlider) -> str:
    return f"`{slider.name} = …` with {', '.join(map(str, slider.values))}"
