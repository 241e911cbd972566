"""The order of the questions that lead to a verdict, for one program as an answer to one step.

For `grade`, which also knows files of several exercises, and cleans what is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from tutor.course.model import CodeStep, Misconception
from tutor.grading.common_mistakes import depends_on_seed, find_common_mistake
from tutor.grading.errors import Explanation, explain_ending, explain_or_quote, quote
from tutor.grading.misconceptions import find_missed, find_property, find_raised
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, line_of
from tutor.grading.names import explain_missing, is_telling, missing_names, used_too_early
from tutor.grading.not_attempted import not_attempted
from tutor.grading.observed_attempt import (
    ObservedAttempt,
    observe_attempt,
    observe_solution_elsewhere,
    observe_wrong_programs,
)
from tutor.grading.placeholder_answers import find_placeholder_answer, fixed_given
from tutor.grading.plan import limits_of
from tutor.grading.redefining import leave_out, line_changing, without_changes
from tutor.grading.remarks import notes_on, remarks_on, words_wanted
from tutor.grading.scenario_result import (
    CheckOutcome,
    RunAnswers,
    ScenarioResult,
    checks_under,
    fault_of,
    judge,
)
from tutor.grading.sentences import (
    evidence_for,
    evidence_of,
    plain_sentence,
    results_of,
    untold,
    urgency,
)
from tutor.grading.submission import Submission
from tutor.grading.templates import fill
from tutor.grading.verdict import Runner, Verdict, VerdictKind
from tutor.wire.events import ErrorFacts
from tutor.wire.values import Missing


async def judge_program(
    step: CodeStep, submission: Submission, runner: Runner, *, live: bool = True
) -> Verdict:
    """Whether it is right, why not, and with what evidence. With `live` its run is streamed."""
    verdict = not_attempted(step, submission)
    if verdict is not None:
        return verdict
    sitting = await observe_attempt(step, submission, runner, live=live)
    if (verdict := _not_run(sitting)) is not None:
        return verdict
    fault = _find_fault(step, sitting)
    if fault:
        return tutor_fault(fault)
    verdict = (
        _stopped(step, submission, sitting.base)
        or _stopped_by_hand(step, submission, sitting)
        or _replaced(sitting)
        or await _raised(step, submission, sitting, runner)
        or await _checked(step, submission, sitting, runner)
    )
    told = (verdict.message, *verdict.notes)
    remarks = [
        remark.message
        for remark in remarks_on(step, submission, sitting)
        if remark.slug != verdict.slug and not any(remark.message in text for text in told)
    ]
    return structs.replace(
        verdict,
        notes=(*verdict.notes, *remarks),
        outcome=sitting.base.learner.observation.outcome,
    )


def tutor_fault(reason: str) -> Verdict:
    """The verdict when it is not the learner's program that is at fault."""
    message = (
        f"Something is wrong with this exercise or with the tutor, not with your answer: {reason}. "
        "It does not count. Please report it, and go on with the next step."
    )
    return Verdict("tutor-fault", "tutor-fault", message)


def _not_run(sitting: ObservedAttempt) -> Verdict | None:
    """The worker could not run it. Where it says why, and what to do, that is all there is."""
    for trial in sitting.trials:
        observation = trial.learner.observation
        if observation.outcome == "lost":
            reason = observation.detail or "The worker ended, and did not say why."
            message = f"Your code was not run, so nothing was judged. {_sentence(reason)}"
            return Verdict("tutor-fault", "tutor-fault", message, outcome="lost")
    return None


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")


def _find_fault(step: CodeStep, sitting: ObservedAttempt) -> str:
    """Why the tutor cannot judge: the step fails its own solution, or no answers came."""
    for trial in sitting.trials:
        fault = _fault_of_run(trial.learner, sitting.asked) or fault_of(
            step, trial.solution, trial.scenario
        )
        if fault:
            return fault
    return ""


def _fault_of_run(run: RunAnswers, asked: int) -> str:
    observation = run.observation
    if run.error is not None and run.error.from_given:
        return f"the given code raised {run.error.type_name}: {run.error.message}"
    if observation.outcome == "raised" and run.error is None:
        return "the program raised something that cannot be told"
    if observation.outcome == "finished" and len(observation.answers) < asked:
        return "the worker ended before it had answered all questions"
    return ""


def _stopped(step: CodeStep, submission: Submission, trial: ScenarioResult) -> Verdict | None:
    """Ended from outside, or by itself: by time, memory, output, processes, exit, crash, Stop."""
    observation = trial.learner.observation
    if observation.outcome in ("finished", "raised"):
        return None
    explanation = explain_ending(observation, limits_of(step), source=submission.source)
    kind: VerdictKind = "not-attempted" if observation.outcome == "stopped" else "reject"
    where = () if trial.scenario.is_base else (f"with {trial.scenario.label}",)
    return Verdict(
        kind,
        explanation.slug,
        explanation.message,
        evidence=(*where, *_last_lines(observation.error_output)),
        line=observation.line,
        outcome=observation.outcome,
    )


