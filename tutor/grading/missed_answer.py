"""Hold an answer with all facts about its misses, and the diagnosis of a rule.

The modules that look for a cause share it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from msgspec import Struct

from tutor.course.code import names_in, names_loaded
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.grading.behind_answer import statements_behind
from tutor.grading.free_names import free_names, names_changed
from tutor.grading.redefining import line_changing
from tutor.grading.scenario_result import CheckOutcome, ScenarioResult, expression_of
from tutor.grading.submission import Submission, dependent_names, line_storing, parsed_statements
from tutor.grading.wording import listed

_FIRST_NAME = re.compile(r"[^\W\d]\w*")
_MAX_NAMED = 3
"""Maximum givens that a sentence names individually."""


class MissedAnswer(Struct, frozen=True):
    """An answer, the checks that it misses, and the observations of it."""

    step: CodeStep
    submission: Submission
    results: Sequence[ScenarioResult]
    """The learner's runs with the solution's, the base first."""
    misses: Sequence[CheckOutcome]
    """Missed checks that refuse the answer, not only note it."""

    def sources(self, miss: CheckOutcome) -> Sequence[str]:
        """Return the givens from which the solution computes a checked value.

        If the variations change some of these, only those.
        """
        statements = parsed_statements(self.step.solution)
        read = free_names(statements_behind(statements, names_in(expression_of(miss.check))))
        givens = [name for name in bound_names(self.step.given) if name in read]
        changing = self._changing(miss)
        return [name for name in givens if name in changing] or givens

    def may_read(self, miss: CheckOutcome) -> bool:
        """Return True if the answer may compute a checked value from varied givens."""
        return bool(free_names(self.statements_behind(miss)) & self._changing(miss))

    def statements_behind(self, miss: CheckOutcome) -> Sequence[ast.stmt]:
        """Return the statements of the answer that may affect a checked value."""
        return statements_behind(self.submission.statements, names_in(expression_of(miss.check)))

    def _changing(self, miss: CheckOutcome) -> set[str]:
        """Return the givens that the variations change, and all names computed from them."""
        changing = set(miss.scenario.varied) or {
            name for result in self.results for name in result.scenario.varied
        }
        given = parsed_statements(self.step.given)
        size = 0
        while size < len(changing):
            size = len(changing)
            changing = dependent_names(given, changing)
            filled = (names_changed(node) for node in given if names_loaded(node) & changing)
            changing |= set().union(*filled)
        return changing


def named(givens: Sequence[str]) -> str:
    """Name up to three givens as code, `a`, `b` and `c`; else say "the given values"."""
    few = 0 < len(givens) <= _MAX_NAMED
    return listed(f"`{name}`" for name in givens) if few else "the given values"


def changing(givens: Sequence[str]) -> str:
    """Return the beginning of a sentence about a variation: `a` and `b` change."""
    return f"{named(givens)} {'changes' if len(givens) == 1 else 'change'}"


class Diagnosis(Struct, frozen=True):
    """The cause that a rule found, in words for the learner."""

    slug: str
    message: str
    line: int | None = None
    """Line of the program to look at, from 1; None if there is none."""


def line_binding(submission: Submission, name: str) -> int | None:
    """Return the last line that binds a name at the top level; None if none does."""
    return line_storing(submission.statements, name)


def line_of(answer: MissedAnswer, miss: CheckOutcome) -> int | None:
    """Return the line that binds the checked name; None if none does."""
    name = _FIRST_NAME.match(miss.about or miss.check.same)
    return line_binding(answer.submission, name.group()) if name else None


def changed_given_diagnosis(answer: MissedAnswer, name: str, how: str) -> Diagnosis:
    """Return the diagnosis of a given that was changed; `how` completes "it …"."""
    message = (
        f"You changed `{name}`: it {how}. "
        "Leave the given as it is and store your result under a new name."
    )
    return Diagnosis("changes-the-given", message, line_changing(answer.submission, name))
