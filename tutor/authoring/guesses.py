"""Guesses at predict steps that are typed as text, for `nntutor grade`."""

from __future__ import annotations

import re

from msgspec.structs import replace

from tutor.authoring.text_rules import LABELS
from tutor.course.model import PredictStep
from tutor.grading.predict import grade_guess, predict_command, predict_questions, unfinished
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import Runner, Verdict
from tutor.session.words.key_names import fill_question

_JUDGEMENTS = {"t": True, "true": True, "f": False, "false": False}


async def grade_guess_text(step: PredictStep, text: str, runner: Runner) -> Verdict:
    """Run the program of a predict step and judge a guess, unless it cannot be read."""
    step = fill_question(step, LABELS)
    try:
        guess = read_guess(step, text)
    except ValueError as error:
        return Verdict("not-attempted", "empty-answer", str(error))
    missing = unfinished(step, guess)
    if missing is not None:
        return missing
    command = replace(predict_command(step), live=False)
    verdict, _ = grade_guess(step, guess, await runner.observe(command, predict_questions(step)))
    return verdict


def read_guess(step: PredictStep, text: str) -> QuizAnswer:
    """Read a guess: a number or shape, numbers of options, or `t` and `f` for statements.

    Options count from 1 in the order of the file. Raises ValueError with the expected form.
    """
    if step.mode in ("number", "shape"):
        return QuizAnswer(text=text.strip())
    words = re.split(r"[\s,;]+", text.strip().lower()) if text.strip() else []
    count = len(step.options)
    if step.mode == "true-false":
        if len(words) != count or not all(word in _JUDGEMENTS for word in words):
            raise ValueError(f"Give t or f for each of the {count} statements, such as `t f t`.")
        return QuizAnswer(judged={n: _JUDGEMENTS[word] for n, word in enumerate(words)})
    if not all(word.isascii() and word.isdigit() and 0 < int(word) <= count for word in words):
        raise ValueError(f"Give the numbers of the options, from 1 to {count}.")
    return QuizAnswer(judged={int(word) - 1: True for word in words})
