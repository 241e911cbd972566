"""Find givens that the learner's program rebinds or changes, and the lines that do so.

Running the program without those lines decides if a changed given caused a miss, which `judge`
does. A harmless change is noted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from msgspec import Struct

from tutor.course.code import names_loaded, names_stored
from tutor.course.given_variations import bound_to
from tutor.course.model import CodeStep
from tutor.grading.scenario_result import ScenarioResult
from tutor.grading.submission import (
    Submission,
    blanked,
    names_bound_plainly,
    read_submission,
    rebinding,
    repeats_given,
    statements_binding,
)
from tutor.grading.verdict import Verdict

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MAX_LENGTH = 60
"""Maximum characters of an expression that a sentence quotes."""


class WithoutRedefinitions(Struct, frozen=True):
    """A program without the lines that change givens."""

    submission: Submission
    names: tuple[str, ...]
    """Givens whose lines were taken out."""
    typed_in: bool
    """True if those lines bind values of the learner's own.

    Then the program without them shows its other errors. Other lines may be a part of the answer,
    and a loop without one of its lines is another loop."""


def changed_names(step: CodeStep, submission: Submission, base: ScenarioResult) -> tuple[str, ...]:
    """Return the givens that the program changes in its base run, and the solution does not.

    Givens that it only makes again as the given code does are not among them.
    """
    changed = _all_changed(base)
    return tuple(name for name in changed if not repeats_given(step, submission, name))


def _all_changed(base: ScenarioResult) -> tuple[str, ...]:
    expected = set(base.solution.executed.given_changes)
    return tuple(c.name for c in base.learner.executed.given_changes if c not in expected)


def own_givens(step: CodeStep, submission: Submission, base: ScenarioResult) -> tuple[str, ...]:
    """Return the givens that the program replaces by others of its own, in its base run.

    One that is computed from the given itself, as `y[:, None]`, is a part of the answer. So is a
    name reused by a loop or a function of the learner's, or by a loop of the given code's.
    """
    expected = set(base.solution.executed.given_changes)
    other = [
        change.name
        for change in base.learner.executed.given_changes
        if change.is_other and change not in expected
    ]
    given = names_bound_plainly(step.given)
    defined = {node.name for node in submission.statements if isinstance(node, _DEFINITIONS)}
    return tuple(
        name
        for name in other
        if name in given
        and not repeats_given(step, submission, name)
        and (rebinding(step, submission, (name,)).names or name in defined)
    )


def programs_without_changes(
    step: CodeStep, submission: Submission, base: ScenarioResult
) -> list[WithoutRedefinitions]:
    """Return the programs that decide if a changed given is at fault.

    One lacks the lines that bind values of the learner's own, one all lines that bind a given or
    add to it.
    """
    names = _all_changed(base)
    if not names:
        return []
    alone = rebinding(step, submission, names)
    programs: list[WithoutRedefinitions] = []
    if alone.names:
        typed_in = not any(_binds_inside(node, alone.names) for node in submission.statements)
        without = _without(step, submission, alone.statements)
        programs.append(WithoutRedefinitions(without, alone.names, typed_in=typed_in))
    binding = statements_binding(submission, names)
    if binding and {*binding} != {*alone.statements}:
        without = _without(step, submission, binding)
        programs.append(WithoutRedefinitions(without, names, typed_in=False))
    return programs


def _without(step: CodeStep, submission: Submission, statements: Iterable[ast.stmt]) -> Submission:
    """Return the program as submitted without some lines, read anew.

    The lines around them may be a copy of the given code, which is complete then.
    """
    return read_submission(step, blanked(submission.written, statements, "pass"))


def _binds_inside(node: ast.stmt, names: Iterable[str]) -> bool:
    """Return True if a loop or block binds a name, so that removing the line may matter."""
    simple = isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)
    return not simple and bool(names_stored(node) & set(names))


def describe_binding(step: CodeStep, submission: Submission, name: str) -> str:
    """Describe the line that sets a given, its value, and the task's value.

    Empty if no line binds it.
    """
    node = _last_binding(submission, name)
    if node is None:
        return ""
    own = _bound_expression(submission, node, name)
    if not own:
        code = ast.unparse(node)
        quoted = f", `{code}`," if len(code) <= _MAX_LENGTH and "\n" not in code else ""
        return f"Line {node.lineno}{quoted} changes the given `{name}`."
    theirs = _quotable(bound_to(step.given, name))
    if not _quotable(own) or not theirs or own == theirs:
        return f"Line {node.lineno} redefines the given `{name}`."
    return f"Line {node.lineno} sets `{name}` to `{own}`; the task's is `{theirs}`."


def line_changing(submission: Submission, name: str) -> int | None:
    """Return the line of the last assignment to a name outside functions; None if none is."""
    node = _last_binding(submission, name)
    return None if node is None else node.lineno


def refuse_for_givens(
    step: CodeStep, submission: Submission, names: Sequence[str], without: Verdict
) -> Verdict:
    """Return the refusal of a program that is accepted without the lines that change givens."""
    return Verdict(
        "reject",
        "changes-the-given",
        f"{removal_advice(step, submission, names)}: the rest is right.",
        line=line_changing(submission, names[0]),
        outcome=without.outcome,
        notes=(without.message, *without.notes) if without.message else without.notes,
    )


def removal_advice(step: CodeStep, submission: Submission, names: Sequence[str]) -> str:
    """Return the effect of those lines, with the advice to remove them."""
    descriptions = [
        description for name in names if (description := describe_binding(step, submission, name))
    ]
    lines = {line_changing(submission, name) for name in names}
    those = "those lines" if len(lines) > 1 else "that line"
    return f"{' '.join(descriptions)} Leave {those} out"


def _last_binding(submission: Submission, name: str) -> ast.stmt | None:
    last: ast.stmt | None = None
    pending: list[ast.AST] = list(reversed(submission.statements))
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            last = node if name in names_stored(node) else last
        elif not isinstance(node, _DEFINITIONS):
            pending.extend(reversed(list(ast.iter_child_nodes(node))))
    return last


def _bound_expression(submission: Submission, node: ast.stmt, name: str) -> str:
    """Return the expression of a plain `name = …`, as it is written.

    Empty for any other assignment, or if it reads the name itself.
    """
    if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
        return ""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    plain = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    if not plain or name in names_loaded(node):
        return ""
    meant = ast.unparse(node.value)
    written = ast.get_source_segment(submission.source, node.value) or meant
    return written if _is_same_code(written, meant) else meant


def _is_same_code(written: str, meant: str) -> bool:
    """Return True if the text is that expression.

    Blanking out other statements may have shifted the text on the node's line.
    """
    try:
        return ast.unparse(ast.parse(written, mode="eval")) == meant
    except SyntaxError:
        return False


def _quotable(expression: str) -> str:
    return expression if len(expression) <= _MAX_LENGTH and "\n" not in expression else ""


def can_reach(submission: Submission, name: str, wanted: Iterable[str]) -> bool:
    """Return True if a changed given can affect one of the wanted names.

    It is one of them, or something computed after the change reads it.
    """
    wanted = set(wanted)
    if name in wanted or "trace" in wanted:
        return True
    statements = list(submission.statements)
    first = next((n for n, node in enumerate(statements) if name in names_stored(node)), 0)
    functions = [node for node in statements[:first] if isinstance(node, _DEFINITIONS)]
    dependent = {name}
    size = 0
    while size < len(dependent):
        size = len(dependent)
        for node in [*functions, *statements[first:]]:
            if names_loaded(node) & dependent:
                dependent |= names_stored(node)
    return bool(dependent & wanted)
