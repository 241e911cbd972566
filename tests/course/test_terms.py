"""Terms: read from lesson.toml, defined once, and led to the step that has them first."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import LESSON, READ, sound_course, step_alone, write_course
from tutor.course.load import load_course
from tutor.course.terms import glossary

LOSS = '\n[[term]]\nname = "loss"\nsay = "How wrong: 0 is best."\n'
RATE = '\n[[term]]\nname = "learning-rate"\ntitle = "Learning rate"\nsay = "0.01 is usual."\n'

FIRST = READ + 'concepts = ["loss"]\n'
SECOND = FIRST.replace("hello", "again")


def test_terms_stand_in_the_order_of_the_alphabet_with_the_step_that_has_them_first(
    tmp_path: Path,
) -> None:
    write_course(tmp_path, lesson=LESSON + LOSS + RATE, first=FIRST, second=SECOND)
    rate, loss = glossary(sound_course(tmp_path))
    assert (rate.title, rate.step, rate.lesson) == ("Learning rate", None, "First")
    assert loss.title == "loss"
    assert loss.step is not None
    assert loss.step.id == "hello"


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        (LOSS + 'also = "cost"\n', "term[1].also: is not a key here"),
        (LOSS.replace("say", "# say"), "term[1].say: is missing"),
        (LOSS.replace("How wrong: 0 is best.", " "), "term[1].say: is empty"),
        (LOSS.replace('"loss"', '""'), "term[1].name: is empty"),
        (LOSS + LOSS, "term[2].name: `loss` is defined twice"),
        ("term = 3\n", "term: is an array of tables: write `[[term]]`"),
    ],
)
def test_what_is_wrong_with_a_term_is_told(tmp_path: Path, terms: str, problem: str) -> None:
    write_course(tmp_path, lesson=LESSON + terms, first=FIRST)
    _, problems = load_course(tmp_path)
    (told,) = [str(one).partition("lesson.toml:")[2].partition(": ")[2] for one in problems]
    assert told.startswith(problem)


def test_a_step_is_read_alone_beside_terms(tmp_path: Path) -> None:
    write_course(tmp_path, lesson=LESSON + LOSS, first=FIRST)
    assert step_alone(tmp_path, "hello") is not None
