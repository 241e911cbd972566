"""Judge a part of a file that is right only without the learner's own lines that bind givens.

Those lines may be the given code in other words, and then nothing was lost with them. Or they make
other values: an answer for those givens is not the answer to the step. Running them decides.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Sequence

from msgspec import Struct

from tutor.course.code import names_loaded, names_stored, parse_program
from tutor.course.model import CodeStep, Exercise
from tutor.grading.borders import borders, form_of
from tutor.grading.equivalence import given_form
from tutor.grading.plan import command_under, scenarios
from tutor.grading.redefining import refuse_for_givens
from tutor.grading.sections import (
    Section,
    asked_names,
    foreign_forms,
    needed_above,
    start_of_givens,
)
from tutor.grading.submission import (
    Submission,
    blanked,
    dependent_names,
    names_bound_plainly,
    program_names,
)
from tutor.grading.verdict import Runner, Verdict


class LeftOut(Struct, frozen=True):
    """The lines of a file that bind givens, and are left out of the part that answers a step."""

    bindings: tuple[ast.stmt, ...]
    """Statements that are not written as in the given code."""
    program: str
    """These, the repeated given code among and below them, and the code above that they need."""


async def refuse_for_left_out(
    step: CodeStep,
    submission: Submission,
    section: Section,
    others: Sequence[Exercise],
    accepted: Verdict,
    runner: Runner,
) -> Verdict | None:
    """Return a refusal of an accepted section if the learner's own givens were left out.

    None if there are none, or if they equal the step's.
    """
    left_out = find_left_out(step, submission, section, others)
    names = await _changed_names(step, left_out, runner) if left_out is not None else []
    if left_out is None or not names:
        return None
    own = Submission(submission.written, left_out.bindings)
    return refuse_for_givens(step, own, names, accepted)


def find_left_out(
    step: CodeStep, submission: Submission, section: Section, others: Sequence[Exercise]
) -> LeftOut | None:
    """Return the lines binding givens that a section lacks; None if it lacks none."""
    if section.submission is submission:
        return None
    written = parse_program(submission.written).body
    names, forms = program_names(step, written), form_of(step.given, step.prelude)
    own = names_bound_plainly(step.given)
    kept = {_line_of(node) for node in section.submission.statements if names_stored(node) & own}
    start = _start_of_exercise(step, written, section, others)
    lost = [
        node
        for node in written[start:]
        if node.lineno <= section.last and names_stored(node) & own and _line_of(node) not in kept
    ]
    asked = asked_names(step)
    bindings = tuple(
        node
        for node in lost
        if given_form(node, names) not in forms and not _is_bound_anew(node, written, asked)
    )
    if not bindings:
        return None
    part = [node for node in written[start:] if node.lineno <= lost[-1].lineno]
    used = {*needed_above(step, written[:start], part), *part}
    rest = [node for node in written if node not in used]
    return LeftOut(bindings, blanked(submission.written, rest))


def _is_bound_anew(node: ast.stmt, written: Sequence[ast.stmt], asked: Container[str]) -> bool:
    """Return True if lines between a statement and the answer below rebind its names."""
    bound = set(names_stored(node))
    for each in written[written.index(node) + 1 :]:
        if not bound or any(name in asked for name in names_stored(each)):
            break
        bound -= names_stored(each) - names_loaded(each)
    return not bound


def _line_of(node: ast.stmt) -> tuple[int, str]:
    return node.lineno, ast.unparse(node)


def _start_of_exercise(
    step: CodeStep, written: Sequence[ast.stmt], section: Section, others: Sequence[Exercise]
) -> int:
    """Return the index of the first statement that belongs to the section's exercise.

    That is the first of all, unless another exercise begins above: then it is the givens of this
    one below that, with the lines directly above them that make givens and answer no earlier step.
    """
    first = sum(node.lineno < section.first for node in written)
    above = [
        each for each in borders(step, written, foreign_forms(step, others)) if each.at < first
    ]
    if not any(each.kind == "other" for each in above):
        return 0
    start = first if above[-1].kind == "other" else above[-1].at
    return start_of_givens(step, written, start)


async def _changed_names(step: CodeStep, left_out: LeftOut, runner: Runner) -> list[str]:
    """Return the givens that the lines make differently from the given code, by a run.

    A function is only judged by what else is made with it. A line that raises makes no given.
    """
    command = command_under(step, left_out.program, scenarios(step)[0], live=False)
    run = await runner.observe(command, ())
    if run.executed is None:
        return []
    line = run.executed.error.line if run.executed.error is not None else None
    given = names_bound_plainly(step.given)
    for node in left_out.bindings:
        if line is not None and node.lineno <= line <= (node.end_lineno or node.lineno):
            return sorted(names_stored(node) & given)
    changes = {change.name: change.how for change in run.executed.given_changes}
    bound = (sorted(names_stored(node) & given) for node in left_out.bindings)
    own = dict.fromkeys(name for names in bound for name in names)
    changed = [name for name in own if changes.get(name) == "rebound"]
    unknown = [name for name in own if changes.get(name) == "replaced"]
    made_with = dependent_names(parse_program(left_out.program).body, unknown) - own.keys()
    if any(changes.get(name) == "rebound" for name in made_with):
        changed += unknown
    return changed
