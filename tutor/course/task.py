"""What the keys about a task say: what it asks for, and which numbers it leaves open.

For the loader's rules and the mutation pass of the linter. Nothing is run here.
"""

from __future__ import annotations

import ast

from tutor.course.code import parse_program

ASKS_OUTPUT, ASKS_STEPS = "print()", "step()"
ASKS_BESIDE_NAMES = (ASKS_OUTPUT, ASKS_STEPS)
"""What `asks` may list beside names: what is printed, and what an optimizer does."""


def split_constant(text: str) -> tuple[str, str]:
    """Return name and number of a free constant, of `lr=0.01` they are `lr` and `0.01`.

    The name is empty where there is none, and the number is as `repr` writes it. Raises ValueError,
    which says what is wrong, if it is no number.
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
    """Return each constant of a program as `repr` writes it, after the name that it is given.

    That is the name of an argument, as in `lr=0.01`, or of a plain assignment; else it is empty.
    """
    tree = parse_program(program)
    names = constant_names(tree)
    return [
        (names.get(id(node), ""), repr(node.value))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
    ]


def constant_names(tree: ast.AST) -> dict[int, str]:
    """Return the name that each constant with a name is given, by the identity of its node."""
    names: dict[int, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.keyword(arg=str(name), value=ast.Constant() as value):
                names[id(value)] = name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() as value):
                names[id(value)] = name
    return names
