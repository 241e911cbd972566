"""Try the mutants of many steps, several at a time, and tell what is wrong with the steps.

What came of a step before is taken from the kept trials.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tutor.authoring.mutation.kept_trials import KeptTrials
from tutor.authoring.mutation.mutants import Mutant
from tutor.authoring.mutation.rules import MutantCounts, judge_trials, mutants_of_step
from tutor.authoring.mutation.trial import Bench, Trial, make_bench, try_mutants
from tutor.authoring.step_findings import StepFindings
from tutor.course.model import CodeStep
from tutor.course.problems import Problem
from tutor.grading.verdict import Runner

_GROUP = 10
"""Mutants that are tried together: a process costs ten times what a small program in it does."""


class MutationPass:
    """A pass over the mutants of steps; `counts` has what came of them, by step."""

    def __init__(self, runner: Runner, jobs: int, kept: KeptTrials) -> None:
        self._runner = runner
        self._jobs = asyncio.Semaphore(jobs)
        self._kept = kept
        self.counts: dict[str, MutantCounts] = {}

    async def check(
        self, steps: Sequence[CodeStep], progress: Callable[[int, int, str], None]
    ) -> list[Problem]:
        """Return the problems of the steps, whose solutions must be sound.

        `progress` gets the number of mutants tried, of all, and the id of the step of the last.
        """
        self.counts.clear()
        mutants = {step.id: mutants_of_step(step) for step in steps}
        total = sum(map(len, mutants.values()))
        done = 0

        def count(step: CodeStep, number: int) -> None:
            nonlocal done
            done += number
            progress(done, total, step.id)

        results = await asyncio.gather(
            *(self._check_step(step, mutants[step.id], count) for step in steps)
        )
        return [problem for problems in results for problem in problems]

    async def _check_step(
        self,
        step: CodeStep,
        mutants: tuple[Mutant, ...],
        count: Callable[[CodeStep, int], None],
    ) -> list[Problem]:
        findings = StepFindings(step)
        trials = self._kept.read(step, mutants)
        if trials is None:
            async with self._jobs:
                bench = await make_bench(step, self._runner)
            if bench.problem:
                findings.error(("asks",), f"should say what the task asks for: {bench.problem}")
                return findings.problems
            groups = [mutants[start : start + _GROUP] for start in range(0, len(mutants), _GROUP)]
            tasks = [self._try(step, group, bench, count) for group in groups]
            trials = tuple(trial for tried in await asyncio.gather(*tasks) for trial in tried)
            self._kept.write(step, trials)
        else:
            count(step, len(mutants))
        self.counts[step.id] = judge_trials(step, mutants, trials, findings)
        return findings.problems

    async def _try(
        self,
        step: CodeStep,
        mutants: Sequence[Mutant],
        bench: Bench,
        count: Callable[[CodeStep, int], None],
    ) -> tuple[Trial, ...]:
        async with self._jobs:
            trials = await try_mutants(step, mutants, bench, self._runner)
        count(step, len(mutants))
        return trials
