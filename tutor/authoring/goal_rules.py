"""Rules of the linter that run a lab: with the values of its solution and at its start."""

from __future__ import annotations

import ast
import builtins

from msgspec.structs import replace

from tutor.authoring.check_rules import check_gpu
from tutor.authoring.program_rules import MIN_TIME_FACTOR, check_views
from tutor.authoring.question_costs import CLOCK
from tutor.authoring.question_rules import check_condition, check_shown
from tutor.authoring.step_findings import StepFindings
from tutor.course.code import bindings, names_mentioned, parse_program
from tutor.course.model import LabStep
from tutor.course.slider_values import DRAWING, blocks_in, is_drawn
from tutor.grading.lab import lab_command, lab_questions, reached_goals
from tutor.grading.scenario_result import RunAnswers, run_answers
from tutor.grading.verdict import Runner
from tutor.wire.values import FloatValue

MAX_PACED_S = 15.0
"""Seconds that a run may take at the pace of the step."""
MAX_RUN_S = 3.0
"""Seconds of processor time that a run may take: a learner waits for one at each move."""


async def check_lab(step: LabStep, runner: Runner, findings: StepFindings) -> None:
    """Apply the rules that need runs; after a fault of program or expression, no others."""
    _check_names(step, findings)
    if is_drawn(step):
        _check_goal_names(step, findings)
    check_gpu(step, {("program",): step.program}, (), findings)
    before = len(findings.problems)
    start = await _run(step, step.scaffold, runner)
    runs = [await _run(step, block, runner) for block in blocks_in(step, step.solved)]
    for run in (start, *runs):
        _check_run(step, run, findings)
        if len(findings.problems) > before:
            return
    reached = {index for run in runs for index in reached_goals(step, run.observation)}
    for index, goal in enumerate(step.goals):
        if index not in reached:
            message = f"no run of the solution makes `{goal.true}` true"
            findings.error(("goal", index, "true"), message)
    if len(reached_goals(step, start.observation)) == len(step.goals):
        _report_start(step, findings)
    command = lab_command(step, blocks_in(step, step.solved)[0])
    await check_views(step.views, command, "the program", runner, findings)


def _report_start(step: LabStep, findings: StepFindings) -> None:
    if step.sliders:
        findings.error(("slider", 0, "start"), "reaches every goal before a slider is moved")
    else:
        findings.error(("goal", 0, "true"), "every goal is reached before anything is drawn")


def _check_names(step: LabStep, findings: StepFindings) -> None:
    """Check that the program reads the name of each slider, and that of a live one in a loop."""
    tree = parse_program(step.program)
    loops = [node for node in ast.walk(tree) if isinstance(node, ast.For | ast.While)]
    read, in_loops = names_mentioned(tree), names_mentioned(*loops)
    asked = names_mentioned(*(ast.parse(each.expression) for each in lab_questions(step)))
    for index, slider in enumerate(step.sliders):
        name = slider.name
        if name not in read:
            findings.error(("slider", index, "name"), f"`{name}` is not read by the program")
        elif slider.live and name not in in_loops:
            message = f"no loop of the program reads `{name}`, so a move during a run does nothing"
            findings.error(("slider", index, "live"), message)
        elif slider.live and name in asked:
            message = (
                f"a goal or a shown value reads `{name}`, which may have been moved during the "
                f"run: bind it to another name before the loop, and read that"
            )
            findings.error(("slider", index, "live"), message)


def _check_goal_names(step: LabStep, findings: StepFindings) -> None:
    """Check that goals read what the run leaves: it is asked for them at each stroke."""
    programs = map(parse_program, (step.prelude, step.given, step.program))
    left = {name for program in programs for name, _ in bindings(program)}
    for index, goal in enumerate(step.goals):
        names = [each for each in ast.walk(ast.parse(goal.true)) if isinstance(each, ast.Name)]
        own = {each.id for each in names if isinstance(each.ctx, ast.Store)}
        for name in sorted({each.id for each in names} - own - left - {DRAWING, *dir(builtins)}):
            message = f"`{name}` exists only in checks; a drawing is judged without it"
            findings.error(("goal", index, "true"), message)


async def _run(step: LabStep, lines: str, runner: Runner) -> RunAnswers:
    questions = (*lab_questions(step), CLOCK)
    command = replace(lab_command(step, lines), live=False, counts_steps=True)
    return run_answers(await runner.observe(command, questions), questions)


def _check_run(step: LabStep, run: RunAnswers, findings: StepFindings) -> None:
    observation, error = run.observation, run.error
    if error is not None:
        key = "given" if error.from_given else "program"
        findings.error((key,), f"raises {error.type_name}: {error.message}")
        return
    if observation.outcome != "finished":
        ended = f"ended as `{observation.outcome}` {observation.detail}"
        findings.error(("program",), ended.strip())
        return
    for index, goal in enumerate(step.goals):
        check_condition(("goal", index, "true"), goal.true, run, findings)
    check_shown(step, run, "the run", findings)
    seconds = observation.milliseconds / 1000
    used = run.value(CLOCK.expression)
    if isinstance(used, FloatValue):  # less where the machine is busy with something else
        seconds = min(seconds, used.value)
    if seconds > MAX_RUN_S:
        findings.error(("program",), f"takes {seconds:.1f} s: at most {MAX_RUN_S:g} s for a move")
    if step.pace and not 0 < observation.steps <= MAX_PACED_S * step.pace:
        told = f"{observation.steps} training steps at this pace"
        findings.error(("pace",), f"is for a run of up to {MAX_PACED_S:g} s, not for {told}")
    if step.limit_s < MIN_TIME_FACTOR * seconds:
        needed = f"{MIN_TIME_FACTOR} times the {seconds:.1f} s that were measured"
        findings.error(("limit_s",), f"is less than {needed}")
