"""A lab as lines: its sliders, its goals, and what the last run gave beside the guess."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.course.model import Step
from tutor.course.slider_values import is_drawn, values_or_start
from tutor.plain.markdown_lines import sentences, spoken_line
from tutor.session.state import State
from tutor.session.words.spoken_text import with_spoken


def guess_lines(step: Step, state: State) -> Iterator[str]:
    """Yield the question before the first run, and how it is answered."""
    if state.wants_guess:
        yield from _marked("Guess first: ", step.guess, step)
        yield "Type a number, or run to do without a guess."


def slider_lines(step: Step, state: State, source: str) -> Iterator[str]:
    """Yield the sliders and where they stand, how they are moved, and the goals."""
    values = values_or_start(step, source)
    for slider in step.sliders:
        label = f": {spoken_line(slider.label)}" if slider.label else ""
        numbers = ", ".join(map(str, slider.values))
        yield f"Slider {slider.name}{label}. It is at {values[slider.name]}, of {numbers}."
    if is_drawn(step):
        yield "After a run, type pad to hear the drawing, and draw to change it."
    else:
        example = f"{step.sliders[0].name} {step.sliders[0].values[-1]}"
        yield f"Type set, the name of a slider and a number, as in set {example}: the program runs."
    if any(slider.live for slider in step.sliders):
        yield "On a screen a slider can be moved during a run. Here each move is a new run."
    yield from goal_lines(step, state)


def goal_lines(step: Step, state: State) -> Iterator[str]:
    """Yield each goal, with whether it was reached."""
    for index, goal in enumerate(step.goals):
        reached = "reached" if index in state.goals else "open"
        yield from _marked(f"Goal {index + 1}, {reached}: ", goal.say, step)


def _marked(start: str, markdown: str, step: Step) -> Iterator[str]:
    for place, line in enumerate(sentences(with_spoken(markdown, step.spoken))):
        yield line if place else f"{start}{line}"
