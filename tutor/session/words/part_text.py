"""The words about a run of some lines alone: which they are, and which names it misses.

A name that another line of the text binds was missed for that alone, whatever else may be wrong.
"""

from __future__ import annotations

import re

from tutor.course.code import NotPython, bindings, parse_program
from tutor.course.model import Step
from tutor.session.state import PartRun
from tutor.wire.events import ErrorFacts

_NOT_DEFINED = re.compile(r"[Nn]ame '(\w+)' is not defined")


def runs_alone(part: PartRun, step: Step | None) -> str:
    return f"Only {_lines(part)} run{'s' * (part.first == part.last)}{_after(step)}."


def goes_on(part: PartRun) -> str:
    return f"{_lines(part).capitalize()}, with the values of the last run"


def has_run_alone(part: PartRun, step: Step | None) -> str:
    return f"Only {_has_run(part, step)}."


def missed_line(error: ErrorFacts, part: PartRun, step: Step | None) -> str:
    """Name the line that would have bound the missing name; "" for other errors."""
    name = missing_name(error)
    lines = [n for n in lines_binding(name, part.whole) if not part.first <= n <= part.last]
    if not lines:
        return ""
    nearest = max((n for n in lines if n < part.first), default=lines[0])
    where = f"line {nearest} binds it, and only {_has_run(part, step)}."
    return f"`{name}` does not exist in this run: {where}"


def missing_name(error: ErrorFacts) -> str:
    """Return the name that was read and does not exist; "" for every other error."""
    found = _NOT_DEFINED.search(error.message) if error.type_name == "NameError" else None
    return found[1] if found else ""


def lines_binding(name: str, text: str) -> tuple[int, ...]:
    """Return the lines that bind the name at the top level; none in a text that is not Python."""
    if not name:
        return ()
    try:
        return tuple(line for bound, line in bindings(parse_program(text)) if bound == name)
    except NotPython:
        return ()


def _has_run(part: PartRun, step: Step | None) -> str:
    have = "has" if part.first == part.last else "have"
    return f"{_lines(part)} {have} run{_after(step)}"


def _lines(part: PartRun) -> str:
    is_one = part.first == part.last
    return f"line {part.first}" if is_one else f"lines {part.first} to {part.last}"


def _after(step: Step | None) -> str:
    has_given = step is not None and (step.given.strip() or step.used)
    return ", after the given code" if has_given else ""