def _stopped_by_hand(
    step: CodeStep, submission: Submission, sitting: ObservedAttempt
) -> Verdict | None:
    for trial in sitting.trials:
        if trial.learner.observation.outcome == "stopped":
            return _stopped(step, submission, trial)
    return None


def _last_lines(text: str) -> tuple[str, ...]:
    lines = [line for line in text.splitlines() if line.strip()]
    return tuple(lines[-2:])


def _replaced(sitting: ObservedAttempt) -> Verdict | None:
    replaced = [name for trial in sitting.trials for name in trial.learner.executed.replaced]
    if not replaced:
        return None
    names = list(dict.fromkeys(replaced))
    listed = ", ".join(f"`{name}`" for name in names[:3])
    message = (
        f"Functions of the library were replaced ({listed}), so the result cannot be trusted. "
        "Give your own functions other names, and check again."
    )
    return Verdict("reject", "cheats-the-checker", message, evidence=tuple(names[:10]))


async def _raised(
    step: CodeStep, submission: Submission, sitting: ObservedAttempt, runner: Runner
) -> Verdict | None:
    run = sitting.base.learner
    error = run.error
    if error is None:
        return None
    wrongs = await observe_wrong_programs(step, sitting, runner)
    bases = {wrong: runs[0] for wrong, runs in wrongs.items()}
    item = find_raised(step, run, submission.source, bases)
    if item is not None:
        slug, message = item.id, fill(item.say, run.shown)
    else:
        explanation = used_too_early(submission, error) or explain_or_quote(error)
        slug, message = explanation.slug, explanation.message
        redefined = await _redefined(step, submission, sitting.base, runner)
        if redefined is not None and redefined.slug == "changes-the-given":
            if not slug.startswith("dtype-"):  # else the same numbers, of another kind
                return structs.replace(redefined, evidence=quote(error), error=error.type_name)
            message = f"{message} {redefined.message}"
    kind: VerdictKind = "not-attempted" if slug == "blank-left-in" else "reject"
    return Verdict(
        kind, slug, message, evidence=quote(error), line=error.line, error=error.type_name
    )


def _outcomes(step: CodeStep, sitting: ObservedAttempt) -> list[CheckOutcome]:
    """Every check under every scenario; one miss for a soft variation that did not even end."""
    outcomes: list[CheckOutcome] = []
    for trial in sitting.trials:
        if trial.learner.finished:
            checks = checks_under(step, trial.scenario)
            outcomes.extend(judge(check, trial) for check in checks)
        elif trial.scenario.note:
            error = trial.learner.error or ErrorFacts(trial.learner.observation.outcome, "")
            if error.type_name == "AssertionError":
                continue  # the program looks at its own result, and only for the given values
            check = step.checks[0]
            outcomes.append(CheckOutcome(check, trial.scenario, Missing(), Missing(), error=error))
    return outcomes


async def _checked(
    step: CodeStep, submission: Submission, sitting: ObservedAttempt, runner: Runner
) -> Verdict:
    outcomes = _outcomes(step, sitting)
    missed = [outcome for outcome in outcomes if not outcome.holds]
    case = MissedAnswer(
        step, submission, sitting.trials, [miss for miss in missed if not miss.note]
    )
    broken = [t for t in sitting.trials if not t.learner.finished and not t.scenario.note]
    found = _in_place(case) or await _explained(case, broken, sitting, runner)
    shown = [outcome for outcome in outcomes if outcome.scenario.is_base or not outcome.holds]
    results = results_of(shown)
    if found is not None:
        return structs.replace(found, checks=results)
    # A note's wrong program misses some check, and so must an answer that is like it.
    wrongs = await observe_wrong_programs(step, sitting, runner) if missed and step.notes else {}
    return structs.replace(_accepted(case, sitting, outcomes, wrongs), checks=results)


def _rejected(found: Diagnosis, evidence: Sequence[str] = ()) -> Verdict:
    kind: VerdictKind = "not-attempted" if found.slug == "blank-left-in" else "reject"
    shown = untold(evidence, found.message)
    return Verdict(kind, found.slug, found.message, evidence=shown, line=found.line)


def _in_place(case: MissedAnswer) -> Verdict | None:
    """A name that is missing, or something else in place of the answer."""
    base = case.trials[0]
    misses = [miss for miss in case.misses if miss.scenario.is_base]
    missing = missing_names(case.step, base, misses)
    if missing:
        found = explain_missing(case, missing)
        item = (
            None if is_telling(found) else find_property(case.step.misconceptions, [base.learner])
        )
        return _rejected(found) if item is None else _misconceived(case, item, ())
    found_instead = find_placeholder_answer(case) if case.misses else fixed_given(case)
    if found_instead is None:
        return None
    return _rejected(found_instead, evidence_for(found_instead.message, case.misses))


def _misconceived(
    case: MissedAnswer, item: Misconception, misses: Sequence[CheckOutcome]
) -> Verdict:
    message = fill(item.say, case.trials[0].learner.shown)
    shown = untold(evidence_for(message, misses), message)
    return Verdict("reject", item.id, message, evidence=shown)


