"""Turn a step's wrong programs into experiments: guess what one of them computes, then run it.

A wrong program is worth a guess if its result differs visibly from a right answer's and fits in one
line. An experiment judges no answer, and is not counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check, Misconception
from tutor.grading.errors import SYNTAX_ERRORS, explain_ending, quote
from tutor.grading.numbers import numbers_of
from tutor.grading.observed_attempt import pair_runs
from tutor.grading.plan import (
    command_under,
    learner_questions,
    limits_of,
    reference,
    scenarios,
    solution_command,
    wrong_programs,
)
from tutor.grading.question_values import (
    Asked,
    are_far_apart,
    draws,
    is_count,
    stands_in,
    value_text,
    values_of,
)
from tutor.grading.scenario_result import (
    RunAnswers,
    ScenarioResult,
    checks_under,
    judge_check,
    run_answers,
)
from tutor.grading.templates import fill
from tutor.grading.verdict import Runner
from tutor.grading.wrong_programs import observe_at_base
from tutor.text import printable
from tutor.wire.events import Observation
from tutor.wire.values import Value

STOPS = "It stops with an error."
SOMETHING_ELSE = "something else"

MIN_OPTIONS = 3
MAX_VALUES = 3
"""Values to choose from, apart from the error."""


class Experiment(Struct, frozen=True):
    """A wrong program with a question about it, and the result of its trial run."""

    program: str
    asked: Asked
    options: tuple[str, ...]
    """Possible results, in Markdown, in the order on screen."""
    right: str
    """Result of a right answer, in Markdown."""
    say: str
    """Message to a learner who writes the program."""

    @property
    def tells_right(self) -> bool:
        """Return True if the question may reveal a right answer's result: it is no option."""
        return self.right not in self.options


class ExperimentResult(Struct, frozen=True):
    """The result of a wrong program that the learner ran."""

    came_out: str
    """Result in Markdown, written as in the options."""
    sentence: str
    """Message to a learner who writes the program, with the values of this run."""
    evidence: tuple[str, ...] = ()
    """Lines about the error, if it stopped with one."""


async def find_experiments(step: CodeStep, runner: Runner) -> tuple[Experiment, ...] | None:
    """Return the experiments of the step, in file order: at most one for each idea.

    The runs are those by which answers are judged. None if the worker could not run them.
    """
    if not wrong_programs(step):
        return ()
    solution = pair_runs(solution_command(step), await runner.observe_all(solution_command(step)))
    wrongs = await observe_at_base(step, runner)
    if any(run.observation.outcome == "lost" for run in (*solution, *wrongs.values())):
        return None
    return experiments_of(step, solution[0], wrongs)


def experiments_of(
    step: CodeStep, solution: RunAnswers, wrongs: Mapping[str, RunAnswers]
) -> tuple[Experiment, ...]:
    """Return the experiments in these runs of the wrong programs under the base givens."""
    found: dict[str, Experiment] = {}
    for item in step.misconceptions:
        if item.wrong in wrongs and item.id not in found:
            experiment = experiment_about(step, item, solution, wrongs)
            if experiment is not None:
                found[item.id] = experiment
    return tuple(found.values())


async def run_experiment(
    step: CodeStep, experiment: Experiment, runner: Runner
) -> ExperimentResult | str:
    """Run the wrong program; return the result, or a sentence on why there is none.

    It runs as in its trial, after the solutions of the steps that this one uses.
    """
    step = reference(step)
    questions = learner_questions(step)
    command = command_under(step, experiment.program, scenarios(step)[0], live=False)
    observation = await runner.observe(command, questions)
    if observation.outcome not in ("finished", "raised"):
        return _why_not(step, experiment.program, observation)
    run = run_answers(observation, questions)
    error = run.error
    return ExperimentResult(
        outcome_of(experiment.asked, run) or SOMETHING_ELSE,
        printable(fill(experiment.say, run.shown)),
        tuple(map(printable, quote(error))) if error is not None else (),
    )


def question_words(experiment: Experiment) -> str:
    """Return the question in Markdown, with a right answer's result unless it is an option."""
    asked = experiment.asked
    if asked.is_count:
        question = f"Which number is it here: {asked.words}?"
    elif asked.is_shape:
        question = f"Which shape does {asked.words} have after it?"
    else:
        question = f"What is {asked.words} after it?"
    if not experiment.tells_right:
        return question
    return f"{question} A right answer gives {experiment.right}."


