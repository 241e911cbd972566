"""What a program finds in its folder: data files, and nothing of another program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.engine import serve
from tutor.wire.commands import ObserveAll, Program, Question
from tutor.wire.events import BatchObserved, WrittenFile
from tutor.wire.values import MAX_LISTED
from tutor.worker.program_folder import WrittenFiles, bring_files, put_files

pytestmark = pytest.mark.xdist_group("torch")

SMALL, LARGE = "1\n", 5_000_000
FILES = (("table.csv", b"3700\n"),)
READ = "text = open('table.csv').read()"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one's own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown_in_batch(*sources: str, question: str) -> list[str]:
    programs = tuple(Program("import os", source=source) for source in sources)
    served = serve(ObserveAll(programs, (Question(question),), files=FILES))
    return [batch.answers[0].shown for batch in served.all(BatchObserved)]


def test_files_cannot_be_changed(folder: Path) -> None:
    put_files(FILES)
    assert (folder / "table.csv").read_bytes() == b"3700\n"
    assert (folder / "table.csv").stat().st_mode & 0o777 == 0o444


def test_a_file_stands_in_place_of_the_learners_own_of_that_name(folder: Path) -> None:
    own = folder.parent / f"{folder.name}-own.csv"
    own.write_text("other")
    (folder / "table.csv").symlink_to(own)
    put_files(FILES)
    assert (folder / "table.csv").read_bytes() == b"3700\n"
    assert own.read_text() == "other"


def test_what_stands_beside_a_program_is_found_and_can_be_written(folder: Path) -> None:
    shared, run = folder / "shared", folder / "run"
    for name in ("runs", "images", "empty"):
        (shared / name).mkdir(parents=True)
    (shared / "notes.txt").write_text(SMALL)
    (shared / "runs" / "log.txt").write_text(SMALL)
    (shared / "weights.pt").write_bytes(bytes(LARGE))
    (shared / ".hidden").write_text(SMALL)
    for number in range(60):
        (shared / "images" / f"{number}.png").write_text(SMALL)
    run.mkdir()
    os.chdir(run)
    bring_files(str(shared))
    assert sorted(os.listdir()) == ["empty", "images", "notes.txt", "runs", "weights.pt"]
    written = WrittenFiles()
    for name in ("notes.txt", "runs/log.txt", "new.txt"):
        with open(name, "a") as file:
            file.write("2\n")
    assert written.found() == (
        WrittenFile("new.txt", 2),
        WrittenFile("notes.txt", 4),
        WrittenFile("runs/log.txt", 4),
    )
    assert (shared / "notes.txt").read_text() == (shared / "runs" / "log.txt").read_text() == SMALL
    assert os.readlink("weights.pt") == str(shared / "weights.pt"), "it is large"
    assert os.readlink("images") == str(shared / "images"), "it has many files"


def test_a_name_that_is_no_text_can_be_told(folder: Path) -> None:
    written = WrittenFiles()
    (folder / os.fsdecode(b"no\xfftext")).touch()
    assert written.found() == (WrittenFile("no\ufffdtext", 0),)


def test_of_very_many_files_no_more_are_told_than_a_message_holds(folder: Path) -> None:
    written = WrittenFiles()
    for name in ("one", "two", "three"):
        (folder / name).mkdir()
        for number in range(700):
            (folder / name / f"{number}.txt").touch()
    assert 500 <= len(written.found()) <= MAX_LISTED


def test_copies_take_only_a_part_of_the_room_of_a_run(folder: Path) -> None:
    shared, run = folder / "shared", folder / "run"
    shared.mkdir()
    run.mkdir()
    for number in range(10):
        (shared / f"{number}.pt").write_bytes(bytes(3_000_000))
    os.chdir(run)
    bring_files(str(shared))
    assert [path.name for path in sorted(run.iterdir()) if path.is_symlink()] == [
        f"{number}.pt" for number in range(5, 10)
    ]


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "shared").mkdir()
    os.mkfifo(folder / "shared" / "pipe")
    bring_files(str(folder / "shared"))
    assert (folder / "pipe").is_symlink()


def test_each_program_of_a_batch_has_the_files_whatever_another_did_to_them() -> None:
    spoilt = "os.unlink('table.csv')\nopen('table.csv', 'w').write('0')\n"
    assert shown_in_batch(READ, spoilt + READ, READ, question="text") == ["3700", "0", "3700"]


def test_no_program_of_a_batch_finds_what_another_or_the_learner_wrote(folder: Path) -> None:
    (folder / "own.txt").write_text("of the learner")
    look = "seen = sorted(os.listdir())"
    write = "os.mkdir('deep')\nopen('model.pt', 'w').write('1')\nos.chdir('deep')"
    shown = shown_in_batch(look, f"{look}\n{write}", look, question="seen")
    assert shown == ["['table.csv']"] * 3
    assert sorted(path.name for path in folder.iterdir()) == ["own.txt"]
