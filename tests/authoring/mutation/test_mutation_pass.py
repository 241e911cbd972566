"""Small steps with and without a hole: what the linter says of their mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import CODE, READ, sound_course, step_file, write_course
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check
from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.mutation_pass import MutationPass
from tutor.authoring.mutation.rules import MutantCounts
from tutor.course.model import CodeStep

VARY = '[[vary]]\ngiven.x = "-5"\n'
LOOSE = CODE.replace('same = "y"', 'true = "y % 2 == 0"\nname = "y"')
RANGE = """\
id = "steps"
kind = "code"
title = "Some steps"
text = "Store a number of your choice between 1 and 9 as `n`, and its double as `y`."
scaffold = "n = ..."
solution = "n = 4\\ny = n * 2\\nprint(y)"
hints = ["How many?", "Write `n`."]

[[check]]
true = "0 < n < 10"
name = "n"

[[check]]
same = "y"
like = "2 * n"

[[misconception]]
id = "halved"
wrong = "n = 4\\ny = n / 2"
say = "That is half."
"""
FREE = '\n[[free]]\nconstant = "n=4"\nleast = 1\nmost = 9\n'


class Checked:
    """What is said of the mutants of one step."""

    def __init__(self, folder: Path, kept: Path | None = None) -> None:
        self.runner = PythonRunner()
        self.mutation = MutationPass(self.runner, 2, KeptTrials(kept))
        self.folder = folder
        self.progress: list[tuple[int, int, str]] = []

    async def problems(self, text: str) -> list[str]:
        """`key: message` of each problem of the step."""
        (step,) = sound_course(write_course(self.folder, step=text)).steps()
        assert isinstance(step, CodeStep)
        found = await self.mutation.check([step], lambda *each: self.progress.append(each))
        return [str(problem).partition(".toml:")[2].partition(": ")[2] for problem in found]

    @property
    def counts(self) -> MutantCounts:
        """The counts of the one step."""
        (counts,) = self.mutation.counts.values()
        return counts


async def test_a_sound_step_has_no_problem(tmp_path: Path) -> None:
    checked = Checked(tmp_path)
    assert await checked.problems(CODE) == []
    counts = checked.counts
    assert counts.as_good == 2  # `x * 2`, and the statement twice
    assert counts.mutants == counts.as_good + counts.refused
    assert counts.named > 0
    assert checked.progress[-1] == (counts.mutants, counts.mutants, "double")


async def test_a_wrong_answer_that_is_accepted_is_told(tmp_path: Path) -> None:
    problems = await Checked(tmp_path).problems(LOOSE)
    holes = [each for each in problems if each.startswith("check: line 1:")]
    assert "check: line 1: `2` becomes `-2`: is accepted, though `y` is -6, not 6" in holes


async def test_a_step_whose_variation_is_its_base_accepts_the_given_typed_in(
    tmp_path: Path,
) -> None:
    assert await Checked(tmp_path).problems(CODE.replace(VARY, VARY.replace('"-5"', '"3"'))) == []
    weak = CODE.replace("x = 3", "x = 3.5").replace(VARY, VARY.replace('"-5"', '"3.5"'))
    (problem,) = await Checked(tmp_path).problems(weak)
    assert problem.startswith(
        "check: line 1: `x` becomes its value, typed in: is accepted, though `y` is 7.0, not "
    )
    assert "(with x = " in problem


async def test_a_right_answer_that_is_refused_is_told(tmp_path: Path) -> None:
    step = CODE.replace("2 * x", "2 * x\\nprint(y)").replace("also_right", "also_right") + (
        '\n[[check]]\ntrue = "len(trace.printed) > 0"\nname = "what is printed"\n'
    )
    told = [each for each in await Checked(tmp_path).problems(step) if "is missing" in each]
    assert told == [
        "solution: line 2: `print(y)` is missing: does everything that the task asks for, but is "
        "refused: [property-missing] This should be true, but is not: what is printed."
    ]
    asked = step.replace("also_right", 'asks = ["y", "print()"]\nalso_right')
    problems = await Checked(tmp_path / "asked").problems(asked)
    assert not [each for each in problems if "is missing" in each]


async def test_a_note_is_no_refusal_of_what_is_asked(tmp_path: Path) -> None:
    noted = CODE.partition("[[misconception]]")[0].replace(
        VARY, VARY + 'note = "typed-in"\n\n[[note]]\nid = "typed-in"\nsay = "Use `x`."\n'
    )
    assert await Checked(tmp_path).problems(noted) == [
        "check: line 1: `x` becomes its value, typed in: is accepted with the note typed-in, "
        "though `y` is 6, not -10 (with x = -5); refuse it, or let the text allow it, and exempt "
        "it"
    ]


async def test_another_name_may_be_accepted_with_a_note(tmp_path: Path) -> None:
    noted = (
        CODE.partition("[[misconception]]")[0]
        .replace("name `y`", "name `y`, and as `z`")
        .replace('"y = 2 * x"', '"y = 2 * x\\nz = y"')
        .replace('same = "y"', 'same = "z"\n\n[[check]]\nsame = "y"\nnote = "no-y"')
        + '\n[[note]]\nid = "no-y"\nsay = "There is no `y`."\n'
    )
    checked = Checked(tmp_path)
    assert await checked.problems(noted) == []
    assert checked.counts.noted == 3  # the other name, and `x` bound again or in a copy


async def test_free_numbers_may_be_others(tmp_path: Path) -> None:
    hole = "check: line 1: `4` becomes `5`: is accepted, though `n` is 5, not 4"
    assert hole in await Checked(tmp_path).problems(RANGE)
    checked = Checked(tmp_path)
    assert await checked.problems(RANGE + FREE) == []
    assert checked.counts.free == 4  # 3 and 5, and both ends


async def test_a_free_number_that_is_refused_is_told(tmp_path: Path) -> None:
    wider = RANGE + FREE.replace("most = 9", "most = 12")
    found = await Checked(tmp_path).problems(wider)
    assert [each for each in found if each.startswith("free[1]")] == [
        "free[1]: line 1: `4` becomes `12`: the number is free, but refused: [property-missing] "
        "`n` is not as it should be."
    ]


async def test_an_exempted_mutant_is_no_problem(tmp_path: Path) -> None:
    exempt = '\n[[exempt]]\nmutant = "line 1: `2` becomes `-2`"\nreason = "Nobody does."\n'
    checked = Checked(tmp_path)
    problems = await checked.problems(LOOSE + exempt)
    assert not [each for each in problems if "becomes `-2`" in each]
    assert checked.counts.exempted == 1


@pytest.mark.parametrize(
    ("mutant", "problem"),
    [
        ("line 1: `2` becomes `-2`",
         "exempt[1].mutant: warning: is judged correctly, and needs no exemption"),
        ("line 9: gone", "exempt[1].mutant: no mutant of the solution has this name"),
    ],
)  # fmt: skip
async def test_an_exemption_that_nothing_needs_is_told(
    tmp_path: Path, mutant: str, problem: str
) -> None:
    exempt = f'\n[[exempt]]\nmutant = "{mutant}"\nreason = "Nobody does."\n'
    assert await Checked(tmp_path).problems(CODE + exempt) == [problem]


async def test_a_step_that_asks_for_nothing_is_told(tmp_path: Path) -> None:
    step = CODE.replace("under the name `y`", "under the name y")
    assert await Checked(tmp_path).problems(step) == [
        "asks: should say what the task asks for: the text names nothing that the solution binds"
    ]


async def test_what_cannot_be_had_of_the_solution_is_told(tmp_path: Path) -> None:
    step = CODE.replace("2 * x", "2 * x\\ndel x")
    asks = step.replace("also_right", 'asks = ["x"]\nalso_right')
    (problem,) = await Checked(tmp_path).problems(asks)
    assert problem.startswith(
        "asks: should say what the task asks for: `x` could not be evaluated for the solution: "
    )


async def test_the_linter_tries_what_is_chosen_and_has_no_error(tmp_path: Path) -> None:
    async def tried(*paths: Path) -> list[str]:
        mutation = MutationPass(PythonRunner(), 1, KeptTrials(None))
        await check(tmp_path, paths, PythonRunner(), lambda *_: None, mutation)
        return list(mutation.counts)

    write_course(tmp_path, step=CODE, other=READ)
    assert await tried() == ["double"]
    assert await tried(step_file(tmp_path, "hello", 2)) == []
    write_course(tmp_path, step=CODE.replace('"y = 2 * x"', '"y = 3 * x"'), other=READ)
    assert await tried() == []


async def test_a_step_is_tried_once_until_it_changes(tmp_path: Path) -> None:
    first = Checked(tmp_path, tmp_path / "kept")
    assert await first.problems(LOOSE) != []
    again = Checked(tmp_path, tmp_path / "kept")
    assert await again.problems(LOOSE) == await first.problems(LOOSE)
    assert again.counts == first.counts
    sources = {program.source for program in again.runner.observed}
    assert "y = -2 * x" not in sources
    changed = Checked(tmp_path, tmp_path / "kept")
    await changed.problems(CODE)
    assert "y = -2 * x" in {program.source for program in changed.runner.observed}


async def test_mutants_run_under_the_variation_that_comes_first_before_the_other_givens(
    tmp_path: Path,
) -> None:
    first = f'{VARY}first = true\n\n[[vary]]\ngiven.x = "7"\n\n'
    checked = Checked(tmp_path)
    assert await checked.problems(CODE.replace(VARY, first)) == []
    # judged as an answer under all, and compared with the solution only where it comes first
    given = [each.given for each in checked.runner.observed if each.source == "y = 3 * x"]
    assert (given.count("x = -5"), given.count("x = 7")) == (2, 1)
