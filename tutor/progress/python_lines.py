"""Code from a notebook as plain Python: nothing that is not seen, and no commands of notebooks.

Whoever wrote the notebook may have put anything there. Nothing is run.
"""

from __future__ import annotations

import re

from tutor.course.code import NotPython, parse_program
from tutor.text import drop_hidden, is_plain, strip_escapes, unify_line_ends

_COMMAND = re.compile(r"[%!?].*|[\w., ]{1,200}=\s*[%!].*")
"""A line that may be a command, as may one that ends in `?`; `% 3` may as well go on a sum."""
_WHOLE_CELL = re.compile(r"\s*%%(?P<name>\w*)")
_OF_PYTHON = ("time", "timeit", "capture", "prun")
"""Commands for a whole cell of which the rest is Python."""
_MAX_PARSED = 4 * 1024 * 1024
"""Characters that are parsed, all in all, to find the commands of a cell."""


def seen_alone(code: str) -> str:
    r"""Return the code with `\n` at the ends of its lines, and without anything that is not seen.

    These are escape sequences, control characters, and half characters.
    """
    text = code.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    if is_plain(text):
        return text
    return drop_hidden(unify_line_ends(strip_escapes(text)[0]))


def foreign_language(code: str) -> str:
    """Return the command that says that the cell is not Python, such as `%%bash`, else ""."""
    found = _WHOLE_CELL.match(code)
    return f"%%{found['name']}" if found and found["name"] not in _OF_PYTHON else ""


def without_commands(code: str) -> tuple[str, tuple[str, ...]]:
    """Return the code with the commands of notebooks as comments, and these commands.

    A line is a command only where Python stops at it: what only looks like one stays.
    """
    lines = code.split("\n")
    commands: list[str] = []
    for _ in range(_MAX_PARSED // (len(code) + 1)):
        line = _where_python_stops("\n".join(lines))
        command = lines[line].strip() if line is not None else ""
        if line is None or not (command.endswith("?") or _COMMAND.fullmatch(command)):
            break
        indentation = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        # an indented one may be all that there is in its block
        lines[line] = f"{indentation}pass  # {command}" if indentation else f"# {command}"
        commands.append(command)
    return "\n".join(lines), tuple(commands)


def _where_python_stops(code: str) -> int | None:
    """Return the index of the line at which parsing fails; None if it does not."""
    try:
        parse_program(code)
    except NotPython as problem:
        return min(max(problem.line, 1), code.count("\n") + 1) - 1
    return None
