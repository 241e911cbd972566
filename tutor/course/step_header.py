"""The header of a step, from file names and three files, while the course is not loaded yet.

For the first frame: it shows the step's text before the loader is done. For cli: it finds the file
of a step by its id. Nothing is checked here: an unreadable step has no header, and the loader
reports why.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from tutor.course import late
from tutor.course.kinds import KINDS
from tutor.course.model import Course, Lesson, ReadStep, Step
from tutor.files import is_inside, read_bytes
from tutor.paths import MAX_COURSE_FILE_BYTES
from tutor.toml_text import parse_toml

_STEP_FILE = re.compile(r"\d+-(.+)\.toml")
_STEP_ID = re.compile(r"[a-z0-9-]+")
_SHOWN = (
    *("title", "section", "text", "figures", "given", "scaffold", "lines", "around", "hints"),
    "views",
)
"""Keys of a step that its first screen shows, or that decide which panes it has."""
_UNREADABLE = (OSError, ValueError, LookupError, TypeError, RecursionError, msgspec.MsgspecError)


def read_step_header(lessons: Path, step_id: str | None) -> tuple[Course, Step] | None:
    """Return a step, and a course with its lesson alone, as needed by a first screen.

    The step lacks the keys for judging its answer; the other steps of the lesson have only their
    ids. With None as `step_id`, the first step of the course. None if anything cannot be read.
    """
    try:
        file = _first_file(lessons) if step_id is None else find_step_file(lessons, step_id)
        return None if file is None else _read_header(lessons, file)
    except _UNREADABLE:
        return None  # the loader meets the same errors, and reports them


def find_step_file(lessons: Path, step_id: str) -> Path | None:
    """Return the file whose name has this id; None if there is none."""
    if not _STEP_ID.fullmatch(step_id):
        return None
    files = (file for file in lessons.glob(f"*/*-{step_id}.toml") if _id_of(file) == step_id)
    return next(files, None)


def step_ids(lessons: Path) -> list[str]:
    """Return the ids of all steps by the names of their files, in alphabetical order."""
    return sorted(filter(None, map(_id_of, lessons.glob("*/*.toml"))))


def _first_file(lessons: Path) -> Path:
    first = _read(lessons / "course.toml", lessons)["order"][0]
    return _step_files(lessons / first)[0]


def _read_header(lessons: Path, file: Path) -> tuple[Course, Step]:
    table = _read(file, lessons)
    step = _header_of(file, table)
    if table.get("uses"):
        step = _with_used(step, table["uses"], lessons)
    files = _step_files(file.parent)
    steps = [step if each == file else _bare_step(each) for each in files]
    title = _read(file.parent / "lesson.toml", lessons)["title"]
    lesson = Lesson(id=file.parent.name, title=title, steps=tuple(steps))
    return Course(title="", lessons=(lesson,)), step


def _step_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("*.toml") if _id_of(file))


def _id_of(file: Path) -> str:
    name = _STEP_FILE.fullmatch(file.name)
    return name[1] if name else ""


def _bare_step(file: Path) -> Step:
    return ReadStep(id=_id_of(file), title="", text="", lesson=file.parent.name)


def _header_of(file: Path, table: dict[str, Any], also: tuple[str, ...] = ()) -> Step:
    kind = KINDS[table["kind"]]
    fields = kind.step.__struct_fields__
    shown = {key: table[key] for key in (*_SHOWN, *also) if key in table and key in fields}
    # decoys are shown among the lines of an order step, sliders in place of an editor
    for field, key in (("decoys", "decoy"), ("sliders", "slider")):
        if field in fields:
            shown[field] = table.get(key, [])
    own = {"kind": table["kind"], "id": _id_of(file), "lesson": file.parent.name}
    header: Step = msgspec.convert({**kind.placeholders, **shown, **own}, Step)
    return header


def _with_used(step: Step, uses: list[str], lessons: Path) -> Step:
    """Return the step with the solutions of the steps that it uses, directly or indirectly."""
    return replace(step, used=late.used_answers(_used_step(each, lessons) for each in uses))


def _used_step(step_id: str, lessons: Path) -> Step:
    file = find_step_file(lessons, step_id)
    if file is None:
        raise ValueError
    table = _read(file, lessons)
    step = _header_of(file, table, also=("was", "solution"))
    return _with_used(step, table["uses"], lessons) if table.get("uses") else step


def _read(file: Path, lessons: Path) -> dict[str, Any]:
    if not is_inside(file, lessons):
        raise ValueError
    return parse_toml(read_bytes(file, MAX_COURSE_FILE_BYTES).decode("utf-8"))
