"""The tables of a class, as a whole and as text."""

from __future__ import annotations

import html
import re
import tempfile
import tracemalloc
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt

from tests.support.hand_ins import (
    RIGHT,
    answered,
    hand_in,
    judged,
    minute,
    opened,
    put,
    small_course,
)
from tests.support.lessons import sound_course
from tests.support.tutor_app import DOUBLE, STEPS, write_course
from tutor.classroom.class_tables import By, ClassTable
from tutor.classroom.grades import read_grades
from tutor.classroom.hand_in import course_digest
from tutor.classroom.hand_in_file import HandedEntry
from tutor.classroom.table_text import csv_bytes, markdown_bytes
from tutor.classroom.teacher_commands import (
    NONE_FOUND,
    ReportOptions,
    answer_lines,
    report_bytes,
)
from tutor.course.model import Course
from tutor.progress.entries import HintShown, SolutionShown, StepRead

GOLDEN = Path(__file__).parent / "golden"

ANNA: list[HandedEntry] = [
    opened("read-me", 0),
    StepRead(step="read-me", at=minute(2)),
    answered("ask-me", 3, "reject"),
    answered("ask-me", 4, "accept"),
    opened("double", 4),
    HintShown(step="double", count=1, at=minute(5)),
    judged("double", 6, "reject", "y = 3", "not-twice"),
    judged("double", 7, "not-attempted", "y = ..."),
    judged("double", 8, "tutor-fault", "y = 4"),
    judged("double", 40, "accept"),
]
BEN: list[HandedEntry] = [
    opened("double", 0),
    judged("double", 1, "reject", "y = 3", "not-twice"),
    judged("double", 2, "reject", "y = 3", "not-twice"),
    judged("double", 3, "reject", "y = 5", "a-number"),
    SolutionShown(step="double", level="lines", at=minute(4)),
    judged("square", 5, "accept", "y = x * x"),
    judged("no-such-step", 6, "accept"),
]
CARLA: list[HandedEntry] = [judged("double", 0, "accept")]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return small_course(tmp_path)


@pytest.fixture
def folder(tmp_path: Path, course: Course) -> Path:
    return hand_ins_in(tmp_path / "in", course)


def hand_ins_in(folder: Path, course: Course) -> Path:
    """Write the hand-ins of four learners, one of whom has done nothing."""
    digest = course_digest(course)
    put(folder / "anna", "a", hand_in(ANNA, "y = 3", "y = 4", RIGHT, name="Anna", digest=digest))
    put(folder / "ben", "a", hand_in(BEN[:3], "y = 3", name="=1+1", digest=digest, at=3))
    put(folder / "ben", "b", hand_in(BEN, "y = 3", "y = 5", name="=1+1", digest=digest))
    put(folder / "carla", "a", hand_in(CARLA, RIGHT, name="Carla | C.", digest=digest))
    put(folder / "dora", "a", hand_in([], digest=digest))
    return folder


def report(folder: Path, course: Course, **options: object) -> bytes:
    told: list[str] = []
    content, whole = report_bytes([folder], course, ReportOptions(**options), told.append)  # type: ignore[arg-type] # as they are
    assert (told, whole) == ([], True)
    return content


@pytest.mark.parametrize("by", ["learner", "step", "misconception"])
@pytest.mark.parametrize("form", ["csv", "md"])
def test_a_report_is_as_it_was(folder: Path, course: Course, by: By, form: str) -> None:
    content = report(folder, course, by=by, markdown=form == "md")
    assert content == (GOLDEN / f"by-{by}.{form}").read_bytes()


def verdict_lines(folder: Path, accepted: set[str]) -> bytes:
    """What `nntutor grade` writes of all answers; those are right whose code is `accepted`."""
    lines, _ = answer_lines([folder], "all", None, pytest.fail)
    records = [
        {
            **msgspec.json.decode(line),
            "verdict": "accept" if msgspec.json.decode(line)["code"] in accepted else "reject",
            "slug": "" if msgspec.json.decode(line)["code"] in accepted else "as-graded",
        }
        for line in lines.splitlines()
    ]
    return b"\n".join(map(msgspec.json.encode, records))


