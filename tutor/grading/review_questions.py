"""Make a question about a mistake at a step, to be asked again some days later.

Each is a quiz, judged at once, with the code that it is about. A code step gives a question about a
value or shape, if possible with other givens than in the step. The text of every option was
observed in a run of the author's programs. Nothing here is counted.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct, structs

from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, PredictStep, QuizStep
from tutor.course.step_tables import Check, Misconception, Option
from tutor.grading.experiments import experiment_about, outcome_of, question_words
from tutor.grading.observed_attempt import pair_runs
from tutor.grading.plan import (
    Scenario,
    command_under,
    learner_questions,
    reference,
    scenarios,
    solution_command,
    tried_first,
)
from tutor.grading.predict import (
    Unanswerable,
    predict_command,
    predict_questions,
    prediction_result,
)
from tutor.grading.question_values import (
    Asked,
    are_far_apart,
    draws,
    is_count,
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
from tutor.grading.templates import can_fill, fill
from tutor.grading.verdict import Runner
from tutor.grading.wrong_programs import observe_at_base, observe_first
from tutor.text import printable

MAX_OPTIONS = 4
GOOD_OPTIONS = 3
"""Options of a question that is asked before one with two of them is searched."""

MAX_RTOL = 0.01
"""Maximum tolerance of a check: with more, several values are right, and no option can be one."""

MAX_PROGRAM = 60
"""Maximum characters of a program that is named in the reason of an option."""

TOLD = "An answer like this gets the message:"
OTHERS_WROTE = "Others wrote this program, and it is not right."
WHICH_PROGRAM = "Which of the two programs does what “{title}” asks for?"
SAME_GIVENS, OTHER_GIVENS = "given", "given, with other values than in the step"


class ReviewQuestion(Struct, frozen=True):
    """A question of the review."""

    quiz: QuizStep
    """The question, with the right answer and the reasons. It has the id and title of the step."""
    given: str = ""
    """Code that runs first; empty if there is none."""
    label: str = SAME_GIVENS
    """Label of that code."""
    program: str = ""
    """Program in question; empty if none is shown."""
    told: tuple[tuple[str, str], ...] = ()
    """Labels and values to be shown after the answer."""
    right: str = ""
    """Result of the run in words, if it is typed; empty if no run decides."""


class _Attempt(Struct, frozen=True):
    """A wrong idea for a question: its program, and the runs for comparison."""

    step: CodeStep
    item: Misconception
    program: str
    solutions: Mapping[str, RunAnswers]
    """The solution's runs by the label of the scenario."""
    wrongs: Mapping[str, Mapping[str, RunAnswers]]
    """Runs of wrong programs by the scenario's label; that of this one is first."""
    turn: int
    """Number of times it was asked before."""


async def predict_question(step: PredictStep, runner: Runner) -> ReviewQuestion | None:
    """Run the program of a predict step and return its question; None if that fails."""
    command = structs.replace(predict_command(step), live=False, views=())
    observation = await runner.observe(command, predict_questions(step))
    try:
        result = prediction_result(step, observation)
    except Unanswerable:
        return None
    return ReviewQuestion(
        result.question,
        given=step.given.strip("\n"),
        program=step.program,
        told=result.values,
        right=result.answer,
    )


def ideas_of(step: CodeStep, idea: str) -> tuple[Misconception, ...]:
    """Return the wrong ideas with that slug and a program; all of the step without a slug."""
    return tuple(
        item
        for item in step.misconceptions
        if (item.wrong or item.example) and idea in ("", item.id)
    )


async def code_question(
    step: CodeStep, idea: str, turn: int, runner: Runner
) -> ReviewQuestion | None:
    """Return a question about a wrong idea of the step; None if nothing can be run now.

    Without an `idea` it is about any of them. `turn` is the number of earlier times, so that
    another program, or other givens, may be used each time.
    """
    step = reference(step)
    items = ideas_of(step, idea)
    if not items:
        return None
    attempt = await _observe(step, items[turn % len(items)], turn, runner)
    if attempt is None:
        return None
    asked = max(_right_values(attempt), key=_goodness, default=None)
    if asked is not None and _goodness(asked) == GOOD_OPTIONS:
        return await _ask_right_value(attempt, asked, runner)
    question = await _ask_what_it_gives(attempt, runner)
    if question is None and asked is not None:
        question = await _ask_right_value(attempt, asked, runner)
    return question or await _ask_which_program(attempt, runner)


