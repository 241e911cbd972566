"""Results for autograders: a test a step with its points, and no score for what was not judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tests.support.hand_ins import RIGHT, hand_in, judged, put
from tests.support.lessons import sound_course
from tests.support.tutor_app import DOUBLE, STEPS, write_course
from tutor.classroom.autograder import (
    NO_SCORE,
    NOTHING,
    StepResult,
    UnknownMarked,
    judge_submission,
    result_bytes,
    to_mark,
)
from tutor.classroom.uploads import read_upload
from tutor.course.model import Course
from tutor.grading.verdict import Verdict

VERDICTS = {
    "right": Verdict("accept", None, ""),
    "noted": Verdict("accept-with-note", "a-note", "Fine.", notes=("Shorter: `y = x + x`.",)),
    "wrong": Verdict("reject", "a-slug", "You got `3`.", evidence=("y = 3", "```")),
    "picture": Verdict(
        "reject",
        "a-slug",
        "`y` is **not** <b>: '![x](https://x.example)'",
        evidence=("y = ![x](https://x.example)",),
    ),
    "fault": Verdict("tutor-fault", "tutor-fault", "The tutor failed."),
    "lost": Verdict("reject", "lost", "It was lost.", outcome="lost"),
}
IDS = ("double", "square", "last-one")


@pytest.fixture
def course(tmp_path: Path) -> Course:
    steps = dict(STEPS) | {"30-double": f"points = 2.5\n{DOUBLE}"}
    return sound_course(write_course(tmp_path / "lessons", steps))


async def judge(step: str, code: str, own: Mapping[str, str]) -> Verdict:
    return VERDICTS[code]


async def results(course: Course, **programs: str) -> tuple[StepResult, ...]:
    named = {name.replace("_", "-"): code for name, code in programs.items()}
    return await judge_submission(to_mark(course, ()), named, judge)


async def test_gradescope_has_a_test_for_each_step(course: Course) -> None:
    judged = await results(course, double="right", square="wrong")
    record = json.loads(result_bytes("gradescope", judged, (), course))
    tests = record["tests"]
    assert [test["name"] for test in tests] == ["Twice as much", "Times itself", "The end"]
    assert [(test["score"], test["max_score"]) for test in tests] == [(2.5, 2.5), (0, 1), (0, 1)]
    assert [test["status"] for test in tests] == ["passed", "failed", "failed"]
    assert [test["output"] for test in tests] == [
        "Right.",
        "You got `3`.\n\n```\ny = 3\n'''\n```",
        NOTHING,
    ]
    assert {test["output_format"] for test in tests} == {"md"}
    assert {test["visibility"] for test in tests} == {"visible"}
    assert set(record) == {"tests", "execution_time", "extra_data"}
    assert set(record["extra_data"]) == {"nntutor", "torch", "course_digest"}


async def test_a_note_is_told_and_takes_no_points(course: Course) -> None:
    judged = await results(course, square="noted")
    (test,) = (
        test
        for test in json.loads(result_bytes("gradescope", judged, (), course))["tests"]
        if test["name"] == "Times itself"
    )
    assert (test["score"], test["output"]) == (1, "Fine.\n\nShorter: `y = x + x`.")


async def test_what_a_program_has_computed_is_no_picture_for_the_teacher(course: Course) -> None:
    judged = await results(course, double="picture")
    problem = "in/![a](https:/x.example).py was skipped: Larger than 256 KB."
    record = json.loads(result_bytes("gradescope", judged, (problem,), course))
    texts = [record["output"], *(test["output"] for test in record["tests"])]
    page = MarkdownIt("gfm-like").render("\n\n".join(texts))
    assert "<code>y</code> is <strong>not</strong> &lt;b&gt;: '![x](https://x.example)'" in page
    assert page.count("![") == 3
    assert "<img" not in page
    assert "<a" not in page


async def test_where_nothing_was_judged_that_is_shown(course: Course) -> None:
    """Gradescope shows results only if some score is in them."""
    record = json.loads(result_bytes("gradescope", (), ("Nothing shuts answers in.",), course))
    assert (record["tests"], record["score"]) == ([], 0)
    assert record["output"] == f"{NO_SCORE}\n\nNothing shuts answers in."


@pytest.mark.parametrize("outcome", ["fault", "lost"])
async def test_what_could_not_be_judged_has_no_score(course: Course, outcome: str) -> None:
    judged = await results(course, double=outcome, square="right")
    assert [each.is_judged for each in judged] == [False, True, True]
    record = json.loads(result_bytes("gradescope", judged, ("A problem.",), course))
    assert [test["name"] for test in record["tests"]] == ["Times itself", "The end"]
    assert record["output"].startswith("`double` could not be judged")
    assert record["output"].endswith(f"{VERDICTS[outcome].message}\n\nA problem.")
    last = result_bytes("autolab", judged, (), course).decode().splitlines()[-1]
    assert json.loads(last) == {"scores": {"square": 1, "last-one": 0}}


async def test_autolab_has_its_scores_in_the_last_line(course: Course) -> None:
    judged = await results(course, double="right", square="wrong")
    text = result_bytes("autolab", judged, ("A problem.",), course).decode()
    *told, last = text.splitlines()
    assert json.loads(last) == {"scores": {"double": 2.5, "square": 0, "last-one": 0}}
    assert told[:4] == ["A problem.", "", "Twice as much", "Right."]


async def test_later_steps_are_judged_with_accepted_answers_to_earlier_ones(
    course: Course,
) -> None:
    seen: list[dict[str, str]] = []

    async def note(step: str, code: str, own: Mapping[str, str]) -> Verdict:
        seen.append(dict(own))
        return VERDICTS[code]

    programs = dict(zip(IDS, ("right", "wrong", "right"), strict=True))
    await judge_submission(to_mark(course, ()), programs, note)
    assert seen == [{}, {"double": "right"}, {"double": "right"}]


def test_what_is_marked_can_be_chosen_by_lessons_and_steps(course: Course) -> None:
    assert [each.id for each in to_mark(course, ["square"])] == ["square"]
    assert [each.id for each in to_mark(course, ["basics"])] == list(IDS)
    for unknown in ("read-me", "no-such"):
        with pytest.raises(UnknownMarked, match=f"`{unknown}`"):
            to_mark(course, ["square", unknown])


def test_a_submission_is_files_by_step_and_hand_ins(tmp_path: Path, course: Course) -> None:
    folder = tmp_path / "submission"
    entries = [judged("double", 1, "accept"), judged("double", 2, "reject", "y = 0")]
    put(folder / "deep", "mine", hand_in(entries, RIGHT, "y = 0"))
    (folder / "square.py").write_bytes("\ufeffy = x * x\n".encode())
    (folder / "deep" / "square.py").write_text("y = 1\n")
    (folder / "notes.py").write_text("y = 1\n")
    read = read_upload(folder, course, to_mark(course, ()))
    assert read.programs == {"double": RIGHT, "square": "y = x * x\n"}
    assert read.problems == ()
    (folder / "double.py").write_text("y = 5\n")
    assert read_upload(folder, course, to_mark(course, ["double"])).programs == {
        "double": "y = 5\n"
    }


def test_files_that_cannot_be_read_are_told(tmp_path: Path, course: Course) -> None:
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "double.py").write_bytes(b"y = '\xff'\n")
    (folder / "square.py").mkdir()
    (folder / "last-one.py").write_bytes(b"#" * 300_000)
    (tmp_path / "secret.py").write_text("y = 2 * x")
    read = read_upload(folder, course, to_mark(course, ()))
    assert read.programs == {}
    assert list(read.problems) == [
        f"{folder}/double.py is not UTF-8 text (byte 5). Save it as UTF-8.",
        f"{folder}/last-one.py was skipped: Larger than 256 KB.",
    ]
    (folder / "double.py").unlink()
    (folder / "double.py").symlink_to(tmp_path / "secret.py")
    assert read_upload(folder, course, to_mark(course, ())).programs == {}
