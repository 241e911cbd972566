"""Rules of the linter that run the programs of a code step and judge them as answers.

By the grading that learners get, the solution must pass, the scaffold must not count as an attempt,
and each wrong program must be refused with its own message.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from msgspec import structs

from tutor.authoring.check_rules import (
    check_functions,
    check_gpu,
    check_modes,
    check_names,
    check_redundancy,
    check_remarks,
)
from tutor.authoring.claim_rules import check_claims, check_telling
from tutor.authoring.evidence import (
    ProgramEvidence,
    gather_evidence,
    observe_all,
    observe_program,
    refused_programs,
)
from tutor.authoring.hardcoded import hardcoded_program
from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.authoring.question_costs import check_question_costs, timed
from tutor.authoring.remembering_runner import RememberingRunner
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import check_exercise, checked_names
from tutor.authoring.verdict_rules import find_leaks, has_words_of
from tutor.authoring.verdicts import verdicts_on
from tutor.course.code import names_loaded, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, OrderStep, UsedAnswer
from tutor.course.used_answers import with_own
from tutor.grading.compare import is_same
from tutor.grading.earlier_answers import SLUG
from tutor.grading.grade import grade
from tutor.grading.misconceptions import masked
from tutor.grading.order import as_code
from tutor.grading.plan import (
    check_expressions,
    command_under,
    learner_questions,
    other_seed,
    scenarios,
    solution_command,
)
from tutor.grading.scenario_result import RunAnswers, fault_of, rule_of, run_answers
from tutor.grading.submission import read_submission, rebinding
from tutor.grading.verdict import Runner, Verdict
from tutor.toml_text import KeyPath
from tutor.wire.commands import Execute

MIN_TIME_FACTOR = 3
"""Minimum ratio of time limit to measured time: learners' machines may be slower."""


