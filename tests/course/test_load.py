from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.lessons import (
    CODE,
    COURSE,
    LESSON,
    QUIZ,
    READ,
    sound_course,
    step_file,
    write_course,
)
from tutor.course.kinds import KINDS
from tutor.course.load import load_course
from tutor.course.model import CodeStep, QuizStep, ReadStep
from tutor.course.outline_reading import OutlineReading
from tutor.course.problems import CourseError, listed


def problems_of(root: Path) -> list[str]:
    """Every problem, its file shortened to what stands below the course."""
    _, problems = load_course(root)
    return [str(problem).removeprefix(f"{root}/") for problem in problems]


def test_a_course_as_data(tmp_path: Path) -> None:
    prelude = 'prelude = """\nimport math\n"""\n'
    course = sound_course(
        write_course(tmp_path, course=COURSE + prelude, read=READ, quiz=QUIZ, code=CODE)
    )
    assert course.title == "A course"
    assert [lesson.id for lesson in course.lessons] == ["first"]
    read, quiz, code = course.steps()
    assert isinstance(read, ReadStep)
    assert isinstance(quiz, QuizStep)
    assert isinstance(code, CodeStep)
    assert [option.correct for option in quiz.options] == [True, False]
    assert code.prelude == "import math\n"
    assert code.lesson == "first"
    assert code.file == step_file(tmp_path, "double", 3)
    assert code.checks[0].same == "y"
    assert code.variations[0].given == {"x": "-5"}
    assert code.misconceptions[0].id == "squared"
    assert course.find("double") is code


def test_steps_are_in_the_order_of_their_file_names(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ, quiz=QUIZ)
    step_file(tmp_path, "hello").rename(step_file(tmp_path, "hello", 9))
    assert [step.id for step in sound_course(tmp_path).steps()] == ["which", "hello"]


def test_all_problems_of_all_files_at_once(tmp_path: Path) -> None:
    write_course(
        tmp_path,
        course=COURSE + "colour = 3\n",
        lesson=LESSON.replace('"First"', "1") + 'sumary = "x"\n',
        read=READ + 'titel = "x"\n',
        quiz=QUIZ.replace('"one"', '"ona"').replace('why = "1', 'because = "1'),
        code=CODE.replace('title = "Twice as much"\n', "").replace('same = "y"', 'same = "y +"'),
    )
    with pytest.raises(CourseError) as caught:
        sound_course(tmp_path)
    assert str(caught.value).replace(f"{tmp_path}/", "").splitlines() == [
        "course.toml:4: colour: is not a key here",
        "first/lesson.toml:2: title: should be a text in quotes, but is a whole number",
        "first/lesson.toml:3: sumary: is not a key here: did you mean `summary`?",
        "first/01-hello.toml:5: titel: is not a key here: did you mean `title`?",
        "first/02-which.toml:3: mode: should be `true-false`, `one`, `many`, `number` or `shape`, "
        "not `ona`: did you mean `one`?",
        "first/02-which.toml:12: option[2].why: is missing",
        "first/02-which.toml:14: option[2].because: is not a key here",
        "first/03-double.toml:1: title: is missing",
        "first/03-double.toml:11: check[1].same: is not a Python expression: invalid syntax",
    ]


def test_broken_steps_are_left_out_and_told(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ + "x = 1\n", quiz=QUIZ, code=CODE)
    course, problems = load_course(tmp_path)
    assert [step.id for step in course.steps()] == ["which", "double"]
    assert len(problems) == 1


def test_a_lesson_without_its_title_is_called_by_its_folder(tmp_path: Path) -> None:
    write_course(tmp_path, lesson="format = 1", read=READ)
    course, _ = load_course(tmp_path)
    assert course.lessons[0].title == "first"
    assert [step.id for step in course.steps()] == ["hello"]


