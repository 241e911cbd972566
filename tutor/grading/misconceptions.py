"""Find the misconception or note of a step that an answer matches, by its values or its error.

The learner's runs are compared with those of the step's wrong programs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence, Set
from typing import TypeAlias

from tutor.course.code import names_in
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception, Note
from tutor.grading.compare import is_same
from tutor.grading.errors import SYNTAX_ERRORS
from tutor.grading.numbers import numbers_of
from tutor.grading.once import once_for_each
from tutor.grading.patterns import has_match
from tutor.grading.plan import Scenario
from tutor.grading.scenario_result import (
    RunAnswers,
    ScenarioResult,
    checks_under,
    expression_of,
    is_true,
    judge_check,
    meets,
    rule_of,
)
from tutor.grading.submission import names_around, names_typed_in, read_submission
from tutor.wire.events import Answer, ErrorFacts
from tutor.wire.values import Missing

_WORD = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]+")


def find_misconception_on_error(
    step: CodeStep, learner: RunAnswers, source: str, wrongs: Mapping[str, RunAnswers]
) -> Misconception | None:
    """Return the misconception that a program which raised matches; None if none does.

    Equal errors are tried first, then properties. `wrongs` are the wrong programs' base runs.
    """
    error = learner.error
    if error is None:
        return None
    for item in step.misconceptions:
        if item.raises and _matches_error(item.raises, error):
            return item
        if item.wrong in wrongs and raises_alike(error, source, wrongs[item.wrong], item.wrong):
            return item
    near = names_around(source, error.line)
    return find_by_property(
        [item for item in step.misconceptions if _can_explain(item.when, learner, near)], [learner]
    )


def _can_explain(when: str, learner: RunAnswers, near: Set[str]) -> bool:
    """Return True if a property is about the mistake that raised, not about another one.

    It is if it asks about the error, or about a name in the failing line.
    """
    names_read = names_in(when) & learner.bound().keys()
    return "trace.error" in when or not names_read or bool(names_read & near)


def find_by_property(
    items: Sequence[Misconception], runs: Sequence[RunAnswers]
) -> Misconception | None:
    """Return the first misconception whose `when` holds in one of the runs; None if none does."""
    for item in items:
        if item.when and any(run.holds(item.when) for run in runs):
            return item
    return None


def find_misconception(
    step: CodeStep,
    results: Sequence[ScenarioResult],
    wrongs: Mapping[str, Sequence[RunAnswers]],
    failed: Sequence[RunAnswers],
    typed_in: Set[str] = frozenset(),
) -> Misconception | None:
    """Return the first misconception, in file order, of an answer with misses; else None.

    `failed` are the learner's runs under which a check is missed, in which properties are
    evaluated. Misconceptions that fit only without the variations of notes are tried last. The
    learner has hardcoded the values of the names in `typed_in`: a single number is no evidence
    there.
    """
    for item in step.misconceptions:
        if item.when and any(run.holds(item.when) for run in failed):
            return item
        if (
            item.wrong in wrongs
            and computes_alike(step, results, wrongs[item.wrong])
            and not _is_one_typed_number(step, item.wrong, results, wrongs[item.wrong], typed_in)
        ):
            return item
        if item.raises and any(
            _matches_error(item.raises, error) for error in errors_in(step, results)
        ):
            return item
    for item in step.misconceptions:
        runs = wrongs.get(item.wrong)
        if (
            runs
            and computes_alike_where_it_counts(step, results, runs)
            and not _is_one_typed_number(step, item.wrong, results, runs, typed_in)
        ):
            return item
    return None


def find_note(
    step: CodeStep, results: Sequence[ScenarioResult], wrongs: Mapping[str, Sequence[RunAnswers]]
) -> Note | None:
    """Return the first note, in file order, for an accepted answer; None if none fits."""
    for note in step.notes:
        if note.when and results[0].learner.holds(note.when):
            return note
        if note.wrong in wrongs and computes_alike(step, results, wrongs[note.wrong]):
            return note
    return None


def errors_in(step: CodeStep, results: Sequence[ScenarioResult]) -> list[ErrorFacts]:
    """Return the errors that the learner's program raised, by itself or in a check."""
    errors: list[ErrorFacts] = []
    for result in results:
        if result.learner.error is not None:
            errors.append(result.learner.error)
            continue
        outcomes = (judge_check(check, result) for check in checks_under(step, result.scenario))
        errors.extend(outcome.error for outcome in outcomes if outcome.error is not None)
    return errors


def _matches_error(pattern: str, error: ErrorFacts) -> bool:
    return has_match(pattern, f"{error.type_name}: {error.message}")


def raises_alike(error: ErrorFacts, source: str, wrong: RunAnswers, wrong_source: str) -> bool:
    """Return True if a wrong program raised the same error.

    Numbers, addresses and the names that the programs themselves define do not count. A syntax
    error in a wrong program is the author's mistake, and proves nothing.
    """
    other = wrong.error
    return (
        other is not None
        and not other.from_given
        and other.type_name not in SYNTAX_ERRORS
        and other.type_name == error.type_name
        and masked(other.message, wrong_source) == masked(error.message, source)
    )


def masked(message: str, source: str) -> str:
    """Return the message without numbers, addresses and the names that the program defines."""
    defined = _defined_names(source)
    text = _NUMBER.sub("#", _ADDRESS.sub("@", message))
    return _WORD.sub(lambda word: "_" if word.group() in defined else word.group(), text)


