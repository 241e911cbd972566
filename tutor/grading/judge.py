"""Judge one program as an answer to one step: the questions that lead to a verdict, in order.

Called by `grade`, which also splits files of several exercises and makes texts printable. The order
matters: replaced functions, for example, are detected before anything that they could fake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception
from tutor.grading.common_mistakes import find_common_mistake, find_seed_dependence
from tutor.grading.errors import Explanation, explain_ending, explain_or_quote, quote
from tutor.grading.gpu_errors import (
    found_card_full,
    lacks_card,
    verdict_without_card,
)
from tutor.grading.misconceptions import (
    find_by_property,
    find_misconception,
    find_misconception_on_error,
)
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, line_of
from tutor.grading.names import (
    explain_missing,
    find_builtin_input,
    find_early_use,
    find_unknown_name,
    is_specific,
    missing_names,
    missing_on_error,
)
from tutor.grading.not_attempted import not_attempted
from tutor.grading.observed_attempt import (
    ObservedAttempt,
    observe_attempt,
    observe_under_other_seed,
)
from tutor.grading.own_checks import own_check_note, without_own_checks
from tutor.grading.own_classes import find_class_mistake
from tutor.grading.placeholder_answers import find_changed_fixed_given, find_placeholder_answer
from tutor.grading.plan import limits_of
from tutor.grading.redefining import programs_without_changes, refuse_for_givens, removal_advice
from tutor.grading.remarks import find_word_advice, notes_on, remarks_on
from tutor.grading.scaffold_lines import without_scaffold_lines
from tutor.grading.scenario_result import (
    CheckOutcome,
    RunAnswers,
    ScenarioResult,
    checks_under,
    fault_of,
    judge_check,
)
from tutor.grading.sentences import (
    drop_quoted,
    evidence_for,
    evidence_of,
    is_from_learner,
    plain_sentence,
    relation_of,
    results_of,
    under,
    urgency,
)
from tutor.grading.submission import Submission, names_typed_in
from tutor.grading.templates import can_fill, expressions_in, fill
from tutor.grading.verdict import Runner, Verdict, VerdictKind
from tutor.grading.wrong_programs import observe_wrong_programs
from tutor.wire.events import ErrorFacts
from tutor.wire.values import Missing


async def judge_program(
    step: CodeStep, submission: Submission, runner: Runner, *, live: bool = True
) -> Verdict:
    """Return the verdict on one program as an answer to the step.

    With `live`, the learner's run under the step's own givens is streamed.
    """
    verdict = not_attempted(step, submission)
    if verdict is not None:
        return verdict
    attempt = await observe_attempt(step, submission, runner, live=live)
    if (verdict := _judge_lost(attempt)) is not None:
        return verdict
    fault = _find_fault(step, attempt)
    if fault:
        return tutor_fault(fault)
    verdict = (
        _judge_stopped(step, submission, attempt.base)
        or _judge_ended_from_outside(step, submission, attempt)
        or _judge_replaced(attempt)
        or await _judge_raised(step, submission, attempt, runner)
        or await _judge_checks(step, submission, attempt, runner)
    )
    remarks = remarks_on(step, submission, attempt, verdict)
    # A stopped variation ends the whole check, including everything after this.
    is_stopped = verdict.outcome == "stopped"
    return structs.replace(
        verdict,
        notes=(*verdict.notes, *remarks),
        outcome="stopped" if is_stopped else attempt.base.learner.observation.outcome,
    )


def tutor_fault(reason: str) -> Verdict:
    """Return the verdict for a failure that is not the fault of the learner's program."""
    message = (
        "Something is wrong with this exercise or with the tutor, not with your answer: "
        f"{reason}. This does not count. Please report it, and go on with the next step."
    )
    return Verdict("tutor-fault", "tutor-fault", message)


