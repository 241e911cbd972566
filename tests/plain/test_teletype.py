"""A teletype could write all of it: plain lines, no ornament, nothing that only a look would tell.

The test is an idea of users of screen readers. It reads the texts of the whole course.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.lessons import chapter
from tutor.course.figures import FIGURES
from tutor.course.figures.parts import Formula
from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.grading.templates import fill
from tutor.plain.code_lines import code_and_count
from tutor.plain.desk import NAMES
from tutor.plain.kinds import question_in
from tutor.plain.markdown_lines import lines_of
from tutor.plain.step_lines import figure_lines, head_line, question_lines
from tutor.session.state import QuestionState, State
from tutor.session.words.key_names import fill_lesson_keys, fill_step
from tutor.session.words.spoken_text import Spoken, unspoken_in

COURSE = chapter()

SHORTEST = 4
CODE = re.compile(r"Line \d+(?:, indent \d+)?(?: is out| is now)?:|Evidence:|Output \d+:|line \d+>")
"""What stands in front of code, which is told as it is."""
IN_TEXT = re.compile(r"^(```|~~~).*?^\1|(`+).*?\2", re.DOTALL | re.MULTILINE)
"""Code in a text, likewise."""
HELD_TOGETHER = re.compile(r"(?:ln|ReLU|σ) ?\([^()]*[+−][^()]*\)|\([^()]*[+−][^()]*\) ?[/·]")
"""Sums in brackets that are the argument of a function, divided, or a factor."""
SIGNS = re.compile(r"([^\w\s])\1{2}")
LOOKED_AT = re.compile(r"[²³¹⁰⁴-⁹⁻ᶻˣ₀-₉ᵢⱼₖΣ∂‖√≈≤≥→←·×−…◆✓✗█─│╭╰▶◀]")
"""Signs that are seen and not heard, or not alike by all."""


def wrong_lines(transcript: str) -> list[str]:
    """The lines of a transcript that no teletype could write, or nobody would hear."""
    return [line for line in transcript.split("\n") if line and faults_of(line)]


def faults_of(line: str) -> list[str]:
    """What is wrong with a line."""
    faults = [] if line.isprintable() else ["a control character"]
    if CODE.match(line) or line.startswith("step "):
        return faults
    faults += ["too short"] * (len(line) < SHORTEST)
    faults += ["a sign three times"] * bool(SIGNS.search(line))
    faults += ["two blanks"] * ("  " in line)
    return faults


def texts_of(step: Step) -> Iterator[str]:
    """All texts that a learner may be told at the step."""
    yield from (step.text, step.after, *step.hints)
    yield from (option.why for option in step.options)
    yield from (wrong.why for wrong in step.known_wrong)
    yield from (item.say for item in step.misconceptions)


def heard_of(step: Step) -> Iterator[str]:
    filled = fill_step(step, NAMES)
    lesson = next(each for each in COURSE.lessons if each.id == step.lesson)
    state = State(question=QuestionState(tuple(range(len(step.options)))))
    yield head_line(filled, lesson, state)
    for text in texts_of(filled):
        yield from lines_of(IN_TEXT.sub("code", fill(text, lambda _: "0.5")), step.spoken)
    question = question_in(filled)
    if question is not None:
        yield from question_lines(question, state)
    if kind_of(step).has_program:
        for code in filter(str.strip, (step.given, step.program, step.scaffold)):
            yield from code_and_count(code)
    for figure in step.figures:
        yield from figure_lines(figure)


@pytest.mark.parametrize("step", COURSE.steps(), ids=lambda step: step.id)
def test_all_that_a_step_says_is_heard(step: Step) -> None:
    heard = list(heard_of(step))
    assert [(line, faults) for line in heard if (faults := faults_of(line))] == []


@pytest.mark.parametrize("step", COURSE.steps(), ids=lambda step: step.id)
def test_no_sign_is_left_that_only_a_look_would_tell(step: Step) -> None:
    heard = list(heard_of(step))
    assert [line for line in heard if LOOKED_AT.search(line) and not CODE.match(line)] == []


def test_a_spoken_formula_says_what_its_brackets_hold_together() -> None:
    spoken = [pair for step in COURSE.steps() for pair in step.spoken.items()]
    for figure in FIGURES.values():
        spoken += [(each.text, each.spoken) for each in figure.parts if isinstance(each, Formula)]
    wrong = [
        (text, words)
        for text, words in spoken
        if words and len(HELD_TOGETHER.findall(text)) > words.count("the quantity")
    ]
    assert wrong == []


def test_words_and_outcomes_are_heard() -> None:
    texts = [text for lesson in COURSE.lessons for text in lesson.outcomes]
    texts += [term.say for lesson in COURSE.lessons for term in lesson.terms] + [COURSE.after]
    nothing: Spoken = {}
    heard = [line for text in texts for line in lines_of(fill_lesson_keys(text, NAMES), nothing)]
    assert [(line, faults) for line in heard if (faults := faults_of(line))] == []


def test_figures_are_heard() -> None:
    formulas = [
        part for each in FIGURES.values() for part in each.parts if isinstance(part, Formula)
    ]
    assert [f.text for f in formulas if list(unspoken_in(f.text, {})) and not f.spoken] == []
    for name in FIGURES:
        lines = list(figure_lines(name))
        assert [line for line in lines if faults_of(line) or LOOKED_AT.search(line)] == []
        assert not any(line.startswith('"') for line in lines), "a ditto mark says nothing"


@pytest.mark.parametrize("line", ["\x1b[1mx", "No", "-----", "a  b", "is ... good", "a\tb is it"])
def test_a_line_that_is_seen_and_not_heard_is_found(line: str) -> None:
    assert faults_of(line)
