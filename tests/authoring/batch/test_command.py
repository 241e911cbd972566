"""`nntutor grade --jsonl` and its files, however it ends: with a worker, but a stub as engine."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.lessons import CODE, sound_course, write_course
from tests.support.sampling import SEED
from tests.support.wait import wait_until
from tests.support.worker import TEST_MARK, marked
from tutor.authoring.batch import command
from tutor.authoring.batch.command import BatchCommand, default_jobs
from tutor.authoring.batch.options import BatchOptions
from tutor.authoring.batch.verdict_file import CannotUse
from tutor.client.memory_shortage import NEEDED_MB

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

CODES = ["y = 2 * x", "y = x ** 2", "y = ...", "y = 1 / 0", "y = x + x"]
VERDICTS = ["accept", "reject", "not-attempted", "reject", "accept"]


class Class:
    """A course with a file of answers, and the command for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = write_course(folder / "course", code=CODE)
        self.answers = folder / "answers.jsonl"
        self.out = folder / "out.jsonl"
        self.mark = f"class-{folder.name}-{os.getpid()}"

    def write(self, count: int, code: Callable[[int], str] | None = None) -> list[bytes]:
        """Write so many answers, and return their lines."""
        codes = code or (lambda number: f"{CODES[number % 5]}  # {number}")
        lines = [
            json.dumps({"id": number, "step": "double", "code": codes(number)}).encode() + b"\n"
            for number in range(count)
        ]
        self.answers.write_bytes(b"".join(lines))
        return lines

    def start(self, *options: object, stdin: int | None = None) -> subprocess.Popen[bytes]:
        """Start the command with the file of answers, or a pipe where `stdin` is one."""
        lines = "-" if stdin is not None else str(self.answers)
        arguments = ["--lessons", str(self.course), "grade", "--jsonl", lines, *map(str, options)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.stub_grade", *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, TEST_MARK: self.mark, "NNTUTOR_DATA_DIR": str(self.folder / "data")},
        )

    def run(self, *options: object) -> tuple[int, bytes, str]:
        """Run the command; return its exit status and what it wrote."""
        with self.start(*options) as process:
            out, err = process.communicate()
        return process.returncode, out, err.decode()

    def records(self) -> list[dict[str, object]]:
        """Return what stands in the file of verdicts, which must be whole."""
        content = self.out.read_bytes()
        assert content.endswith(b"\n") or not content
        return [json.loads(line) for line in content.splitlines()]


@pytest.fixture
def learners(tmp_path: Path) -> Iterator[Class]:
    made = Class(tmp_path)
    yield made
    wait_until(lambda: not marked(made.mark), "the end of all processes")


def plain(content: bytes) -> list[dict[str, object]]:
    """The records without their times."""
    return [
        {key: value for key, value in json.loads(line).items() if key != "ms"}
        for line in content.splitlines()
    ]


def until_written(learners: Class, count: int) -> None:
    """Wait until so many verdicts stand in the file."""

    def there() -> bool:
        return learners.out.exists() and learners.out.read_bytes().count(b"\n") >= count

    wait_until(there, f"{count} verdicts")


@contextmanager
def waiting(
    learners: Class, lines: list[bytes], *options: object
) -> Iterator[subprocess.Popen[bytes]]:
    """The command with answers from a pipe, of which it waits for more."""
    with learners.start(*options, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"".join(lines))
        process.stdin.flush()
        yield process


def test_so_many_at_once_give_the_same_records(learners: Class) -> None:
    learners.write(40)
    one, four, default = (learners.run(*o)[1] for o in (("--jobs", 1), ("--jobs", 4), ()))
    assert [record["verdict"] for record in plain(one)] == VERDICTS * 8
    assert plain(one) == plain(four) == plain(default)


