"""The linter's rule for models that an answer makes: no check depends on their mode.

A learner may add dropout to a model and leave it in training mode. Such a model gives another
output at each call, and a right answer would be refused by chance.
"""

from __future__ import annotations

from collections.abc import Iterator

from tutor.authoring.step_findings import StepFindings
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check
from tutor.grading.compare import is_same
from tutor.grading.plan import command_under, learner_questions, scenarios
from tutor.grading.scenario_result import RunAnswers, is_true, rule_of, run_answers
from tutor.grading.submission import names_in
from tutor.grading.verdict import Runner
from tutor.wire.values import ModuleValue

_AS_WITH_DROPOUT = """
for _part in {name}.modules():
    if not [*_part.children()] and [*_part.parameters()]:
        _part.register_forward_pre_hook(lambda part, inputs: (
            inputs[0] * (__import__("torch").rand_like(inputs[0]) < 0.5)
            if part.training and inputs[0].is_floating_point() else inputs[0],
            *inputs[1:],
        ))
"""


async def check_modes(
    step: CodeStep, solution: RunAnswers, runner: Runner, findings: StepFindings
) -> None:
    """Add a problem for each check that dropout in the solution's models would change.

    A step with a check that `varies` decides itself about such a model.
    """
    bound = solution.bound().items()
    models = [name for name, value in bound if isinstance(value, ModuleValue) and value.parameters]
    if not models or any("varies" in names_in(check.true) for check in step.checks):
        return
    program = step.solution + "".join(_AS_WITH_DROPOUT.format(name=name) for name in models)
    questions = learner_questions(step)
    command = command_under(step, program, scenarios(step)[0], live=False)
    noisy = run_answers(await runner.observe(command, questions), questions)
    for index, check in enumerate(step.checks):
        for key, text in _asked(check):
            if not _alike(check, noisy, solution, text):
                message = (
                    "would change with dropout, because the learner's model is in training mode: "
                    f"use `evaluated({models[0]}, …)`"
                )
                findings.error(("check", index, key), message)


def _asked(check: Check) -> Iterator[tuple[str, str]]:
    texts = (("same", check.same), ("like", check.like), ("true", check.true))
    return ((key, text) for key, text in texts if text)


def _alike(check: Check, noisy: RunAnswers, solution: RunAnswers, text: str) -> bool:
    mine, theirs = noisy.value(text), solution.value(text)
    return is_true(mine) == is_true(theirs) if check.true else is_same(mine, theirs, rule_of(check))