def _defined_names(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
    return names


def computes_alike(
    step: CodeStep, results: Sequence[ScenarioResult], wrong: Sequence[RunAnswers]
) -> bool:
    """Return True if the learner's values equal a wrong program's, wherever it is wrong.

    The checks that the wrong program misses under some scenario are compared; all must agree under
    every scenario, and at least one value must have been compared. Checks whose miss is only a note
    count if it misses no others: the same mistake may be made without the name that such a check
    reads.
    """
    pairs = list(zip(results, wrong, strict=False))
    return are_alike(step, compared_checks(step, pairs), pairs)


def computes_alike_where_it_counts(
    step: CodeStep, results: Sequence[ScenarioResult], wrong: Sequence[RunAnswers]
) -> bool:
    """Return `computes_alike` without the variations that only lead to a note.

    The mistake may have been made for a single row, and give another result with more of them.
    """
    all_pairs = zip(results, wrong, strict=False)
    pairs = [(result, run) for result, run in all_pairs if not result.scenario.note]
    refusing = [check for check in _missed_checks(step, pairs) if not check.note]
    return are_alike(step, refusing, pairs)


def _is_one_typed_number(
    step: CodeStep,
    wrong_source: str,
    results: Sequence[ScenarioResult],
    wrong: Sequence[RunAnswers],
    typed_in: Set[str],
) -> bool:
    """Return True if the only agreement is one number, which the learner typed in.

    That does not prove the wrong program's mistake, unless that program has it typed in as well.
    """
    missed = _missed_checks(step, list(zip(results, wrong, strict=False)))
    names = {check.same for check in missed}
    if not names <= typed_in or names <= names_typed_in(step, read_submission(step, wrong_source)):
        return False
    values = [numbers_of(result.learner.value(name)) for result in results for name in names]
    elements = {each for value in values if value is not None for each in value.elements}
    return len(elements) == 1


def may_be_alike(step: CodeStep, result: ScenarioResult, wrong: RunAnswers) -> bool:
    """Return False if one scenario already proves that `computes_alike` is False.

    There the wrong program misses a refusing check, and the learner's value differs.
    """
    if not wrong.observation.answers:
        return False
    missed = _missed_by_wrong_program(step, result.scenario, wrong, result.solution)
    return all(
        check.note or _compare_answers(check, result.learner, wrong) is not None for check in missed
    )


PairedRuns: TypeAlias = Sequence[tuple[ScenarioResult, RunAnswers]]
"""Under each scenario, the learner's result and the run of a wrong program."""


def compared_checks(step: CodeStep, pairs: PairedRuns) -> list[Check]:
    """Return the checks in which an answer must have the values of the wrong program."""
    missed = _missed_checks(step, pairs)
    return [check for check in missed if not check.note] or missed


def are_alike(step: CodeStep, checks: Sequence[Check], pairs: PairedRuns) -> bool:
    """Return True if the values of these checks agree, and there is at least one of them.

    If the only agreement is a false condition, the answer may miss nothing else: it would be
    another mistake, about which the wrong program proves nothing.
    """
    if not all(run.observation.answers for _, run in pairs):
        return False
    evidence = False
    for check in checks:
        for result, run in pairs:
            if check not in checks_under(step, result.scenario):
                continue
            alike = _compare_answers(check, result.learner, run)
            if alike is None:
                return False
            evidence = evidence or alike
    if evidence and all(check.true for check in checks):
        return not _misses_others(step, checks, pairs)
    return evidence


def _misses_others(step: CodeStep, checks: Sequence[Check], pairs: PairedRuns) -> bool:
    """Return True if the learner misses another check that refuses."""
    return any(
        not (result.scenario.note or check.note) and not meets(check, result)
        for result, _ in pairs
        for check in checks_under(step, result.scenario)
        if check not in checks
    )


def _missed_checks(step: CodeStep, pairs: PairedRuns) -> list[Check]:
    """Return the checks that a wrong program misses under at least one of the scenarios."""
    missed = [
        _missed_by_wrong_program(step, result.scenario, run, result.solution)
        for result, run in pairs
    ]
    return [check for check in step.checks if any(check in checks for checks in missed)]


@once_for_each
def _missed_by_wrong_program(
    step: CodeStep, scenario: Scenario, wrong: RunAnswers, solution: RunAnswers
) -> tuple[Check, ...]:
    result = ScenarioResult(scenario, wrong, solution)
    checks = checks_under(step, scenario)
    return tuple(check for check in checks if not meets(check, result))


def _compare_answers(check: Check, learner: RunAnswers, wrong: RunAnswers) -> bool | None:
    """Return True if the values agree, None if they differ, False without any values."""
    expressions = [text for text in (expression_of(check), check.like) if text]
    alike = [_compare_pair(check, learner.answer(e), wrong.answer(e)) for e in expressions]
    if any(pair_alike is None for pair_alike in alike):
        return None
    return any(alike)


def _compare_pair(check: Check, mine: Answer | None, theirs: Answer | None) -> bool | None:
    if mine is None or theirs is None:
        return None
    if mine.error is not None or theirs.error is not None:
        return _compare_errors(mine.error, theirs.error)
    if isinstance(mine.value, Missing) or isinstance(theirs.value, Missing):
        return None
    if check.true:
        return True if is_true(mine.value) == is_true(theirs.value) else None
    return True if is_same(mine.value, theirs.value, rule_of(check)) else None


def _compare_errors(mine: ErrorFacts | None, theirs: ErrorFacts | None) -> bool | None:
    """Return True if two errors have the same type and text; None if not, or a name is missing."""
    if mine is None or theirs is None or mine.type_name != theirs.type_name:
        return None
    if mine.type_name == "NameError":
        return None
    return True if masked(mine.message, "") == masked(theirs.message, "") else None
