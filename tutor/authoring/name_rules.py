"""Rules of the linter for the names that an answer binds: required names, and rebound givens.

A check must read each name that the text asks for. And checks compare with the original given, or
with a name that a check holds to it: otherwise an exercise done on one's own model or data would
pass.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tutor.authoring.step_findings import StepFindings
from tutor.authoring.text_rules import checked_names
from tutor.course.code import parse_expression
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check
from tutor.grading.submission import names_in

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
