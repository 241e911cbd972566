"""Whether a text is Python: programs and expressions of lessons. For the loader and authoring."""

from __future__ import annotations

import ast
import warnings


class NotPython(ValueError):
    """The text does not compile. The message says why; `line` counts from 1 inside the text."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_program(code: str) -> ast.Module:
    """Raises NotPython if it does not compile."""
    tree = _compile(code, "exec")
    assert isinstance(tree, ast.Module)
    return tree


def parse_expression(code: str) -> ast.Expression:
    """Raises NotPython if it is not one expression."""
    tree = _compile(code.strip(), "eval")
    assert isinstance(tree, ast.Expression)
    return tree


def _compile(code: str, mode: str) -> ast.AST:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree: ast.AST = compile(code, "<lesson>", mode, ast.PyCF_ONLY_AST, dont_inherit=True)
            compile(code, "<lesson>", mode, dont_inherit=True)
    except SyntaxError as error:
        raise NotPython(error.msg, error.lineno or 1) from error
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise NotPython(str(error) or "it is nested too deeply", 1) from error
    return tree