def _judge_lost(attempt: ObservedAttempt) -> Verdict | None:
    """Return a tutor-fault verdict if the worker could not run the program.

    The message quotes the worker's reason and advice, if any.
    """
    for result in attempt.results:
        observation = result.learner.observation
        if observation.outcome == "lost":
            reason = observation.detail or "The worker ended without giving a reason."
            message = f"Your code was not run, so nothing was judged. {_sentence(reason)}"
            return Verdict("tutor-fault", "tutor-fault", message, outcome="lost")
    return None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _find_fault(step: CodeStep, attempt: ObservedAttempt) -> str:
    """Return why the tutor cannot judge; "" if it can.

    The given code may raise, answers may be missing, or the solution may fail its own checks.
    """
    for result in attempt.results:
        fault = _fault_of_run(result.learner, attempt.question_count) or fault_of(
            step, result.solution, result.scenario
        )
        if fault:
            return fault
    return ""


def _fault_of_run(run: RunAnswers, asked: int) -> str:
    observation = run.observation
    if run.error is not None and run.error.from_given:
        return f"the given code raised {run.error.type_name}: {run.error.message}"
    if observation.outcome == "raised" and run.error is None:
        return "the program raised an error without a description"
    if observation.outcome == "finished" and len(observation.answers) < asked:
        return "the worker ended before it had answered all questions"
    return ""


def _judge_stopped(
    step: CodeStep, submission: Submission, result: ScenarioResult
) -> Verdict | None:
    """Return the verdict on a run that was cut short; None if it finished or raised.

    A limit, an exit, a crash or the learner may have ended it. A run that the learner stopped
    counts as not attempted.
    """
    observation = result.learner.observation
    if observation.outcome in ("finished", "raised"):
        return None
    explanation = explain_ending(observation, limits_of(step), source=submission.source)
    kind: VerdictKind = "not-attempted" if observation.outcome == "stopped" else "reject"
    if found_card_full(observation):
        kind = "tutor-fault"
    where = () if result.scenario.is_base else (f"with {result.scenario.label}",)
    return Verdict(
        kind,
        explanation.slug,
        explanation.message,
        evidence=(*where, *_last_lines(observation.error_output)),
        line=observation.line,
        outcome=observation.outcome,
    )


def _judge_ended_from_outside(
    step: CodeStep, submission: Submission, attempt: ObservedAttempt
) -> Verdict | None:
    """Return the verdict if a run was ended from outside; None if none was.

    The learner stopped it, or others used all the memory of the graphics card.
    """
    for result in attempt.results:
        observation = result.learner.observation
        if observation.outcome == "stopped" or found_card_full(observation):
            return _judge_stopped(step, submission, result)
    return None


def _last_lines(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if line.strip()]
    return tuple(lines[-2:])


def _judge_replaced(attempt: ObservedAttempt) -> Verdict | None:
    replaced = [name for result in attempt.results for name in result.learner.executed.replaced]
    if not replaced:
        return None
    names = list(dict.fromkeys(replaced))
    listed = ", ".join(f"`{name}`" for name in names[:3])
    message = (
        f"Functions of the library were replaced ({listed}), so the result cannot be trusted. "
        "Give your own functions other names, and check again."
    )
    return Verdict("reject", "cheats-the-checker", message, evidence=tuple(names[:10]))


async def _judge_raised(
    step: CodeStep, submission: Submission, attempt: ObservedAttempt, runner: Runner
) -> Verdict | None:
    """Return the verdict on a program that raised; None if it did not.

    At a line of the scaffold's own, the code above it is the cause. Then a misconception of the
    step that raises the same error is used. Otherwise the error is explained, unless the program is
    right without its changes of the givens: then those are to blame.
    """
    run = attempt.base.learner
    error = run.error
    if error is None:
        return None
    if step.gpu and lacks_card(error):
        return verdict_without_card(error, quote(error))
    if (cause := await _judge_above_scaffold_line(step, submission, error, runner)) is not None:
        return cause
    wrongs = await observe_wrong_programs(step, attempt, runner)
    bases = {wrong: runs[0] for wrong, runs in wrongs.items()}
    item = find_misconception_on_error(step, run, submission.source, bases)
    missing = missing_on_error(step, submission, attempt.base, error)
    if missing and item is None:
        answer = MissedAnswer(step, submission, attempt.results, ())
        verdict = _reject_missing(answer, missing, error.line)
        return structs.replace(
            verdict, evidence=quote(error), line=error.line, error=error.type_name
        )
    if item is not None:
        slug, message = item.id, fill(item.say, run.shown)
    else:
        explanation = (
            find_class_mistake(submission, error)
            or find_early_use(submission, error)
            or find_unknown_name(step, submission, error)
            or find_builtin_input(step, error)
            or explain_or_quote(error)
        )
        slug, message = explanation.slug, explanation.message
        redefined = await _judge_without_changes(step, submission, attempt.base, runner)
        if redefined is not None and redefined.slug == "changes-the-given":
            # After a dtype error the given has the same numbers, of another kind: both are
            # reported.
            if not slug.startswith("dtype-"):
                return structs.replace(redefined, evidence=quote(error), error=error.type_name)
            message = f"{message} {redefined.message}"
    kind: VerdictKind = "not-attempted" if slug == "blank-left-in" else "reject"
    return Verdict(
        kind, slug, message, evidence=quote(error), line=error.line, error=error.type_name
    )


