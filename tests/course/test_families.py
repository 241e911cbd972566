"""Wrong ideas of families: how a step comes to them, in which order, and what is read when."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import (
    BOUND,
    CODE,
    FAMILY,
    sound_course,
    step_alone,
    write_course,
    write_family,
)
from tutor.course.families import placed_misconceptions, read_family
from tutor.course.load import load_course
from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception

OWN = "squared-by-hand"
STEP = CODE.replace('id = "squared"', f'id = "{OWN}"')


def step_of(root: Path, binding: str = BOUND, family: str = FAMILY) -> CodeStep:
    """The step that binds a family, read as for an author."""
    write_family(write_course(root, step=f"{STEP}\n{binding}"), family)
    step = sound_course(root).find("double")
    assert isinstance(step, CodeStep)
    return step


def ids(step: CodeStep) -> list[str]:
    return [item.id for item in step.misconceptions]


def test_a_step_has_the_ideas_of_its_family_in_its_own_names(tmp_path: Path) -> None:
    step = step_of(tmp_path)
    assert ids(step) == [OWN, "squared", "halved"]
    assert step.misconceptions[1] == Misconception(
        id="squared", wrong="y = x ** 2", say="You squared it: {y}."
    )
    assert [placed.path for placed in placed_misconceptions(step)] == [
        ("misconception", 0),
        ("family", 0, "squared"),
        ("family", 0, "halved"),
    ]


def test_code_around_the_lines_keeps_their_indentation(tmp_path: Path) -> None:
    binding = f'{BOUND}around = """\nz = 1\nfor _ in range(2):\n    {{lines}}\n    z += y\n"""\n'
    family = FAMILY.replace('"$result = $number / 2"', '"z = 0\\n$result = $number / 2"')
    halved = step_of(tmp_path, binding, family).misconceptions[2]
    assert halved.wrong == "z = 1\nfor _ in range(2):\n    z = 0\n    y = x / 2\n    z += y"


def test_a_step_leaves_ideas_out_and_has_words_of_its_own(tmp_path: Path) -> None:
    binding = f'{BOUND}without.halved = "it is right"\nsay.squared = "Not so: {{y}}."\n'
    own, squared = step_of(tmp_path, binding).misconceptions
    assert (own.id, squared.say) == (OWN, "Not so: {y}.")


def test_ideas_of_a_family_come_before_an_own_one_where_the_step_says_so(tmp_path: Path) -> None:
    step = step_of(tmp_path, f'{BOUND}before = "{OWN}"\n\n{BOUND}')
    assert ids(step) == ["squared", "halved", OWN, "squared", "halved"]
    assert placed_misconceptions(step)[2].path == ("misconception", 0)


def test_a_default_may_have_other_names_in_it(tmp_path: Path) -> None:
    family = FAMILY.replace("You squared it: {$result}.", "$seen").replace(
        "[[misc", '[defaults]\nseen = "`$result` is {$result}."\n\n[[misc', 1
    )
    family = family.replace("[defaults]", 'seen = "First words."\n[defaults]')
    assert step_of(tmp_path, BOUND, family).misconceptions[1].say == "`y` is {y}."


def test_a_dollar_may_stand_in_a_text(tmp_path: Path) -> None:
    family = FAMILY.replace("You squared it", "For 5 $$")
    assert step_of(tmp_path, BOUND, family).misconceptions[1].say == "For 5 $: {y}."


def test_a_learner_s_step_reads_no_family_before_it_is_asked_for(tmp_path: Path) -> None:
    write_course(tmp_path, step=f"{STEP}\n{BOUND}")
    step = step_alone(tmp_path, "double")
    assert isinstance(step, CodeStep)
    assert step.has_wrong_programs
    write_family(tmp_path)
    assert ids(step) == [OWN, "squared", "halved"]


@pytest.mark.parametrize(
    "family",
    [
        "about = 3",
        "no TOML",
        FAMILY.replace("$number ** 2", "$other"),
        FAMILY.replace("wrong = ", "raises = ").replace("$number ** 2", "("),
    ],
)
def test_a_learner_does_without_a_family_that_cannot_be_used(tmp_path: Path, family: str) -> None:
    write_family(write_course(tmp_path, step=f"{STEP}\n{BOUND}"), family)
    step = step_alone(tmp_path, "double")
    assert isinstance(step, CodeStep)
    assert ids(step) == [OWN]
    assert load_course(tmp_path)[1]


def test_a_learner_does_without_a_single_idea_that_cannot_be_used(tmp_path: Path) -> None:
    when = 'when = "$number =="\nexample = "$result = 1"'
    family = FAMILY.replace('wrong = "$result = $number ** 2"', when)
    write_family(write_course(tmp_path, step=f"{STEP}\n{BOUND}"), family)
    step = step_alone(tmp_path, "double")
    assert isinstance(step, CodeStep)
    assert ids(step) == [OWN, "halved"]


def test_no_family_is_read_from_outside_of_the_course(tmp_path: Path) -> None:
    elsewhere = write_family(tmp_path, name="elsewhere")
    course = tmp_path / "course"
    write_course(course, step=f"{STEP}\n{BOUND}")
    (course / "families").mkdir()
    (course / "families" / "doubling.toml").symlink_to(elsewhere)
    for name in ("doubling", "../../families/elsewhere"):
        assert read_family(course, name)[0] is None
        binding = BOUND.replace("doubling", name)
        write_course(course, step=f"{STEP}\n{binding}")
        step = step_alone(course, "double")
        assert isinstance(step, CodeStep)
        assert ids(step) == [OWN]


def test_a_family_that_changes_is_read_again(tmp_path: Path) -> None:
    step_of(tmp_path)
    assert ids(step_of(tmp_path, family=FAMILY.replace('"halved"', '"cut-in-half"'))) == [
        OWN,
        "squared",
        "cut-in-half",
    ]
