"""What a learner has done, counted by lesson and by concept, and told in lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec import structs

from tests.support.hand_ins import answered, judged, minute, opened, small_course
from tutor.course.model import Course
from tutor.course.step_tables import Misconception, Option
from tutor.progress.entries import AppEnded, Entry, HintShown, SolutionShown, StepRead
from tutor.progress.overview import overview, overview_lines, told_ideas

DONE: list[Entry] = [
    opened("read-me", 0),
    StepRead(step="read-me", at=minute(2)),
    answered("ask-me", 3, "reject"),
    answered("ask-me", 4, "accept"),
    opened("double", 4),
    HintShown(step="double", count=1, at=minute(5)),
    judged("double", 6, "reject", "y = 3", "not-twice"),
    judged("double", 7, "not-attempted", "y = ..."),
    judged("double", 8, "reject", "y = 3", "not-twice"),
    judged("double", 9, "reject", "y = 5", "a-number"),
    SolutionShown(step="double", level="lines", at=minute(10)),
    AppEnded(at=minute(11)),
    judged("double", 90, "accept"),
]

IDEAS = {"not-twice": "Twice means `2 * x`."}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Two of its steps have a concept; nothing is done at the last one."""
    course = small_course(tmp_path)
    concepts = {"double": ("product",), "last-one": ("product", "end")}
    return _with_steps(course, {step: {"concepts": named} for step, named in concepts.items()})


def _with_steps(course: Course, changes: Mapping[str, Mapping[str, object]]) -> Course:
    (lesson,) = course.lessons
    steps = tuple(structs.replace(step, **changes.get(step.id, {})) for step in lesson.steps)
    return structs.replace(course, lessons=(structs.replace(lesson, steps=steps),))


def test_lessons_and_concepts_are_counted(course: Course) -> None:
    found = overview(course, DONE)
    (lesson,) = found.lessons
    assert (lesson.done, lesson.steps) == (3, len(course.steps()))
    assert (lesson.attempts, lesson.hints, lesson.solutions_seen) == (6, 1, 1)
    assert lesson.minutes == 11, "the hour away is none of them"
    assert lesson.told == {"not-twice": 2, "a-number": 1}
    (concept,) = found.concepts
    assert (concept.name, concept.done, concept.steps) == ("product", 1, 2)
    assert (concept.attempts, concept.told) == (4, lesson.told)


def test_a_concept_whose_steps_were_only_opened_is_none_of_them(course: Course) -> None:
    assert overview(course, [opened("double", 0), opened("last-one", 1)]).concepts == ()
    seen = overview(course, [SolutionShown(step="last-one", level="lines", at=minute(2))])
    assert [concept.name for concept in seen.concepts] == ["product", "end"]


def test_it_is_told_in_lines(course: Course) -> None:
    lines = list(overview_lines(overview(course, DONE), IDEAS))
    assert lines == [
        course.lessons[0].title,
        f"  3 of {len(course.steps())} steps done, 11 minutes",
        "  6 answers, 1 hint and 1 solution looked at",
        "  mistake: Twice means `2 * x`. (2×)",
        "  mistake: a number",
        "",
        "Concepts",
        "  product  1 of 2 steps done, 7 minutes",
        "           4 answers, 1 hint and 1 solution looked at",
        "           mistake: Twice means `2 * x`. (2×)",
        "           mistake: a number",
    ]


def test_an_idea_is_told_in_the_words_of_its_step(course: Course) -> None:
    told = Misconception(
        id="not-twice", say="You got {y}. It is *three* times `x`. Not {x}.", when="0"
    )
    fixed = Misconception(id="class-not-instance", say="Call it.", when="0")
    bare = Misconception(id="bare", say="You got {y}.", when="0")
    option = Option(text="a", why="It is b.", misconception="a-for-b")
    changes: dict[str, dict[str, object]] = {
        "double": {"own_misconceptions": (told, fixed, bare)},
        "ask-me": {"options": (option,)},
    }
    ideas = told_ideas(_with_steps(course, changes))
    assert ideas["not-twice"] == "It is three times `x`."
    assert ideas["class-not-instance"] == "a class where an instance or a result should be"
    assert ideas["a-for-b"] == "It is b."
    assert "bare" not in ideas


def test_before_the_first_step_there_is_nothing(course: Course) -> None:
    assert list(overview_lines(overview(course, []), {})) == ["Nothing is done yet."]


def test_a_step_counts_under_its_former_name(course: Course) -> None:
    later = _with_steps(course, {"double": {"was": "twice"}})
    assert overview(later, [judged("twice", 1, "accept")]).lessons[0].done == 1
    assert overview(course, [judged("twice", 1, "accept")]).lessons[0].done == 0
