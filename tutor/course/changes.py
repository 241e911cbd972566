"""Programs that are written as changes of the step's solution, in the notation of a diff.

For the loader, and for tables of answers. A wrong program mostly differs from the solution in a
line or two, and these are what its reader looks for.
"""

from __future__ import annotations

from typing import Any

from tutor.course.tables import ProblemCollector
from tutor.toml_text import KeyPath

HUNK = "@@"
"""The line above each hunk. No Python program can begin with it."""

_PROGRAMS = (("misconception", "wrong"), ("misconception", "example"), ("note", "wrong"))


def expand_changes(findings: ProblemCollector) -> None:
    """Put whole programs in the place of changes, and add a problem for each that does not fit."""
    table = findings.document.table
    places: list[tuple[Any, str | int, KeyPath]] = []
    if isinstance(right := table.get("also_right"), list):
        places += [(right, index, ("also_right", index)) for index in range(len(right))]
    for array, key in _PROGRAMS:
        if isinstance(items := table.get(array), list):
            rows = [(i, row) for i, row in enumerate(items) if isinstance(row, dict) and key in row]
            places += [(row, key, (array, index, key)) for index, row in rows]
    solution = table.get("solution")
    for owner, place, path in places:
        if isinstance(solution, str) and isinstance(owner[place], str):
            try:
                owner[place] = with_changes(solution, owner[place])
            except ValueError as error:
                findings.add(path, str(error))


def with_changes(solution: str, program: str) -> str:
    """Return the program; one that begins with `@@` is the solution with these hunks applied.

    The lines of a hunk that begin with a space or a minus are lines of the solution, which has them
    in one place only. Raises ValueError if they are not found so, or not in the order of the hunks.
    """
    if not program.startswith(HUNK + "\n"):
        return program
    lines, changed, start = solution.splitlines(), list[str](), 0
    for hunk in ("\n" + program.removesuffix("\n")).split(f"\n{HUNK}\n")[1:]:
        rows = [row or " " for row in hunk.split("\n")]  # an editor may have cut a space off
        if odd := [row for row in rows if row[0] not in " +-"]:
            raise ValueError(f"`{odd[0]}` should begin with a space, + or -")
        old = [row[1:] for row in rows if row[0] != "+"]
        found = [i for i in range(len(lines)) if old and lines[i : i + len(old)] == old]
        if len(found) != 1 or found[0] < start:
            raise ValueError(_misfit(len(found), "\n".join(old)))
        changed += lines[start : found[0]] + [row[1:] for row in rows if row[0] != "-"]
        start = found[0] + len(old)
    return "\n".join([*changed, *lines[start:]]) + "\n" * solution.endswith("\n")


def _misfit(count: int, old: str) -> str:
    """Return why a hunk does not fit that begins with the lines `old`, found so many times."""
    if not old:
        return "a hunk needs a line of the solution, to say where it belongs"
    first = old.splitlines()[0].strip()
    if not count:
        return f"the solution has no lines like those of the hunk at `{first}`"
    if count > 1:
        return f"the solution has the lines at `{first}` {count} times: add one above or below"
    return f"the hunk at `{first}` belongs before the one above it"