@pytest.mark.parametrize("by", ["learner", "misconception"])
def test_verdicts_count_in_place_of_what_journals_say(folder: Path, course: Course, by: By) -> None:
    verdicts = verdict_lines(folder, {"y = 5"})
    content = report(folder, course, by=by, verdicts=verdicts)
    assert content == (GOLDEN / f"by-{by}-graded.csv").read_bytes()


def test_points_are_those_of_the_steps(tmp_path: Path) -> None:
    steps = dict(STEPS) | {"30-double": f"points = 2.5\n{DOUBLE}"}
    course = sound_course(write_course(tmp_path / "lessons", steps))
    put(tmp_path / "in" / "anna", "a", hand_in(CARLA, RIGHT, digest=course_digest(course)))
    verdicts = verdict_lines(tmp_path / "in", {RIGHT})
    rows = report(tmp_path / "in", course, verdicts=verdicts).decode("utf-8-sig").splitlines()
    assert rows[0].endswith(",points,points_of")
    assert rows[1].endswith(",2.5,4.5")


def test_an_answer_that_no_journal_names_makes_points_as_well(
    tmp_path: Path, course: Course
) -> None:
    put(tmp_path / "in" / "anna", "a", hand_in([], RIGHT, digest=course_digest(course)))
    content = report(tmp_path / "in", course, verdicts=verdict_lines(tmp_path / "in", {RIGHT}))
    assert content.decode().splitlines()[1].endswith(",1,3")


@pytest.mark.parametrize("by", ["learner", "step", "misconception"])
def test_a_report_takes_no_more_memory_for_more_programs_and_learners(
    tmp_path: Path, course: Course, by: By
) -> None:
    def peak(learners: int, programs: int) -> int:
        folder = tmp_path / f"{learners}-{programs}"
        codes = [f"y = {number}  # {'x' * 20_000}" for number in range(programs)]
        for number in range(learners):
            put(folder / str(number), "a", hand_in(BEN, *codes, digest=course_digest(course)))
        tracemalloc.start()
        report(folder, course, by=by)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(1, 1)  # what is made once
    few = peak(2, 2)
    assert peak(2, 40) < few + 300_000, "38 programs more of each learner have 1.5 MB"
    assert peak(40, 2) < few + 300_000, "38 learners more have 1.5 MB"


def test_verdicts_that_cannot_be_read_are_told(folder: Path, course: Course) -> None:
    told: list[str] = []
    options = ReportOptions(verdicts=b'{"id":1}\n\nnot JSON\n[[[\n')
    _, whole = report_bytes([folder], course, options, told.append)
    assert told == ["3 lines of the verdicts cannot be read."]
    assert not whole
    assert read_grades(b"") == ({}, ())


def test_names_are_replaced_by_the_same_ones_with_the_same_key(
    folder: Path, course: Course
) -> None:
    keys = (b"a" * 32, b"a" * 32, b"b" * 32)
    one, same, other = (report(folder, course, key=key).decode() for key in keys)
    assert one == same != other
    assert not any(word in one for word in ("anna", "Anna", "ben", "1+1", "Carla"))
    named = report(folder, course).decode("utf-8-sig").splitlines()
    numbers = sorted(line.split(",", 2)[2] for line in named)
    assert sorted(line.split(",", 2)[2] for line in one.splitlines()) == numbers


def test_a_folder_without_hand_ins_is_told(tmp_path: Path, course: Course) -> None:
    told: list[str] = []
    _, whole = report_bytes([tmp_path], course, ReportOptions(), told.append)
    lines, all_read = answer_lines([tmp_path], "all", None, told.append)
    assert told == [NONE_FOUND, NONE_FOUND]
    assert (whole, lines, all_read) == (True, b"", True)


def test_another_version_of_the_course_is_told(tmp_path: Path, course: Course) -> None:
    put(tmp_path / "in" / "anna", "a", hand_in(ANNA, digest="0" * 16))
    told: list[str] = []
    report_bytes([tmp_path / "in"], course, ReportOptions(), told.append)
    assert told == ["1 learner had other versions of the lessons than these."]


