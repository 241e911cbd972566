"""Hold an answer with all that is known of its misses, and the diagnosis that a rule comes to.

The modules that look for a cause share it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.grading.redefining import line_changing
from tutor.grading.scenario_result import CheckOutcome, ScenarioResult
from tutor.grading.submission import Submission, line_storing

_FIRST_NAME = re.compile(r"[^\W\d]\w*")


class MissedAnswer(Struct, frozen=True):
    """An answer, the checks that it misses, and what was observed of it."""

    step: CodeStep
    submission: Submission
    results: Sequence[ScenarioResult]
    """The learner's runs beside the solution's, the base first."""
    misses: Sequence[CheckOutcome]
    """The missed checks that are refused, not only noted."""

    @property
    def given(self) -> str:
        """Name of the given that the answer should come from, or "the given values"."""
        varied = [name for result in self.results for name in result.scenario.varied]
        names = [*varied, *bound_names(self.step.given)]
        return next(iter(names), "the given values")


class Diagnosis(Struct, frozen=True):
    """The cause that a rule found, in words for the learner."""

    slug: str
    message: str
    line: int | None = None
    """The line of the program to look at, from 1; None if there is none."""


def line_binding(submission: Submission, name: str) -> int | None:
    """Return the last line that binds a name at the top level; None if none does."""
    return line_storing(submission.statements, name)


def line_of(answer: MissedAnswer, miss: CheckOutcome) -> int | None:
    """Return the line that binds the name which is checked; None if none does."""
    name = _FIRST_NAME.match(miss.about or miss.check.same)
    return line_binding(answer.submission, name.group()) if name else None


def changed_given_diagnosis(answer: MissedAnswer, name: str, how: str) -> Diagnosis:
    """Return the diagnosis of a given that was changed; `how` completes "it …"."""
    message = (
        f"You changed `{name}`: it {how}. "
        "Leave the given as it is and store your result under a new name."
    )
    return Diagnosis("changes-the-given", message, line_changing(answer.submission, name))