async def _judge_above_scaffold_line(
    step: CodeStep, submission: Submission, error: ErrorFacts, runner: Runner
) -> Verdict | None:
    """Return the misconception that caused an error in a scaffold line; else None."""
    without = without_scaffold_lines(step, submission, error)
    if without is None:
        return None
    verdict = await judge_program(step, without, runner, live=False)
    if verdict.kind != "reject" or verdict.slug not in {item.id for item in step.misconceptions}:
        return None
    return structs.replace(verdict, evidence=quote(error), error=error.type_name)


def _check_outcomes(step: CodeStep, attempt: ObservedAttempt) -> list[CheckOutcome]:
    """Return the outcome of every check under every scenario in which the program finished.

    A variation that only leads to a note, and under which the program did not finish, counts as one
    miss of the first check.
    """
    outcomes: list[CheckOutcome] = []
    for result in attempt.results:
        if result.learner.finished:
            checks = checks_under(step, result.scenario)
            outcomes.extend(judge_check(check, result) for check in checks)
        elif result.scenario.note:
            error = result.learner.error or ErrorFacts(result.learner.observation.outcome, "")
            if error.type_name == "AssertionError":
                continue  # an assert on its own result, which holds for the given values only
            check = step.checks[0]
            outcomes.append(CheckOutcome(check, result.scenario, Missing(), Missing(), error=error))
    return outcomes


async def _judge_checks(
    step: CodeStep, submission: Submission, attempt: ObservedAttempt, runner: Runner
) -> Verdict:
    """Return the verdict on a finished run: why it misses checks, or an acceptance."""
    outcomes = _check_outcomes(step, attempt)
    missed = [outcome for outcome in outcomes if not outcome.holds]
    answer = MissedAnswer(
        step, submission, attempt.results, [miss for miss in missed if not miss.note]
    )
    broken = [
        result
        for result in attempt.results
        if not result.learner.finished and not result.scenario.note
    ]
    verdict = _judge_placeholder(answer) or await _explain_misses(answer, broken, attempt, runner)
    shown = [outcome for outcome in outcomes if outcome.scenario.is_base or not outcome.holds]
    results = results_of(shown)
    if verdict is not None:
        return structs.replace(verdict, checks=results)
    # A note's wrong program misses some check, so only an answer that misses one can match it.
    wrongs = await observe_wrong_programs(step, attempt, runner) if missed and step.notes else {}
    return structs.replace(_accept(answer, attempt, outcomes, wrongs), checks=results)


def _reject(diagnosis: Diagnosis, evidence: Sequence[str] = ()) -> Verdict:
    """Return the verdict for a diagnosis; a remaining blank counts as not attempted."""
    kind: VerdictKind = "not-attempted" if diagnosis.slug == "blank-left-in" else "reject"
    shown = drop_quoted(evidence, diagnosis.message)
    return Verdict(kind, diagnosis.slug, diagnosis.message, evidence=shown, line=diagnosis.line)


