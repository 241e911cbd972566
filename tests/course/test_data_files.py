"""The data files of a step: which are found, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, PREDICT, step_alone, write_course
from tutor.course import data_files
from tutor.course.load import load_course
from tutor.course.model import CodeStep, PredictStep

TABLE = b"mass\n3700\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "table.csv").write_bytes(TABLE)
    return folder


def with_files(*names: str, step: str = CODE) -> str:
    listed = ", ".join(f'"{name}"' for name in names)
    return step.replace("text =", f"files = [{listed}]\ntext =", 1)


def messages(root: Path) -> list[str]:
    _, problems = load_course(root)
    return [f"{problem.key}: {problem.message}" for problem in problems]


@pytest.mark.parametrize(("step", "step_id"), [(CODE, "double"), (PREDICT, "halved")])
def test_a_step_has_the_content_of_its_files(
    tmp_path: Path, data: Path, step: str, step_id: str
) -> None:
    (data / "digits_2.npz").write_bytes(b"\0")
    write_course(tmp_path, step=with_files("table.csv", "digits_2.npz", step=step))
    read = step_alone(tmp_path, step_id)
    assert isinstance(read, CodeStep | PredictStep)
    assert read.data == (("table.csv", TABLE), ("digits_2.npz", b"\0"))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("tabel.csv", ": did you mean `table.csv`?"),
        ("../course.toml", ""),
        ("/etc/passwd", ""),
        (".hidden", ""),
        ("inner", ""),
        ("outside.csv", ""),
    ],
)
@pytest.mark.usefixtures("data")
def test_what_is_no_file_of_the_course(tmp_path: Path, name: str, hint: str) -> None:
    folder = tmp_path / "data"
    (folder / ".hidden").write_bytes(TABLE)
    (folder / "inner").mkdir()
    (folder / "outside.csv").symlink_to("/etc/passwd")
    write_course(tmp_path, step=with_files("table.csv", name))
    (message,) = messages(tmp_path)
    said, _, _ = message.partition("beside the lessons")
    assert said == f"files[2]: there is no `{name}` in data/ "
    assert hint in message


@pytest.mark.usefixtures("data")
def test_a_file_that_is_named_twice(tmp_path: Path) -> None:
    write_course(tmp_path, step=with_files("table.csv", "table.csv"))
    assert messages(tmp_path) == ["files[2]: `table.csv` is named twice"]


def test_files_that_are_too_large_together(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "other.csv").write_bytes(TABLE)
    write_course(tmp_path, step=with_files("table.csv", "other.csv"))
    monkeypatch.setattr(data_files, "MAX_BYTES", 2 * len(TABLE))
    assert messages(tmp_path) == []
    monkeypatch.setattr(data_files, "MAX_BYTES", 2 * len(TABLE) - 1)
    assert messages(tmp_path) == ["files: have more than 19 bytes together"]
