"""Try the mutants of many steps, several at a time, and report the problems of the steps.

Cached trials are not repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.mutants import Mutant
from tutor.authoring.mutation.rules import MutantCounts, judge_trials
from tutor.authoring.mutation.subjects import Subject, subject_of
from tutor.authoring.mutation.trial import Bench, Trial, make_bench, try_mutants
from tutor.course.model import Step
from tutor.course.problems import Problem
from tutor.grading.verdict import Runner

_GROUP = 10
"""Mutants that are tried together: a process costs ten times what a small program in it does."""


class MutationPass:
    """A pass over the mutants of steps; `counts` has the results by step."""

    def __init__(self, runner: Runner, jobs: int, kept: KeptTrials) -> None:
        self._runner = runner
        self._jobs = asyncio.Semaphore(jobs)
        self._kept = kept
        self.counts: dict[str, MutantCounts] = {}

    async def check(
        self, steps: Sequence[Step], progress: Callable[[int, int, str], None]
    ) -> list[Problem]:
        """Return the problems of the steps, which must have sound solutions.

        `progress` gets the number of mutants tried, of all, and the id of the last one's step.
        """
        self.counts.clear()
        subjects = [subject_of(step) for step in steps]
        total = sum(len(subject.mutants) for subject in subjects)
        done = 0

        def count(subject: Subject, number: int) -> None:
            nonlocal done
            done += number
            progress(done, total, subject.step.id)

        results = await asyncio.gather(*(self._check_step(each, count) for each in subjects))
        return [problem for problems in results for problem in problems]

    async def _check_step(
        self, subject: Subject, count: Callable[[Subject, int], None]
    ) -> list[Problem]:
        step, mutants, findings = subject.step, subject.mutants, subject.findings
        if not mutants:
            return findings.problems
        trials = self._kept.read(step, mutants)
        if trials is None:
            async with self._jobs:
                bench = await make_bench(step, self._runner)
            if bench.problem:
                findings.error(("asks",), f"should say what the task asks for: {bench.problem}")
                return findings.problems
            groups = [mutants[start : start + _GROUP] for start in range(0, len(mutants), _GROUP)]
            tasks = [self._try(subject, group, bench, count) for group in groups]
            trials = tuple(trial for tried in await asyncio.gather(*tasks) for trial in tried)
            self._kept.write(step, trials)
        else:
            count(subject, len(mutants))
        self.counts[step.id] = judge_trials(step, mutants, trials, findings)
        return findings.problems

    async def _try(
        self,
        subject: Subject,
        mutants: Sequence[Mutant],
        bench: Bench,
        count: Callable[[Subject, int], None],
    ) -> tuple[Trial, ...]:
        async with self._jobs:
            trials = await try_mutants(subject.step, mutants, bench, self._runner, subject.judge)
        count(subject, len(mutants))
        return trials
