"""Plain mode as a process that is driven through a pipe, and a learner's walk by its commands."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.support.chapter_walk import Act, acts, lesson_steps
from tutor.course.kinds import scaffold_of
from tutor.course.line_order import fixed_rows
from tutor.course.model import OrderStep, QuestionStep, Step
from tutor.course.slider_values import drawing_in, rows_of
from tutor.grading.quiz import QuizAnswer
from tutor.plain.markdown_lines import sentences
from tutor.session.words.spoken_text import with_spoken

PROMPT = re.compile(r"(?:^|\n)(?:step \d+|(?:line|row) \d+|program)> \Z")
ENOUGH_S = 120.0
"""Seconds for one answer, the start of PyTorch included."""


class PlainProcess:
    """A process of `nntutor plain`, which at the end gets the end of its input."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
        environment["XDG_CACHE_HOME"] = str(home / "cache")
        self.transcript = ""
        """All that it has written so far."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tutor", "--data-dir", str(home / "data"), "plain", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env=environment,
        )

    def __enter__(self) -> Self:
        self.hear()
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self._read(until_end=True)
            assert self.process.wait(ENOUGH_S) == 0
        finally:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()

    def hear(self) -> list[str]:
        """Reads up to the next prompt, and returns the lines before it."""
        before = len(self.transcript)
        self._read()
        return self.transcript[before:].split("\n")[:-1]

    def types(self, line: str) -> list[str]:
        """Types a line, and returns what it is answered with."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()
        return self.hear()[1:]  # the first one is the line itself

    def _read(self, *, until_end: bool = False) -> None:
        assert self.process.stdout is not None
        file, end = self.process.stdout.fileno(), time.monotonic() + ENOUGH_S
        data = b""
        while until_end or not PROMPT.search(data.decode(errors="ignore")):
            ready, _, _ = select.select([file], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"no prompt after {data[-400:]!r}"
            some = os.read(file, 65536)
            if not some:
                assert until_end, f"ended after {data[-400:]!r}"
                break
            data += some
        self.transcript += data.decode()


def walk_by_lines(home: Path, lesson: str) -> str:
    """Performs all acts of the walk through a lesson by commands; returns the whole transcript."""
    first = lesson_steps(lesson)[0].id
    plain, transcript = PlainProcess(home, first).__enter__(), ""
    try:
        for step, act in acts(lesson):
            if act.what == "restart":
                plain.__exit__()
                transcript += plain.transcript
                plain = PlainProcess(home).__enter__()
                continue
            for line in lines_of(step, act, plain):
                plain.types(line)
    finally:
        plain.__exit__()
    return transcript + plain.transcript


def lines_of(step: Step, act: Act, plain: PlainProcess) -> list[str]:
    """What a learner types to perform the act."""
    if act.what == "write":
        return ["write", *act.text.split("\n"), "."]
    if act.what == "slide":
        return act.text.splitlines()
    if act.what == "draw":
        return ["draw", *rows_of(drawing_in(step, act.text)).split()]
    if act.what == "arrange":
        assert isinstance(step, OrderStep)
        return _order(step, act.text)
    if act.what == "answer":
        assert isinstance(step, QuestionStep)
        assert act.answer is not None
        return [_answer(step, act.answer, plain.types("answer"))]
    commands = {"on": ["next"], "more_help": ["solution", "yes"]}
    return commands.get(act.what, [act.what])


def _answer(step: QuestionStep, answer: QuizAnswer, told: list[str]) -> str:
    """The answer by the numbers under which the options were just told."""
    if answer.text:
        return answer.text
    begins = [sentences(with_spoken(option.text, step.spoken))[0] for option in step.options]
    order = [begins.index(line.split(". ", 1)[1]) for line in told if re.match(r"\d+\. ", line)]
    if step.mode == "true-false":
        return " ".join("t" if answer.judged[option] else "f" for option in order)
    chosen = (place for place, option in enumerate(order, 1) if answer.judged.get(option))
    return " ".join(map(str, chosen))


def _order(step: OrderStep, wanted: str) -> list[str]:
    """The commands that bring the shuffled lines into this order, and take out the comments."""
    above, below = fixed_rows(step)
    rows = scaffold_of(step).split("\n")
    goal = wanted.split("\n")[above : len(wanted.split("\n")) - below]
    numbers = [rows.index(row.replace("# ", "", 1)) + 1 for row in goal]
    out = [above + place for place, row in enumerate(goal, 1) if row.lstrip().startswith("#")]
    return [f"order {' '.join(map(str, numbers))}", *(f"take {number}" for number in out)]
