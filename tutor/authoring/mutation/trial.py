"""Try the mutants of a step: compare each with the solution, and judge it as an answer.

Each runs twice: by itself under many givens, to compare what the task asks for, and as an answer,
by the grading that learners get.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from tutor.authoring.mutation.asked import (
    GIVEN_STEP_COUNT,
    STEP_COUNT,
    AskedValues,
    difference,
    find_unknown,
    what_is_asked,
)
from tutor.authoring.mutation.batching_runner import BatchingRunner
from tutor.authoring.mutation.inputs import can_draw, further_inputs
from tutor.authoring.mutation.mutants import Mutant
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, Exercise
from tutor.grading.grade import grade
from tutor.grading.plan import Scenario, limits_of, scenarios
from tutor.grading.recording_needs import need_step_log
from tutor.grading.scenario_result import RunAnswers, run_answers
from tutor.grading.verdict import Runner, Verdict, VerdictKind
from tutor.wire.commands import Execute, Program, Question

FURTHER_INPUTS = 20
"""Further inputs besides the step's own, if its givens can be drawn."""

FURTHER_SEEDS = 3
"""Further inputs of a step that trains, takes `_SLOW_MS`, or has nothing to draw."""

_SLOW_MS = 100.0
TOLERANCES = (
    "plain-float-not-tensor",
    "dropped-dimension",
    "extra-batch-dim",
    "framework-converted",
)
"""Notes on forms that a check accepts if its author allows other `type` or `shape`."""

_SAME_START = """
def _start_by_shape():
    import torch

    def fill(tensor, *_, **__):
        generator = torch.Generator()
        generator.manual_seed(hash((torch.initial_seed(), *tensor.shape)) % 2**32)
        with torch.no_grad():
            numbers = torch.randn(tensor.shape, generator=generator)
            return tensor.copy_(numbers / max(1, *tensor.shape) ** 0.5)

    for name in ("uniform_", "normal_", "kaiming_uniform_", "kaiming_normal_",
                 "xavier_uniform_", "xavier_normal_"):
        setattr(torch.nn.init, name, fill)


_start_by_shape()
del _start_by_shape
"""
"""Prelude after which the first weights of a layer depend on its shape and the seed alone: a task
leaves them to chance, so models that drew them in another order count as the same."""


_ANOTHER_EXERCISE = Exercise("another_x = 7\nanother_y = 8\n", "another_z = another_x\n")
"""The rest of the course: with other exercises, a copy of given code may be one of them."""


Judge: TypeAlias = Callable[[str, Runner], Awaitable[Verdict]]


class Trial(Struct, frozen=True):
    """The result of one mutant."""

    change: str
    """Description of the change, which identifies the mutant."""
    difference: str
    """Difference from the solution in what the task asks for, or the changed givens; "" if the
    mutant is as good as the solution."""
    verdict: VerdictKind
    slug: str
    message: str
    noted: bool
    """True if it was accepted with a note that the solution does not get, or if the verdict names
    the changed givens."""


class Bench(Struct, frozen=True):
    """The inputs and questions for the mutants of one step, with the solution's runs."""

    asked: AskedValues
    inputs: tuple[Scenario, ...]
    """Scenarios of the step, then the further ones."""
    runs: tuple[RunAnswers, ...]
    """Runs of the solution, under each input."""
    own: int
    """Number of the step's own scenarios among the inputs."""
    solution_slug: str = ""
    """Note that the solution itself gets; "" for none."""
    problem: str = ""
    """Reason why mutants cannot be compared with the solution; "" if they can."""

    def parts(self) -> list[list[int]]:
        """Return the indices of the inputs in groups; a mutant runs until one differs.

        First come those under which the step tries all wrong programs first.
        """
        own = range(self.own)
        early = [place for place in own if self.inputs[place].first]
        late = [place for place in own if place not in early]
        return [part for part in (early, late, [*range(self.own, len(self.inputs))]) if part]