async def _observe(
    step: CodeStep, item: Misconception, turn: int, runner: Runner
) -> _Attempt | None:
    """Return the runs of the solution and of the wrong programs; None if some were lost."""
    program = item.wrong or item.example
    command = solution_command(step)
    solutions = pair_runs(command, tuple(await runner.observe_all(command)))
    first = await observe_first(step, runner)
    if any(run.observation.outcome == "lost" for run in solutions):
        return None
    labels = [scenario.label for scenario in scenarios(step)]
    wrongs: dict[str, Mapping[str, RunAnswers]] = {}
    for number, scenario in enumerate(tried_first(step)):
        runs = {wrong: runs[number] for wrong, runs in first.items()}
        own = runs.pop(program, None) or await _run(step, program, scenario, runner)
        if own.observation.outcome == "lost":
            return None
        wrongs[scenario.label] = {program: own, **_turned(runs, turn)}
    return _Attempt(step, item, program, dict(zip(labels, solutions, strict=False)), wrongs, turn)


def _turned(runs: Mapping[str, RunAnswers], turn: int) -> dict[str, RunAnswers]:
    """Return the runs in an order that differs from turn to turn."""
    programs = list(runs)
    start = turn * MAX_OPTIONS % max(1, len(programs))
    return {program: runs[program] for program in (*programs[start:], *programs[:start])}


async def _run(step: CodeStep, program: str, scenario: Scenario, runner: Runner) -> RunAnswers:
    """Run a wrong program as a learner's, with the questions for its message."""
    questions = learner_questions(step)
    command = command_under(step, program, scenario, live=False)
    return run_answers(await runner.observe(command, questions), questions)


async def _message(attempt: _Attempt, scenario: Scenario, runner: Runner) -> str:
    """Return the message to a learner who writes the program, with the values of a run.

    Empty if some value is missing.
    """
    run = await _run(attempt.step, attempt.program, scenario, runner)
    if not can_fill(attempt.item.say, run.shown):
        return ""
    say = " ".join(printable(fill(attempt.item.say, run.shown)).split())
    return f"{TOLD} {say}"


# The result of a right answer


class _RightValue(Struct, frozen=True):
    """A value of right answers that differs from wrong programs' values."""

    scenario: Scenario
    asked: Asked
    right: str
    wrongs: Mapping[str, str]
    """The value of the wrong program in question, then those of others."""


def _goodness(asked: _RightValue) -> int:
    """Return the number of options, up to the number that is enough."""
    return min(1 + len(asked.wrongs), GOOD_OPTIONS)


def _right_values(attempt: _Attempt) -> Iterator[_RightValue]:
    """Yield possible questions on right answers; under other givens first, if there are any."""
    tried = tried_first(attempt.step)
    varied = [scenario for scenario in tried if scenario.varied and not scenario.note]
    start = attempt.turn % max(1, len(varied))
    base = [scenario for scenario in tried if scenario.is_base]
    for scenario in (*varied[start:], *varied[:start], *base):
        solution = attempt.solutions.get(scenario.label)
        if solution is not None and solution.finished:
            yield from _right_values_under(attempt, scenario, solution)


def _right_values_under(
    attempt: _Attempt, scenario: Scenario, solution: RunAnswers
) -> Iterator[_RightValue]:
    step, runs = attempt.step, attempt.wrongs[scenario.label]
    run = runs[attempt.program]
    if not run.finished or run.error is not None:
        return
    names = {*solution.bound(), *bound_names(scenario.given), *bound_names(step.before)}
    only_shapes = draws(step.solution) or draws(scenario.given)
    for check in checks_under(step, scenario):
        if not _has_one_value(check) or _holds(check, scenario, run, solution):
            continue
        for asked in (*values_of(check, names), *_count_of(check, solution)):
            if only_shapes and not (asked.is_shape or asked.is_count):
                continue
            if asked.is_shape and check.shape == "any":
                continue
            right = value_text(asked, solution)
            wrongs = _wrong_values(asked, check, scenario, solution, runs)
            if right is not None and attempt.program in wrongs:
                yield _RightValue(scenario, asked, right, wrongs)


def _has_one_value(check: Check) -> bool:
    """Return True if every right answer has the same value there."""
    return bool(check.same) and not check.like and not check.note and check.rtol <= MAX_RTOL


def _holds(check: Check, scenario: Scenario, run: RunAnswers, solution: RunAnswers) -> bool:
    return judge_check(check, ScenarioResult(scenario, run, solution)).holds


def _count_of(check: Check, solution: RunAnswers) -> list[Asked]:
    is_told = check.name and is_count(solution.value(check.same))
    return [Asked(check.name, check.same, is_count=True)] if is_told else []


def _wrong_values(
    asked: Asked,
    check: Check,
    scenario: Scenario,
    solution: RunAnswers,
    runs: Mapping[str, RunAnswers],
) -> dict[str, str]:
    """Return values of programs that miss the check, all well apart from each other."""
    chosen: dict[str, RunAnswers] = {}
    for program, run in runs.items():
        is_told = run.finished and run.error is None and value_text(asked, run) is not None
        if len(chosen) + 1 < MAX_OPTIONS and is_told:
            others = (solution, *chosen.values())
            is_apart = all(are_far_apart(asked, run, other) for other in others)
            if is_apart and not _holds(check, scenario, run, solution):
                chosen[program] = run
    return {program: value_text(asked, run) or "" for program, run in chosen.items()}


