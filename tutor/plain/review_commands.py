"""The review in plain mode: what was missed some days ago is asked again, and then it ends.

During a review all lines are for it. The session asks, judges and records; this module only prints.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import QuizStep, Step
from tutor.grading.quiz import QuizAnswer
from tutor.grading.review_questions import SAME_GIVENS, ReviewQuestion
from tutor.grading.wording import counted
from tutor.plain.answering import is_answer_to, read_answer
from tutor.plain.code_lines import code_and_count
from tutor.plain.command_names import INTERRUPT
from tutor.plain.command_row import Command
from tutor.plain.desk import Desk
from tutor.plain.kinds import telling_of
from tutor.plain.markdown_lines import sentences, spoken_line
from tutor.plain.run_lines import MAX_APART_S, value_lines
from tutor.plain.step_lines import ended, head_line, option_lines
from tutor.plain.verdict_lines import answer_words, guess_reasons, head_of
from tutor.plain.walking import arrive, lesson_of, tell_figures
from tutor.session.questions import question_of
from tutor.session.reviewing import Review, end_words, next_words, right_answer

SKIP = "skip"
OFFER = (
    "Review: {questions} about what you missed. "
    "Type review for them, or review skip for none today."
)
PUT_OFF = "No more reviews today. Type review if you want one anyway."
MAKING = "The question is being prepared: programs run first."
STILL_MAKING = f"The question is still being prepared. {INTERRUPT} leaves the review."
LEFT = "You have left the review. The other questions come another day."
IS_ANSWERED = "That is answered: type next."


async def offer(desk: Desk) -> None:
    """Print one line about a due review, if there is one and the learner wants it."""
    count = await desk.session.answers.review.offered()
    if count:
        desk.say(OFFER.format(questions=counted(count, "question")))


async def review(desk: Desk, words: str) -> None:
    """Begin the review, or offer none today."""
    if words.strip() == SKIP:
        desk.session.answers.review.put_off()
        desk.say(PUT_OFF)
    elif words.strip():
        desk.say("Type review alone, or review skip for none today.")
    else:
        await begin_review(desk)


async def begin_review(desk: Desk) -> None:
    """Ask the first question, or print that none is due."""
    desk.choice = None
    desk.session.answers.review.begin()
    await _tell_next(desk)


def is_answer_in_review(desk: Desk, line: str) -> bool:
    """Return True if the line answers the review's question and is no command."""
    shown = desk.state.review
    return shown is not None and is_answer_to(_quiz(shown), line)


async def answer(desk: Desk, words: str) -> None:
    """Judge the answer; only the first one counts."""
    shown = desk.state.review
    quiz = _quiz(shown)
    if shown is None or quiz is None:
        return
    if shown.is_answered:
        desk.say(IS_ANSWERED)
        return
    places = tuple(range(len(quiz.options)))
    given = read_answer(desk, quiz, words.strip(), places) if words.strip() else QuizAnswer()
    if given is None:
        return
    desk.session.answers.review.answer(given)
    judged = desk.state.review
    assert judged is not None
    assert judged.verdict is not None
    if not judged.is_answered:
        desk.say(*desk.lines_of(judged.verdict.message, quiz.spoken))
        return
    desk.say(*_result_lines(judged, quiz))
    if judged.must_read_again:
        desk.say("Type next to go on, or go for that step.")
    else:
        desk.say("Type next to go on.")


async def go_on(desk: Desk, _words: str) -> None:
    """Ask the next question, or print that the review is over."""
    desk.session.answers.review.go_on()
    await _tell_next(desk)


async def leave_review(desk: Desk, _words: str) -> None:
    """Return to the step."""
    desk.session.answers.review.leave()
    desk.say(LEFT)
    _go_back(desk)


async def read_again(desk: Desk, _words: str) -> None:
    """Leave for the question's step to read it again."""
    shown = desk.state.review
    if shown is None or shown.step is None or not shown.must_read_again:
        desk.say("Type leave first: then go leads to any step.")
        return
    desk.session.answers.review.leave()
    desk.session.go_to(shown.step.id)
    arrive(desk)


async def tell_the_question(desk: Desk, _words: str) -> None:
    """Print the question again."""
    if desk.state.review is not None:
        _tell_question(desk, desk.state.review)


async def tell_given(desk: Desk, _words: str) -> None:
    """Print the code that runs before the program in question."""
    asked = _question(desk)
    if asked is None or not asked.given.strip():
        desk.say("There is no given code here.")
    else:
        desk.say(f"{asked.label.capitalize()}.", *code_and_count(asked.given))


async def tell_program(desk: Desk, _words: str) -> None:
    """Print the program in question."""
    asked = _question(desk)
    if asked is None or not asked.program.strip():
        desk.say("No program is asked about here.")
    else:
        desk.say(*code_and_count(asked.program))


async def tell_text(desk: Desk, _words: str) -> None:
    """Print the text of the step that the question comes from."""
    step = desk.state.review.step if desk.state.review is not None else None
    if step is None:
        return
    text = telling_of(step).explains(step) if kind_of(step).has_question else step.text
    desk.say(*desk.lines_of(text, step.spoken))
    if desk.teller.is_silent:
        desk.say("There is no explanation here: type task.")


