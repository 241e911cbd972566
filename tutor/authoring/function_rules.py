"""The linter's rule for functions that an answer defines: checks call them at their own points.

If checks called a function with a given only, a function that reads the given in place of its
argument would pass, and so would one that returns the same number for everything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tutor.authoring.step_findings import StepFindings
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.grading.scenario_result import RunAnswers
from tutor.wire.values import CallableValue, ModuleValue, Value

_MIN_POINTS = 2


def check_functions(step: CodeStep, solution: RunAnswers, findings: StepFindings) -> None:
    """Add a problem for each function of the solution that is called at too few points."""
    asked = [_parsed(text) for check in step.checks for text in (check.same, check.true) if text]
    theirs = {"given", *bound_names(step.given), *solution.bound()}
    for name, value in solution.bound().items():
        if not _is_function(value):
            continue
        arguments = [each for tree in asked for each in _arguments(tree, name)]
        points = {ast.unparse(each) for each in arguments if not _names(each) & theirs}
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


def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression.strip(), mode="eval").body


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


def _names(tree: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
