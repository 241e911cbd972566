"""The answer to a lab: lines that bind each slider to one of its values, a block for each run."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping

from tutor.course.model import StepBase
from tutor.course.step_tables import LabSlider


class NotSliderValues(ValueError):
    """Raised for lines that are not values of the sliders; its text says what they should be."""


def lines_of(step: StepBase, values: Mapping[str, int | float]) -> str:
    """Return the lines that bind the sliders to these values."""
    return "".join(f"{slider.name} = {values[slider.name]}\n" for slider in step.sliders)


def values_in(step: StepBase, lines: str) -> dict[str, int | float]:
    """Return the values that the lines of one run bind; raise NotSliderValues if they do not."""
    try:
        statements = ast.parse(lines).body
        values = dict(_bound(step, statement) for statement in statements)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotSliderValues(_wanted(step)) from None
    if len(statements) != len(step.sliders) or len(values) != len(step.sliders):
        raise NotSliderValues(_wanted(step))
    return values


def blocks_in(step: StepBase, text: str) -> tuple[str, ...]:
    """Return the lines of each run; raise NotSliderValues if a block is not one.

    Empty lines separate the blocks.
    """
    blocks = "\n".join(line.strip() for line in text.strip().splitlines()).split("\n\n")
    filled = [block for block in blocks if block.strip()]
    return tuple(lines_of(step, values_in(step, block)) for block in filled)


def text_of(blocks: Iterable[str]) -> str:
    """Return the text of several runs, each once."""
    return "\n".join(dict.fromkeys(blocks))


def lab_program(step: StepBase, lines: str) -> str:
    """Return the program below the lines that bind the sliders."""
    return f"{lines.strip()}\n\n{step.program.strip()}\n"


def whole_program(step: StepBase, text: str) -> str:
    """Return the programs of all runs in the text, one after the other."""
    return "\n".join(lab_program(step, block) for block in text.split("\n\n"))


def values_or_start(step: StepBase, text: str) -> dict[str, int | float]:
    """Return the values of the last run in the text, or those at the start if it has none."""
    try:
        return values_in(step, blocks_in(step, text)[-1])
    except (NotSliderValues, IndexError):
        return {slider.name: slider.start for slider in step.sliders}


def _bound(step: StepBase, statement: ast.stmt) -> tuple[str, int | float]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            number = ast.literal_eval(value)
            slider = next((each for each in step.sliders if each.name == name), None)
            if slider is not None and type(number) in (int, float) and number in slider.values:
                return name, slider.values[slider.values.index(number)]
    raise ValueError


def _wanted(step: StepBase) -> str:
    sliders = "; ".join(map(_choices, step.sliders))
    return f"Each run needs one line for each slider, and nothing else: {sliders}."


def _choices(slider: LabSlider) -> str:
    return f"`{slider.name} = …` with {', '.join(map(str, slider.values))}"
