"""The linter's rule for wrong programs that are found by too little: two numbers are enough.

Many answers share a single number, or a false condition, for other reasons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tutor.authoring.evidence import ProgramEvidence
from tutor.authoring.mutation.claims import find_claims
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.telling_numbers import telling_numbers
from tutor.authoring.text_rules import checked_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception
from tutor.grading.verdict import Runner

ENOUGH = 2
"""Numbers that no right answer has, and that an answer does not share by chance."""

_SHOWN = 2
"""Maximum other programs that a problem names."""


async def check_telling(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Add a problem for each wrong program found by too little, and for needless marks."""
    for index, item in enumerate(step.misconceptions):
        numbers = _numbers_of(step, item, evidence)
        if numbers is None or len(numbers) >= ENOUGH:
            if item.true_of_all:
                message = (
                    "is not needed: it is for a wrong program that is recognised by fewer than "
                    "two numbers"
                )
                findings.warning(("misconception", index, "true_of_all"), message)
        elif not item.true_of_all.strip():
            claims = await find_claims(step, item, runner, _SHOWN)
            findings.error(("misconception", index, "wrong"), _not_recognised(numbers, claims))


def _numbers_of(
    step: CodeStep, item: Misconception, evidence: ProgramEvidence
) -> frozenset[str] | None:
    """Return the numbers that identify a wrong program; None if it is identified otherwise."""
    runs = evidence.wrongs.get(item.wrong, ())
    names = checked_names(step)
    sound = all(run.finished and run.bound().keys() >= set(names) for run in runs)
    if not sound or not evidence.misses(step, runs):
        return None
    return telling_numbers(step, evidence, item.wrong)


def _not_recognised(numbers: Collection[str], claims: Sequence[str]) -> str:
    told = f"by `{next(iter(numbers))}` alone" if numbers else "by no number"
    others = f", and others get its message, too ({'; '.join(claims)})" if claims else ""
    return (
        f"is recognised {told}{others}: use `when`, vary a given that changes its values, or say "
        "in `true_of_all` why the message is true for all of them"
    )