def test_no_course(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == ["course.toml:1: file: there is no such file"]
    with pytest.raises(CourseError, match="there is no such file"):
        sound_course(tmp_path)


@pytest.mark.parametrize(
    ("course", "message"),
    [
        ('format = 2\ntitle = "x"\nwhatever = 1', (
            "course.toml:1: format: is 2, but this version reads only up to 1: please update "
            "nntutor"
        )),
        (COURSE.replace("format = 1", "format = 0"), "course.toml:1: format: should be 1"),
        (COURSE.replace("format = 1\n", ""), "course.toml:1: format: is missing"),
        (COURSE.replace('["first"]', '["first", "frist"]'),
         "course.toml:3: order[2]: there is no folder `frist`: did you mean `first`?"),
        (COURSE.replace('["first"]', '["first", "first"]'),
         "course.toml:3: order[2]: `first` is named twice"),
        (COURSE.replace('["first"]', '["first", "../first"]'),
         "course.toml:3: order[2]: `../first` should be a folder made of a-z, 0-9 and hyphens"),
        (COURSE.replace('["first"]', "[]"), "course.toml:3: order: names no lesson"),
        (COURSE.replace('["first"]', '["first", 2]'), "course.toml:3: order: should be a list of "
         "texts, but item 2 is a whole number"),
        (COURSE.replace("A course", " "), "course.toml:2: title: is empty"),
        (COURSE + 'prelude = "import"', "course.toml:4: prelude: does not compile: invalid syntax "
         "(line 1 of it)"),
    ],
)  # fmt: skip
def test_problems_of_the_course(tmp_path: Path, course: str, message: str) -> None:
    write_course(tmp_path, course=course, read=READ)
    assert problems_of(tmp_path) == [message]


def test_problems_of_a_lesson(tmp_path: Path) -> None:
    write_course(tmp_path)
    assert problems_of(tmp_path) == [
        "first/lesson.toml:1: file: the lesson has no steps: files called `<number>-<id>.toml`"
    ]
    write_course(tmp_path, lesson="format = 7", read=READ + "x = 1\n")
    assert problems_of(tmp_path) == [
        "first/lesson.toml:1: format: is 7, but this version reads only up to 1: please update "
        "nntutor"
    ]
    (tmp_path / "first/lesson.toml").unlink()
    assert problems_of(tmp_path) == [
        "first/lesson.toml:1: file: there is no such file",
        "first/01-hello.toml:5: x: is not a key here",
    ]


def test_ids(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ)
    step_file(tmp_path, "other", 2).write_text(READ)
    step_file(tmp_path, "hello", 3).write_text(READ)
    (tmp_path / "first/four.toml").write_text(READ.replace("hello", "four"))
    step_file(tmp_path, "Five!", 5).write_text(READ.replace("hello", "Five!"))
    step_file(tmp_path, "six", 6).write_text(READ.replace("hello", "six") + 'was = "hello"\n')
    assert problems_of(tmp_path) == [
        "first/02-other.toml:1: id: is `hello`, but the file is called `…-other.toml`",
        "first/03-hello.toml:1: id: `hello` is the id of first/01-hello.toml too",
        "first/05-Five!.toml:1: id: should be made of a-z, 0-9 and single hyphens",
        "first/four.toml:1: id: the file should be called `<number>-four.toml`",
        "first/06-six.toml:5: was: `hello` belongs to first/01-hello.toml",
    ]


def test_kinds(tmp_path: Path) -> None:
    kinds = listed(KINDS)
    for kind, message in [
        ('kind = "essay"', f"2: kind: should be {kinds}"),
        ('kind = "coed"', f"2: kind: should be {kinds}: did you mean `code`?"),
        ("kind = 3", f"2: kind: should be {kinds}"),
        ("", f"1: kind: is missing: {kinds}"),
    ]:  # fmt: skip
        write_course(tmp_path, read=READ.replace('kind = "read"', kind))
        assert problems_of(tmp_path) == [f"first/01-hello.toml:{message}"]


def test_every_problem_is_one_line_without_control_codes(tmp_path: Path) -> None:
    write_course(tmp_path, read=READ + '"a\\n\\u001b[31m" = 1\n')
    assert problems_of(tmp_path) == ["first/01-hello.toml:5: a \\x1b[31m: is not a key here"]


def all_is_told(root: Path) -> None:
    """The loader tells each problem; the outline has every step that the loader has."""
    course, problems = load_course(root)
    assert all(problem.line >= 1 and problem.key and problem.message for problem in problems)
    reading = OutlineReading(root)
    for _ in reading.pieces():
        pass
    for step in course.steps():
        header = reading.outline().find(step.id)
        assert header is not None
        for name in header.__struct_fields__:
            assert getattr(header, name) == getattr(step, name)
    for header in reading.outline().steps():
        reading.load(header.id)
    assert set(reading.problems) <= set(problems)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([READ, QUIZ, CODE, COURSE, LESSON]),
    st.sampled_from(["first/01-hello.toml", "first/lesson.toml", "course.toml"]),
    st.lists(st.tuples(st.integers(0, 700), st.integers(0, 60), st.binary(max_size=8)), max_size=4),
)
def test_no_bytes_crash_the_loader(
    tmp_path: Path, text: str, name: str, edits: list[tuple[int, int, bytes]]
) -> None:
    shutil.rmtree(tmp_path / "first", ignore_errors=True)
    write_course(tmp_path, read=READ)
    data = text.encode()
    for start, length, piece in edits:
        data = data[:start] + piece + data[start + length :]
    (tmp_path / name).write_bytes(data)
    all_is_told(tmp_path)


VALUES = st.recursive(
    st.sampled_from(['""', '"x"', "1", "-1.5", "nan", "true", "2020-01-01", "07:00:00", "99e999"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(st.sampled_from(["id", "same", "given", "x"]), inner, max_size=2).map(
            lambda items: "{" + ", ".join(f"{k} = {v}" for k, v in items.items()) + "}"
        ),
    ),
    max_leaves=4,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([READ, QUIZ, CODE, COURSE, LESSON]),
    st.sampled_from(["first/01-hello.toml", "first/lesson.toml", "course.toml"]),
    st.integers(0, 30),
    VALUES,
)
def test_no_value_crashes_the_loader(
    tmp_path: Path, text: str, name: str, line: int, value: str
) -> None:
    shutil.rmtree(tmp_path / "first", ignore_errors=True)
    write_course(tmp_path, read=READ)
    lines = text.splitlines()
    key = lines[line % len(lines)].partition(" = ")[0]
    lines[line % len(lines)] = f"{key} = {value}" if not key.startswith("[") else key
    (tmp_path / name).write_text("\n".join(lines))
    all_is_told(tmp_path)
