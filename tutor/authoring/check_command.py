"""The work of `nntutor check`: check courses once, or again whenever a file changes, and report.

Reports go to the given functions; the worker comes from the caller, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from operator import add
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, structs

from tutor.authoring.check import check, problem_json
from tutor.authoring.json_lines import json_line
from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.mutation_pass import MutationPass
from tutor.authoring.mutation.rules import MutantCounts
from tutor.authoring.progress_line import ProgressLine
from tutor.authoring.watch import changes, stamps_of, wait_a_little
from tutor.course.families import FAMILY_FOLDER
from tutor.course.problems import Problem
from tutor.grading.verdict import Runner

Chosen: TypeAlias = Mapping[Path, tuple[Path, ...]]
"""Lesson folders and step files to check in each course; () for all of it."""


class CheckOptions(Struct, frozen=True, kw_only=True):
    """Options of `nntutor check`."""

    as_json: bool = False
    mutants: bool = True
    watch: bool = False
    jobs: int = 2


class CheckCommand:
    """One call of the command; `out` gets the problems, `note` other messages."""

    def __init__(
        self,
        runner: Runner,
        options: CheckOptions,
        kept: KeptTrials,
        *,
        out: Callable[[str | bytes], None],
        note: Callable[[str], None],
    ) -> None:
        self._runner, self._options = runner, options
        self._out, self._note = out, note
        self._mutation = MutationPass(runner, options.jobs, kept) if options.mutants else None
        self._progress = ProgressLine(quiet=options.as_json)

    async def run(self, chosen: Chosen) -> bool:
        """Check everything that was chosen; return True if there is no error.

        With `watch`, it continues with changed files, and never returns.
        """
        before = stamps_of(chosen)
        sound = await self._check(chosen)
        if self._options.watch:
            self._note("Watching the lessons for changes.")
            async for changed in changes(chosen, before, wait_a_little):
                sound = await self._check(what_to_check(chosen, changed))
        return sound

    async def _check(self, chosen: Chosen) -> bool:
        problems: list[Problem] = []
        counts: dict[str, MutantCounts] = {}
        for lessons, paths in chosen.items():
            problems += await check(
                lessons,
                paths,
                self._runner,
                self._progress.show,
                self._mutation,
                jobs=self._options.jobs,
            )
            if self._mutation is not None:
                counts |= self._mutation.counts
        self._progress.clear()
        self._report(problems, counts)
        return not any(problem.severity == "error" for problem in problems)

    def _report(self, problems: Sequence[Problem], counts: Mapping[str, MutantCounts]) -> None:
        if self._options.as_json:
            for problem in problems:
                self._out(json_line(problem_json(problem)))
            for step, each in counts.items():
                self._out(json_line({"step": step, **structs.asdict(each)}))
            return
        for problem in problems:
            self._out(f"{problem}\n")
        severities = Counter(problem.severity for problem in problems)
        summary = f"{severities['error']} errors, {severities['warning']} warnings"
        if severities["unfinished"]:
            summary += f", {severities['unfinished']} keys still to be written"
        self._note(summary)
        if counts:
            self._note(in_words(reduce(add, counts.values())))


def what_to_check(chosen: Chosen, changed: Sequence[Path]) -> Chosen:
    """Return the chosen parts that these changed files affect.

    A course or lesson file may affect all steps below it, and a family those that use it.
    """
    again: dict[Path, tuple[Path, ...]] = {}
    for lessons, paths in chosen.items():
        mine = [file for file in changed if file.is_relative_to(lessons)]
        families = paths and any(file.parent.name == FAMILY_FOLDER for file in mine)
        if families or any(file.parent == lessons for file in mine):
            again[lessons] = paths
            continue
        wanted = [file.parent if file.name == "lesson.toml" else file for file in mine]
        inside = [each for each in wanted if _concerns(each, paths)]
        if inside:
            again[lessons] = tuple(inside)
    return again


def _concerns(file: Path, paths: Sequence[Path]) -> bool:
    resolved = file.resolve()
    return not paths or any(
        resolved.is_relative_to(path.resolve()) or path.resolve().is_relative_to(resolved)
        for path in paths
    )


def in_words(counts: MutantCounts) -> str:
    named = f", {round(100 * counts.named / counts.refused)} % by name" if counts.refused else ""
    parts = [
        f"{counts.mutants} mutants: {counts.refused} refused{named}",
        f"{counts.as_good} as good as the solution",
        *([f"{counts.free} with another free number"] if counts.free else []),
        *([f"{counts.noted} accepted with a note on it"] if counts.noted else []),
        *([f"{counts.exempted} exempted"] if counts.exempted else []),
    ]
    return ", ".join(parts)