def test_the_limits_of_the_config_hold_and_what_is_wrong_there_is_told(
    learners: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = learners.folder / "config.toml"
    config.write_text("network = true\n[limits]\nseconds = 0.5\nmemory = 9\n")
    monkeypatch.setenv("NNTUTOR_CONFIG", str(config))
    learners.write(2, lambda number: "while True: pass" if number else "y = 2 * x")
    _, out, err = learners.run()
    assert [(each["verdict"], each["outcome"]) for each in plain(out)] == [
        ("accept", "finished"),
        ("reject", "timeout"),
    ]
    assert "0.5 s" in str(plain(out)[1]["message"])
    assert f"{config}:4: limits.memory: is not a setting" in err


def test_equal_answers_are_judged_once_and_have_a_record_each(learners: Class) -> None:
    learners.write(60, lambda number: CODES[number % 5])
    once = learners.run("--progress")
    each = learners.run("--no-dedupe", "--progress")
    assert plain(once[1]) == plain(each[1])
    assert len(plain(once[1])) == 60
    assert "55 of them needed no run." in once[2]
    assert "needed no run" not in each[2]


def test_a_pipe_whose_writer_waits_has_each_verdict_at_once(learners: Class) -> None:
    lines = learners.write(5)
    with waiting(learners, [], "--jobs", 3) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number, line in enumerate(lines):
            process.stdin.write(line)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.stdout.read() == b""
    assert process.returncode == 1


def test_killed_at_any_line_it_goes_on_after_it(learners: Class) -> None:
    lines = learners.write(30)
    whole = plain(learners.run()[1])
    drawn = random.Random(SEED)
    at = 0
    for _ in range(6):
        at = min(at + drawn.randint(1, 8), 28)
        with learners.start("--resume", learners.out) as process:
            until_written(learners, at)
            process.kill()
        content = learners.out.read_bytes()
        learners.out.write_bytes(content[: len(content) - drawn.choice([0, 0, 1, 9])])
    status, out, _ = learners.run("--resume", learners.out)
    assert (status, out) == (1, b"")
    assert plain(learners.out.read_bytes()) == whole
    assert len(whole) == len(lines)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_leaves_a_whole_file_and_says_how_to_go_on(
    learners: Class, number: signal.Signals
) -> None:
    with waiting(learners, learners.write(20), "--out", learners.out) as process:
        until_written(learners, 3)
        process.send_signal(number)
        assert process.stderr is not None
        err = process.stderr.read().decode()
    count = len(learners.records())
    assert process.returncode == 130
    assert f"has the complete verdicts of the first {count} answers." in err
    assert f"with `--resume {learners.out}` instead of `--out` continues after them." in err
    assert "Traceback" not in err


def test_stopped_while_a_pipe_is_waited_for_it_ends(learners: Class) -> None:
    with waiting(learners, learners.write(1)) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "With `--out FILE`, the next command" in process.stderr.read().decode()
    assert process.returncode == 130


@pytest.mark.parametrize("deaths", [1, 6])
def test_a_worker_that_is_killed_costs_nothing(learners: Class, deaths: int) -> None:
    """Of six deaths in a row the worker is given up in between."""
    lines = learners.write(
        20, lambda number: f"import time; time.sleep(0.02); y = 2 * x  # {number}"
    )
    with waiting(learners, lines, "--out", learners.out, "--jobs", 3) as process:
        until_written(learners, 3)
        killed: set[int] = set()

        def kill() -> bool:
            for pid in set(marked(learners.mark, "nnt-zygote")) - killed:
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
            return len(killed) >= deaths

        wait_until(kill, "so many deaths")
        assert process.stdin is not None
        process.stdin.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0
    assert [record["id"] for record in learners.records()] == list(range(20))


def test_what_is_the_same_as_before_is_not_judged_again(learners: Class) -> None:
    learners.write(20)
    old = learners.folder / "old.jsonl"
    learners.run("--out", old)
    (learners.answers).write_bytes(b"".join(learners.write(25)[5:]))
    status, _, err = learners.run("--out", learners.out, "--since", old, "--progress")
    assert status == 1
    assert "20 judged in" in err
    assert "15 of them needed no run." in err
    assert [record["id"] for record in learners.records()] == list(range(5, 25))
    write_course(learners.course, code=CODE.replace("You squared", "You took the square of"))
    again = learners.folder / "again.jsonl"
    _, _, err = learners.run("--out", again, "--since", learners.out, "--progress")
    assert "needed no run" not in err


class TestFiles:
    @pytest.fixture
    def lines(self, learners: Class) -> Path:
        learners.write(2)
        return learners.answers

    def use(
        self, learners: Class, options: BatchOptions, note: Callable[[str], None] = print
    ) -> None:
        with open(learners.answers, "rb") as lines:
            course = sound_course(learners.course)
            with BatchCommand(course, lines, options, lambda _: None, note):
                pass

    def test_a_file_that_is_there_is_not_written_over(self, learners: Class, lines: Path) -> None:
        learners.out.write_text("mine\n")
        with pytest.raises(CannotUse, match=r"already exists. `--resume .*` continues it"):
            self.use(learners, BatchOptions(out=learners.out))
        assert learners.out.read_text() == "mine\n"

    def test_an_empty_one_is_used(self, learners: Class, lines: Path) -> None:
        learners.out.touch()
        self.use(learners, BatchOptions(out=learners.out))

    def test_one_name_is_enough(self, learners: Class, lines: Path) -> None:
        with pytest.raises(CannotUse, match="leave out --out"):
            self.use(learners, BatchOptions(out=learners.out, resume=learners.folder / "other"))

    def test_old_verdicts_must_be_there(self, learners: Class, lines: Path) -> None:
        options = BatchOptions(out=learners.out, since=learners.folder / "gone")
        with pytest.raises(CannotUse, match="gone cannot be read: No such file"):
            self.use(learners, options)
        self.use(learners, BatchOptions(out=learners.out))  # it is locked no more

    def test_old_verdicts_without_a_digest_are_told(self, learners: Class, lines: Path) -> None:
        old = learners.folder / "old"
        old.write_text('{"id": 1, "step": "double", "verdict": "accept"}\n')
        notes: list[str] = []
        self.use(learners, BatchOptions(since=old), notes.append)
        assert notes == [
            f"{old} does not record which programs were judged, so all are judged again."
        ]


@pytest.mark.parametrize(
    ("cores", "available", "jobs"),
    [
        (2, 16_000, 3),
        (64, 256_000, 65),
        (64, 2048, (2048 - NEEDED_MB) // 256),
        (64, 100, 1),
        (1, None, 2),
    ],
)
def test_as_many_at_once_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch, cores: int, available: int | None, jobs: int
) -> None:
    monkeypatch.setattr(command, "cores", lambda: cores)
    monkeypatch.setattr(command, "available_mb", lambda: available)
    assert default_jobs() == jobs
