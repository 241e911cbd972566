"""Add to a verdict: notes on accepted answers, and remarks on any answer."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tutor.course.code import names_in
from tutor.course.model import CodeStep
from tutor.grading.behind_answer import statements_behind
from tutor.grading.errors import explain_warning
from tutor.grading.misconceptions import find_note
from tutor.grading.missed_answer import Diagnosis
from tutor.grading.observed_attempt import ObservedAttempt
from tutor.grading.program_words import own_names, words_used
from tutor.grading.redefining import describe_binding, own_givens
from tutor.grading.scenario_result import CheckOutcome, RunAnswers, expression_of, label_of
from tutor.grading.sections import asked_names
from tutor.grading.show import show_shape
from tutor.grading.submission import Submission, repeats_given
from tutor.grading.templates import fill
from tutor.grading.verdict import Verdict
from tutor.wire.values import ArrayValue, SequenceValue, TensorValue


def notes_on(
    step: CodeStep,
    submission: Submission,
    attempt: ObservedAttempt,
    outcomes: Sequence[CheckOutcome],
    wrongs: Mapping[str, Sequence[RunAnswers]],
) -> list[Diagnosis]:
    """Return the notes for an accepted answer; the first one gives the verdict's slug."""
    run = attempt.base.learner
    texts: dict[str, str] = {}
    matched = find_note(step, attempt.results, wrongs)
    if matched is not None:
        texts[matched.id] = matched.say
    own_words = {note.id: note.say for note in step.notes}
    explained = matched is not None and bool(matched.wrong)
    for outcome in _soft_misses(outcomes):
        if explained and not outcome.scenario.is_base:
            continue  # the matching note explains it
        texts.setdefault(outcome.note, own_words.get(outcome.note) or _describe_soft_miss(outcome))
    for outcome in outcomes:
        for slug in outcome.tolerated if outcome.holds and not outcome.check.note else ():
            texts.setdefault(slug, own_words.get(slug) or _describe_tolerance(slug, outcome))
    if changed := _describe_changes(step, submission, attempt):
        texts.setdefault("changes-the-given", changed)
    return [Diagnosis(slug, fill(text, run.shown)) for slug, text in texts.items()]


def _soft_misses(outcomes: Sequence[CheckOutcome]) -> list[CheckOutcome]:
    """Return the misses that only give a note, one for each checked name.

    A miss on the base, or a tolerance needed there, does not count again under a variation.
    """
    on_base = [o for o in outcomes if o.scenario.is_base and (o.tolerated or not o.holds)]
    settled = [outcome.check for outcome in on_base]
    missed = [o for o in outcomes if not o.holds]
    noted: list[CheckOutcome] = []
    named: set[str] = set()
    for miss in missed:
        if miss.scenario.is_base or miss.check not in settled:
            names = _names_checked(miss)
            if not names & named:
                noted.append(miss)
            named |= names
    return noted


def _names_checked(miss: CheckOutcome) -> frozenset[str]:
    """Return the names of the program that a check is about."""
    return names_in(expression_of(miss.check)) - {"given", "trace", "callable"}


def _describe_soft_miss(outcome: CheckOutcome) -> str:
    where = f" with `{outcome.scenario.label}`" if outcome.scenario.label else ""
    fails = "does not hold" if outcome.check.true else "is not right"
    return _escape_braces(f"Right, but {label_of(outcome)} {fails}{where}.")


def _escape_braces(text: str) -> str:
    """Double the braces of a name or value, so that nothing in it is filled in."""
    return text.replace("{", "{{").replace("}", "}}")


