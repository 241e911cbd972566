"""The commands of a class, as a learner and a teacher type them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from unittest.mock import AsyncMock, Mock

import pytest
from click.testing import CliRunner, Result

from tests.support.hand_ins import NOON, RIGHT, hand_in, judged, put, small_course
from tests.support.ordinary import run_as_ordinary
from tutor.classroom.hand_in_command import NOTHING
from tutor.classroom.hand_in_file import SUFFIX, read_hand_in
from tutor.classroom.pseudonyms import KEY_FILE
from tutor.cli import main
from tutor.client import short_lived
from tutor.client.worker_facts import WorkerFacts
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import KeptAttempts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a course and a data folder in which a step was solved."""
    small_course(tmp_path)
    journal = Journal(tmp_path / "data", now=lambda: NOON)
    journal.record(judged("double", 1, "accept"))
    journal.close()
    KeptAttempts(tmp_path / "data").keep("double", RIGHT)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path


def nntutor(home: Path, *words: str, typed: str = "") -> Result:
    places = ("--lessons", str(home / "lessons"), "--data-dir", str(home / "data"))
    return CliRunner().invoke(main, [*places, *words], input=typed)


def test_a_hand_in_is_shown_asked_about_and_written(home: Path) -> None:
    done = nntutor(home, "hand-in", typed="Anna\ny\n")
    assert done.exit_code == 0
    assert "double                   done, 1 attempt, 1 program" in done.output
    (file,) = Path().iterdir()
    assert done.output.endswith(f"{file}\n")
    assert read_hand_in(file.read_bytes()).head.name == "Anna"


def test_an_ordinary_account_hands_in_where_it_may_not_list(home: Path) -> None:
    """As root, every folder can be listed, and a check for that says nothing."""
    drop = home / "drop"
    drop.mkdir()
    drop.chmod(0o333)
    places = ["--lessons", str(home / "lessons"), "--data-dir", str(home / "data")]
    done = run_as_ordinary(["nntutor", *places, "hand-in", "--yes", "--to", "drop"], home)
    assert (done.returncode, done.stderr) == (0, "")
    file = home / done.stdout.splitlines()[-1]
    assert file.parent == drop
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("typed", ["\nn\n", "Anna\n\n", "Anna\n", ""])
def test_without_a_yes_nothing_is_written(home: Path, typed: str) -> None:
    done = nntutor(home, "hand-in", typed=typed)
    assert done.exit_code == 1
    assert list(Path().iterdir()) == []


def test_a_hand_in_can_be_written_without_questions(home: Path) -> None:
    done = nntutor(home, "hand-in", "--yes", "--to", "mine.jsonl", "double")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "mine.jsonl")
    assert read_hand_in(Path("mine.jsonl").read_bytes()).head.name == ""
    again = nntutor(home, "hand-in", "--yes", "--to", "mine.jsonl")
    assert again.exit_code == 2
    assert "mine.jsonl already exists. Choose another name." in again.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hand-in", "duble"], "Did you mean `double`?"),
        (["hand-in", "--yes", "square"], NOTHING),
        (["answers"], "Missing argument"),
        (["answers", "none"], "does not exist"),
        (["answers", "--until", "tomorrow", "."], "2026-01-31T12:00"),
        (["report", "--by", "name", "."], "'learner'"),
        (["report", "--out", "none/report.csv", "."], "cannot be written"),
        (["report", "--anonymous", "--out", "none/report.csv", "."], "none"),
        (["grade", "--format", "gradescope"], "--submission DIR"),
        (["grade", "--format", "gradescope", "--submission", ".", "double"], "leave STEP"),
        (["grade", "--format", "autolab", "--submission", ".", "--for", "x"], "`x` to mark"),
        (["grade", "--submission", "."], "--format"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_status_2_and_says_what_to_do(home: Path, words: list[str], said: str) -> None:
    done = nntutor(home, *words)
    assert done.exit_code == 2
    assert said in done.output


def test_answers_are_lines_to_grade(home: Path) -> None:
    put(Path("in/anna"), "a", hand_in([judged("double", 1, "accept")], RIGHT, "y = 3"))
    put(Path("in/ben"), "b", hand_in([judged("double", 90, "accept")], RIGHT, at=90))
    done = nntutor(home, "answers", "in")
    assert done.exit_code == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["code"] for line in lines] == [RIGHT, RIGHT]
    assert [line["id"].split("/")[:2] for line in lines] == [["anna", "double"], ["ben", "double"]]
    every = nntutor(home, "answers", "in", "--which", "all").stdout.splitlines()
    assert len(every) == 3
    early = nntutor(home, "answers", "in", "--until", "2026-01-02T13:15+00:00")
    assert [json.loads(line)["id"][:5] for line in early.stdout.splitlines()] == ["anna/"]
    assert early.stderr.startswith(f"nntutor: in/ben/b{SUFFIX} came late, at ")
    assert early.exit_code == 0