def _judge_placeholder(answer: MissedAnswer) -> Verdict | None:
    """Return the verdict if a name is missing, or the answer is a placeholder.

    None if there is an answer, right or wrong.
    """
    base = answer.results[0]
    misses = [miss for miss in answer.misses if miss.scenario.is_base]
    missing = missing_names(answer.step, base, misses)
    if missing:
        return _reject_missing(answer, missing)
    placeholder = (
        find_placeholder_answer(answer) if answer.misses else find_changed_fixed_given(answer)
    )
    if placeholder is None:
        return None
    return _reject(placeholder, evidence_for(placeholder.message, answer.misses))


def _reject_missing(
    answer: MissedAnswer, missing: Sequence[str], stopped_at: int | None = None
) -> Verdict:
    """Return the verdict on an answer that lacks requested names."""
    diagnosis = explain_missing(answer, missing, stopped_at)
    if not is_specific(diagnosis):
        item = find_by_property(answer.step.misconceptions, [answer.results[0].learner])
        if item is not None:
            return _reject_misconception(answer, item, ())
    return _reject(diagnosis)


def _reject_misconception(
    answer: MissedAnswer, item: Misconception, misses: Sequence[CheckOutcome]
) -> Verdict:
    base = answer.results[0]
    if item.when and not base.learner.holds(item.when):
        base = next((each for each in answer.results if each.learner.holds(item.when)), base)
    message = fill(item.say, base.learner.shown)
    if expressions_in(item.say):
        message = under(base.scenario, message)
    shown = drop_quoted(evidence_for(message, misses), message)
    return Verdict("reject", item.id, message, evidence=shown)


async def _explain_misses(
    answer: MissedAnswer, broken: Sequence[ScenarioResult], attempt: ObservedAttempt, runner: Runner
) -> Verdict | None:
    """Return why checks are missed; None if none is and all variations finish."""
    if not answer.misses and not broken:
        return None
    own = None if answer.misses else without_own_checks(answer.step, answer.submission, broken)
    if own is not None:
        verdict = await judge_program(answer.step, own, runner, live=False)
        if verdict.accepted:
            return own_check_note(answer.submission, broken[0], verdict)
        on_base = [check.passed for check in verdict.checks if not check.variation]
        if on_base and all(on_base):
            return verdict  # else the lines left out affect the answer
    wrongs = await observe_wrong_programs(answer.step, attempt, runner)
    failed = _failed_runs(answer, broken)
    typed_in = names_typed_in(answer.step, answer.submission)
    item = find_misconception(answer.step, attempt.results, wrongs, failed, typed_in)
    if item is not None:
        return _reject_misconception(answer, item, answer.misses)
    redefined = await _judge_without_changes(answer.step, answer.submission, attempt.base, runner)
    if redefined is not None:
        shown = redefined.evidence or evidence_for(redefined.message, answer.misses)
        return structs.replace(redefined, evidence=shown)
    diagnosis = find_common_mistake(answer) or await _find_seed_dependence(answer, attempt, runner)
    if diagnosis is not None:
        return _reject(diagnosis, evidence_for(diagnosis.message, answer.misses))
    return _reject_first_miss(answer, broken)


async def _judge_without_changes(
    step: CodeStep, submission: Submission, base: ScenarioResult, runner: Runner
) -> Verdict | None:
    """Return the verdict if lines that change givens are the reason, or hide it; else None.

    Judging the program without those lines decides that.
    """
    for without in programs_without_changes(step, submission, base):
        verdict = await judge_program(step, without.submission, runner, live=False)
        if verdict.accepted:
            return refuse_for_givens(step, submission, without.names, verdict)
        if without.typed_in and verdict.kind == "reject":
            words = removal_advice(step, submission, without.names)
            return structs.replace(verdict, message=f"{words}. Without it: {verdict.message}")
    return None


def _failed_runs(answer: MissedAnswer, broken: Sequence[ScenarioResult]) -> list[RunAnswers]:
    """Return the base run if it misses a check, else all runs under which the answer fails."""
    missed = {miss.scenario.label for miss in answer.misses}
    failed = [
        result for result in answer.results if result.scenario.label in missed or result in broken
    ]
    return [result.learner for result in failed][: 1 if "" in missed else None]


async def _find_seed_dependence(
    answer: MissedAnswer, attempt: ObservedAttempt, runner: Runner
) -> Diagnosis | None:
    """Run the answer under another seed; return a diagnosis if the result depends on it."""
    if not answer.misses:
        return None
    other = await observe_under_other_seed(answer.step, answer.submission, attempt, runner)
    return None if other is None else find_seed_dependence(answer, other)


