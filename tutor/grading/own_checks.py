"""Find the checks that learners write of their own results, such as `assert …` or `if …: raise …`.

Such a check often holds a number that is right for the step's own givens. Under other givens it
raises, which says nothing about the answer, so the answer is judged without it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from tutor.course.model import CodeStep
from tutor.grading.call_forms import word_called
from tutor.grading.scenario_result import ScenarioResult
from tutor.grading.submission import Submission, blanked, read_submission
from tutor.grading.verdict import Verdict


def without_own_checks(
    step: CodeStep, submission: Submission, broken: Sequence[ScenarioResult]
) -> Submission | None:
    """Return the program without its own checks, if one of them ended each of the broken runs.

    None if none is broken, or something else ended one of them.
    """
    checks = [node for node in _nodes(submission.statements) if _is_own_check(node)]
    ended = [result.learner.error.line if result.learner.error else None for result in broken]
    if not ended or not all(any(_spans(node, line) for node in checks) for line in ended):
        return None
    return read_submission(step, blanked(submission.source, checks, "pass"))


def own_check_note(broken: ScenarioResult, verdict: Verdict) -> Verdict:
    """Return the acceptance of the program without its checks, with a note about the one."""
    error = broken.learner.error
    line = error.line if error is not None else None
    message = (
        f"Right. Your own check in line {line} holds for the given values only: with "
        f"`{broken.scenario.label}` it fails, and that is no fault of your answer."
    )
    notes = (verdict.message, *verdict.notes) if verdict.message else verdict.notes
    return Verdict("accept-with-note", "own-check-too-narrow", message, notes=notes, line=line)


def _nodes(statements: Iterable[ast.stmt]) -> list[ast.stmt]:
    """Return the statements and all inside them, without what stands in a check already found."""
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
        case ast.Expr(value=ast.Call() as call):
            return word_called(call).startswith("assert")  # as in torch.testing.assert_close
        case ast.If(body=[*body], orelse=[]):
            return isinstance(body[-1], ast.Raise) and all(map(_only_tells, body[:-1]))
    return False


def _only_tells(node: ast.stmt) -> bool:
    """Return True if the statement prints, and does nothing else."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Constant)


def _spans(node: ast.stmt, line: int | None) -> bool:
    return line is not None and node.lineno <= line <= (node.end_lineno or node.lineno)
