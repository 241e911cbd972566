"""Find the learner's checks and displays of their own results: `assert …`, `print(data[341])`.

It often contains a number that is right for the step's own givens. Under other givens it raises,
which proves nothing about the answer, so the answer is judged without it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from tutor.course.code import names_loaded
from tutor.course.model import CodeStep
from tutor.grading.call_forms import word_called
from tutor.grading.free_names import names_bound
from tutor.grading.scenario_result import ScenarioResult
from tutor.grading.submission import Submission, blanked, read_submission
from tutor.grading.verdict import Verdict

_PROGRAM = "exercise.py"
"""The name that the learner's program has in the frames of an error."""
_SHOWING = ("print", "pprint", "display")


def without_own_checks(
    step: CodeStep, submission: Submission, broken: Sequence[ScenarioResult]
) -> Submission | None:
    """Return the program without its own checks, if one of them ended each broken run.

    A statement that only displays one of the program's own values counts as one. None if no run is
    broken, or something else ended one.
    """
    checks = _own_checks(submission)
    if not broken or not all(_ended_by(result, checks) for result in broken):
        return None
    return read_submission(step, blanked(submission.source, checks, "pass"))


def own_check_note(submission: Submission, broken: ScenarioResult, verdict: Verdict) -> Verdict:
    """Return the acceptance of the program without its checks, with a note about the check."""
    node = _ended_by(broken, _own_checks(submission))
    line = None if node is None else node.lineno
    what = "The value you look at" if node is not None and _only_shows(node) else "Your own check"
    message = (
        f"Right. {what} in line {line} holds for the given values only: with "
        f"`{broken.scenario.label}` it fails, but your answer is right there, too."
    )
    notes = (verdict.message, *verdict.notes) if verdict.message else verdict.notes
    return Verdict("accept-with-note", "own-check-too-narrow", message, notes=notes, line=line)


def _own_checks(submission: Submission) -> list[ast.stmt]:
    bound = names_bound(submission.statements)
    return [
        node
        for node in _nodes(submission.statements)
        if _is_own_check(node) or (_only_shows(node) and names_loaded(node) & bound)
    ]


def _ended_by(result: ScenarioResult, checks: Sequence[ast.stmt]) -> ast.stmt | None:
    """Return the check that raised, or whose call raised; None if none did."""
    error = result.learner.error
    if error is None:
        return None
    lines = [error.line, *(frame.line for frame in error.frames if frame.file == _PROGRAM)]
    return next((node for node in checks if any(_spans(node, line) for line in lines)), None)


def _nodes(statements: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Return all nested statements, without those inside a check already found."""
    found: list[ast.stmt] = []
    pending: list[ast.AST] = list(statements)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.stmt):
            found.append(node)
            if _is_own_check(node):
                continue
        pending.extend(ast.iter_child_nodes(node))
    return found


def _is_own_check(node: ast.stmt) -> bool:
    match node:
        case ast.Assert():
            return True
        case ast.Expr(value=ast.Call() as call) if word_called(call).startswith("assert"):
            return True  # as in torch.testing.assert_close
        case ast.If(body=[*body], orelse=[]):
            return isinstance(body[-1], ast.Raise) and all(map(_only_tells, body[:-1]))
    return False


def _only_shows(node: ast.stmt) -> bool:
    """Return True if the statement prints, or displays a value in a notebook."""
    match node:
        case ast.Expr(value=ast.Call() as call):
            return word_called(call) in _SHOWING
        case ast.Expr(value=value):
            return not isinstance(value, ast.Constant | ast.Await | ast.Yield | ast.YieldFrom)
    return False


def _only_tells(node: ast.stmt) -> bool:
    """Return True if the statement prints, and does nothing else."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Constant)


def _spans(node: ast.stmt, line: int | None) -> bool:
    return line is not None and node.lineno <= line <= (node.end_lineno or node.lineno)
