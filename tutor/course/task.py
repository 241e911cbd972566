"""The keys about a task: the values that it asks for, and the numbers that it leaves open.

For the loader's rules and the mutation pass of the linter. Nothing is run here.
"""

from __future__ import annotations

import ast

from tutor.course.code import parse_program

ASKS_OUTPUT, ASKS_STEPS = "print()", "step()"
ASKS_BESIDE_NAMES = (ASKS_OUTPUT, ASKS_STEPS)
"""Entries of `asks` besides names: the output, and the steps of an optimizer."""


def split_constant(text: str) -> tuple[str, str]:
    """Split a free constant: `lr=0.01` gives `lr` and `0.01`.

    The name is "" if there is none, and the number is as `repr` writes it. Raises ValueError, with
    a reason, if it is no number.
    """
    name, _, number = text.rpartition("=")
    try:
        value = ast.literal_eval(number.strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        value = None
    if type(value) not in (int, float) or (name and not name.strip().isidentifier()):
        raise ValueError(f"`{text}` is neither a number nor `name=number`")
    return name.strip(), repr(value)


def constants_in(program: str) -> list[tuple[str, str]]:
    """Return each constant of a program as `repr` writes it, preceded by its name.

    The name is that of an argument, as in `lr=0.01`, or of a plain assignment; else "".
    """
    tree = parse_program(program)
    names = constant_names(tree)
    return [
        (names.get(id(node), ""), repr(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    ]


def constant_names(tree: ast.AST) -> dict[int, str]:
    """Return the names of named constants, by the identity of their nodes."""
    names: dict[int, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(name), value=ast.Constant() as value):
                names[id(value)] = name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value):
                names[id(value)] = name
    return names
