"""Rules of the linter for what a code step asks of an answer: checks, conditions, variations."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tutor.authoring.evidence import Miss, ProgramEvidence
from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import checked_names
from tutor.course.code import NotPython, names_in, names_mentioned, parse_expression, parse_program
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep, LabStep, PredictStep
from tutor.course.step_tables import Check, Misconception, Note
from tutor.grading.compare import is_same
from tutor.grading.plan import command_under, learner_questions, scenarios
from tutor.grading.scenario_result import RunAnswers, is_true, rule_of, run_answers
from tutor.grading.verdict import Runner
from tutor.toml_text import KeyPath
from tutor.wire.values import CallableValue, ModuleValue, Value

# Names that an answer binds: required names, and rebound givens
#
# A check must read each name that the text asks for. And checks compare with the original given, or
# with a name that a check holds to it: otherwise an exercise done on one's own model or data would
# pass.

_NAME_IN_TEXT = re.compile(r"(?<!`)`([^\W\d]\w*)`(?!`)")


def check_names(step: CodeStep, findings: StepFindings) -> None:
    """Apply the rules for names to a step."""
    _check_asked(step, findings)
    _check_rebindable(step, findings)


def _check_asked(step: CodeStep, findings: StepFindings) -> None:
    theirs = set(bound_names(step.solution)) - set(bound_names(step.given))
    for name in dict.fromkeys(_NAME_IN_TEXT.findall(step.text)):
        if name in theirs and name not in checked_names(step):
            findings.error(("check",), f"no check reads `{name}`, which the text asks for")


def _check_rebindable(step: CodeStep, findings: StepFindings) -> None:
    loose = set(bound_names(step.given)) - set(step.fixed)
    loose -= {name for name in loose if any(_holds(check, name) for check in step.checks)}
    for index, check in enumerate(step.checks):
        for key, text in _compared(check):
            for name in sorted(names_in(text) & loose):
                message = (
                    f"reads `{name}`, which an answer may rebind: read `given.{name}`, or add a "
                    f"check such as `unchanged('{name}')`"
                )
                findings.error(("check", index, key), message)


def _compared(check: Check) -> Iterator[tuple[str, str]]:
    """Yield the expressions of a check that are not compared with the solution's value."""
    if check.true:
        yield "true", check.true
    if check.like:
        yield "same", check.same
        yield "like", check.like


def _holds(check: Check, name: str) -> bool:
    """Return True if the check compares a given's present value with the original."""
    if check.like:
        return (
            name in names_in(check.same)
            and name not in names_in(check.like)
            and name in _as_given(check.like)
        )
    if check.true:
        return name in _as_given(check.true) and name in {
            *names_in(check.true),
            *_asked(check.true),
        }
    return names_in(check.same) == {name}


def _as_given(expression: str) -> set[str]:
    """Return the names that an expression reads as they were given, as in `given.x`."""
    read = {
        node.attr
        for node in ast.walk(parse_expression(expression))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "given"
    }
    return read | _asked(expression)


def _asked(expression: str) -> set[str]:
    """Return the names that an expression checks with `unchanged('x')`."""
    return {
        argument.value
        for node in ast.walk(parse_expression(expression))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "unchanged"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


# Functions that an answer defines: checks call them at their own points
#
# If checks called a function with a given only, a function that reads the given in place of its
# argument would pass, and so would one that returns the same number for everything.

_MIN_POINTS = 2


def check_functions(step: CodeStep, solution: RunAnswers, findings: StepFindings) -> None:
    """Add a problem for each function of the solution that is called at too few points."""
    texts = [text for check in step.checks for text in (check.same, check.true) if text]
    asked = [parse_expression(text).body for text in texts]
    theirs = {"given", *bound_names(step.given), *solution.bound()}
    for name, value in solution.bound().items():
        if not _is_function(value):
            continue
        arguments = [each for tree in asked for each in _arguments(tree, name)]
        points = {ast.unparse(each) for each in arguments if not names_mentioned(each) & theirs}
        if arguments and len(points) < _MIN_POINTS:
            message = (
                f"call `{name}` with {_MIN_POINTS} values or more that no given has: otherwise a "
                "function that reads the given instead of its argument passes"
            )
            findings.error(("check",), message)


def _is_function(value: Value) -> bool:
    return isinstance(value, CallableValue) or (
        isinstance(value, ModuleValue) and not value.parameters
    )


def _arguments(tree: ast.expr, name: str) -> Iterator[ast.expr]:
    """Yield the arguments of calls to `name`; a loop variable stands for each of its values."""
    values = {
        loop.target.id: loop.iter.elts
        for node in ast.walk(tree)
        if isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp)
        for loop in node.generators
        if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.List | ast.Tuple)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=called), args=args) if called == name:
                for argument in args[:1]:
                    if isinstance(argument, ast.Name) and argument.id in values:
                        yield from values[argument.id]
                    else:
                        yield argument
            case ast.Call(
                func=ast.Name(id="ignores_argument"), args=[ast.Name(id=called), *points]
            ):
                if called == name:
                    yield from points


