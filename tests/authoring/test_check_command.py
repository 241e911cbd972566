"""What the command reports, and when it checks again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.lessons import CODE, step_file, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring import check_command
from tutor.authoring.check_command import CheckCommand, CheckOptions, in_words
from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.rules import MutantCounts

WRONG = CODE.replace('"y = 2 * x"', '"y = 3 * x"')


class Reported:
    """A command with what it said."""

    def __init__(self, options: CheckOptions) -> None:
        self.out: list[str] = []
        self.notes: list[str] = []
        self.command = CheckCommand(
            PythonRunner(),
            options,
            KeptTrials(None),
            out=lambda text: self.out.append(text if isinstance(text, str) else text.decode()),
            note=self.notes.append,
        )


async def test_a_sound_course_is_counted(tmp_path: Path) -> None:
    reported = Reported(CheckOptions())
    assert await reported.command.run({write_course(tmp_path, step=CODE): ()})
    assert reported.out == []
    assert reported.notes[0] == "0 errors, 0 warnings"
    assert reported.notes[1].endswith(", 2 accepted with a note on it")


async def test_each_problem_is_a_line(tmp_path: Path) -> None:
    reported = Reported(CheckOptions(mutants=False))
    assert not await reported.command.run({write_course(tmp_path, step=WRONG): ()})
    assert reported.out
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in reported.out)
    assert len(reported.notes) == 1


async def test_as_json_each_problem_and_each_steps_mutants_are_an_object(tmp_path: Path) -> None:
    reported = Reported(CheckOptions(as_json=True))
    write_course(tmp_path, step=CODE, wrong=WRONG.replace('id = "double"', 'id = "wrong"'))
    await reported.command.run({tmp_path: ()})
    *problems, counts = [json.loads(line) for line in reported.out]
    assert {"file", "line", "key", "severity", "message"} == set(problems[0])
    assert counts["step"] == "double"
    assert counts["mutants"] == counts["refused"] + counts["as_good"]
    assert reported.notes == []


async def test_a_watched_course_is_checked_again_where_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_course(tmp_path, step=CODE)
    step = step_file(tmp_path, "double")
    contents = [WRONG, f"{CODE}\n"]

    async def next_edit() -> None:
        if not contents:
            raise EOFError
        step.write_text(contents.pop(0), encoding="utf-8")

    monkeypatch.setattr(check_command, "wait_a_little", next_edit)
    reported = Reported(CheckOptions(watch=True, mutants=False))
    with pytest.raises(EOFError):
        await reported.command.run({tmp_path: ()})
    counted = [note for note in reported.notes if "errors" in note]
    assert counted[0] == counted[2] == "0 errors, 0 warnings"
    assert not counted[1].startswith("0 errors")
    assert len(counted) == 3


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (MutantCounts(mutants=3, as_good=3), "3 mutants: 0 refused, 3 as good as the solution"),
        (MutantCounts(9, 1, 2, 4, 3, 1, 1),
         "9 mutants: 4 refused, 75 % by name, 1 as good as the solution, 2 with another free "
         "number, 1 accepted with a note on it, 1 exempted"),
    ],
)  # fmt: skip
def test_counts_are_told_in_a_line(counts: MutantCounts, words: str) -> None:
    assert in_words(counts) == words
