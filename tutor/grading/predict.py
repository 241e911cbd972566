"""Judge the guess at a predict step by the run of its program.

The caller runs it: here are its command and questions, and the right answer is taken from its
observation.
"""

from __future__ import annotations

from msgspec.structs import asdict, replace

from tutor.course.model import LabStep, PredictStep, QuestionStep, QuizStep
from tutor.course.step_tables import KnownWrongAnswer
from tutor.grading.numbers import numbers_of
from tutor.grading.plan import asking_views, program_limits
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.recording_needs import need_step_log
from tutor.grading.scenario_result import RunAnswers, is_true, run_answers
from tutor.grading.show import show_number, show_shape
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.text import printable
from tutor.wire.commands import Execute, Program, Question
from tutor.wire.events import Observation
from tutor.wire.values import ArrayValue, IntValue, SequenceValue, TensorValue, Value

STOPPED = "The program was stopped before its end. Your guess is kept. Run it again."
NOT_RUN = "The program could not be run: {}. Your guess is kept. Try again."
BROKEN = (
    "Something is wrong with this step, not with your guess: {}. It is not counted. "
    "Go on to the next step."
)


class Unanswerable(Exception):
    """Raised if the run does not decide which guess is right, with the reason."""


def predict_command(step: PredictStep, source: str | None = None) -> Execute:
    """Return the command that runs the step's program, or the learner's `source` instead."""
    code = step.program if source is None else source
    program = Program(step.prelude, step.given, code, step.seed)
    limits = program_limits(step.limit_s, step.limit_mb)
    return Execute(
        program,
        limits=limits,
        live=True,
        network=step.network,
        gpu=step.gpu,
        step_log=need_step_log(predict_questions(step)),
        files=step.data,
        views=asking_views(step),
    )


def predict_questions(step: PredictStep) -> tuple[Question, ...]:
    """Return the questions to ask after the run, each once."""
    wanted = [
        *(option.when for option in step.options),
        step.answer,
        *(wrong.answer for wrong in step.known_wrong),
        *(shown.value for shown in step.shown),
    ]
    return tuple(Question(text) for text in dict.fromkeys(wanted) if text)


def unfinished(step: PredictStep, guess: QuizAnswer) -> Verdict | None:
    """Return a verdict on a guess that is incomplete; None if it is complete."""
    verdict = grade_quiz(_as_quiz(step), guess)
    return verdict if verdict.kind == "not-attempted" else None


def grade_guess(
    step: PredictStep, guess: QuizAnswer, observation: Observation
) -> tuple[Verdict, PredictionResult | None]:
    """Return the verdict on the guess, and the result of the run.

    The latter is None if the run was stopped, was lost, or does not decide what is right.
    """
    if observation.outcome == "stopped":
        return Verdict("not-attempted", "stopped", STOPPED, outcome="stopped"), None
    if observation.outcome == "lost":
        reason = observation.detail.rstrip(".") or "the worker ended"
        return Verdict("tutor-fault", "tutor-fault", NOT_RUN.format(reason), outcome="lost"), None
    try:
        result = prediction_result(step, observation)
    except Unanswerable as error:
        reason = str(error)
        message = BROKEN.format(reason)
        return Verdict("tutor-fault", "tutor-fault", message, evidence=(reason,)), None
    verdict = grade_quiz(result.question, guess)
    return replace(
        verdict, outcome=observation.outcome, milliseconds=observation.milliseconds
    ), result


def prediction_result(step: PredictStep, observation: Observation) -> PredictionResult:
    """Return the right answer according to the run.

    Raises Unanswerable if the run does not decide it.
    """
    if observation.outcome not in ("finished", "raised"):
        raise Unanswerable(f"its program ended as `{observation.outcome}`")
    run = run_answers(observation, predict_questions(step))
    if run.error is not None and not asks_of_error(step):
        raise Unanswerable(f"its program raises {run.error.type_name}: {run.error.message}")
    values = tuple(shown_values(step, run))
    if step.mode in ("number", "shape"):
        plain, answer = _evaluate_typed(step, step.answer, run)
        question = replace(
            _as_quiz(step), answer=plain, known_wrong=_evaluate_known_wrong(step, run)
        )
        return PredictionResult(question, answer, values)
    options = tuple(
        replace(option, correct=is_true(_value(run, option.when))) for option in step.options
    )
    right = sum(option.correct for option in options)
    if step.mode == "one" and right != 1:
        raise Unanswerable(f"{right} of its options hold after the run, not one")
    if step.mode == "many" and not right:
        raise Unanswerable("none of its options holds after the run")
    return PredictionResult(replace(_as_quiz(step), options=options), values=values)


def asks_of_error(step: PredictStep) -> bool:
    """Return True if the program is meant to raise.

    Then some expression of the step reads its error.
    """
    return any("trace.error" in question.expression for question in predict_questions(step))


def shown_values(step: PredictStep | LabStep, run: RunAnswers) -> list[tuple[str, str]]:
    """Return label and text of each value to show; skip those that cannot be evaluated."""
    texts = [(shown.label or f"`{shown.value}`", run.shown(shown.value)) for shown in step.shown]
    return [(label, printable(text)) for label, text in texts if text is not None]


def typed_value(mode: str, value: Value) -> tuple[str, str] | None:
    """Return a number or shape as in a quiz and in words; None if it is neither.

    For tensors and arrays, `mode` "number" needs a single element.
    """
    if mode == "number":
        numbers = numbers_of(value)
        if numbers is None or numbers.kind == "complex" or numbers.total != 1:
            return None
        number = numbers.elements[0]
        return repr(float(number)), show_number(number)
    shape = _shape_of(value)
    return None if shape is None else (show_shape(shape), show_shape(shape))


def _shape_of(value: Value) -> tuple[int, ...] | None:
    if isinstance(value, TensorValue | ArrayValue):
        return value.shape
    if isinstance(value, SequenceValue):
        sizes = [item.value for item in value.items if isinstance(item, IntValue)]
        return tuple(sizes) if len(sizes) == value.length else None
    return None


def _evaluate_typed(step: PredictStep, expression: str, run: RunAnswers) -> tuple[str, str]:
    typed = typed_value(step.mode, _value(run, expression))
    if typed is None:
        raise Unanswerable(f"`{expression}` is not a {step.mode}")
    return typed


def _evaluate_known_wrong(step: PredictStep, run: RunAnswers) -> tuple[KnownWrongAnswer, ...]:
    return tuple(
        replace(wrong, answer=_evaluate_typed(step, wrong.answer, run)[0].removesuffix(".0"))
        for wrong in step.known_wrong
    )


def _as_quiz(step: PredictStep) -> QuizStep:
    shared = {name: value for name, value in asdict(step).items() if name in _SHARED}
    return QuizStep(**shared)


_SHARED = frozenset(QuestionStep.__struct_fields__)


def _value(run: RunAnswers, expression: str) -> Value:
    answer = run.answer(expression)
    if answer is None or answer.error is not None:
        raise Unanswerable(
            f"`{expression}` cannot be evaluated: {_reason_missing(run, expression)}"
        )
    return answer.value


def _reason_missing(run: RunAnswers, expression: str) -> str:
    answer = run.answer(expression)
    if answer is None or answer.error is None:
        return "there is no answer"
    return f"{answer.error.type_name}: {answer.error.message}"
