"""What a verdict may not tell: the inside of checks, a name twice in a row, marks of a terminal.

For the linter, which looks at the verdicts on a step's own programs. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.grading.learner_expressions import is_learner_expression
from tutor.grading.scenario_result import expression_of
from tutor.grading.verdict import Verdict

LESSON_NAME = re.compile(r"(?<![\w.])(?:given|trace)\.[a-z_]\w*")
"""What only the lesson's expressions have."""

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
    """Each with the text that it stands in; none where all is the learner's own."""
    hidden = _lesson_expressions(step)
    found: list[str] = []
    for text in _texts(verdict):
        plain = " ".join(text.split())
        found += [
            f"`{expression}` of a check stands in: {plain}"
            for expression in hidden
            if expression in plain
        ]
        found += [
            f"{complaint}: {plain}" for complaint, pattern in _PATTERNS if pattern.search(plain)
        ]
    return found + list(_errors_of_checks(verdict))


_PATTERNS = (
    ("a name of the lesson's expressions", LESSON_NAME),
    ("a name twice in a row", _REPEATED_NAME),
    ("one thing as many", _WRONG_PLURAL),
    ("what only a terminal understands", _TERMINAL),
)


def _lesson_expressions(step: CodeStep) -> list[str]:
    """The expressions that no program of a learner's has."""
    names = {*bound_names(step.given), *bound_names(step.solution)}
    expressions = [
        text for check in step.checks for text in (expression_of(check), check.like) if text
    ]
    return [
        " ".join(text.split()) for text in expressions if not is_learner_expression(text, names)
    ]


def _texts(verdict: Verdict) -> Iterator[str]:
    """All that is told, but for the learner's lines and what they raised."""
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
    """Errors without a line of the learner's; one that the program ended with is the learner's."""
    if verdict.error:
        return
    for index, line in enumerate(verdict.evidence):
        before = verdict.evidence[index - 1] if index else ""
        if _ERROR.match(line) and not _QUOTED_LINE.match(before):
            yield f"an error that is none of the learner's: {line}"
