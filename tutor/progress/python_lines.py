"""Code from a notebook as plain Python: without invisible characters and notebook commands.

The notebook's author may have put anything there. Nothing is run.
"""

from __future__ import annotations

import re

from tutor.course.code import NotPython, parse_program
from tutor.text import drop_hidden, is_plain, strip_escapes, unify_line_ends

_COMMAND = re.compile(r"[%!?].*|[\w., ]{1,200}=\s*[%!].*")
"""A possible command, as is a line that ends in `?`; `% 3` may also continue an expression."""
_WHOLE_CELL = re.compile(r"\s*%%(?P<name>\w*)")
_OF_PYTHON = ("time", "timeit", "capture", "prun")
"""Commands for a whole cell whose rest is Python."""
_MAX_PARSED = 4 * 1024 * 1024
"""Maximum characters parsed, in total, to find the commands of a cell."""


def seen_alone(code: str) -> str:
    r"""Return the code with `\n` as line ends, and without invisible characters.

    These are escape sequences, control characters, and halves of surrogate pairs.
    """
    text = code.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
    if is_plain(text):
        return text
    return drop_hidden(unify_line_ends(strip_escapes(text)[0]))


def foreign_language(code: str) -> str:
    """Return the command that marks the cell as another language, such as `%%bash`, else ""."""
    found = _WHOLE_CELL.match(code)
    return f"%%{found['name']}" if found and found["name"] not in _OF_PYTHON else ""


def without_commands(code: str) -> tuple[str, tuple[str, ...]]:
    """Return the code with the commands of notebooks as comments, and these commands.

    A line is a command only if Python's parser fails at it: similar lines stay.
    """
    lines = code.split("\n")
    commands: list[str] = []
    for _ in range(_MAX_PARSED // (len(code) + 1)):
        line = _where_python_stops("\n".join(lines))
        command = lines[line].strip() if line is not None else ""
        if line is None or not (command.endswith("?") or _COMMAND.fullmatch(command)):
            break
        indentation = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
        # an indented one may be the only statement in its block
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