def test_a_slug_that_is_made_up_is_none(tmp_path: Path, course: Course) -> None:
    lies = ["=1+1", "x" * 81, "a b", "<script>", "sound-slug"]
    entries = [judged("double", n, "reject", str(n), lie) for n, lie in enumerate(lies)]
    put(tmp_path / "in" / "anna", "a", hand_in(entries, digest=course_digest(course)))
    content = report(tmp_path / "in", course, by="misconception").decode("utf-8-sig")
    assert [line.split(",")[1] for line in content.splitlines()] == ["slug", "sound-slug"]


def test_cells_that_a_spreadsheet_would_run_are_text() -> None:
    cells = ("=1", "+1", "-1", "@x", "\tx", "\rx", 'say "hi", you', "a=1", -1)
    text = csv_bytes(ClassTable(("a",), tuple((cell,) for cell in cells))).decode("utf-8-sig")
    assert text.split("\r\n") == [
        *("a", "'=1", "'+1", "'-1", "'@x", "'\tx", '"\'\rx"', '"say ""hi"", you"', "a=1", "-1"),
        "",
    ]


@pytest.mark.parametrize(
    "name", ["x;=1+1", 'x"; =1+1', "x,@SUM(A1)", "x|-1", "＝1+1", "﹢1", " =1"]
)
def test_no_separator_of_another_country_begins_a_formula(name: str) -> None:
    """Excel divides the line anew, at semicolons in half of Europe, whatever is quoted."""
    text = csv_bytes(ClassTable(("name",), ((name,),))).decode("utf-8-sig").splitlines()[1]
    cells = [cell.strip(' "') for cell in re.split("[;,|]", text)]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@＝﹢"))] == []
    assert text.replace("'", "").strip('"').replace('""', '"') == name


def test_names_as_they_are_in_spreadsheets() -> None:
    names = ("Anna-Lena O'Neil", "anna@uni.example", "Ben (2); C+ group", "anna_77")
    text = csv_bytes(ClassTable(("name",), tuple((name,) for name in names)))
    assert text.decode("utf-8-sig").splitlines()[1:] == list(names)


@pytest.mark.parametrize(
    "name",
    [
        *("![a](https://x.example/a.png)", "[a](https://x.example)", "![a][b]", "<img src=x>"),
        *("https://x.example", "<https://x.example>", "www.x.example", "`a`", "*a* __b__ ~~c~~"),
        *("a_b_c", "&lt;b&gt; R&D", "a|b", "\\![a](b)", "[a]: https://x.example", "\\"),
    ],
)
def test_markdown_shows_a_name_as_it_is(name: str) -> None:
    text = markdown_bytes(ClassTable(("name",), ((name,),))).decode()
    page = MarkdownIt("gfm-like").render(text)
    (cell,) = re.findall("<td>(.*)</td>", page)
    assert html.unescape(cell) == name
    assert "<" not in cell


def test_a_table_in_markdown_cannot_be_broken_by_its_cells() -> None:
    table = ClassTable(("name", "count"), (("a|b\n<c>\\", 1),))
    assert markdown_bytes(table).decode() == (
        "| name | count |\n| --- | ---: |\n| a\\|b &lt;c>\\\\ | 1 |\n"
    )


def write_golden() -> None:
    """Write the expected reports anew; look at what changed."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        course = small_course(place)
        made = hand_ins_in(place / "in", course)
        every: tuple[By, ...] = ("learner", "step", "misconception")
        for by in every:
            for form in ("csv", "md"):
                content = report(made, course, by=by, markdown=form == "md")
                (GOLDEN / f"by-{by}.{form}").write_bytes(content)
        for by in (every[0], every[2]):
            content = report(made, course, by=by, verdicts=verdict_lines(made, {"y = 5"}))
            (GOLDEN / f"by-{by}-graded.csv").write_bytes(content)


if __name__ == "__main__":
    write_golden()
