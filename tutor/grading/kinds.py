"""Tabulate the kinds of step: the programs that a step runs, and the judging of its answers.

Session and authoring use this table. The judging code is slow to import, so each function imports
it when called: sessions ask for a row long before anything is judged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from tutor.course.model import (
    AnyKind,
    CodeStep,
    Exercise,
    LabStep,
    OrderStep,
    OwnProgram,
    PredictStep,
    QuizStep,
    Step,
)
from tutor.grading.verdict import PredictionResult, Runner, Verdict
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

if TYPE_CHECKING:
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.grading.quiz import QuizAnswer
    from tutor.grading.review_questions import ReviewQuestion

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


def _judge_quiz(step: QuizStep, answer: QuizAnswer) -> Verdict:
    from tutor.grading.quiz import grade_quiz

    return grade_quiz(step, answer)


async def _review_quiz(
    step: QuizStep, _idea: str, _turn: int, _runner: Runner
) -> ReviewQuestion | None:
    from tutor.grading.review_questions import ReviewQuestion

    return ReviewQuestion(step)


async def _review_prediction(
    step: PredictStep, _idea: str, _turn: int, runner: Runner
) -> ReviewQuestion | None:
    from tutor.grading.review_questions import predict_question

    return await predict_question(step, runner)


async def _review_code(
    step: CodeStep, idea: str, turn: int, runner: Runner
) -> ReviewQuestion | None:
    from tutor.grading.review_questions import code_question

    return await code_question(step, idea, turn, runner)


async def _review_order(
    step: OrderStep, idea: str, turn: int, runner: Runner
) -> ReviewQuestion | None:
    from tutor.grading.order import as_code

    return await _review_code(as_code(step), idea, turn, runner)


def _predict_command(step: PredictStep, source: str) -> Execute:
    from tutor.grading.predict import predict_command

    return predict_command(step, source)


def _predict_questions(step: PredictStep) -> tuple[Question, ...]:
    from tutor.grading.predict import predict_questions

    return predict_questions(step)


def _predict_values(step: PredictStep, observation: Observation) -> Values:
    from tutor.grading.predict import predict_questions, shown_values
    from tutor.grading.scenario_result import run_answers

    return tuple(shown_values(step, run_answers(observation, predict_questions(step))))


def _judge_guess(
    step: PredictStep, guess: QuizAnswer, observation: Observation
) -> tuple[Verdict, PredictionResult | None]:
    from tutor.grading.predict import grade_guess

    return grade_guess(step, guess, observation)


def _unfinished(step: PredictStep, guess: QuizAnswer) -> Verdict | None:
    from tutor.grading.predict import unfinished

    return unfinished(step, guess)


def _code_command(step: CodeStep, source: str) -> Execute:
    from tutor.grading.plan import learner_command

    return learner_command(step, source)


def _code_author_commands(step: CodeStep) -> tuple[ObserveAll, ...]:
    from tutor.grading.plan import author_commands

    return author_commands(step)


def _code_processes(step: CodeStep) -> int:
    return 1 + len(step.variations)


async def _judge_code(
    step: CodeStep, source: str, runner: Runner, others: Sequence[Exercise]
) -> Verdict:
    from tutor.grading.grade import grade

    return await grade(step, source, runner, others)


def _order_command(step: OrderStep, source: str) -> Execute:
    from tutor.grading.order import as_code

    return _code_command(as_code(step), source)


def _order_author_commands(step: OrderStep) -> tuple[ObserveAll, ...]:
    from tutor.grading.order import as_code

    return _code_author_commands(as_code(step))


def _order_processes(step: OrderStep) -> int:
    from tutor.grading.order import as_code

    return _code_processes(as_code(step))


async def _judge_order(
    step: OrderStep, source: str, runner: Runner, others: Sequence[Exercise]
) -> Verdict:
    from tutor.grading.order import grade_order

    return await grade_order(step, source, runner, others)


async def _find_order_experiments(step: OrderStep, runner: Runner) -> tuple[Experiment, ...] | None:
    from tutor.grading.order import as_code

    return await _find_experiments(as_code(step), runner)


async def _run_order_experiment(
    step: OrderStep, experiment: Experiment, runner: Runner
) -> ExperimentResult | str:
    from tutor.grading.order import as_code

    return await _run_experiment(as_code(step), experiment, runner)


def _lab_command(step: LabStep, lines: str) -> Execute:
    from tutor.grading.lab import lab_command

    return lab_command(step, lines)


def _lab_questions(step: LabStep) -> tuple[Question, ...]:
    from tutor.grading.lab import lab_questions

    return lab_questions(step)


def _lab_values(step: LabStep, observation: Observation) -> Values:
    from tutor.grading.lab import lab_values

    return lab_values(step, observation)


def _reached_goals(step: LabStep, observation: Observation) -> frozenset[int]:
    from tutor.grading.lab import reached_goals

    return reached_goals(step, observation)


async def _judge_lab(
    step: LabStep, source: str, runner: Runner, _others: Sequence[Exercise]
) -> Verdict:
    from tutor.grading.lab import grade_lab

    return await grade_lab(step, source, runner)


def _own_command(_step: OwnProgram, source: str) -> Execute:
    from tutor.grading.own_command import own_command

    return own_command(source)


async def _find_experiments(step: CodeStep, runner: Runner) -> tuple[Experiment, ...] | None:
    from tutor.grading.experiments import find_experiments

    return await find_experiments(step, runner)


async def _run_experiment(
    step: CodeStep, experiment: Experiment, runner: Runner
) -> ExperimentResult | str:
    from tutor.grading.experiments import run_experiment

    return await run_experiment(step, experiment, runner)


KINDS: Mapping[AnyKind, Grading] = {
    "read": Grading(),
    "quiz": Grading(judge_answer=_judge_quiz, review_question=_review_quiz),
    "predict": Grading(
        command=_predict_command,
        questions=_predict_questions,
        shown_values=_predict_values,
        judge_guess=_judge_guess,
        unfinished=_unfinished,
        review_question=_review_prediction,
    ),
    "code": Grading(
        command=_code_command,
        author_commands=_code_author_commands,
        processes=_code_processes,
        judge_program=_judge_code,
        find_experiments=_find_experiments,
        run_experiment=_run_experiment,
        review_question=_review_code,
    ),
    "order": Grading(
        command=_order_command,
        author_commands=_order_author_commands,
        processes=_order_processes,
        judge_program=_judge_order,
        find_experiments=_find_order_experiments,
        run_experiment=_run_order_experiment,
        review_question=_review_order,
    ),
    "lab": Grading(
        command=_lab_command,
        questions=_lab_questions,
        shown_values=_lab_values,
        judge_program=_judge_lab,
        reached_goals=_reached_goals,
    ),
    "try": Grading(command=_own_command),
}
"""Row of each kind of step, and of a program of the learner's own."""

NO_STEP = Grading()
"""Row without a step: nothing is run or judged."""


def grading_of(step: Step | None) -> Grading:
    """Return the row of the step; an empty one without a step."""
    return KINDS[step.kind] if step is not None else NO_STEP
