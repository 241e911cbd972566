"""Lines of the learner's program as one expression, which the last run can be asked for.

So they go on from what that run has left and change nothing of it, as every question does.
"""

from __future__ import annotations

import ast

from tutor.course.code import NotPython, parse_program

PROGRAM_FILE = "exercise.py"
"""The file under whose name the worker runs the program: errors there are told with their line."""

_BUILTINS = "__import__('builtins')"
"""The program may have names of its own for `exec` and the like."""


def lines_as_expression(program: str) -> str:
    """Return an expression that runs the program.

    Its value is that of the last line, if that is an expression. What is not Python raises the
    error when it is evaluated.
    """
    body, last = _parts(program)
    run = f"{_BUILTINS}.exec({_compiled(body, 'exec')})"
    return f"({run}, {_BUILTINS}.eval({_compiled(last, 'eval')}))[1]" if last else run


def _compiled(code: str, mode: str) -> str:
    return f"{_BUILTINS}.compile({code!r}, {PROGRAM_FILE!r}, {mode!r})"


def _parts(program: str) -> tuple[str, str]:
    """Return the program without its last line, and that, if it is an expression; else ""."""
    try:
        statements = parse_program(program).body
    except NotPython:
        return program, ""
    if not statements or not isinstance(statements[-1], ast.Expr):
        return program, ""
    first = statements[-1].lineno - 1
    if len(statements) > 1 and (statements[-2].end_lineno or 0) > first:
        return program, ""  # both stand on one line
    lines = program.split("\n")
    return "\n".join(lines[:first]), "\n" * first + "\n".join(lines[first:])
