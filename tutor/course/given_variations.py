"""Variations of given code: only the value bound to a name is replaced.

Grading runs an answer under every variation; the loader checks that each can be made. Lines keep
their numbers if possible, since messages name them. Nothing is run here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from tutor.course.code import NotPython, bindings, parse_expression, parse_program
from tutor.course.model import Course, Exercise, Step
from tutor.course.problems import suggestion


def vary(given: str, changes: Mapping[str, str]) -> str:
    """Return the given code with other right-hand sides, in as many lines if possible.

    `changes` maps names to their new expressions. Raises ValueError, with a reason, if the code or
    an expression does not compile, if not exactly one plain `name = …` binds a name, or if one
    statement binds two of the names.
    """
    try:
        tree = parse_program(given)
    except NotPython as error:
        raise ValueError(f"the given code does not compile: {error}") from error
    right_sides: dict[str, ast.expr] = {name: _right_side(name, tree) for name in changes}
    if len({id(node) for node in right_sides.values()}) < len(right_sides):
        raise ValueError(f"{_quoted(right_sides)} are bound by one statement: change one of them")
    for name in sorted(right_sides, key=lambda name: _position(right_sides[name]), reverse=True):
        given = _replace_right_side(given, right_sides[name], _expression(name, changes[name]))
    return given


def other_exercises(course: Course, step: Step) -> tuple[Exercise, ...]:
    """Return the exercises of the other steps of the course, in its order."""
    exercises = (each.exercise for each in course.steps() if each.id != step.id)
    return tuple(each for each in exercises if each.given.strip() or each.answer)


@lru_cache(maxsize=1024)
def bound_names(code: str) -> tuple[str, ...]:
    """Return the names that a program binds at its top level, in order, each once.

    A text that is not Python binds none.
    """
    try:
        tree = parse_program(code)
    except NotPython:
        return ()
    return tuple(dict.fromkeys(name for name, _ in bindings(tree)))


def bound_to(code: str, name: str) -> str:
    """Return the expression that a program binds a name to, in one line.

    Returns "" if not exactly one plain `name = …` binds it.
    """
    try:
        return ast.unparse(_right_side(name, parse_program(code)))
    except (ValueError, RecursionError):
        return ""


def _expression(name: str, text: str) -> str:
    """Return the expression so that other code can follow it on its line: without comments."""
    try:
        tree = parse_expression(text)
        return ast.unparse(tree) if "#" in text else text.strip()
    except (NotPython, RecursionError) as error:
        raise ValueError(f"the new value of `{name}` does not compile: {error}") from error


def _right_side(name: str, tree: ast.Module) -> ast.expr:
    """Return the right-hand side of the only statement that binds the name.

    Raises ValueError if there is none, more than one, or one of another form than `name = …`.
    """
    binding = [
        node
        for node in tree.body
        if not isinstance(node, ast.AugAssign) and name in dict(bindings(node))
    ]
    if not binding:
        known = dict.fromkeys(name for name, _ in bindings(tree))
        raise ValueError(f"no given binds `{name}`{suggestion(name, known)}")
    if len(binding) > 1:
        lines = " and ".join(str(node.lineno) for node in binding)
        raise ValueError(f"`{name}` is bound more than once, on lines {lines} of the given code")
    return _plain_right_side(name, binding[0])


def _plain_right_side(name: str, node: ast.stmt) -> ast.expr:
    line = f"line {node.lineno} of the given code"
    match node:
        case ast.Assign(targets=targets, value=value):
            if any(isinstance(target, ast.Name) and target.id == name for target in targets):
                return value
            raise ValueError(f"`{name}` is one of several targets on {line}: give it its own line")
        case ast.AnnAssign(value=ast.expr() as value):
            return value
    raise ValueError(f"`{name}` is not bound by a plain `{name} = …` on {line}")


def _replace_right_side(code: str, right_side: ast.expr, expression: str) -> str:
    """Return the code with the expression in place of a right-hand side.

    A shorter expression is padded with newlines inside brackets, so that the lines after it keep
    their numbers.
    """
    # Columns in a syntax tree count bytes of UTF-8, not characters.
    lines = code.encode().splitlines(keepends=True)
    assert right_side.end_lineno is not None
    assert right_side.end_col_offset is not None
    first, last = right_side.lineno - 1, right_side.end_lineno - 1
    before = b"".join(lines[:first]) + lines[first][: right_side.col_offset]
    after = lines[last][right_side.end_col_offset :] + b"".join(lines[last + 1 :])
    missing = max(0, last - first - expression.count("\n"))
    if missing or "\n" in expression:
        expression = f"({expression}{missing * chr(10)})"
    return (before + expression.encode() + after).decode()


def _position(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _quoted(names: Mapping[str, object]) -> str:
    return " and ".join(f"`{name}`" for name in names)
