"""Report a step's problems from the trials of its mutants, except those that it exempts.

Nothing is run here. A mutant that does everything the task asks for must be accepted, and so must
one that changes a free number; all others must be refused. Acceptance with a note about the change
is enough only if the change is a name, a given, or the form of a value that a check leaves open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tutor.authoring.mutation.asked import asked_names
from tutor.authoring.mutation.given_mutants import given_mutants
from tutor.authoring.mutation.mutants import Mutant, mutants_of
from tutor.authoring.mutation.trial import TOLERANCES, Trial
from tutor.authoring.step_findings import StepFindings
from tutor.course.given_variations import bound_to
from tutor.course.model import CodeStep
from tutor.course.step_tables import FreeConstant
from tutor.course.task import split_constant
from tutor.toml_text import KeyPath

GENERIC = (
    "wrong-type",
    "wrong-shape",
    "wrong-dtype",
    "wrong-value",
    "property-missing",
    "check-raised",
)
"""Slugs of refusals without a reason."""
ALL = "*"
"""Exempts every mutant: of a task that any program does which reaches a mark."""


class MutantCounts(Struct, frozen=True):
    """Numbers of mutants of one or several steps, by result."""

    mutants: int = 0
    as_good: int = 0
    """Mutants that do everything the task asks for."""
    free: int = 0
    """Mutants that change a free number."""
    refused: int = 0
    named: int = 0
    """Refused mutants whose verdict gives a reason."""
    noted: int = 0
    """Mutants accepted with a note about the difference."""
    exempted: int = 0

    def __add__(self, other: MutantCounts) -> MutantCounts:
        names = self.__struct_fields__
        return MutantCounts(*(getattr(self, name) + getattr(other, name) for name in names))


def mutants_of_step(step: CodeStep) -> tuple[Mutant, ...]:
    """Return the mutants of the step's solution, and those of its givens.

    Each free number is tried at both ends of its range. There are none if `ALL` are exempted.
    """
    if any(each.mutant == ALL for each in step.exemptions):
        return ()
    ends = [
        (constant, _like(constant, number))
        for each in step.free
        for _, constant in [split_constant(each.constant)]
        for number in (each.least, each.most)
    ]
    varied = dict.fromkeys(name for each in step.variations for name in each.given)
    typed_in = {name: text for name in varied if (text := bound_to(step.given, name))}
    return (
        *mutants_of(step.solution, free=ends, typed_in=typed_in, names=asked_names(step)),
        *given_mutants(step.given, step.solution),
    )


def _like(constant: str, number: float) -> float:
    """Return the number as an int if the constant is an int."""
    return int(number) if constant.lstrip("-").isdigit() else number


def judge_trials(
    step: CodeStep, mutants: Sequence[Mutant], trials: Iterable[Trial], findings: StepFindings
) -> MutantCounts:
    """Add a problem for each mutant with a wrong verdict, and count them all."""
    exempt = {item.mutant.strip(): index for index, item in enumerate(step.exemptions)}
    needed: set[int] = set()
    counts = MutantCounts()
    for mutant, trial in zip(mutants, trials, strict=True):
        free = _index_of_free(mutant, step.free)
        problem = _problem_of(mutant, trial, free)
        counts += _counted(trial, free, exempted=problem is not None and trial.change in exempt)
        if problem is None:
            continue
        if trial.change in exempt:
            needed.add(exempt[trial.change])
        else:
            findings.error(*problem)
    for mutant_name, index in exempt.items():
        if index not in needed and mutant_name != ALL:
            known = any(mutant.change == mutant_name for mutant in mutants)
            _tell_useless_exemption(index, findings, known=known)
    return counts


def _tell_useless_exemption(index: int, findings: StepFindings, *, known: bool) -> None:
    path: KeyPath = ("exempt", index, "mutant")
    if known:
        findings.warning(path, "is judged correctly, and needs no exemption")
    else:
        findings.error(path, "no mutant of the solution has this name")


def _index_of_free(mutant: Mutant, free: Sequence[FreeConstant]) -> int | None:
    """Return which of the free numbers the mutant has another of, None for none of them."""
    for index, each in enumerate(free):
        name, constant = split_constant(each.constant)
        whole = mutant.name == name if name else mutant.is_all_of_it
        if (
            mutant.becomes is not None
            and mutant.constant == constant
            and whole
            and each.least <= mutant.becomes <= each.most
        ):
            return index
    return None


def _problem_of(mutant: Mutant, trial: Trial, free: int | None) -> tuple[KeyPath, str] | None:
    accepted = trial.verdict in ("accept", "accept-with-note")
    said = f"[{trial.slug}] {' '.join(trial.message.split())}"
    if trial.verdict == "tutor-fault":
        return ("solution",), f"{trial.change}: {said}"
    if mutant.given:
        message = f"{trial.change}: is accepted without a note about {trial.difference}"
        return (("given",), message) if accepted and not trial.noted else None
    if free is not None:
        message = f"{trial.change}: the number is free, but refused: {said}"
        return None if accepted else (("free", free), message)
    if not trial.difference:
        message = f"{trial.change}: does everything that the task asks for, but is refused: {said}"
        return None if accepted else (("solution",), message)
    if not accepted:
        return None
    if not trial.noted:
        return ("check",), f"{trial.change}: is accepted, though {trial.difference}"
    if mutant.is_renamed or trial.slug in TOLERANCES:
        return None
    message = (
        f"{trial.change}: is accepted with the note {trial.slug}, though {trial.difference}; "
        "refuse it, or let the text allow it, and exempt it"
    )
    return ("check",), message


def _counted(trial: Trial, free: int | None, *, exempted: bool) -> MutantCounts:
    refused = trial.verdict in ("reject", "not-attempted")
    return MutantCounts(
        mutants=1,
        as_good=free is None and not trial.difference,
        free=free is not None,
        refused=refused,
        named=refused and trial.slug not in GENERIC,
        noted=free is None and bool(trial.difference) and trial.noted,
        exempted=exempted,
    )
