"""Find the words and numbers in the learner's program, for the wording of messages.

Nothing is run here.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from tutor.grading.read_names import bound_by
from tutor.grading.submission import Submission


def statement_at(submission: Submission, line: int) -> Submission:
    """Return the submission with only the top-level statement on that line."""
    spans = [
        node
        for node in submission.statements
        if node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    return Submission(submission.source, tuple(spans))


def words_behind(submission: Submission, line: int) -> set[str]:
    """Return the words of the top-level statement on that line, and of functions it calls.

    Functions are the program's own, including those called in turn. A text counts if it is read as
    a number: `float("inf")`.
    """
    defined: dict[str, ast.stmt] = {}
    for node in submission.statements:
        match node:
            case ast.FunctionDef(name=name):
                defined[name] = node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                defined[name] = node
    words = words_used(statement_at(submission, line))
    texts = list(statement_at(submission, line).statements)
    while called := [defined.pop(name) for name in sorted(words & defined.keys())]:
        texts.extend(called)
        words |= words_used(Submission(submission.source, tuple(called)))
    return words | {
        node.value.lower()
        for statement in texts
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def words_used(submission: Submission, own: Container[str] = ()) -> set[str]:
    """Return names, attributes, dotted names and keywords in the program.

    A name in `own` counts only as an attribute: `grad` in `w.grad`, but not as a variable.
    """
    words: set[str] = set()
    for statement in submission.statements:
        for node in ast.walk(statement):
            if not (isinstance(node, ast.Name) and node.id in own):
                words.update(_words_of(node))
    return words


def own_names(submission: Submission) -> set[str]:
    """Return the names that the program binds in any scope, except by imports."""
    nodes = [node for statement in submission.statements for node in ast.walk(statement)]
    stored = {
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    made = (bound_by(node) for node in nodes if not isinstance(node, ast.alias))
    return stored.union(*made)


_KEYWORDS: dict[type[ast.AST], str] = {
    ast.For: "for",
    ast.comprehension: "for",
    ast.While: "while",
    ast.With: "with",
    ast.If: "if",
    ast.FunctionDef: "def",
    ast.ClassDef: "class",
    ast.Lambda: "lambda",
}


def _words_of(node: ast.AST) -> Iterator[str]:
    if type(node) in _KEYWORDS:
        yield _KEYWORDS[type(node)]
    if isinstance(node, ast.Name):
        yield node.id
    if isinstance(node, ast.alias):
        yield node.name
        yield node.name.rpartition(".")[2]
    if isinstance(node, ast.Attribute):
        yield node.attr
        dotted = ast.unparse(node)
        while "." in dotted:
            yield dotted
            dotted = dotted.partition(".")[2]