def _why_not(step: CodeStep, program: str, observation: Observation) -> str:
    if observation.outcome == "lost":
        reason = printable(observation.detail).rstrip(".") or "the worker ended"
        return f"It could not be run: {reason}. Enter tries again."
    ending = explain_ending(observation, limits_of(step), judging=False, source=program)
    return f"{printable(ending.message)} Enter runs the program again."


def experiment_about(
    step: CodeStep, item: Misconception, solution: RunAnswers, wrongs: Mapping[str, RunAnswers]
) -> Experiment | None:
    """Return the question about one wrong program; None if there is nothing to guess."""
    programs = list(wrongs)
    place = programs.index(item.wrong)
    run, *others = [wrongs[program] for program in (*programs[place:], *programs[:place])]
    if run.error is None and not run.finished:
        return None
    if run.error is not None and (run.error.from_given or run.error.type_name in SYNTAX_ERRORS):
        return None
    for asked in _candidates(step, item.wrong, run, solution):
        options = _options(asked, run, solution, others)
        if len(options) >= MIN_OPTIONS:
            shown = _shuffled(options, f"{step.id} {item.wrong}")
            right = outcome_of(asked, solution) or ""
            return Experiment(item.wrong, asked, shown, right, item.say)
    return None


def _shuffled(options: Sequence[str], seed: str) -> tuple[str, ...]:
    """Return the options shuffled by the seed, the error last."""
    values = [option for option in options if option != STOPS]
    random.Random(seed).shuffle(values)
    return (*values, STOPS)


# The value in question


def _candidates(
    step: CodeStep, program: str, run: RunAnswers, solution: RunAnswers
) -> Iterator[Asked]:
    """Yield possible subjects: values of missed checks, counts, then bound numbers."""
    scenario = scenarios(step)[0]
    result = ScenarioResult(scenario, run, solution)
    missed = [c for c in checks_under(step, scenario) if not judge_check(c, result).holds]
    names = {*solution.bound(), *bound_names(scenario.given), *bound_names(step.before)}
    wanted = [asked for check in missed for asked in values_of(check, names)]
    if draws(program):
        wanted = [asked for asked in wanted if asked.is_shape]
    wanted += _counts(missed, program, run, solution)
    wanted += _bound_numbers(program, run, solution)
    for asked in wanted:
        right, outcome = value_text(asked, solution), outcome_of(asked, run)
        if right is None or outcome is None or stands_in(outcome.strip("`"), program):
            continue
        if run.error is not None or are_far_apart(asked, run, solution):
            yield asked


def _counts(
    missed: Iterable[Check], program: str, run: RunAnswers, solution: RunAnswers
) -> list[Asked]:
    """Return the counts of missed checks, under their names in plain words.

    [] if the program contains one of these numbers: the others then follow from it.
    """
    counts = [Asked(c.name, c.same, is_count=True) for c in missed if c.same and c.name]
    counts = [asked for asked in counts if is_count(solution.value(asked.expression))]
    told = [value_text(asked, run) or "" for asked in counts]
    return [] if any(text and stands_in(text, program) for text in told) else counts


def _bound_numbers(program: str, run: RunAnswers, solution: RunAnswers) -> list[Asked]:
    """Return the single numbers that both programs bind; [] if the program draws numbers."""
    if run.error is not None or draws(program):
        return []
    mine, right = run.bound(), solution.bound()
    return [
        Asked(f"`{name}`", name, is_bound=True)
        for name in right
        if _is_float(mine.get(name)) and _is_float(right[name])
    ]


def _is_float(value: Value | None) -> bool:
    numbers = numbers_of(value) if value is not None else None
    return numbers is not None and numbers.kind == "float" and numbers.total == 1


# Possible results


def _options(
    asked: Asked, run: RunAnswers, solution: RunAnswers, others: Sequence[RunAnswers]
) -> list[str]:
    """Return the actual result first, then values of other wrong programs, and the error.

    A right answer's result is added only if these are too few.
    """
    chosen = [] if run.error is not None else [run]
    for other in others:
        if len(chosen) == MAX_VALUES:
            break
        is_new = value_text(asked, other) is not None and are_far_apart(asked, other, solution)
        if is_new and all(are_far_apart(asked, other, one) for one in chosen):
            chosen.append(other)
    if len(chosen) + 1 < MIN_OPTIONS:
        chosen.append(solution)
    return [*(f"`{value_text(asked, one)}`" for one in chosen), STOPS]


def outcome_of(asked: Asked, run: RunAnswers) -> str | None:
    """Return the result as an option; None if it does not fit in one line."""
    if run.error is not None:
        return STOPS
    text = value_text(asked, run)
    return f"`{text}`" if text is not None else None