async def _ask_right_value(attempt: _Attempt, value: _RightValue, runner: Runner) -> ReviewQuestion:
    told = await _message(attempt, value.scenario, runner)
    wrongs = [
        Option(
            text=f"`{text}`",
            why=f"{_named(program)} gives that. {told}".strip()
            if program == attempt.program
            else f"{_named(program)} gives that.",
        )
        for program, text in value.wrongs.items()
    ]
    right = Option(text=f"`{value.right}`", why="A right answer gives that.", correct=True)
    return ReviewQuestion(
        _quiz(attempt, _words_of(value, attempt.step), _shuffled([right, *wrongs], attempt)),
        given=_givens(attempt.step, value.scenario),
        label=OTHER_GIVENS if value.scenario.varied else SAME_GIVENS,
    )


def _words_of(value: _RightValue, step: CodeStep) -> str:
    asked = value.asked
    after = f"A right answer to “{step.title}” has run"
    after += " after this code." if _givens(step, value.scenario) else "."
    if asked.is_count:
        return f"{after} Which number is it then: {asked.words}?"
    if asked.is_shape:
        return f"{after} Which shape does {asked.words} have?"
    return f"{after} What is {asked.words}?"


def _named(program: str) -> str:
    """Return a program of one short line as code; another in words."""
    lines = [line for line in program.strip().splitlines() if line.strip()]
    is_short = len(lines) == 1 and len(lines[0]) <= MAX_PROGRAM and "`" not in lines[0]
    return f"`{lines[0].strip()}`" if is_short else "A wrong program"


# The result of the wrong program


async def _ask_what_it_gives(attempt: _Attempt, runner: Runner) -> ReviewQuestion | None:
    """Return the question for the wrong program's result; None if it has none to ask for."""
    step, base = attempt.step, scenarios(attempt.step)[0]
    at_base = attempt.wrongs.get(base.label) or await observe_at_base(step, runner)
    run = at_base.get(attempt.program) or await _run(step, attempt.program, base, runner)
    item = structs.replace(attempt.item, wrong=attempt.program)
    solution = attempt.solutions[base.label]
    experiment = experiment_about(step, item, solution, {attempt.program: run, **at_base})
    came_out = outcome_of(experiment.asked, run) if experiment is not None else None
    if experiment is None or came_out not in experiment.options:
        return None
    told = await _message(attempt, base, runner)
    options = tuple(
        Option(text=text, why=told, correct=True)
        if text == came_out
        else Option(text=text, why=f"What comes out: {came_out}")
        for text in experiment.options
    )
    return ReviewQuestion(
        _quiz(attempt, f"{OTHERS_WROTE} {question_words(experiment)}", options),
        given=_givens(step, base),
        program=attempt.program.strip("\n"),
    )


# The choice of the right program


async def _ask_which_program(attempt: _Attempt, runner: Runner) -> ReviewQuestion:
    """Return the question which of two programs is right: the wrong one, or the solution."""
    step, base = attempt.step, scenarios(attempt.step)[0]
    told = await _message(attempt, base, runner)
    right = _nearest_right(step, attempt.program)
    programs = [right, attempt.program]
    random.Random(f"{step.id} {attempt.program} {attempt.turn}").shuffle(programs)
    options = tuple(
        Option(text=f"Program {letter}", why="It passes all checks.", correct=True)
        if program is right
        else Option(text=f"Program {letter}", why=f"It is not right. {told}".strip())
        for letter, program in zip("AB", programs, strict=True)
    )
    both = (
        f"# Program {letter}\n{program.strip()}"
        for letter, program in zip("AB", programs, strict=True)
    )
    return ReviewQuestion(
        _quiz(attempt, WHICH_PROGRAM.format(title=step.title), options),
        given=_givens(step, base),
        program="\n\n".join(both),
    )


def _nearest_right(step: CodeStep, wrong: str) -> str:
    """Return the right program that is most like the wrong one, so that little else differs."""
    matcher = difflib.SequenceMatcher(b=wrong)

    def likeness(program: str) -> float:
        matcher.set_seq1(program)
        return matcher.ratio()

    return max((step.solution, *step.also_right), key=likeness)


def _quiz(attempt: _Attempt, text: str, options: Sequence[Option]) -> QuizStep:
    step = attempt.step
    return QuizStep(
        id=step.id,
        title=step.title,
        lesson=step.lesson,
        mode="one",
        text=text,
        options=tuple(options),
    )


def _shuffled(options: Sequence[Option], attempt: _Attempt) -> list[Option]:
    shown = list(options)
    random.Random(f"{attempt.step.id} {attempt.program} {attempt.turn}").shuffle(shown)
    return shown


def _givens(step: CodeStep, scenario: Scenario) -> str:
    parts = (*(each.code for each in step.used), scenario.given)
    return "\n".join(part.strip("\n") for part in parts if part.strip())
