"""Imports of course that wait until something is used.

The first frame shows a step by its header: it needs none of the rules that a file must keep, and
of the programs that a step makes it needs few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tutor.course.model import OrderStep, Step, StepBase, UsedAnswer
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


def start_lines(step: StepBase) -> str:
    from tutor.course.slider_values import lines_of, start_values

    return lines_of(step, start_values(step))


def lines_of(step: StepBase, values: Mapping[str, int | float | str]) -> str:
    from tutor.course.slider_values import lines_of

    return lines_of(step, values)


def text_of(blocks: Iterable[str]) -> str:
    from tutor.course.slider_values import text_of

    return text_of(blocks)


def used_answers(steps: Iterable[Step]) -> tuple[UsedAnswer, ...]:
    from tutor.course.used_answers import used_answers

    return used_answers(steps)


# Rules of the kinds of step


def check_quiz(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import quiz_rules

    quiz_rules.check(values, parts, findings)


def advise_question(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import quiz_rules

    quiz_rules.advise(values, parts, findings)


def check_predict(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import predict_rules

    predict_rules.check(values, parts, findings)


def check_code(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import code_rules

    code_rules.check(values, parts, findings)


def advise_code(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import code_rules

    code_rules.advise(values, parts, findings)


def advise_on_bindings(parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course.families import advise_on_bindings

    advise_on_bindings(parts, findings)


def check_order(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import order_rules

    order_rules.check(values, parts, findings)


def advise_order(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import order_rules

    order_rules.advise(values, parts, findings)


def check_lab(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import lab_rules

    lab_rules.check(values, parts, findings)


def advise_lab(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    from tutor.course import lab_rules

    lab_rules.advise(values, parts, findings)
