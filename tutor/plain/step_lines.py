"""A step as lines: its kind and title, its question or task, and the commands for the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tutor.course.figures import FIGURES
from tutor.course.figures.parts import Formula
from tutor.course.kinds import kind_of
from tutor.course.model import LessonOutline, QuestionStep, QuizMode, Step, StepHeader
from tutor.first_screen.given_code import all_givens
from tutor.grading.wording import counted
from tutor.plain.code_lines import gap_words
from tutor.plain.kinds import telling_of
from tutor.plain.markdown_lines import sentences, spoken_line
from tutor.session.questions import in_order
from tutor.session.state import State
from tutor.session.words.spoken_text import speak, with_spoken

_SECTION = re.compile(r"^Section [\d.]+\.\s*")
"""Place in a book with which captions of figures begin; it is of no use here."""

HOW: dict[QuizMode, str] = {
    "true-false": "Judge {count} statements: type t or f for each, as in t f t.",
    "one": "Choose one of {count}: type its number.",
    "many": "Choose from {count}: type the numbers of all right ones, as in 1 3.",
    "number": "Type a number.",
    "shape": "Type a shape, such as (3, 4).",
}


def place_words(step: Step, lesson: LessonOutline | None) -> str:
    """Return the step's number in its lesson as words."""
    number = step_number(step, lesson)
    return f"Step {number} of {len(lesson.steps)}." if lesson is not None and number else ""


def step_number(step: StepHeader, lesson: LessonOutline | None) -> int:
    """Return the number of the step in its lesson, from 1; 0 if it is in none."""
    ids = [each.id for each in lesson.steps] if lesson is not None else []
    return ids.index(step.id) + 1 if step.id in ids else 0


def head_line(step: Step, lesson: LessonOutline | None, state: State) -> str:
    """Return the step's kind, title and place."""
    title = f"{telling_of(step).word}: {ended(spoken_line(step.title))}"
    words = [title, place_words(step, lesson)]
    if step.optional:
        words.append("It is practice: you may skip it.")
    if state.step_done:
        words.append("You have done it.")
    return " ".join(filter(None, words))


def question_lines(step: QuestionStep, state: State) -> Iterator[str]:
    """Yield how to answer the question, then its options in their current order."""
    yield from option_lines(step, state.question.order if state.question is not None else ())


def option_lines(step: QuestionStep, order: tuple[int, ...]) -> Iterator[str]:
    """Yield how to answer the question, then the options in this order."""
    yield HOW[step.mode].format(count=len(order))
    for number, option in enumerate(in_order(step, order).options, 1):
        for place, line in enumerate(sentences(with_spoken(option.text, step.spoken))):
            yield line if place else f"{number}. {line}"


def there_is_words(step: Step, explanation: Sequence[str], program: Sequence[str]) -> str:
    """Name the parts that can be printed, each with its command."""
    given = all_givens(step).strip()
    parts = [
        ("Explanation", len(explanation), "line", "text"),
        ("Figures", len(step.figures), "", "figure"),
        ("Given code", given.count("\n") + 1 if given else 0, "line", "given"),
        ("Program", len(program), "line", "code"),
    ]
    return " ".join(
        f"{name}: {counted(count, noun) if noun else count}, type {command}."
        for name, count, noun, command in parts
        if count
    )


def gaps_of(step: Step, program: Sequence[str]) -> str:
    """Return the number of gaps left to fill as words; "" if there are none."""
    return gap_words(program) if kind_of(step).has_own_code else ""


def figure_lines(name: str) -> Iterator[str]:
    """Yield a figure in words: title, description, formulas, and explanation."""
    figure = FIGURES[name]
    yield f"Figure: {ended(speak(figure.title))}"
    yield from sentences(figure.alt)
    for part in figure.parts:
        if isinstance(part, Formula):
            words = part.spoken or speak(part.text)
            is_sentence = words.endswith(":")  # about what is drawn below it
            yield ended(words.rstrip(":")) if is_sentence else f"Formula: {ended(words)}"
    yield from sentences(_SECTION.sub("", figure.caption))


def ended(words: str) -> str:
    """Return the words as a sentence: add a full stop unless another sign ends them."""
    return words if re.search(r"[.?!]$", words) else f"{words}."