async def check_programs(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules that need runs; after a fault of the solution, no others."""
    programs: dict[KeyPath, str] = {("solution",): step.solution}
    programs |= {("also_right", index): each for index, each in enumerate(step.also_right)}
    check_gpu(step, programs, step.checks, findings)
    runner = RememberingRunner(runner)
    if not await _runs_the_solution(step, runner, findings):
        return
    await _check_right(step, runner, findings)
    await check_used(step, runner, findings)
    await _check_scaffold(step, runner, findings)
    verdicts = await verdicts_on(step, _to_be_refused(step), runner)
    evidence = await gather_evidence(step, runner)
    _check_wrong(step, evidence, verdicts, findings)
    await _check_notes(step, runner, findings)
    await _check_second_run(step, evidence, runner, findings)
    await _check_other_seed(step, evidence, runner, findings)
    attackers = await _attackers(step, evidence, runner)
    cheat = hardcoded_program(step, checked_names(step), evidence.solution[0].bound())
    if cheat is not None:
        attackers.append(await observe_program(step, cheat, runner))
        await _check_hardcoded(step, cheat, runner, findings)
    await check_claims(step, evidence, runner, findings)
    await check_telling(step, evidence, runner, findings)
    check_redundancy(step, evidence, attackers, findings)
    check_functions(step, evidence.solution[0], findings)
    await check_modes(step, evidence.solution[0], runner, findings)
    check_names(step, findings)
    check_remarks(step, findings)
    solution = command_under(step, step.solution, evidence.scenarios[0], live=True)
    await check_views(step.views, solution, "the solution", runner, findings)
    _check_time(step, evidence, findings)


async def _runs_the_solution(step: CodeStep, runner: Runner, findings: StepFindings) -> bool:
    solution = await observe_all(solution_command(step), runner)
    if not solution:
        findings.error(("solution",), "could not be run: the worker gave no answer")
        return False
    for scenario, run in zip(scenarios(step), solution, strict=False):
        fault = fault_of(step, run, scenario)
        if fault:
            findings.error(("solution",), fault)
            return False
    return True


def _to_be_refused(step: CodeStep) -> list[str]:
    """Return the wrong programs and the examples of all misconceptions."""
    return [each for item in step.misconceptions if (each := item.wrong or item.example)]


async def _check_right(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    verdict = await grade(step, step.solution, runner)
    if not verdict.accepted:
        findings.error(("solution",), f"is not accepted: {_in_one_line(verdict)}")
    elif verdict.kind != "accept":
        findings.warning(("solution",), f"gets a note: {_in_one_line(verdict)}")
    _check_verdict_texts(step, ("solution",), verdict, findings)
    verdicts = await verdicts_on(step, step.also_right, runner)
    for index, program in enumerate(step.also_right):
        verdict = verdicts[program]
        if not verdict.accepted:
            findings.error(("also_right", index), f"is not accepted: {_in_one_line(verdict)}")
        _check_verdict_texts(step, ("also_right", index), verdict, findings)


async def _check_scaffold(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    verdict = await grade(step, step.scaffold, runner)
    if verdict.kind != "not-attempted":
        findings.error(
            ("scaffold",), f"should count as not attempted, but: {_in_one_line(verdict)}"
        )
        return
    if step.unchanged and verdict.slug != "nothing-changed":
        message = f"is never shown: the scaffold is not a complete program ({verdict.message})"
        findings.error(("unchanged",), message)
    verdict = await grade(step, f"{step.scaffold}\nprint()\n", runner)
    if verdict.accepted:
        findings.error(("scaffold",), "is a right answer already")


def _check_wrong(
    step: CodeStep,
    evidence: ProgramEvidence,
    verdicts: Mapping[str, Verdict],
    findings: StepFindings,
) -> None:
    for index, item in enumerate(step.misconceptions):
        if not (item.wrong or item.example):
            continue
        path = ("misconception", index, "wrong" if item.wrong else "example")
        verdict = verdicts[item.wrong or item.example]
        if verdict.kind != "reject":
            findings.error(path, f"is not refused: {_in_one_line(verdict)}")
        elif not has_words_of(item, verdict):
            findings.error(path, f"gets another message than its own: {_in_one_line(verdict)}")
        _check_verdict_texts(step, path, verdict, findings)
        if not item.wrong:
            continue
        _check_behaviour(step, path, item.wrong, evidence.wrongs.get(item.wrong, ()), findings)
        _check_distinguished(step, path, evidence, item.wrong, findings)


async def _check_notes(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    for index, note in enumerate(step.notes):
        if not note.wrong:
            continue
        verdict = await grade(step, note.wrong, runner)
        if verdict.kind != "accept-with-note" or not has_words_of(note, verdict):
            message = f"should be accepted with this note, but: {_in_one_line(verdict)}"
            findings.error(("note", index, "wrong"), message)
        _check_verdict_texts(step, ("note", index, "wrong"), verdict, findings)


def _check_verdict_texts(
    step: CodeStep, path: KeyPath, verdict: Verdict, findings: StepFindings
) -> None:
    for leak in find_leaks(step, verdict):
        findings.error(path, f"its verdict must not reveal this: {leak}")


def _check_behaviour(
    step: CodeStep, path: KeyPath, program: str, runs: Sequence[RunAnswers], findings: StepFindings
) -> None:
    """Check that answers can be matched to a wrong program.

    It must end the same way under every scenario, and bind the names that are checked.
    """
    outcomes = {
        (
            run.observation.outcome,
            run.error and (run.error.type_name, masked(run.error.message, program)),
        )
        for run in runs
    }
    if len(outcomes) > 1:
        findings.error(path, "does not end the same way under the base givens and every variation")
    elif runs and runs[0].observation.outcome == "finished":
        missing = [name for name in checked_names(step) if _never_binds(runs[0], name)]
        if missing:
            names = " and ".join(f"`{name}`" for name in missing)
            findings.error(path, f"never binds {names}, so no answer can match it")


def _never_binds(run: RunAnswers, name: str) -> bool:
    return name not in run.bound()


def _check_distinguished(
    step: CodeStep, path: KeyPath, evidence: ProgramEvidence, program: str, findings: StepFindings
) -> None:
    refusing = [n for n, scenario in enumerate(evidence.scenarios) if n and not scenario.note]
    misses = evidence.misses(step, evidence.wrongs.get(program, ()))
    # Under a variation, a line that rebinds the varied given is left out.
    varied = {name for variation in step.variations for name in variation.given}
    without = rebinding(step, read_submission(step, program), varied).names
    if refusing and not without and not any(number in refusing for number, _ in misses):
        findings.error(path, "no variation distinguishes it from the solution")


async def _check_hardcoded(
    step: CodeStep, cheat: str, runner: Runner, findings: StepFindings
) -> None:
    verdict = await grade(step, cheat, runner)
    if verdict.accepted:
        lines = cheat.removeprefix(step.solution).strip().replace("\n", "; ")
        message = (
            f"the solution's values, typed in, are accepted (`{lines[:80]}`): add a `[[vary]]`"
        )
        findings.error(("check",), message)


async def _check_second_run(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Check that a second run of the solution, in another process, gives the same values.

    It also shows if a misconception's `when` holds for the solution, and what the questions cost.
    """
    questions = learner_questions(step)
    command = command_under(step, step.solution, evidence.scenarios[0], live=False)
    asked = timed(questions)
    observation = await runner.observe(command, asked)
    check_question_costs(step, questions, observation.answers, findings)
    second = run_answers(observation, asked)
    for index, check in enumerate(step.checks):
        before = evidence.solution[0].value(check.same)
        if check.same and not is_same(second.value(check.same), before, rule_of(check)):
            message = "has a different value in a second run of the solution under the same seed"
            findings.error(("check", index, "same"), message)
    for index, item in enumerate(step.misconceptions):
        if item.when and second.holds(item.when):
            findings.error(("misconception", index, "when"), "holds for the solution too")


async def _check_other_seed(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner, findings: StepFindings
) -> None:
    """Check that another seed than the author's gives the same verdicts."""
    other = structs.replace(step, seed=other_seed(step).seed)
    verdict = await grade(other, step.solution, runner)
    if not verdict.accepted:
        message = f"under seed {other.seed} the solution is not accepted: {_in_one_line(verdict)}"
        findings.error(("seed",), message)
        return
    refused = {each for each, runs in evidence.wrongs.items() if evidence.misses(step, runs)}
    under_other = await refused_programs(other, refused, runner)
    for index, item in enumerate(step.misconceptions):
        if item.wrong in refused - under_other:
            message = f"is refused under seed {step.seed}, but not under seed {other.seed}"
            findings.error(("misconception", index, "wrong"), message)


async def _attackers(
    step: CodeStep, evidence: ProgramEvidence, runner: Runner
) -> list[tuple[RunAnswers, ...]]:
    """Return the runs of all programs that must be refused, under each scenario."""
    wrong = dict.fromkeys(item.wrong for item in step.misconceptions if item.wrong)
    examples = dict.fromkeys(item.example for item in step.misconceptions if item.example)
    return [
        *(evidence.wrongs[program] for program in wrong),
        *await asyncio.gather(*(observe_program(step, each, runner) for each in examples)),
    ]


def _check_time(step: CodeStep, evidence: ProgramEvidence, findings: StepFindings) -> None:
    seconds = max(run.executed.milliseconds for run in evidence.solution) / 1000
    if step.limit_s < MIN_TIME_FACTOR * seconds:
        message = f"is less than {MIN_TIME_FACTOR} times the {seconds:.1f} s that were measured"
        findings.error(("limit_s",), message)


def _in_one_line(verdict: Verdict) -> str:
    """Return a verdict as part of a problem: kind, slug and message."""
    slug = f" {verdict.slug}" if verdict.slug else ""
    return f"{verdict.kind}{slug}: {verdict.message}" if verdict.message else verdict.kind + slug


# Steps that begin with the answers to earlier ones
#
# The solution must be right with each answer that the author declares right there, and each used
# step must be needed.


async def check_used(step: CodeStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules to each step that is used, directly or through another used step."""
    for index, step_id in enumerate(step.uses):
        used = next(each for each in step.used if each.step == step_id)
        if not _is_read(step, used):
            message = f"neither the given code nor the solution reads a name of `{step_id}`"
            findings.error(("uses", index), message)
    others = [
        (used, number, program)
        for used in step.used
        for number, program in enumerate(used.also_right, 1)
    ]
    runner = BatchingRunner(runner)
    verdicts = await asyncio.gather(
        *(_verdict_with(step, used, program, runner) for used, _, program in others)
    )
    for (used, number, _), verdict in zip(others, verdicts, strict=True):
        if not verdict.accepted or verdict.slug == SLUG:
            said = " ".join(verdict.message.split())
            message = (
                f"with also_right[{number}] of `{used.step}` the solution is not right: {said}"
            )
            findings.error(("uses",), message)


def _is_read(step: CodeStep, used: UsedAnswer) -> bool:
    """Return True if the step, or another answer that it uses, reads a name of this one."""
    others = (each.code for each in step.used if each is not used)
    programs = (step.given, step.solution, *others, *check_expressions(step.checks))
    read = {name for each in programs for name in names_loaded(parse_program(each.strip()))}
    return bool(read & set(bound_names(used.code)))


async def _verdict_with(step: CodeStep, used: UsedAnswer, program: str, runner: Runner) -> Verdict:
    """Return the verdict on the solution with a program as the answer to one used step."""
    tried = with_own(step, lambda each: program if each.step == used.step else "")
    return await grade(tried, step.solution, runner)


# Views: a step names none that stays empty


async def check_views(
    views: Sequence[str], command: Execute, program: str, runner: Runner, findings: StepFindings
) -> None:
    """Check that the run has content for each of the views.

    `program` names the program that the command runs.
    """
    if not views:
        return
    observation = await runner.observe(command, ())
    for index, view in enumerate(views):
        if view not in observation.views:
            message = f"a run of {program} has nothing for the view `{view}`"
            findings.error(("views", index), message)


# Order steps: the rules of the equivalent code step

KEYS = {"scaffold": "lines", "solution": "lines", "wrong": "order"}
"""Keys of a code step, and the keys of an order step from which they are made."""


async def check_order(step: OrderStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules to the programs that the lines make."""
    code = as_code(step)
    own = StepFindings(step, KEYS)
    check_exercise(code, own)
    await check_programs(code, runner, own)
    findings.problems += own.problems
