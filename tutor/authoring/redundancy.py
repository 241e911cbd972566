"""The linter's rule against checks and variations that refuse no wrong program.

Nothing is run here: the runs are evidence that other rules have gathered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tutor.authoring.evidence import Miss, ProgramEvidence
from tutor.authoring.step_findings import StepFindings
from tutor.course.model import CodeStep
from tutor.grading.scenario_result import RunAnswers

_MESSAGE = "is redundant: without it, every wrong program that was tried is refused anyway"


def check_redundancy(
    step: CodeStep,
    evidence: ProgramEvidence,
    attackers: Iterable[Sequence[RunAnswers]],
    findings: StepFindings,
) -> None:
    """Warn of each check and variation without which all attackers are still refused.

    A step needs one of each, so the only one is never redundant. `attackers` are the runs of
    programs that must be refused, under each scenario.
    """
    misses = [missed for runs in attackers if (missed := evidence.misses(step, runs))]
    if not misses:
        return
    for index, check in enumerate(step.checks):
        if not check.note and len(step.checks) > 1:
            _warn_unless_needed(misses, _by_check(index), ("check", index), findings)
    for index, variation in enumerate(step.variations):
        if not variation.note and len(step.variations) > 1:
            _warn_unless_needed(misses, _by_scenario(index + 1), ("vary", index), findings)


def _warn_unless_needed(
    misses: Iterable[frozenset[Miss]],
    is_about: Callable[[Miss], bool],
    path: tuple[str, int],
    findings: StepFindings,
) -> None:
    if not any(all(map(is_about, missed)) for missed in misses):
        findings.warning(path, _MESSAGE)


def _by_check(index: int) -> Callable[[Miss], bool]:
    return lambda miss: miss[1] == index


def _by_scenario(number: int) -> Callable[[Miss], bool]:
    return lambda miss: miss[0] == number
