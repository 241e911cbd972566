"""A missed answer with all that is known of it, and what a rule finds in it. Pure."""

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
    """A missed answer, with all that is known of it."""

    step: CodeStep
    submission: Submission
    results: Sequence[ScenarioResult]
    misses: Sequence[CheckOutcome]

    @property
    def given(self) -> str:
        """The given that the answer should come from, as messages call it."""
        varied = [name for result in self.results for name in result.scenario.varied]
        names = [*varied, *bound_names(self.step.given)]
        return next(iter(names), "the given values")


class Diagnosis(Struct, frozen=True):
    """What a rule has to say."""

    slug: str
    message: str
    line: int | None = None


def line_binding(submission: Submission, name: str) -> int | None:
    """The last line that binds a name at the top level."""
    return line_storing(submission.statements, name)


def line_of(answer: MissedAnswer, miss: CheckOutcome) -> int | None:
    """The line that binds the name which is checked."""
    name = _FIRST_NAME.match(miss.about or miss.check.same)
    return line_binding(answer.submission, name.group()) if name else None


def changed_given_diagnosis(answer: MissedAnswer, name: str, how: str) -> Diagnosis:
    """A given that is not what it was."""
    message = (
        f"You changed `{name}` on the way: it {how}. "
        "Leave the given as it is and store your result under a new name."
    )
    return Diagnosis("changes-the-given", message, line_changing(answer.submission, name))
