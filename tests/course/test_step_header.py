"""What is seen of a step before the course is loaded, against what the loader says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import chapter
from tests.support.tutor_app import write_course
from tutor.course.model import CodeStep
from tutor.course.step_header import find_step_file, read_step_header

LESSONS = Path(__file__).parents[2] / "lessons"


@pytest.mark.parametrize("step", chapter().steps(), ids=lambda step: step.id)
def test_it_says_what_the_loader_says(step: CodeStep) -> None:
    seen = read_step_header(LESSONS, step.id)
    assert seen is not None
    course, here = seen
    loaded = next(lesson for lesson in chapter().lessons if lesson.id == step.lesson)
    assert type(here) is type(step)
    shown = ("title", "section", "lesson", "text", "figures", "given", "scaffold", "hints", "views")
    for name in shown:
        assert getattr(here, name, None) == getattr(step, name, None)
    assert course.lessons[0].title == loaded.title
    assert [each.id for each in course.steps()] == [each.id for each in loaded.steps]


def test_without_a_name_it_is_the_first_step(tmp_path: Path) -> None:
    seen = read_step_header(write_course(tmp_path), None)
    assert seen is not None
    assert seen[1].id == "read-me"


@pytest.mark.parametrize("name", ["other", "", "*", "../basics/10-read-me", "me", "\0"])
def test_another_name_shows_nothing(tmp_path: Path, name: str) -> None:
    write_course(tmp_path)
    assert find_step_file(tmp_path, name) is None
    assert read_step_header(tmp_path, name) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "title = ",
        "kind = 'read'\ntitle = 3\n",
        "kind = 'read'\ntitle = 'a'\n",
        "kind = 'read'\ntitle = 'a'\ntext = ['b']\n",
        "\udcff",
        'kind = ["code"]',
    ],
)
def test_what_is_broken_is_left_to_the_loader(tmp_path: Path, text: str) -> None:
    write_course(tmp_path)
    step = tmp_path / "basics" / "10-read-me.toml"
    step.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert read_step_header(tmp_path, "read-me") is None
    (tmp_path / "course.toml").write_text("order = 3")
    assert read_step_header(tmp_path, None) is None
