"""The data files that a step's programs read: found beside the lessons, and kept in the step.

For the loader. Lessons may come from strangers, so that names lead nowhere else, and little is
read. The worker puts the files into the folder of each run.
"""

from __future__ import annotations

import re
from pathlib import Path

from tutor.course.problems import suggestion
from tutor.course.tables import ProblemCollector
from tutor.files import is_inside, read_bytes

FOLDER = "data"
"""Name of the folder with data files, in the folder of the course."""

NOTICE = "NOTICE"
"""Name of the file in that folder that says who made the others, and how they may be passed on."""

MAX_BYTES = 1_000_000
"""Bytes that the files of one step may have together: they are sent with each run."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*", re.ASCII)

Data = tuple[tuple[str, bytes], ...]
"""Name and content of each file."""


def read_data(names: tuple[str, ...], findings: ProblemCollector) -> Data:
    """Return the files of those names; add a problem for each that cannot be had."""
    course = findings.document.file.parent.parent
    found: dict[str, bytes] = {}
    for index, name in enumerate(names):
        content = _find(course, name)
        if name in found:
            findings.add(("files", index), f"`{name}` is named twice")
        elif content is None:
            known = [file.name for file in course.glob(f"{FOLDER}/*")]
            message = f"there is no `{name}` in {FOLDER}/ beside the lessons"
            findings.add(("files", index), f"{message}{suggestion(name, known)}")
        else:
            found[name] = content
    if sum(map(len, found.values())) > MAX_BYTES:
        findings.add(("files",), f"have more than {MAX_BYTES:,} bytes together")
    return tuple(found.items())


def find_data(course: Path, names: tuple[str, ...]) -> Data:
    """Return those of the files that can be had; what is wrong with others is for `read_data`."""
    found = ((name, _find(course, name)) for name in names)
    return tuple((name, content) for name, content in found if content is not None)


def read_notice(course: Path) -> Data:
    """Return the file that goes along with data files of the course, if there is one."""
    content = _read(course / FOLDER / NOTICE, course)
    return ((NOTICE, content),) if content is not None else ()


def _find(course: Path, name: str) -> bytes | None:
    return _read(course / FOLDER / name, course) if _NAME.fullmatch(name) else None


def _read(file: Path, course: Path) -> bytes | None:
    """Return the content of a file of the course, somewhat more than is allowed at most."""
    if not is_inside(file, course):
        return None
    try:
        return read_bytes(file, MAX_BYTES + 1)
    except OSError:
        return None