def test_a_file_that_was_cut_is_status_1_and_counts_as_far_as_it_goes(home: Path) -> None:
    content = hand_in([judged("double", 1, "accept")], RIGHT)
    put(Path("in/anna"), "a", content[:-5])
    for command in ("answers", "report"):
        done = nntutor(home, command, "in")
        assert done.exit_code == 1
        assert "was cut or changed" in done.stderr
        assert "anna" in done.stdout


def test_the_answers_of_a_class_are_for_their_owner_alone(home: Path) -> None:
    put(Path("in/anna"), "a", hand_in([judged("double", 1, "accept")], RIGHT))
    written = nntutor(home, "answers", "in", "--out", "answers.jsonl")
    assert (written.exit_code, written.output) == (0, "")
    file = Path("answers.jsonl")
    assert file.read_text() == nntutor(home, "answers", "in").stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("format_", "score"), [("gradescope", '"score": 0'), ("autolab", '{"scores": {}}')]
)
def test_where_nothing_shuts_answers_in_the_results_say_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, format_: str, score: str
) -> None:
    facts = WorkerFacts(phase="ready", level="limits-only")
    client = AsyncMock(settle=AsyncMock(return_value=facts))
    monkeypatch.setattr(short_lived, "make_client", Mock(return_value=client))
    Path("double.py").write_text(RIGHT)
    words = ("grade", "--format", format_, "--submission", ".", "--out", "results")
    done = nntutor(home, *words)
    assert done.exit_code == 1
    results = Path("results").read_text()
    for told in (results, done.stderr):
        assert "A program can use the network, read your files" in told
        assert "`--trust-answers`" in told
    assert score in results
    client.observe.assert_not_called()


def test_a_report_is_for_its_owner_alone(home: Path) -> None:
    before = os.umask(0)
    try:
        put(Path("in/anna"), "a", hand_in([judged("double", 1, "accept")], RIGHT, name="Anna"))
        done = nntutor(home, "report", "in", "--anonymous", "--out", "report.csv")
    finally:
        os.umask(before)
    assert (done.exit_code, done.stdout) == (0, "")
    files = [Path("report.csv"), Path(KEY_FILE)]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    report = files[0].read_text(encoding="utf-8-sig")
    assert "learner-" in report
    assert "nna" not in report
    nntutor(home, "report", "in", "--anonymous", "--out", "again.csv")
    assert Path("again.csv").read_bytes() == files[0].read_bytes()
    files[1].write_bytes(b"too short")
    assert nntutor(home, "report", "in", "--anonymous").exit_code == 2


def test_the_verdicts_of_grade_make_points(home: Path) -> None:
    put(Path("in/anna"), "a", hand_in([judged("double", 1, "reject")], RIGHT))
    line = json.loads(nntutor(home, "answers", "in").stdout)
    record = {"id": line["id"], "step": "double", "verdict": "accept", "slug": None}
    Path("verdicts.jsonl").write_text(json.dumps(record) + "\n")
    done = nntutor(home, "report", "in", "--verdicts", "verdicts.jsonl", "--markdown")
    heads, _, row = (line.strip("| ").split(" | ") for line in done.stdout.splitlines())
    told = dict(zip(heads, row, strict=True))
    assert (told["done"], told["points"], told["points_of"]) == ("1", "1", "3")
