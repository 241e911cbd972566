"""The linter's rule on a wrong program's message: only answers with its mistake may get it.

A misconception is found by the values of its wrong program. If these are the same under all givens,
an answer that only hardcodes the values has them, too, but did not make the mistake.
"""

from __future__ import annotations

from collections.abc import Sequence

from tutor.authoring.evidence import ProgramEvidence
from tutor.authoring.hardcoded import hardcoded_program
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import checked_names
from tutor.course.model import CodeStep
from tutor.grading.compare import is_same
from tutor.grading.grade import grade
from tutor.grading.scenario_result import RunAnswers
from tutor.grading.submission import names_typed_in, read_submission
from tutor.grading.verdict import Runner


async def check_claims(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Add a problem for each wrong program whose message hardcoded values get, too."""
    for index, item in enumerate(step.misconceptions):
        runs = evidence.wrongs.get(item.wrong, ())
        names = _constant_names(step, runs)
        if not names or set(names) <= names_typed_in(step, read_submission(step, item.wrong)):
            continue
        typed = hardcoded_program(step, names, runs[0].bound())
        if typed is None:
            continue
        verdict = await grade(step, typed, runner)
        if verdict.kind == "reject" and verdict.slug == item.id:
            lines = typed.removeprefix(step.solution).strip().replace("\n", "; ")
            message = (
                f"answers with its values typed in get its message, too (`{lines[:80]}`): vary a "
                "given that changes them, or use `when`"
            )
            findings.error(("misconception", index, "wrong"), message)


def _constant_names(step: CodeStep, runs: Sequence[RunAnswers]) -> tuple[str, ...]:
    """Return the checked names that have the same value in all runs."""
    bound = [run.bound() for run in runs]
    return tuple(
        name
        for name in checked_names(step)
        if len(bound) > 1 and all(name in each for each in bound)
        if all(is_same(each[name], bound[0][name]) for each in bound)
    )
