"""Find the scaffold's display lines at which an answer stopped.

The learner wrote none of these lines. If one raises, the code above it is the cause, and is judged
first. The learner's own code is never left out.
"""

from __future__ import annotations

from tutor.course.model import CodeStep
from tutor.grading.equivalence import is_aside, normal_form
from tutor.grading.once import once_for_each
from tutor.grading.program_words import statement_at
from tutor.grading.submission import (
    Submission,
    blanked,
    parsed_statements,
    program_names,
    read_submission,
)
from tutor.wire.events import ErrorFacts


def without_scaffold_lines(
    step: CodeStep, submission: Submission, error: ErrorFacts
) -> Submission | None:
    """Return the program without the scaffold's displays, if it stopped at one; else None.

    An error inside a function of the learner's own that the line calls does not count.
    """
    stopped = statement_at(submission, error.line or 0).statements
    aliases = program_names(step, submission.statements)
    shown = _shown_by_scaffold(step)
    lines = [
        node
        for node in submission.statements
        if is_aside(node) and normal_form(node, aliases) in shown
    ]
    if not stopped or not all(node in lines for node in stopped):
        return None
    return read_submission(step, blanked(submission.source, lines, "pass"))


@once_for_each
def _shown_by_scaffold(step: CodeStep) -> frozenset[str]:
    """Return the normal forms of the scaffold's statements that only display something."""
    aliases = program_names(step, ())
    return frozenset(
        normal_form(node, aliases) for node in parsed_statements(step.scaffold) if is_aside(node)
    )