# Models that an answer makes: no check depends on their mode
#
# A learner may add dropout to a model and leave it in training mode. Such a model gives another
# output at each call, and a right answer would be refused by chance.

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
        for key, text in _expressions_of(check):
            if not _alike(check, noisy, solution, text):
                message = (
                    "would change with dropout, because the learner's model is in training mode: "
                    f"use `evaluated({models[0]}, …)`"
                )
                findings.error(("check", index, key), message)


def _expressions_of(check: Check) -> Iterator[tuple[str, str]]:
    texts = (("same", check.same), ("like", check.like), ("true", check.true))
    return ((key, text) for key, text in texts if text)


def _alike(check: Check, noisy: RunAnswers, solution: RunAnswers, text: str) -> bool:
    mine, theirs = noisy.value(text), solution.value(text)
    return is_true(mine) == is_true(theirs) if check.true else is_same(mine, theirs, rule_of(check))


# Steps that ask for a graphics card: their results agree without one
#
# Most machines have none, and the config may forbid an existing one.

LEAST_RTOL = 1e-4
"""Relative tolerance within which a card and a CPU, or two cards, agree on most results."""

_ASKS_FIRST = ("is_available", "torch.accelerator")
"""Code by which programs detect a card."""


def check_gpu(
    step: CodeStep | PredictStep | LabStep,
    programs: Mapping[KeyPath, str],
    checks: Sequence[Check],
    findings: StepFindings,
) -> None:
    """Apply the rules to the programs, by their keys, and the checks of a step with `gpu`."""
    if not step.gpu:
        return
    for path, program in programs.items():
        whole = f"{step.prelude}\n{step.given}\n{program}"
        if asks_for_a_card(whole) and not any(part in whole for part in _ASKS_FIRST):
            message = (
                "uses `cuda` without `torch.cuda.is_available()`: the step must give the same "
                "result without a graphics card"
            )
            findings.error(path, message)
            break  # the givens are part of all of them
    for index, check in enumerate(checks):
        if check.same and 0 < check.rtol < LEAST_RTOL:
            message = (
                "a graphics card rounds differently from the CPU: use 1e-4 or more, or 0 for "
                "whole numbers"
            )
            findings.error(("check", index, "rtol"), message)


def asks_for_a_card(source: str) -> bool:
    """Return True if the program names a graphics card in its code."""
    try:
        tree = parse_program(source)
    except NotPython:
        return False
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="cuda"):
                return True
            case ast.Constant(value=str() as text) if f"{text}:".startswith("cuda:"):
                return True
    return False


# Remarks: they depend on a program's behaviour, not only on its code
#
# The same can be written in many ways. A `when` that asks about the code alone would be wrong about
# an answer that is written differently, such as one that stores a value under another name.

ABOUT_CODE = frozenset(
    {"uses", "mentions", "typed", "has_compare", "uncalled", "in_function", "passes"}
    | {"rebinds_loop_variable"}
)
"""Functions of the vocabulary that read only the text of a program, not its behaviour."""


def check_remarks(step: CodeStep, findings: StepFindings) -> None:
    """Add a problem for each `when` that asks about the code only."""
    tables: tuple[tuple[str, Iterable[Misconception | Note]], ...] = (
        ("misconception", step.misconceptions),
        ("note", step.notes),
    )
    for key, items in tables:
        for index, item in enumerate(items):
            if item.when and _rests_on_words(item.when):
                message = (
                    "tests only words of the code, which may be there for another reason: test a "
                    "value or `trace`, too"
                )
                findings.error((key, index, "when"), message)


def _rests_on_words(when: str) -> bool:
    """Return True if an expression calls functions about the code, and reads nothing else.

    Whether the program raised does not count.
    """
    tree = parse_expression(when)
    reads_error = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "error"
    }
    names = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and id(node) not in reads_error and not _is_builtin(node.id)
    }
    return bool(names & ABOUT_CODE) and names <= ABOUT_CODE


def _is_builtin(name: str) -> bool:
    return hasattr(builtins, name)


# Checks and variations that refuse no wrong program

_MESSAGE = "is redundant: without it, every wrong program that was tried is refused anyway"


def check_redundancy(
    step: CodeStep,
    evidence: ProgramEvidence,
    attackers: Iterable[Sequence[RunAnswers]],
    findings: StepFindings,
) -> None:
    """Warn of each check and variation without which all attackers are still refused.

    A step needs one of each, so the only one is never redundant. `attackers` are the runs of
    programs that must be refused, under each scenario.
    """
    misses = [missed for runs in attackers if (missed := evidence.misses(step, runs))]
    if not misses:
        return
    for index, check in enumerate(step.checks):
        if not check.note and len(step.checks) > 1:
            _warn_unless_needed(misses, _by_check(index), ("check", index), findings)
    for index, variation in enumerate(step.variations):
        if not variation.note and len(step.variations) > 1:
            _warn_unless_needed(misses, _by_scenario(index + 1), ("vary", index), findings)


def _warn_unless_needed(
    misses: Iterable[frozenset[Miss]],
    is_about: Callable[[Miss], bool],
    path: tuple[str, int],
    findings: StepFindings,
) -> None:
    if not any(all(map(is_about, missed)) for missed in misses):
        findings.warning(path, _MESSAGE)


def _by_check(index: int) -> Callable[[Miss], bool]:
    return lambda miss: miss[1] == index


def _by_scenario(number: int) -> Callable[[Miss], bool]:
    return lambda miss: miss[0] == number
