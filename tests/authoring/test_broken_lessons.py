"""A folder of broken lessons, one for each rule of the linter, each with its exact problems.

A file of `broken_lessons` is a step, or course.toml or lesson.toml where its name begins so. What
follows a line `# families/doubling.toml` in it is that file. The lines above that begin with `#:`
are what the linter says of it. Each place in the code that reports a problem is reached by one of
them.
"""

from __future__ import annotations

import ast
import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from tests.support.lessons import READ, write_course, write_family
from tests.support.python_runner import PythonRunner
from tutor.authoring.check import check
from tutor.authoring.step_findings import StepFindings
from tutor.course.tables import ProblemCollector

pytestmark = pytest.mark.xdist_group("broken lessons")

TUTOR = Path(__file__).parents[2] / "tutor"
FILES = sorted((Path(__file__).parent / "broken_lessons").glob("*.toml"))
SAID = "#: "
FAMILY_FOLLOWS = "# families/doubling.toml\n"

REPORTERS = ((StepFindings, "error"), (StepFindings, "warning"), (ProblemCollector, "add"))

NEEDS_A_SLOW_OR_DYING_WORKER = {
    "f'is less than {needed}'",
    "f'takes {seconds:.1f} s",
    "'could not be run: the worker gave no answer'",
    "f'ended as `{outcome}` {run.observation.detail}'.strip()",
    "('limit_s',), message",
    "questions take",
}
NEEDS_TWO_FILES = {
    "('id',), message",
    "…-{name['id']}.toml`",
    "bytes together",
    "('files', index), f'`{name}`",
    "error(('uses', index), message)",
    "error(('uses',), message)",
}
NEEDS_HUNDREDS_OF_TABLES = {"tables: at most"}
IS_A_GUARD = {
    "f'under seed {other.seed} {error}'",  # of what a run can be asked, whatever its seed
    "should count as not attempted",  # of the grading: a scaffold is told by its text
    "(*path, 'given'), str(error)",  # of values that fit one by one
}
ELSEWHERE = NEEDS_A_SLOW_OR_DYING_WORKER | NEEDS_TWO_FILES | NEEDS_HUNDREDS_OF_TABLES | IS_A_GUARD
"""Parts of calls whose rules one file cannot break. Other tests hold all but the guards."""


class Place(NamedTuple):
    """A line of the code that reports a problem."""

    file: str
    line: int


class Said(NamedTuple):
    """What the linter says of a broken lesson, and where in the code that is reported."""

    problems: list[str]
    places: set[Place]


def said_of(file: Path) -> Said:
    text, _, family = file.read_text(encoding="utf-8").partition(FAMILY_FOLLOWS)
    sort = file.stem.partition("-")[0]
    parts = {sort: text, "step": READ} if sort in ("course", "lesson") else {"step": text}
    places: set[Place] = set()
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        for collector, name in REPORTERS:
            patch.setattr(collector, name, _noted(getattr(collector, name), places))
        root = write_course(Path(folder).resolve(), **parts)
        if family:
            write_family(root, family)
        problems = asyncio.run(check(root, (), PythonRunner(), lambda *_: None))
    said = [str(each).partition(".toml:")[2].partition(": ")[2] for each in problems]
    return Said(said, places)


def _noted(report: Callable[..., None], places: set[Place]) -> Callable[..., None]:
    def noted(*arguments: Any, **keywords: Any) -> None:  # noqa: ANN401 - passed on
        caller = sys._getframe(1)
        places.add(Place(caller.f_code.co_filename, caller.f_lineno))
        report(*arguments, **keywords)

    return noted


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Each call in authoring and course that reports a problem."""
    names = {name for _, name in REPORTERS}
    for file in sorted([*TUTOR.glob("authoring/*.py"), *TUTOR.glob("course/*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name("findings"), attr=name)):
                    if name in names:
                        yield str(file), node


@pytest.fixture(scope="module")
def said() -> dict[Path, Said]:
    return {file: said_of(file) for file in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_lesson_has_its_exact_problems(file: Path, said: dict[Path, Said]) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert said[file].problems == [
        line.removeprefix(SAID) for line in lines if line.startswith(SAID)
    ]


def test_each_rule_has_a_broken_lesson(said: dict[Path, Said]) -> None:
    reached = {place for each in said.values() for place in each.places}
    missing = [
        f"{file}:{call.lineno}: {ast.unparse(call)}"
        for file, call in calls()
        if not any(Place(file, line) in reached for line in range(call.lineno, _end(call)))
        and not any(part in ast.unparse(call) for part in ELSEWHERE)
    ]
    assert missing == []


def _end(call: ast.Call) -> int:
    return (call.end_lineno or call.lineno) + 1


def test_what_is_left_out_is_in_the_code() -> None:
    written = [ast.unparse(call) for _, call in calls()]
    assert {part for part in ELSEWHERE if not any(part in call for call in written)} == set()
