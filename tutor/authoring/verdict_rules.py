"""Rules for the texts of verdicts: they must not reveal a check's internals, nor read badly.

For the linter, which applies them to the verdicts on a step's own programs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception, Note
from tutor.grading.learner_expressions import is_learner_expression
from tutor.grading.scenario_result import expression_of
from tutor.grading.templates import fill
from tutor.grading.verdict import Verdict

LESSON_NAME = re.compile(r"(?<![\w.])(?:given|trace)\.[a-z_]\w*")
"""Pattern of a name that only the expressions of lessons have, such as `given.x`."""

_QUOTED_LINE = re.compile(r"line \d+(?::|$)")
_ERROR = re.compile(r"[A-Z]\w*(?:Error|Exception|Interrupt|Exit): ?")
_REPEATED_NAME = re.compile(r"(?P<name>`[^`\s]+`)(?:,| and|, and| or|:)? (?P=name)(?![\w(]|\.\w)")
_WRONG_PLURAL = re.compile(
    r"(?<![\w.,…+-])(?<!line )(?<!Line )(?<!class )(?<!\+ )1 "
    r"(?!(?:is|was|has|does|plus|minus|times|gets|needs|takes|gives|holds)\b)[a-z]+(?<!s)s\b"
    r"|\w\((?:s|es)\)"
)
_TERMINAL = re.compile(r"\x1b|\\x1b|\[\d+(?:;\d+)*m")


def find_leaks(step: CodeStep, verdict: Verdict) -> list[str]:
    """Return the parts that a verdict must not reveal, each with the text around it."""
    hidden = _lesson_expressions(step)
    complaints: list[str] = []
    for text in _texts(verdict):
        plain = " ".join(text.split())
        complaints += [
            f"it shows `{expression}` of a check: {plain}"
            for expression in hidden
            if expression in plain
        ]
        complaints += [
            f"{complaint}: {plain}" for complaint, pattern in _PATTERNS if pattern.search(plain)
        ]
    return complaints + list(_errors_of_checks(verdict))


_PATTERNS = (
    ("a name of the lesson's expressions", LESSON_NAME),
    ("a name twice in a row", _REPEATED_NAME),
    ("a plural for one thing", _WRONG_PLURAL),
    ("control characters of a terminal", _TERMINAL),
)


def has_words_of(item: Misconception | Note, verdict: Verdict) -> bool:
    """Return True if the verdict has the id and the message of the item.

    The id alone is not enough, since several may share one. A quoted value in the item's message
    matches any text.
    """
    if verdict.slug != item.id:
        return False
    start = 0
    for piece in fill(item.say, lambda _: "\0").split("\0"):
        start = verdict.message.find(piece.strip(), start)
        if start < 0:
            return False
        start += len(piece.strip())
    return True


def _lesson_expressions(step: CodeStep) -> list[str]:
    """Return the expressions of checks that no learner's program could have."""
    names = {*bound_names(step.given), *bound_names(step.solution)}
    expressions = [
        text for check in step.checks for text in (expression_of(check), check.like) if text
    ]
    return [
        " ".join(text.split()) for text in expressions if not is_learner_expression(text, names)
    ]


def _texts(verdict: Verdict) -> Iterator[str]:
    """Yield the texts of a verdict without quoted lines of the learner's and their errors."""
    yield verdict.message
    yield from verdict.notes
    for index, line in enumerate(verdict.evidence):
        quoted = index and _QUOTED_LINE.match(verdict.evidence[index - 1])
        if not quoted and not _QUOTED_LINE.match(line) and not _ERROR.match(line):
            yield line
    for check in verdict.checks:
        yield check.name
        yield check.message


def _errors_of_checks(verdict: Verdict) -> Iterator[str]:
    """Yield a complaint for each error in the evidence that no line of the learner's raised.

    There is none if the program itself ended with an error.
    """
    if verdict.error:
        return
    for index, line in enumerate(verdict.evidence):
        before = verdict.evidence[index - 1] if index else ""
        if _ERROR.match(line) and not _QUOTED_LINE.match(before):
            yield f"an error that is not the learner's: {line}"
