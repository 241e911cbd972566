"""What an answer costs outside the app: `nntutor grade --jsonl`, without the worker's start.

The answers are some of each step's right and wrong programs in `tests/content/answers`, and a
digest of all verdicts tells whether two tutors have said the same.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.measure import Row, cost_of, processor_seconds
from tests.content.answers import ANSWERS
from tests.support.terminal import children_of

ROUNDS = 6
RIGHT, WRONG = 2, 3
"""Programs of each step, from everywhere in its tables."""

ALONE = "import torch\nprint(torch.nn.Sigmoid()(torch.tensor([[2.4]])))"
"""An answer as an interpreter of its own runs it."""

TABLES = {
    step: ANSWERS[step]
    for step in (
        "binary-by-hand",
        "binary-classifier",
        "cross-entropy",
        "manual-update",
        "multiclass",
        "numpy-activations",
        "one-hot",
        "parameters",
        "regression-4-layers",
        "sgd-optimizer",
        "sigmoid",
        "softmax",
        "training-loop",
    )
}
"""Programs of the steps that each version has, so that two of them do the same work."""

HAS_JOBS = importlib.util.find_spec("tutor.authoring.batch") is not None
"""Whether the tutor that is measured knows --jobs, and judges equal answers once."""

WARMS = ("deep-but-linear", "1")
"""A guess that makes the worker start, and no author's program of a code step run."""


@dataclass(frozen=True)
class Answer:
    """A program for a step."""

    step: str
    code: str

    def line(self, number: int) -> bytes:
        """Return it as `nntutor grade --jsonl` reads it."""
        return json.dumps({"id": number, "step": self.step, "code": self.code}).encode() + b"\n"


@dataclass(frozen=True)
class Graded:
    """What judging many answers at once has cost."""

    seconds: float
    processor: float
    """Seconds of processor time of all its processes."""
    answers: int
    digest: str

    @property
    def milliseconds_each(self) -> float:
        """Processor time of an answer."""
        return self.processor * 1000 / self.answers

    @property
    def a_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def some_answers() -> list[Answer]:
    """Return the same few answers of each step every time."""
    return [
        Answer(step, code)
        for step, table in TABLES.items()
        for codes, number in (
            ([row.program for row in table.right], RIGHT),
            ([row.program for row in table.wrong], WRONG),
        )
        for code in _spread_out(codes, number)
    ]


def all_answers() -> list[Answer]:
    """Return all answers of the tables."""
    return [
        Answer(step, code)
        for step, table in ANSWERS.items()
        for code in (*(row.program for row in table.right), *(row.program for row in table.wrong))
    ]


def _spread_out(codes: Sequence[str], number: int) -> list[str]:
    return [codes[len(codes) * index // number] for index in range(min(number, len(codes)))]


def grade_at_once(answers: Sequence[Answer], *options: str) -> Graded:
    """Judge answers as `nntutor grade` does, once it has judged one for each step."""
    first = [Answer(step, table.wrong[0].program) for step, table in TABLES.items()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.jsonl"
        if HAS_JOBS:  # it reads far ahead: the answers may come only when the first are judged
            os.mkfifo(path)
        else:
            path.write_bytes(_lines([*first, *answers]))
        with _grading(str(path), *options) as process:
            assert process.stdout is not None
            with open(path, "wb" if HAS_JOBS else "rb", buffering=0) as lines:
                if HAS_JOBS:
                    lines.write(_lines(first))
                for _ in first:
                    process.stdout.readline()
                begin, before = time.perf_counter(), _processor(process.pid)
                if HAS_JOBS:
                    threading.Thread(target=lines.write, args=[_lines(answers)]).start()
                records = [json.loads(process.stdout.readline()) for _ in answers]
                seconds = time.perf_counter() - begin
                processor = _processor(process.pid) - before
    return Graded(seconds, processor, len(answers), digest(records))


def _lines(answers: Sequence[Answer]) -> bytes:
    return b"".join(answer.line(number) for number, answer in enumerate(answers))


def digest(records: Sequence[dict[str, object]]) -> str:
    """Return a short digest of verdicts, times left out."""
    kept = [{key: each[key] for key in each if key not in ("ms", "digest")} for each in records]
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:12]


@contextmanager
def _grading(
    lines: str, *options: str, stdin: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    anew = ["--no-dedupe"] if HAS_JOBS else []  # the same work as one that judges each
    command = [sys.executable, "-m", "tutor", "grade", "--jsonl", lines, *anew, *options]
    with subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            if process.stdin:
                process.stdin.close()
            process.wait()


def _processor(pid: int) -> float:
    """Return the seconds of processor time of a process and all below it."""
    pids = [pid]
    for each in pids:
        try:
            pids += children_of(each)
        except OSError:
            continue  # it has ended meanwhile
    return processor_seconds(pids)


def _one_by_one() -> tuple[list[float], list[float]]:
    """Return the ms of each step's first wrong answer, and of a right one after it."""
    misses, hits = [], []
    with _grading("-", stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        _ask(process.stdin, process.stdout, Answer(*WARMS))
        for step, table in TABLES.items():
            wrong, right = table.wrong[0].program, table.right[0].program
            misses.append(_ask(process.stdin, process.stdout, Answer(step, wrong)))
            hits.append(_ask(process.stdin, process.stdout, Answer(step, right)))
    return misses, hits


def _ask(stdin: IO[bytes], stdout: IO[bytes], answer: Answer) -> float:
    begin = time.perf_counter()
    stdin.write(answer.line(0))
    stdin.flush()
    stdout.readline()
    return (time.perf_counter() - begin) * 1000


def measure() -> Iterator[Row]:
    """Measure one round, and yield its rows."""
    alone = cost_of(ALONE)
    answers = some_answers()
    graded = grade_at_once(answers)
    misses, hits = _one_by_one()
    beside = "a Python with PyTorch for it"
    yield Row(
        f"an answer of {len(answers)}: processor",
        [graded.milliseconds_each],
        "ms",
        beside,
        [alone.processor],
        means="What grading a class costs: so much processor time for each of its answers.",
        digest=graded.digest,
    )
    yield Row(
        "answers a second",
        [graded.a_second],
        "/s",
        means="So many answers of a file are judged a second, on all cores.",
        more_is_better=True,
        digest=graded.digest,
    )
    yield Row(
        "first wrong answer to a step, alone",
        misses,
        "ms",
        beside,
        [alone.wall],
        means="The first miss also runs the author's programs: so long for one answer.",
        matched=True,
    )
    yield Row(
        "right answer after it, alone",
        hits,
        "ms",
        beside,
        [alone.wall],
        means="So long for one answer once the author's programs are known.",
        matched=True,
    )