def _describe_tolerance(slug: str, outcome: CheckOutcome) -> str:
    label, expected = label_of(outcome), outcome.expected
    shape = show_shape(expected.shape) if isinstance(expected, TensorValue | ArrayValue) else "()"
    sorts: dict[type, str] = {TensorValue: "a tensor", ArrayValue: "a NumPy array"}
    sort = sorts.get(type(expected), "a plain number")
    if isinstance(expected, SequenceValue):
        sort = "of another type"
    texts = {
        "plain-float-not-tensor": f"Right number, as a plain Python number. {label} is usually "
        f"{sort} of shape {shape} here.",
        "dropped-dimension": f"Right numbers, with fewer axes: {label} usually has shape {shape} "
        "here.",
        "extra-batch-dim": f"Right numbers. {label} has more axes than needed; shape {shape} is "
        "enough.",
        "framework-converted": f"Right numbers, but {label} would usually be {sort} here.",
    }
    return _escape_braces(texts[slug])


def _describe_changes(step: CodeStep, submission: Submission, attempt: ObservedAttempt) -> str:
    """Name the givens that the program has rightly remade; "" if there are none."""
    tried = [name for name in attempt.redefined if not repeats_given(step, submission, name)]
    own = [name for name in own_givens(step, submission, attempt.base) if name not in tried]
    told = dict.fromkeys(_describe_rebinding(step, submission, name) for name in own)
    texts = [_escape_braces(text) for text in told]
    if not tried and (attempt.variations_dropped or not own):
        tried = [*attempt.redefined]
    if tried:
        return " ".join([_describe_redefinition(tried, attempt), *texts])
    return " ".join([*texts, "Your result is right anyway."]) if texts else ""


def _describe_redefinition(names: Sequence[str], attempt: ObservedAttempt) -> str:
    *first, last = (f"`{name}`" for name in names)
    listed = f"{', '.join(first)} and {last}, which are" if first else f"{last}, which is"
    out = "those lines" if first else "that line"
    but = ", but it could not be tried with other values" if attempt.variations_dropped else ""
    return (
        f"You redefined {listed} given above your code. The result is right{but}. Leave {out} out."
    )


def remarks_on(
    step: CodeStep, submission: Submission, attempt: ObservedAttempt, verdict: Verdict
) -> list[str]:
    """Return remarks that apply to any verdict and are not part of it.

    They are about rebound givens, given loops that are repeated differently, and warnings.
    """
    texts = (verdict.message, *verdict.notes)
    is_of_givens = verdict.slug == "changes-the-given"
    rebound = [
        _describe_rebinding(step, submission, change.name)
        for change in attempt.base.learner.executed.given_changes
        if change.is_other
        and change not in attempt.base.solution.executed.given_changes
        and not repeats_given(step, submission, change.name)
        and not (is_of_givens and any(f"`{change.name}`" in text for text in texts))
    ]
    loops = map(_describe_other_loop, submission.other_loops)
    explanations = [explain_warning(warning) for warning in attempt.base.learner.executed.warnings]
    warnings = [each.message for each in explanations if each and each.slug != verdict.slug]
    remarks = dict.fromkeys([*rebound, *loops, *warnings])
    return [each for each in remarks if not any(each in text for text in texts)]


def _describe_other_loop(loop: ast.stmt) -> str:
    first, _, _ = ast.unparse(loop).partition("\n")
    return (
        f"Line {loop.lineno}, `{first}`, begins a loop that differs a little from the given one. "
        "Only the given one was run."
    )


def _describe_rebinding(step: CodeStep, submission: Submission, name: str) -> str:
    description = describe_binding(step, submission, name)
    return description or f"You redefined `{name}`, which is given above your code."


def find_word_advice(step: CodeStep, submission: Submission) -> Diagnosis | None:
    """Return advice on names that the step wants used, or not used; None if it is met.

    Code that does not affect the answer, such as a loop that tests it, may use anything.
    """
    used = words_used(submission)
    for word in step.must_use:
        if word not in used:
            message = f"The result is right. This exercise is about `{word}`: use it in your code."
            return Diagnosis("must-use", message)
    behind = statements_behind(submission.statements, asked_names(step))
    used = words_used(Submission(submission.source, tuple(behind)), own_names(submission))
    for word in step.must_not_use:
        if word in used:
            message = f"The result is right. This exercise asks for a solution without `{word}`."
            return Diagnosis("must-not-use", message)
    return None
