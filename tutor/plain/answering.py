"""Answers to questions: numbers, letters, or the text or shape that the question asks for."""

from __future__ import annotations

import re

from tutor.course.kinds import kind_of
from tutor.course.model import QuestionStep
from tutor.grading.quiz import QuizAnswer
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.editing import is_changed_meanwhile
from tutor.plain.kinds import question_in
from tutor.plain.running import follow
from tutor.plain.sliding import guess, is_guess
from tutor.plain.step_lines import question_lines
from tutor.plain.typed_numbers import number_of
from tutor.plain.verdict_lines import (
    guess_lines,
    guess_reasons,
    program_verdict_lines,
    quiz_verdict_lines,
    still_words,
)
from tutor.plain.walking import next_words
from tutor.session.questions import to_file_order

_LETTERS = {"t": True, "true": True, "f": False, "false": False}
_NUMBERS = re.compile(r"\d+(?:[\s,]+(?:and\s+)?\d+)*")
_JUDGEMENTS = re.compile(r"(?:t|f|true|false)(?:[\s,]+(?:t|f|true|false))*", re.IGNORECASE)
_GLUED = re.compile(r"[tf]{2,}", re.IGNORECASE)
"""Judgements typed without blanks between them, as in tft."""
_TWO_AND_MORE = re.compile(r"(?:(?:t|f|true|false)\b[\s,]+){2}.*", re.IGNORECASE)
"""Two judgements followed by something else."""
_TYPED = re.compile(r"[-−+.(\[]?\s*[\d.]")


def is_answer(desk: Desk, line: str) -> bool:
    """Return True if the line answers the step's question and is no command."""
    return is_guess(desk, line) or is_answer_to(question_in(desk.state.step), line)


def is_answer_to(step: QuestionStep | None, line: str) -> bool:
    """Return True if the line answers the question and is no command."""
    line = line.strip()
    if step is None:
        return False
    if step.mode == "true-false":
        return any(form.fullmatch(line) for form in (_JUDGEMENTS, _GLUED, _TWO_AND_MORE))
    if step.mode in ("one", "many"):
        return _NUMBERS.fullmatch(line) is not None
    return _TYPED.match(line) is not None


async def answer(desk: Desk, words: str) -> None:
    """Judge the answer; without one, print how to answer."""
    if kind_of(desk.state.step).has_sliders:
        await guess(desk, words)
        return
    step = question_in(desk.state.step)
    if step is None:
        desk.say("There is no question here: type task.")
        return
    if not words.strip():
        desk.say(*question_lines(step, desk.state))
        return
    order = desk.state.question.order if desk.state.question is not None else ()
    given = read_answer(desk, step, words.strip(), order)
    if given is None:
        return
    if kind_of(desk.state.step).is_guessed:
        await _guess(desk, step, given, order)
        return
    desk.session.answers.judge(given)
    verdict = desk.state.verdict
    assert verdict is not None  # a question is judged at once
    desk.say(*quiz_verdict_lines(step, given, order, verdict))
    desk.say(next_words(desk) if verdict.accepted else still_words(desk.state))


def read_answer(
    desk: Desk, step: QuestionStep, words: str, order: tuple[int, ...]
) -> QuizAnswer | None:
    """Return the answer by the options' indices in the file; None, with a reason, if invalid.

    `order` is the order in which the options were printed.
    """
    if step.mode in ("number", "shape"):
        return QuizAnswer(text=words.replace("−", "-"))
    if step.mode == "true-false":
        words = " ".join(words) if _GLUED.fullmatch(words) else words
        if _JUDGEMENTS.fullmatch(words) is None:
            desk.say("Type t or f for each statement, as in t f t.")
            return None
        letters = re.split(r"[\s,]+", words.casefold())
        if len(letters) > len(order):
            desk.say(f"There are {len(order)} statements, and {len(letters)} were judged.")
            return None
        judged = {place: _LETTERS[letter] for place, letter in enumerate(letters)}
        return QuizAnswer(to_file_order(judged, order))
    numbers = [number_of(each) for each in re.findall(r"\d+", words)]
    if _NUMBERS.fullmatch(words) is None or not all(1 <= n <= len(order) for n in numbers):
        desk.say(f"The choices are 1 to {len(order)}.")
        return None
    if step.mode == "one" and len(set(numbers)) > 1:
        desk.say("Choose only one: type its number alone.")
        return None
    return QuizAnswer(to_file_order({number - 1: True for number in numbers}, order))


async def _guess(desk: Desk, step: QuestionStep, given: QuizAnswer, order: tuple[int, ...]) -> None:
    has_begun = desk.session.answers.guess(given)
    if has_begun:
        await follow(desk)
    state = desk.state
    if state.verdict is None or (not has_begun and state.prediction_result is not None):
        return  # a notice says why
    if state.prediction_result is None:
        desk.say(*program_verdict_lines(state.verdict, step.spoken))
        return
    result = state.prediction_result
    first, others = guess_reasons(step, given, order, result.question)
    desk.say(*guess_lines(step, given, order, state.verdict, result), *first, next_words(desk))
    if step.scaffold.strip():
        desk.say("The code can be changed now: type code, then run.")
    desk.say(*others)


async def answer_again(desk: Desk, _words: str) -> None:
    """Discard the answer or the program and start over; `undo` brings a program back."""
    question = question_in(desk.state.step)
    if question is not None:
        desk.session.answers.ask_again()
        desk.say(*question_lines(question, desk.state))
    elif kind_of(desk.state.step).has_program:
        if not is_changed_meanwhile(desk):
            _begin_anew(desk)
    else:
        desk.say("There is nothing to start over here.")


def _begin_anew(desk: Desk) -> None:
    """Restore the step's original text, or the saved file of the learner's own program."""
    desk.remember()
    desk.session.help.reset()
    replaced = desk.state.replaced
    if desk.session.own is not None and replaced is not None:
        desk.in_file = replaced.text
    desk.know()


COMMANDS = (
    Command("answer", answer, "answer the question; typing only the answer works, too.", "ANSWER"),
    Command("reset", answer_again, "start the step over; undo restores your program."),
)
