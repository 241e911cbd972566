"""The linter's rule for remarks: they depend on a program's behaviour, not only on its code.

The same can be written in many ways. A `when` that asks about the code alone would be wrong about
an answer that is written differently, such as one that stores a value under another name.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable

from tutor.authoring.step_findings import StepFindings
from tutor.course.code import parse_expression
from tutor.course.model import CodeStep
from tutor.course.step_tables import Misconception, Note

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