_WHAT_TO_PRINT = {
    "wrong-value": "print its parts one by one, and compare each with the task",
    "wrong-shape": "print the `.shape` of its parts, and find where it changes",
}
"""Advice on what to inspect if the cause is unknown."""


def _reject_first_miss(answer: MissedAnswer, broken: Sequence[ScenarioResult]) -> Verdict:
    """Return the verdict on the most urgent miss, in the step's own words if it has any.

    A variation under which the program does not finish is more urgent than misses under variations,
    but not than those under the base givens.
    """
    misses = sorted(answer.misses, key=urgency)
    if broken and not (misses and misses[0].scenario.is_base):
        return _reject_variation(answer.step, answer.submission, broken[0])
    first = misses[0]
    line = line_of(answer, first)
    diagnosis = plain_sentence(first)
    if line is not None and diagnosis.slug in _WHAT_TO_PRINT:
        advice = f"Line {line} computes it: {_WHAT_TO_PRINT[diagnosis.slug]}."
        diagnosis = structs.replace(diagnosis, message=f"{diagnosis.message} {advice}")
    run = next(result.learner for result in answer.results if result.scenario == first.scenario)
    is_raised = first.error is not None and is_from_learner(first.error)
    if first.check.say and not is_raised and can_fill(first.check.say, run.shown):
        message = fill(first.check.say, run.shown)
        if expressions_in(first.check.say):
            message = under(first.scenario, message)
        if first.scenario.is_base and relation_of(first) is not None:
            message = f"{diagnosis.message} {message}"
        diagnosis = structs.replace(diagnosis, message=message)
    diagnosis = structs.replace(diagnosis, line=line)
    return _reject(diagnosis, evidence_of(first))


def _reject_variation(step: CodeStep, submission: Submission, result: ScenarioResult) -> Verdict:
    """Return the verdict on a program that does not finish under a variation."""
    stopped = _judge_stopped(step, submission, result)
    where = f"Right for the given values, but with `{result.scenario.label}` it fails. "
    if stopped is not None:
        return structs.replace(stopped, message=where + stopped.message)
    error = result.learner.error
    if error is None:
        return tutor_fault(f"the run with {result.scenario.label} gave no answers")
    explanation = _explain_unforeseen_value(error, result) or explain_or_quote(error)
    return Verdict(
        "reject",
        explanation.slug,
        where + explanation.message,
        evidence=(f"with {result.scenario.label}", *quote(error)),
        line=error.line,
        error=error.type_name,
    )


_UNFORESEEN_ERRORS = ("KeyError", "NameError", "UnboundLocalError", "AssertionError")


def _explain_unforeseen_value(error: ErrorFacts, result: ScenarioResult) -> Explanation | None:
    """Explain an error due to other givens: the program has no entry or branch for them.

    None if it is of another type, if a library raised it, or if only the seed differs.
    """
    is_own = error.type_name in _UNFORESEEN_ERRORS and not error.raised_in
    if not is_own or not result.scenario.varied:
        return None
    where = f"in line {error.line}" if error.line else "there"
    source = " and ".join(f"`{name}`" for name in result.scenario.varied)
    return Explanation(
        "hard-coded-answer",
        f"Your program does not handle that value {where}. Compute the result, so that it is "
        f"right for any {source}.",
    )


def _accept(
    answer: MissedAnswer,
    attempt: ObservedAttempt,
    outcomes: Sequence[CheckOutcome],
    wrongs: Mapping[str, Sequence[RunAnswers]],
) -> Verdict:
    advice = find_word_advice(answer.step, answer.submission)
    if advice is not None and answer.step.strict:
        return _reject(advice)
    notes = notes_on(answer.step, answer.submission, attempt, outcomes, wrongs)
    more = (advice.message,) if advice is not None else ()
    if not notes:
        return Verdict("accept", notes=more)
    rest = tuple(note.message for note in notes[1:])
    return Verdict("accept-with-note", notes[0].slug, notes[0].message, notes=(*rest, *more))
