"""Get the observations by which an answer is judged from a runner.

This is where grading waits for runs; it starts no process itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Any

from msgspec import Struct

from tutor.course.model import CodeStep
from tutor.grading.once import once_for_each
from tutor.grading.plan import (
    command_under,
    learner_questions,
    other_seed,
    scenarios,
    solution_command,
)
from tutor.grading.scenario_result import RunAnswers, ScenarioResult, run_answers
from tutor.grading.submission import Rebinding, Submission, rebinding
from tutor.grading.verdict import Runner
from tutor.wire.commands import ObserveAll
from tutor.wire.events import Observation


class ObservedAttempt(Struct, frozen=True):
    """The runs of an answer: under the base givens first, then under the variations that count."""

    results: tuple[ScenarioResult, ...]
    redefined: tuple[str, ...] = ()
    """Varied givens that the program binds itself; under variations it ran without those lines."""
    variations_dropped: bool = False
    """True if variations are left out, since the program raised without those lines."""
    question_count: int = 0
    """Number of questions that the learner's process had to answer."""
    solution_under_other_seed: RunAnswers | None = None
    """The solution's run under another seed; None if there is none."""

    @property
    def base(self) -> ScenarioResult:
        """The result under the step's own givens."""
        return self.results[0]


async def observe_attempt(
    step: CodeStep, submission: Submission, runner: Runner, *, live: bool = True
) -> ObservedAttempt:
    """Run the answer under every scenario at once, the base first, together with the solution.

    With `live`, the base run is streamed if somebody can see it. If the base run does not finish,
    the other runs are cancelled.
    """
    all_scenarios = scenarios(step)
    questions = learner_questions(step)
    by_varied = {
        varied: rebinding(step, submission, varied)
        for varied in dict.fromkeys(scenario.varied for scenario in all_scenarios)
    }
    rebindings = [by_varied[scenario.varied] for scenario in all_scenarios]
    commands = [
        command_under(step, one.source, scenario, live=live and scenario.is_base)
        for one, scenario in zip(rebindings, all_scenarios, strict=True)
    ]
    tasks = [asyncio.ensure_future(runner.observe(command, questions)) for command in commands]
    solution = asyncio.ensure_future(runner.observe_all(solution_command(step)))
    try:
        runs = [run_answers(await tasks[0], questions)]
        if runs[0].observation.outcome == "finished":
            runs += [run_answers(one, questions) for one in await asyncio.gather(*tasks[1:])]
        else:
            await _cancel(tasks[1:])
        solutions = pair_runs(solution_command(step), tuple(await solution))
    finally:
        await _cancel([*tasks, solution])
    results = [
        ScenarioResult(*parts) for parts in zip(all_scenarios, runs, solutions, strict=False)
    ]
    kept = [
        result
        for result, one in zip(results, rebindings, strict=False)
        if not (one.names and result.learner.observation.outcome == "raised")
    ]
    return ObservedAttempt(
        tuple(kept),
        _redefined_names(rebindings),
        len(kept) < len(results),
        len(questions),
        solutions[-1],
    )


def _redefined_names(rebindings: Iterable[Rebinding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for rebound in rebindings for name in rebound.names))


async def _cancel(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel the tasks that still run, and wait until they have ended.

    Their results and exceptions are dropped: nobody needs them any more.
    """
    waiting: list[Awaitable[Any]] = []
    for task in tasks:
        task.cancel()
        waiting.append(task)
    await asyncio.gather(*waiting, return_exceptions=True)


@once_for_each
def pair_runs(command: ObserveAll, observations: tuple[Observation, ...]) -> tuple[RunAnswers, ...]:
    """Return one run for each program, a lost one if the runner gave too few observations."""
    runs = [run_answers(observation, command.questions) for observation in observations]
    absent = RunAnswers(Observation("lost", detail="an observation is missing"))
    return (*runs, *[absent] * (len(command.programs) - len(runs)))


async def observe_under_other_seed(
    step: CodeStep, submission: Submission, attempt: ObservedAttempt, runner: Runner
) -> ScenarioResult | None:
    """Run the answer under another seed, and return it with the solution's run.

    None if one of the two did not finish.
    """
    questions = learner_questions(step)
    scenario = other_seed(step)
    observation = await runner.observe(
        command_under(step, submission.source, scenario, live=False), questions
    )
    run = run_answers(observation, questions)
    solution = attempt.solution_under_other_seed
    if solution is None or not (run.finished and solution.finished):
        return None
    return ScenarioResult(scenario, run, solution)
