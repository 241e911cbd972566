"""Which data files a program of several exercises finds."""

from __future__ import annotations

import pytest

from tests.grading.steps import GIVEN, sigmoid_step
from tests.support.python_runner import PythonRunner
from tutor.course.model import Exercise
from tutor.grading.grade import grade
from tutor.wire.commands import Execute, Files, ObserveAll, Question
from tutor.wire.events import Observation

OWN: Files = (("own.csv", b"1\n"),)
THEIRS: Files = (("theirs.csv", b"2\n"), ("more.csv", b"3\n"))
OTHERS = (Exercise("a = 7\n", "name = 0\nc = a\n", THEIRS), Exercise("b = 8\n", "", OWN))
RIGHT = "probability = 1 / (1 + math.exp(-x))"


class FilesRunner(PythonRunner):
    """A runner that notes which files each program finds."""

    def __init__(self) -> None:
        super().__init__()
        self.learners: list[Files] = []
        self.authors: list[Files] = []

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        self.learners.append(command.files)
        return await super().observe(command, questions)

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        self.authors.append(command.files)
        return await super().observe_all(command)


@pytest.mark.parametrize(
    ("source", "more"),
    [
        # the answer alone, whatever it names
        (RIGHT, ()),
        (f"name = 'theirs.csv'\n{RIGHT}", ()),
        (f"{GIVEN}\nname = 'theirs.csv'\n{RIGHT}", ()),
        # another exercise above or below it, and what that names
        (f"a = 7\nname = 'theirs.csv'\n{GIVEN}\n{RIGHT}", THEIRS[:1]),
        (f"{RIGHT}\na = 7\nname = open('more.csv')", THEIRS[1:]),
        (f"name = 'theirs.csv'\nc = 2\n{RIGHT}", THEIRS[:1]),
        (f"a = 7\n{GIVEN}\n{RIGHT}\nb = 8\nname = ['own.csv', 'elsewhere.csv']", ()),
    ],
)
async def test_a_file_of_several_exercises_finds_what_it_names(source: str, more: Files) -> None:
    runner = FilesRunner()
    verdict = await grade(sigmoid_step(data=OWN), source, runner, OTHERS)
    assert verdict.accepted, verdict
    assert set(runner.learners) == {(*OWN, *more)}
    assert set(runner.authors) == {OWN}
