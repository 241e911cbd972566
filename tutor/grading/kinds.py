"""Tabulate the kinds of step: the programs that a step runs, and the judging of its answers.

Session and authoring use this table. It takes 50 ms to import: `tutor.session.late` waits for the
first row, and the app imports the table's modules one by one before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from tutor.course.model import (
    AnyKind,
    CodeStep,
    Exercise,
    LabStep,
    OrderStep,
    PredictStep,
    QuizStep,
    Step,
)
from tutor.grading.experiments import (
    Experiment,
    ExperimentResult,
    find_experiments,
    run_experiment,
)
from tutor.grading.grade import grade
from tutor.grading.lab import grade_lab, lab_command, lab_questions, lab_values, reached_goals
from tutor.grading.order import as_code, grade_order
from tutor.grading.own_command import own_command
from tutor.grading.plan import author_commands, learner_command
from tutor.grading.predict import (
    grade_guess,
    predict_command,
    predict_questions,
    shown_values,
    unfinished,
)
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.review_questions import ReviewQuestion, code_question, predict_question
from tutor.grading.scenario_result import run_answers
from tutor.grading.verdict import PredictionResult, Runner, Verdict
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

Values: TypeAlias = tuple[tuple[str, str], ...]
"""Label and text of each value."""


def _no_questions(_step: Step) -> tuple[Question, ...]:
    return ()


def _no_author_commands(_step: Step) -> tuple[ObserveAll, ...]:
    return ()


def _one_process(_step: Step) -> int:
    return 1


def _no_values(_step: Step, _observation: Observation) -> Values:
    return ()


async def _no_experiments(_step: Step, _runner: Runner) -> tuple[Experiment, ...] | None:
    return ()


async def _no_review(_step: Step, _idea: str, _turn: int, _runner: Runner) -> ReviewQuestion | None:
    return None


def _nothing_missing(_step: Step, _guess: QuizAnswer) -> Verdict | None:
    return None


class Grading(Struct, frozen=True, kw_only=True):
    """The functions that handle answers to steps of one kind.

    Each takes the step first, and is documented by its result.
    """

    command: Callable[[Any, str], Execute] | None = None
    """Command that runs the learner's text; None if there is nothing to run."""
    questions: Callable[[Any], tuple[Question, ...]] = _no_questions
    """Questions for the values to show after a run without a check."""
    shown_values: Callable[[Any, Observation], Values] = _no_values
    """Labels and texts of these values, from the answers to `questions`."""
    author_commands: Callable[[Any], tuple[ObserveAll, ...]] = _no_author_commands
    """The author's programs by which an answer is judged, to be run beforehand."""
    processes: Callable[[Any], int] = _one_process
    """Number of processes that can be used at once while an answer is judged."""

    judge_program: Callable[[Any, str, Runner, Sequence[Exercise]], Awaitable[Verdict]] | None = (
        None
    )
    """Verdict on the learner's text, by runs of it; None for kinds without one.

    It takes the exercises of the other steps last."""
    judge_answer: Callable[[Any, QuizAnswer], Verdict] | None = None
    """Verdict on an answer that needs no run; None for other kinds."""
    judge_guess: (
        Callable[[Any, QuizAnswer, Observation], tuple[Verdict, PredictionResult | None]] | None
    ) = None
    """Verdict on a guess, by the run of the step's program, and the run's result.

    None for other kinds.
    """
    reached_goals: Callable[[Any, Observation], frozenset[int]] | None = None
    """Indices of the goals that a run reaches; None for kinds without goals."""
    unfinished: Callable[[Any, QuizAnswer], Verdict | None] = _nothing_missing
    """Verdict on a guess that is too incomplete for a run; None if it is complete."""

    find_experiments: Callable[[Any, Runner], Awaitable[tuple[Experiment, ...] | None]] = (
        _no_experiments
    )
    """The step's wrong programs that are worth a guess at what they compute.

    None if they could not be run."""
    run_experiment: (
        Callable[[Any, Experiment, Runner], Awaitable[ExperimentResult | str]] | None
    ) = None
    """Result of one of them, or a sentence on why there is none; None for kinds without any."""

    review_question: Callable[[Any, str, int, Runner], Awaitable[ReviewQuestion | None]] = (
        _no_review
    )
    """Question that asks again, some days later, about a mistake at the step.

    It takes the slug of the wrong idea, "" for the step as a whole, and the number of earlier
    times. None if it could not be run."""


async def _review_quiz(step: QuizStep, _idea: str, _turn: int, _runner: Runner) -> ReviewQuestion:
    return ReviewQuestion(step)


async def _review_prediction(
    step: PredictStep, _idea: str, _turn: int, runner: Runner
) -> ReviewQuestion | None:
    return await predict_question(step, runner)


async def _review_order(
    step: OrderStep, idea: str, turn: int, runner: Runner
) -> ReviewQuestion | None:
    return await code_question(as_code(step), idea, turn, runner)


def _predict_values(step: PredictStep, observation: Observation) -> Values:
    return tuple(shown_values(step, run_answers(observation, predict_questions(step))))


def _code_processes(step: CodeStep) -> int:
    return 1 + len(step.variations)


def _order_command(step: OrderStep, source: str) -> Execute:
    return learner_command(as_code(step), source)


def _order_author_commands(step: OrderStep) -> tuple[ObserveAll, ...]:
    return author_commands(as_code(step))


def _order_processes(step: OrderStep) -> int:
    return _code_processes(as_code(step))


async def _find_order_experiments(step: OrderStep, runner: Runner) -> tuple[Experiment, ...] | None:
    return await find_experiments(as_code(step), runner)


async def _run_order_experiment(
    step: OrderStep, experiment: Experiment, runner: Runner
) -> ExperimentResult | str:
    return await run_experiment(as_code(step), experiment, runner)


async def _judge_lab(
    step: LabStep, source: str, runner: Runner, _others: Sequence[Exercise]
) -> Verdict:
    return await grade_lab(step, source, runner)


KINDS: Mapping[AnyKind, Grading] = {
    "read": Grading(),
    "quiz": Grading(judge_answer=grade_quiz, review_question=_review_quiz),
    "predict": Grading(
        command=predict_command,
        questions=predict_questions,
        shown_values=_predict_values,
        judge_guess=grade_guess,
        unfinished=unfinished,
        review_question=_review_prediction,
    ),
    "code": Grading(
        command=learner_command,
        author_commands=author_commands,
        processes=_code_processes,
        judge_program=grade,
        find_experiments=find_experiments,
        run_experiment=run_experiment,
        review_question=code_question,
    ),
    "order": Grading(
        command=_order_command,
        author_commands=_order_author_commands,
        processes=_order_processes,
        judge_program=grade_order,
        find_experiments=_find_order_experiments,
        run_experiment=_run_order_experiment,
        review_question=_review_order,
    ),
    "lab": Grading(
        command=lab_command,
        questions=lab_questions,
        shown_values=lab_values,
        judge_program=_judge_lab,
        reached_goals=reached_goals,
    ),
    "try": Grading(command=own_command),
}
"""Row of each kind of step, and of a program of the learner's own."""

NO_STEP = Grading()
"""Row without a step: nothing is run or judged."""


def grading_of(step: Step | None) -> Grading:
    """Return the row of the step; an empty one without a step."""
    return KINDS[step.kind] if step is not None else NO_STEP
