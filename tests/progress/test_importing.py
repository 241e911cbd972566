"""An old notebook becomes drafts: shown first, with what it replaces kept, and nothing lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.progress.test_matched_cells import HALF
from tests.support.lessons import sound_course
from tests.support.used_steps import OWN, used_course
from tutor.course.model import Course
from tutor.grading.length import MAX_CODE
from tutor.progress.drafts import Drafts, KeptBoth
from tutor.progress.entries import StepOpened
from tutor.progress.importing import (
    APP_IS_OPEN,
    KEPT,
    CannotImport,
    NotebookImport,
    choices_of,
    read_file,
)
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import KeptAttempts

PROGRAM = f"""\
# %%
print("hello")
# %%
%matplotlib inline
side = 3
{OWN}
# %%
times = 2
both = half = rest = 1
# %% [markdown]
# # Imports
# %%
import math
"""
TWO_WRITTEN = ["2 drafts written."]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return sound_course(used_course(tmp_path_factory.mktemp("used"), half=HALF))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def import_of(
    course: Course, data: Path, text: str = PROGRAM, *, choice: int | None = 2
) -> NotebookImport:
    file = data.with_name("old.py")
    file.write_text(text)
    found = NotebookImport(course, data, read_file(file))
    for choices in found.doubtful:
        found.choose(choices, choice)
    return found


def written(found: NotebookImport) -> list[str]:
    return list(found.write(str))


def draft_of(data: Path, step: str) -> str | None:
    draft = Drafts(data).load("first", step)
    return draft.text if draft is not None else None


def test_each_cell_is_told_before_anything_is_written(course: Course, data: Path) -> None:
    found = import_of(course, data)
    assert list(found.shown_before()) == [
        "4 cells with code. None of it is run. 1 piece of text left out.",
        "line 4 goes to `square`, “A function for squares” (has what is given there).",
        "    5 lines. You have written nothing there yet.",
        "    Not Python, so left out: %matplotlib inline",
        "line 12 goes to `half`, “Half of it” (has what is given there).",
        "    1 line. You have written nothing there yet.",
        "line 2 left out: no step matches.",
        "line 17 left out: only imports.",
    ]
    assert not data.exists()


def test_what_is_in_doubt_is_asked_about_by_its_first_line(course: Course, data: Path) -> None:
    (choices,) = import_of(course, data, choice=0).doubtful
    assert list(choices_of(choices)) == [
        "line 12 may answer one of these steps. It begins: both = half = rest = 1",
        "  1  `twice`, “Two cubes”",
        "  2  `half`, “Half of it”",
    ]


def test_an_answer_becomes_the_draft_and_a_second_time_nothing(course: Course, data: Path) -> None:
    assert written(import_of(course, data)) == TWO_WRITTEN
    assert draft_of(data, "square") == f"{OWN}\n"
    again = import_of(course, data)
    assert all(each.is_there for each in again.drafts)
    assert "    The draft has it already." in again.shown_before()
    assert written(again) == ["0 drafts written."]


def test_what_it_replaces_is_kept_among_the_answers_to_the_step(course: Course, data: Path) -> None:
    Drafts(data).save("first", "square", "# mine\narea = 1\n")
    Drafts(data).save("first", "half", "half = ...\n")
    found = import_of(course, data)
    told = list(found.shown_before())
    assert "    5 lines, in place of yours, which has 2 lines and is kept." in told
    assert written(found) == [*TWO_WRITTEN, KEPT]
    assert list(KeptAttempts(data).programs("square").values()) == ["# mine\narea = 1\n"]
    assert KeptAttempts(data).programs("half") == {}


def test_what_was_typed_since_it_was_shown_is_kept_too(course: Course, data: Path) -> None:
    found = import_of(course, data)
    list(found.shown_before())
    Drafts(data).save("first", "square", "area = 2\n")
    assert KEPT in written(found)
    assert list(KeptAttempts(data).programs("square").values()) == ["area = 2\n"]


def test_what_cannot_be_kept_is_not_replaced(course: Course, data: Path) -> None:
    Drafts(data).save("first", "square", "area = 1\n")
    (data / "answers").write_text("in the way")
    found = import_of(course, data)
    first, *rest = written(found)
    assert found.has_failed
    assert first.startswith("`square` is unchanged. The code there cannot be kept:")
    assert rest == ["1 draft written."]
    assert draft_of(data, "square") == "area = 1\n"


def test_what_is_too_long_to_be_kept_is_not_replaced(course: Course, data: Path) -> None:
    long = "# " + "x" * MAX_CODE
    Drafts(data).save("first", "square", long)
    assert written(import_of(course, data))[0].endswith("longer than 256 KB, and cannot be kept.")
    assert draft_of(data, "square") == long


def test_an_open_app_loses_neither_its_text_nor_the_import(course: Course, data: Path) -> None:
    app, journal = Drafts(data), Journal(data, now=lambda: datetime.now(UTC))
    journal.record(StepOpened(step="square"))
    app.save("first", "square", "area = 1\n")
    told = written(import_of(course, data))
    journal.close()
    assert told == [*TWO_WRITTEN, KEPT, APP_IS_OPEN]
    imported = f"{OWN}\n"
    assert isinstance(app.save("first", "square", "area = 12\n"), KeptBoth)
    assert draft_of(data, "square") == "area = 12\n"
    assert set(KeptAttempts(data).programs("square").values()) == {"area = 1\n", imported}
    assert APP_IS_OPEN not in written(import_of(course, data)), "it has ended"


def test_many_cells_are_named_in_few_words(course: Course, data: Path) -> None:
    lines = list(import_of(course, data, "# %%\nx = 1\n" * 100).shown_before())
    assert lines[1].startswith("lines 2, 4, 6, 8,")
    assert lines[1].endswith("80 and 60 more left out: no step matches.")


def test_a_choice_counts_before_what_was_found(course: Course, data: Path) -> None:
    text = "# %%\ntimes = 2\nboth = 4\n# %%\ntimes = 2\nboth = half = rest = 5\n"
    found = import_of(course, data, text, choice=1)
    assert [each.code for each in found.drafts] == ["both = half = rest = 5\n"]
    assert "line 2 left out: you have chosen line 5 for `twice`." in found.shown_before()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "line 12 left out: may answer `twice` or `half`."),
        (
            None,
            "line 12 left out: may answer `twice` or `half`, of which you are asked without --yes.",
        ),
    ],
)
def test_what_stays_in_doubt_is_left_out(
    course: Course, data: Path, number: int | None, told: str
) -> None:
    assert told in import_of(course, data, choice=number).shown_before()


def test_control_characters_of_others_are_never_printed(course: Course, data: Path) -> None:
    text = f"# %%\nside = 3\n!echo '\x1b]0;title\x07\x1b[2J' {'x' * 100}\n{OWN}\n"
    lines = list(import_of(course, data, text).shown_before())
    assert "".join(lines).isprintable()
    assert max(map(len, lines)) < 100


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("no.py", None, "cannot be read: No such file"),
        ("folder.py", ..., "cannot be read: Is a directory"),
        ("large.ipynb", b" " * (5 * 1024 * 1024 + 1), "5120 KB. Clear its outputs in Jupyter"),
        ("large.py", b" " * (5 * 1024 * 1024 + 1), "cannot be read: Larger than 5120 KB."),
        ("old.ipynb", b"<html>", "cannot be imported. It is not a notebook"),
        ("old.html", b"", "Its name should end in .ipynb, .py, .md"),
    ],
    ids=["none", "folder", "large", "long", "html", "end"],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, name: str, content: object, told: str
) -> None:
    file = tmp_path / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        file.mkdir()
    with pytest.raises(CannotImport) as refusal:
        read_file(file)
    assert told in str(refusal.value)
