"""The remark on a program that asks for a graphics card and ran on the CPU."""

from __future__ import annotations

import ast

from tutor.course.code import NotPython, parse_program

ON_THE_CPU = (
    "This program ran on the CPU. `cuda` is there only where the settings allow it and the machine "
    "has a graphics card: in steps that ask for one, and in programs of your own. What "
    "the lessons compute is small."
)


def asks_for_a_card(source: str) -> bool:
    try:
        tree = parse_program(source)
    except NotPython:
        return False
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="cuda"):
                return True
            case ast.Constant(value=str() as text) if f"{text}:".startswith("cuda:"):
                return True
    return False
