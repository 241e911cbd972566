"""Take the statements of a script out of its `if __name__ == "__main__":` and its `main()`.

They are judged as if they were at the top level. Lines keep their numbers.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeAlias

from tutor.course.code import NotPython, names_stored, parse_program
from tutor.grading.submission import blanked, first_line

_Wrapper: TypeAlias = ast.If | ast.FunctionDef
_Find: TypeAlias = Callable[[Sequence[ast.stmt], Collection[str]], _Wrapper | None]
_INNER_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def unwrapped(source: str, wanted: Collection[str]) -> str:
    """Return the program without `if __name__ == "__main__":` and, if need be, `def main():`.

    A `main` is unwrapped if it takes and returns nothing, is called by the last statement, directly
    below, and alone binds one of the wanted names or all that it binds. Everything else stays as it
    is.
    """
    for word, find in (("__name__", _find_guard), ("def main", _find_main)):
        if word in source:
            source = _without_wrapper(source, find, wanted)
    return source


def _without_wrapper(source: str, find: _Find, wanted: Collection[str]) -> str:
    try:
        body = parse_program(source).body
        wrapper = find(body, wanted)
        if wrapper is None:
            return source
        opened = _open(source, wrapper, body)
        parse_program(opened)
    except (NotPython, RecursionError):
        return source
    return opened


def _find_guard(body: Sequence[ast.stmt], _: Collection[str]) -> ast.If | None:
    for node in body:
        if (
            isinstance(node, ast.If)
            and ast.unparse(node.test) == "__name__ == '__main__'"
            and not node.orelse
            and node.body[0].lineno > node.lineno
        ):
            return node
    return None


def _find_main(body: Sequence[ast.stmt], wanted: Collection[str]) -> ast.FunctionDef | None:
    """Return the `main` above its call, if its names can be bound outside.

    It alone binds a wanted name; or it alone binds all its names, and no wanted name at all.
    """
    if len(body) < 2 or ast.unparse(body[-1]) != "main()":
        return None
    main = body[-2]
    if not isinstance(main, ast.FunctionDef) or main.name != "main" or not _is_plain(main):
        return None
    declared = {name for node in _globals(main) for name in node.names}
    elsewhere = {name for node in body for name in names_stored(node)}
    inside = {name for node in main.body for name in names_stored(node)} - declared
    binds_none = not inside & elsewhere and not declared & set(wanted)
    return main if (inside - elsewhere) & set(wanted) or binds_none else None


def _is_plain(main: ast.FunctionDef) -> bool:
    """Return True if the function takes and returns nothing, so that it equals its body."""
    taken = ast.unparse(main.args)
    gives = (ast.Return, ast.Yield, ast.YieldFrom, ast.Await)
    return (
        not taken
        and not main.decorator_list
        and main.body[0].lineno > main.lineno
        and not any(isinstance(node, gives) for node in _scope(main))
    )


def _globals(wrapper: _Wrapper) -> list[ast.Global]:
    return [node for node in _scope(wrapper) if isinstance(node, ast.Global)]


def _scope(wrapper: _Wrapper) -> Iterator[ast.AST]:
    """Yield the nodes in the body, without those in inner functions and classes."""
    waiting: list[ast.AST] = list(wrapper.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _INNER_SCOPES):
            waiting.extend(ast.iter_child_nodes(node))


def _open(source: str, wrapper: _Wrapper, body: Sequence[ast.stmt]) -> str:
    """Return the source with the body of the wrapper at the top level, and without its call."""
    is_main = isinstance(wrapper, ast.FunctionDef)
    needless: list[ast.stmt] = [*_globals(wrapper), body[-1]] if is_main else []
    lines = blanked(source, needless).encode().split(b"\n")
    first, last = first_line(wrapper.body[0]), wrapper.end_lineno or wrapper.lineno
    margin = wrapper.body[0].col_offset
    for number in range(wrapper.lineno, first):
        lines[number - 1] = b""
    for number in set(range(first, last + 1)) - _lines_inside_texts(wrapper):
        line = lines[number - 1]
        lines[number - 1] = line[margin:] if not line[:margin].strip() else line.lstrip()
    return b"\n".join(lines).decode()


def _lines_inside_texts(wrapper: _Wrapper) -> set[int]:
    """Return the lines that begin inside a text: their margin is part of it."""
    texts = [node for node in ast.walk(wrapper) if isinstance(node, ast.Constant | ast.JoinedStr)]
    return {n for text in texts for n in range(text.lineno + 1, (text.end_lineno or 0) + 1)}