async def tell_figure(desk: Desk, words: str) -> None:
    """Describe a figure of the step that the question comes from."""
    step = desk.state.review.step if desk.state.review is not None else None
    tell_figures(desk, _figures_of(step) if step is not None else (), words)


def _figures_of(step: Step) -> tuple[str, ...]:
    """Return the figures that may be described; those of a task might reveal the answer."""
    return () if kind_of(step).has_solution else step.figures


async def _tell_next(desk: Desk) -> None:
    """Wait for the question and print it, or end the review and print the current step."""
    await _until_asked(desk)
    shown = desk.state.review
    if shown is not None and shown.end is None:
        _tell_question(desk, shown)
        return
    if shown is None:
        desk.say(LEFT)
    else:
        desk.say(*sentences(end_words(shown)))
        desk.session.answers.review.leave()
    _go_back(desk)


def _go_back(desk: Desk) -> None:
    """Print the current step's title, or the whole step if it was not printed before."""
    if desk.has_met_step:
        desk.say(head_line(desk.step, lesson_of(desk), desk.state))
    else:
        arrive(desk)


async def _until_asked(desk: Desk) -> None:
    """Wait until a question is ready or the review ends; report a long wait."""
    changed, is_told = asyncio.Event(), False
    unsubscribe = desk.session.subscribe(lambda _old, _new: changed.set())
    try:
        while (shown := desk.state.review) is not None and _is_awaited(shown):
            changed.clear()
            if shown.items and not is_told:
                is_told = True
                desk.teller.say_now(MAKING)
            try:
                async with asyncio.timeout(MAX_APART_S):
                    await changed.wait()
            except TimeoutError:
                if desk.tells_progress:
                    desk.teller.say_now(STILL_MAKING)
    finally:
        unsubscribe()


def _is_awaited(shown: Review) -> bool:
    return shown.question is None and shown.end is None


def _tell_question(desk: Desk, shown: Review) -> None:
    quiz, asked, step = _quiz(shown), shown.question, shown.step
    if quiz is None or asked is None or step is None:
        return
    title = ended(spoken_line(step.title))
    desk.say(f"Review: question {shown.number + 1} of {len(shown.items)}, from {title}")
    desk.say_text(question_of(quiz), "Question: ", quiz.spoken)
    desk.say(*option_lines(quiz, tuple(range(len(quiz.options)))))
    desk.say(*filter(None, [_there_is(asked, step)]))


def _there_is(asked: ReviewQuestion, step: Step) -> str:
    """Name the figures and code that can be printed, each with its command."""
    given = asked.given.strip("\n")
    program = asked.program.strip("\n")
    label = "Given code" if asked.label == SAME_GIVENS else asked.label.capitalize()
    figures = len(_figures_of(step))
    words = [f"Figures: {figures}, type figure."] if figures else []
    words += [f"{label}: {_line_count(given)}, type given."] if given.strip() else []
    words += [f"Program: {_line_count(program)}, type code."] if program.strip() else []
    return " ".join(words)


def _line_count(code: str) -> str:
    return counted(code.count("\n") + 1, "line")


def _result_lines(shown: Review, quiz: QuizStep) -> Iterator[str]:
    """Yield the verdict, its explanation, and the date when the question comes back."""
    verdict, given, asked = shown.verdict, shown.answer, shown.question
    assert verdict is not None
    assert given is not None
    assert asked is not None
    places = tuple(range(len(quiz.options)))
    head = "Not right" if verdict.kind == "reject" else head_of(verdict)
    yield f"{head}: {answer_words(quiz, given, places)}."
    if quiz.options:
        first, others = guess_reasons(quiz, given, places, quiz)
        yield from first
        yield from others if quiz.mode == "true-false" else ()
    elif not verdict.accepted:
        yield from sentences(verdict.message)
        yield f"Right is {right_answer(asked)}."
    yield from value_lines(asked.told)
    yield from sentences(next_words(shown))


def _question(desk: Desk) -> ReviewQuestion | None:
    return desk.state.review.question if desk.state.review is not None else None


def _quiz(shown: Review | None) -> QuizStep | None:
    """Return the question on screen, with its step's words for formulas."""
    if shown is None or shown.question is None or shown.step is None:
        return None
    return replace(shown.question.quiz, spoken=shown.step.spoken)


COMMANDS = (Command("review", review, "ask again what you missed earlier.", SKIP),)

WITHIN = (
    Command("answer", answer, "answer the question; typing only the answer works, too.", "ANSWER"),
    Command("next", go_on, "go on; unanswered questions come another day."),
    Command("task", tell_the_question, "tell the question."),
    Command("given", tell_given, "read the code that runs first."),
    Command("code", tell_program, "read the program of the question."),
    Command("text", tell_text, "read the text of the question's step."),
    Command("figure", tell_figure, "describe a figure of that step.", "NUMBER"),
    Command("go", read_again, "leave the review and go to that step."),
    Command("leave", leave_review, "leave the review and go back to your step."),
)
"""Commands during a review."""
