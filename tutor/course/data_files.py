"""The data files that a step's programs read: found beside the lessons, and stored in the step.

For the loader. Lessons may come from strangers, so names cannot lead outside the folder, and little
is read. The worker copies the files into the folder of each run.
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
"""Name of the file in that folder with the authors and licences of the others."""

MAX_BYTES = 1_000_000
"""Maximum bytes of one step's files together: they are sent with each run."""

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*", re.ASCII)

Data = tuple[tuple[str, bytes], ...]
"""Name and content of each file."""


def read_data(names: tuple[str, ...], findings: ProblemCollector) -> Data:
    """Return the named files; add a problem for each that is not usable."""
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
    """Return the usable files; `read_data` reports the others."""
    found = ((name, _find(course, name)) for name in names)
    return tuple((name, content) for name, content in found if content is not None)


def read_notice(course: Path) -> Data:
    """Return the notice that accompanies the course's data files, if there is one."""
    content = _read(course / FOLDER / NOTICE, course)
    return ((NOTICE, content),) if content is not None else ()


def _find(course: Path, name: str) -> bytes | None:
    return _read(course / FOLDER / name, course) if _NAME.fullmatch(name) else None


def _read(file: Path, course: Path) -> bytes | None:
    """Return the content of a file of the course, cut slightly above the allowed size."""
    if not is_inside(file, course):
        return None
    try:
        return read_bytes(file, MAX_BYTES + 1)
    except OSError:
        return None