async def make_bench(step: CodeStep, runner: Runner) -> Bench:
    """Run the solution under all inputs; drop those under which it does not finish."""
    runner = BatchingRunner(runner)
    own = scenarios(step)
    counts = (STEP_COUNT, GIVEN_STEP_COUNT)
    first = (await observe_under(step, step.solution, own[:1], counts, runner))[0]
    asked = what_is_asked(step, first)
    few = (
        first.observation.milliseconds >= _SLOW_MS
        or any(first.holds(question.expression) for question in counts)
        or not can_draw(step)
    )
    inputs = (*own, *further_inputs(step, FURTHER_SEEDS if few else FURTHER_INPUTS))
    runs = await observe_under(step, step.solution, inputs, asked.questions, runner)
    pairs = [pair for pair in zip(inputs, runs, strict=True) if pair[1].finished]
    verdict = await grade(step, step.solution, runner)
    return Bench(
        asked,
        tuple(scenario for scenario, _ in pairs),
        tuple(run for _, run in pairs),
        sum(scenario in own for scenario, _ in pairs),
        verdict.slug or "",
        _problem_of(asked, runs[0]),
    )


def _problem_of(asked: AskedValues, base: RunAnswers) -> str:
    if not (asked.questions or asked.output):
        return "the text names nothing that the solution binds"
    return find_unknown(asked, base)


async def try_mutants(
    step: CodeStep, mutants: Sequence[Mutant], bench: Bench, runner: Runner, judge: Judge
) -> tuple[Trial, ...]:
    """Run some mutants, in as few processes as possible, and return their trials.

    `judge` returns the verdict on one as an answer.
    """
    batching = BatchingRunner(runner)
    return tuple(
        await asyncio.gather(
            *(_try_mutant(step, mutant, bench, batching, judge) for mutant in mutants)
        )
    )


async def _try_mutant(
    step: CodeStep, mutant: Mutant, bench: Bench, runner: Runner, judge: Judge
) -> Trial:
    if mutant.given:
        return await _try_given(step, mutant, runner)
    verdict, found = await asyncio.gather(
        judge(mutant.source, runner), _difference(step, mutant.source, bench, runner)
    )
    noted = verdict.kind == "accept-with-note" and _is_note_about(step, verdict, bench)
    return Trial(mutant.change, found, verdict.kind, verdict.slug or "", verdict.message, noted)


async def _try_given(step: CodeStep, mutant: Mutant, runner: Runner) -> Trial:
    """Return the trial of a changed given, which is noted if the verdict names the given."""
    verdict = await grade(step, mutant.source, runner, (_ANOTHER_EXERCISE,))
    texts = (verdict.message, *verdict.notes)
    noted = any(f"`{name}`" in text for name in mutant.given for text in texts)
    found = " and ".join(f"`{name}`" for name in mutant.given)
    return Trial(mutant.change, found, verdict.kind, verdict.slug or "", verdict.message, noted)


async def _difference(step: CodeStep, source: str, bench: Bench, runner: Runner) -> str:
    """Return the difference from the solution under the step's own or further givens."""
    for part in bench.parts():
        inputs = [bench.inputs[place] for place in part]
        runs = await observe_under(step, source, inputs, bench.asked.questions, runner)
        for place, scenario, got in zip(part, inputs, runs, strict=True):
            if found := difference(bench.asked, got, bench.runs[place]):
                return f"{found} (with {scenario.label})" if scenario.label else found
    return ""


def _is_note_about(step: CodeStep, verdict: Verdict, bench: Bench) -> bool:
    """Return True if the note is about a miss, or one that the solution does not get."""
    own = {note.id for note in step.notes} - {bench.solution_slug}
    missed = any(not check.passed for check in verdict.checks)
    return missed or verdict.slug in own or verdict.slug in TOLERANCES


async def observe_under(
    step: CodeStep,
    source: str,
    inputs: Sequence[Scenario],
    questions: tuple[Question, ...],
    runner: Runner,
) -> tuple[RunAnswers, ...]:
    """Return a program's runs under some givens, with first weights fixed by shape."""
    prelude = step.before + (_SAME_START if "nn" in bound_names(step.prelude) else "")
    limits = limits_of(step)
    step_log = need_step_log(questions)
    commands = [
        Execute(
            Program(prelude, scenario.given, source, scenario.seed),
            limits,
            step_log=step_log,
            files=step.data,
        )
        for scenario in inputs
    ]
    runs = await asyncio.gather(*(runner.observe(command, questions) for command in commands))
    return tuple(run_answers(run, questions) for run in runs)
