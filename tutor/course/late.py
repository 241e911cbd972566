"""Imports of course that wait until something is used.

The first frame shows a step by its header: of the programs that a step makes it needs few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.course.model import LabStep, OrderStep, Step, StepBase, UsedAnswer
    from tutor.course.step_tables import Misconception
    from tutor.course.tables import Parts, ProblemCollector


def misconceptions(step: StepBase) -> tuple[Misconception, ...]:
    from tutor.course.families import placed_misconceptions

    return tuple(placed.item for placed in placed_misconceptions(step))


def shuffled_program(step: OrderStep) -> str:
    from tutor.course.line_order import shuffled_program

    return shuffled_program(step)


def program_of(step: OrderStep, numbers: Iterable[int]) -> str:
    from tutor.course.line_order import program_of

    return program_of(step, numbers)


def start_lines(step: LabStep) -> str:
    from tutor.course.slider_values import lines_of, start_values

    return lines_of(step, start_values(step))


def solved_lines(step: LabStep) -> str:
    from tutor.course.slider_values import solved_lines

    return solved_lines(step)


def used_answers(steps: Iterable[Step]) -> tuple[UsedAnswer, ...]:
    from tutor.course.used_answers import used_answers

    return used_answers(steps)


def advise_on_bindings(parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course.families import advise_on_bindings

    advise_on_bindings(parts, findings)
