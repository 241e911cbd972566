"""The lessons as they ship: they load, they lint clean, and they name what exists."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from tests.support.lessons import LESSONS, sound_course
from tests.support.sampling import drawn
from tutor.authoring.check import check
from tutor.authoring.course_rules import check_families, check_terms
from tutor.client.client import WorkerClient
from tutor.course.figures import FIGURES
from tutor.course.load import load_course
from tutor.course.model import CodeStep, Course, QuizStep
from tutor.course.terms import glossary

CHAPTER = [
    ("what-networks-do", "1"),
    ("quiz-activation", "2.1"),
    ("activations", "2.2a"),
    ("sigmoid", "2.2b"),
    ("softmax", "2.2c"),
    ("binary-classifier", "2.3a"),
    ("binary-by-hand", "2.3b"),
    ("quiz-binary-output", "2.3c"),
    ("regression-4-layers", "2.4a"),
    ("multiclass", "2.4b"),
    ("deep-but-linear", "2.4c"),
    ("one-hot", "2.5a"),
    ("cross-entropy", "2.6a"),
    ("quiz-loss", "2.6b"),
    ("parameters", "2.7"),
    ("training-loop", "2.8a"),
    ("manual-update", "2.8b"),
    ("sgd-optimizer", "2.9"),
    ("moons-alone", ""),
    ("numpy-activations", "2.2d"),
    ("batch-softmax", "2.2e"),
    ("softmax-as-sigmoid", "2.2f"),
    ("collapse-it", "2.4d"),
    ("one-hot-class-2", "2.5b"),
]
TENSORS = [
    ("one-axis", ""),
    ("two-axes", ""),
    ("penguin-rows", ""),
    ("which-shapes-fit", ""),
    ("standardise", ""),
    ("one-hot-by-comparison", ""),
    ("nearest-without-loops", ""),
    ("bytes-and-halves", ""),
    ("column-against-row", ""),
    ("table-in-numbers", ""),
]
TRAINING = [
    ("what-data-is-for", ""),
    ("own-module", ""),
    ("own-dataset", ""),
    ("split-then-scale", ""),
    ("the-five-lines", ""),
    ("train-penguins", ""),
    ("choose-by-validation", ""),
    ("honest-contest", ""),
    ("honest-split", ""),
    ("rare-class", ""),
    ("save-and-load", ""),
    ("your-own-table", ""),
]
GENERALISE = [
    ("learnt-by-heart", ""),
    ("which-curve", ""),
    ("keep-the-best", ""),
    ("dropout-by-hand", ""),
    ("eval-forgotten", ""),
    ("copies-first", ""),
    ("honest-number", ""),
]
START = [
    ("watch-it-learn", ""),
    ("too-fast-too-slow", ""),
    ("count-the-numbers", ""),
    ("straight-or-bent", ""),
    ("draw-a-digit", ""),
]
AUTOGRAD = [
    ("the-tape", ""),
    ("three-backwards", ""),
    ("numeric-gradient", ""),
    ("who-gets-a-gradient", ""),
    ("cut-in-the-middle", ""),
    ("backprop-by-hand", ""),
    ("value-forward-backward", ""),
    ("value-trains", ""),
    ("your-own-function", ""),
]
OPTIMIZERS = [
    ("one-step", ""),
    ("write-sgd", ""),
    ("largest-rate", ""),
    ("move-the-data", ""),
    ("momentum", ""),
    ("adam", ""),
    ("forty-steps", ""),
]
STEPS = {
    "start": START,
    "architecture": CHAPTER,
    "tensors": TENSORS,
    "training": TRAINING,
    "generalise": GENERALISE,
    "autograd": AUTOGRAD,
    "optimizers": OPTIMIZERS,
}
"""For each lesson its steps, and the number that the section of the book gives each."""
FILES = sorted(LESSONS.glob("*/[0-9]*.toml"))
LINTED = drawn(FILES, 4, "linted")
"""What each change must pass has `nntutor check` look at all of them."""


def test_the_course_loads_without_a_problem() -> None:
    course, problems = load_course(LESSONS)
    assert problems == ()
    assert course == sound_course(LESSONS)


def test_every_lesson_has_its_steps_in_order(course: Course) -> None:
    steps = {
        lesson.id: [(step.id, step.section) for step in lesson.steps] for lesson in course.lessons
    }
    assert steps == STEPS, "a step that was added, moved or renamed changes STEPS"


def test_progress_under_a_former_id_counts_for_the_step(course: Course) -> None:
    former = {step.was: step.id for step in course.steps() if step.was}
    assert former["shapes-first"] == "two-axes"


def test_newcomers_are_offered_a_lesson_that_needs_no_other(course: Course) -> None:
    (offered,) = (lesson for lesson in course.lessons if lesson.offer)
    assert offered.needs == ()
    assert (offered.offer, offered.steps[0].id) == ("New to tensors?", "one-axis")


def test_no_two_steps_of_a_lesson_have_the_same_number() -> None:
    for steps in STEPS.values():
        numbers = [number for _, number in steps if number]
        assert len(set(numbers)) == len(numbers)


def test_families_are_shared_by_the_steps_that_should_have_them(course: Course) -> None:
    assert [str(problem) for problem in check_families(LESSONS, course)] == []


def test_every_step_tells_its_minutes(course: Course) -> None:
    assert [step.id for step in course.steps() if step.minutes is None] == []


def test_the_chapter_takes_75_minutes_and_trains_a_network_after_25(course: Course) -> None:
    (steps,) = (each.steps for each in course.lessons if each.id == "architecture")
    required = [step for step in steps if not step.optional]
    assert steps[: len(required)] == tuple(required), "optional steps come after the finish"
    ids = [step.id for step in required]
    before = required[: ids.index("regression-4-layers")]
    assert sum(step.minutes or 0 for step in before) <= 25
    assert sum(step.minutes or 0 for step in required) <= 75


def test_every_figure_is_shown_somewhere(course: Course) -> None:
    shown = {name for step in course.steps() for name in step.figures}
    assert shown == set(FIGURES)


def test_every_term_is_explained_with_a_number_in_few_words(course: Course) -> None:
    assert check_terms(course) == []
    for entry in glossary(course):
        assert re.search(r"\d", entry.term.say), entry.title
        assert len(entry.term.say) < 320, entry.title
        assert entry.step is not None, entry.title


def test_every_code_step_offers_hints_by_levels_and_words_for_afterwards(course: Course) -> None:
    for step in course.steps():
        if isinstance(step, CodeStep):
            assert len(step.hints) >= 3, f"{step.id}: three hints or more"
            assert step.after, f"{step.id}: no `after`"


def test_every_quiz_explains_each_option(course: Course) -> None:
    for step in course.steps():
        if isinstance(step, QuizStep):
            assert all(len(option.why) > 40 for option in step.options), step.id
            wrong = [option for option in step.options if not option.correct]
            assert all(option.misconception for option in wrong), step.id


def test_the_example_of_what_networks_do_adds_up(course: Course) -> None:
    step = course.find("what-networks-do")
    assert step is not None
    text = step.text
    score = 4 * 0.6 + 1 * -1.2
    share = 1 / (1 + math.exp(-score))
    assert f"4 · 0.6 + 1 · (−1.2) = {score:.1f}" in text
    assert f"{score:.1f} → {share:.0%}".replace("%", " %") in text
    assert f"no spam: {-math.log(1 - share):.2f}" in text


def test_code_in_texts_fits_into_a_narrow_pane(course: Course) -> None:
    for step in course.steps():
        for block in re.findall(r"```.*?```", step.text + step.after, re.DOTALL):
            assert max(len(line) for line in block.splitlines()) <= 44, (step.id, block)


def test_texts_use_one_word_for_one_thing(course: Course) -> None:
    for step in course.steps():
        assert not re.search(r"\bCRE\b|loss_function|local gradient", step.text + step.after)


@pytest.mark.process
@pytest.mark.xdist_group("content")
@pytest.mark.asyncio(loop_scope="package")
@pytest.mark.parametrize("file", LINTED, ids=[file.stem for file in LINTED])
async def test_the_linter_finds_nothing(file: Path, client: WorkerClient) -> None:
    problems = await check(LESSONS, (file,), client, lambda done, total, what: None)
    assert [str(problem) for problem in problems] == []