async def _explained(
    case: MissedAnswer, broken: Sequence[ScenarioResult], sitting: ObservedAttempt, runner: Runner
) -> Verdict | None:
    """Why checks are missed; None if none is, and the program ends under all variations."""
    if not case.misses and not broken:
        return None
    wrongs = await observe_wrong_programs(case.step, sitting, runner)
    item = find_missed(case.step, sitting.trials, wrongs, _failed_runs(case, broken))
    if item is not None:
        return _misconceived(case, item, case.misses)
    redefined = await _redefined(case.step, case.submission, sitting.base, runner)
    if redefined is not None:
        shown = redefined.evidence or evidence_for(redefined.message, case.misses)
        return structs.replace(redefined, evidence=shown)
    found = find_common_mistake(case) or await _seen_elsewhere(case, sitting, runner)
    if found is not None:
        return _rejected(found, evidence_for(found.message, case.misses))
    return _plain(case, broken)


async def _redefined(
    step: CodeStep, submission: Submission, base: ScenarioResult, runner: Runner
) -> Verdict | None:
    """The verdict where givens bound again are the reason, or hide it: seen by judging the program
    without those lines."""
    for without in without_changes(step, submission, base):
        verdict = await judge_program(step, without.submission, runner, live=False)
        words = leave_out(step, submission, without.names)
        if verdict.accepted:
            line = line_changing(submission, without.names[0])
            notes = (verdict.message, *verdict.notes) if verdict.message else verdict.notes
            message = f"{words}: the rest is right."
            return Verdict("reject", "changes-the-given", message, line=line, notes=notes)
        if without.typed_in and verdict.kind == "reject":
            return structs.replace(verdict, message=f"{words}. Without it: {verdict.message}")
    return None


def _failed_runs(case: MissedAnswer, broken: Sequence[ScenarioResult]) -> list[RunAnswers]:
    """The base run if it misses a check, else the runs under which the answer fails."""
    missed = {miss.scenario.label for miss in case.misses}
    failed = [trial for trial in case.trials if trial.scenario.label in missed or trial in broken]
    return [trial.learner for trial in failed][: 1 if "" in missed else None]


async def _seen_elsewhere(
    case: MissedAnswer, sitting: ObservedAttempt, runner: Runner
) -> Diagnosis | None:
    if not case.misses:
        return None
    other = await observe_solution_elsewhere(case.step, case.submission, sitting, runner)
    return None if other is None else depends_on_seed(case, other)


def _plain(case: MissedAnswer, broken: Sequence[ScenarioResult]) -> Verdict:
    """The sentence for the most pressing miss, in the step's own words where it has some."""
    misses = sorted(case.misses, key=urgency)
    if broken and not (misses and misses[0].scenario.is_base):
        return _broken(case.step, case.submission, broken[0])
    first = misses[0]
    found = plain_sentence(first)
    if first.check.say:
        run = next(t.learner for t in case.trials if t.scenario == first.scenario)
        found = structs.replace(found, message=fill(first.check.say, run.shown))
    found = structs.replace(found, line=line_of(case, first))
    return _rejected(found, evidence_of(first))


def _broken(step: CodeStep, submission: Submission, trial: ScenarioResult) -> Verdict:
    """A variation under which the program does not come to its end."""
    stopped = _stopped(step, submission, trial)
    where = f"Right for the given values, but with `{trial.scenario.label}` it fails. "
    if stopped is not None:
        return structs.replace(stopped, message=where + stopped.message)
    error = trial.learner.error
    if error is None:
        return tutor_fault(f"the run with {trial.scenario.label} gave no answers")
    explanation = _why_only_elsewhere(error, trial) or explain_or_quote(error)
    return Verdict(
        "reject",
        explanation.slug,
        where + explanation.message,
        evidence=(f"with {trial.scenario.label}", *quote(error)),
        line=error.line,
        error=error.type_name,
    )


_NOT_FORESEEN = ("KeyError", "NameError", "UnboundLocalError", "AssertionError")


def _why_only_elsewhere(error: ErrorFacts, trial: ScenarioResult) -> Explanation | None:
    """A program that knows only the given values: no entry, no branch for others."""
    if error.type_name not in _NOT_FORESEEN or not trial.scenario.varied:
        return None
    where = f"in line {error.line}" if error.line else "there"
    source = " and ".join(f"`{name}`" for name in trial.scenario.varied)
    return Explanation(
        "hard-coded-answer",
        f"Your program has nothing for that value {where}. Compute the result, so that it is right "
        f"for any {source}.",
    )


def _accepted(
    case: MissedAnswer,
    sitting: ObservedAttempt,
    outcomes: Sequence[CheckOutcome],
    wrongs: Mapping[str, Sequence[RunAnswers]],
) -> Verdict:
    advice = words_wanted(case.step, case.submission)
    if advice is not None and case.step.strict:
        return _rejected(advice)
    notes = notes_on(case.step, sitting, outcomes, wrongs)
    more = (advice.message,) if advice is not None else ()
    if not notes:
        return Verdict("accept", notes=more)
    rest = tuple(note.message for note in notes[1:])
    return Verdict("accept-with-note", notes[0].slug, notes[0].message, notes=(*rest, *more))
