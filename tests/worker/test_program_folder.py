"""What a program finds in its folder: data files, and nothing of another program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.engine import serve
from tutor.wire.commands import ObserveAll, Program, Question
from tutor.wire.events import BatchObserved
from tutor.worker.program_folder import put_files

pytestmark = pytest.mark.xdist_group("torch")

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
