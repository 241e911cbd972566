"""The subject of the mutation pass, by kind of step: the mutants, and the judge of one.

An order step is tried as its equivalent code step, and judged as its learners are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from tutor.authoring.mutation.mutants import Mutant
from tutor.authoring.mutation.orders import mutants_of_order
from tutor.authoring.mutation.rules import mutants_of_step
from tutor.authoring.mutation.trial import Judge
from tutor.authoring.program_rules import KEYS
from tutor.authoring.step_findings import StepFindings
from tutor.course.model import AnyKind, CodeStep, OrderStep, Step
from tutor.grading.grade import grade
from tutor.grading.order import as_code, grade_order


class Subject(Struct, frozen=True):
    """A step whose mutants are tried."""

    step: CodeStep
    mutants: tuple[Mutant, ...]
    judge: Judge
    """Returns the verdict on a program, as a learner gets it."""
    findings: StepFindings
    """Collector of problems, at the keys of the step's file."""


def subject_of(step: Step) -> Subject:
    """Return the subject of a step with a solution."""
    return _SUBJECTS[step.kind](step)


def _code(step: CodeStep) -> Subject:
    return Subject(step, mutants_of_step(step), partial(grade, step), StepFindings(step))


def _order(step: OrderStep) -> Subject:
    findings = StepFindings(step, KEYS)
    return Subject(as_code(step), mutants_of_order(step), partial(grade_order, step), findings)


_SUBJECTS: Mapping[AnyKind, Callable[[Any], Subject]] = {"code": _code, "order": _order}
