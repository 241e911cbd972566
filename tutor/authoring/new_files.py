"""New lessons and steps: files that an author begins with, for `nntutor new`.

A new file is valid and runs, and each key that is still to be written contains the word UNFINISHED,
so that `nntutor check` can list them. Existing files are never overwritten; only course.toml is
changed, if its `order` can be extended as a text.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from tutor.authoring.lesson_schema import SCHEMAS, schema_text
from tutor.course.model import StepKind
from tutor.course.problems import suggestion
from tutor.course.steps import FILE_NAME, ID
from tutor.files import read_bytes, replace_file, write_new_file
from tutor.paths import COURSE_FILE
from tutor.toml_text import parse_toml

LESSON_FILE = "lesson.toml"

SCHEMA_FOLDER = "schema"
"""Folder in a new course that holds the JSON schemas of its files, for editors."""

_DISTANCE = 10
"""Distance between the numbers of steps, so that others fit in between."""

_MAX_BYTES = 1_000_000

_ORDER = re.compile(
    r"^order[ \t]*=[ \t]*\[(?P<items>[^\]\[#]*?)(?P<comma>,?)(?P<end>\s*)\]", re.MULTILINE
)
"""The list of lessons, if it has no comments."""

_EDITOR_RULES = """\
# Tells editors that know Taplo which keys the files of this course have.
[[rule]]
include = ["course.toml"]
schema = { path = "schema/course.json", enabled = true }

[[rule]]
include = ["*/lesson.toml"]
schema = { path = "schema/lesson.json", enabled = true }

[[rule]]
include = ["families/*.toml"]
schema = { path = "schema/family.json", enabled = true }

[[rule]]
include = ["*/[0-9]*-*.toml"]
schema = { path = "schema/step.json", enabled = true }
"""


class CannotMake(Exception):
    """Raised for a lesson or step that cannot be made; the message says what to do."""


def make_lesson(lessons: Path, lesson: str) -> tuple[Path, ...]:
    """Make a lesson, and a course if the folder has none; return the written files.

    Raises CannotMake, and OSError if the folder cannot be written.
    """
    if not ID.fullmatch(lesson):
        raise CannotMake(f"`{lesson}` should be made of a-z, 0-9 and single hyphens.")
    file = lessons / lesson / LESSON_FILE
    if file.exists():
        raise CannotMake(f"There is a lesson `{lesson}` already: {file}.")
    written: list[Path] = []
    course = lessons / COURSE_FILE
    if not course.exists():
        written += _make_course(lessons)
    extended = _with_lesson(read_bytes(course, _MAX_BYTES).decode(), lesson, course)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_new(file, _start("lesson"))
    replace_file(course, extended.encode())
    return (*written, *({course} - set(written)), file)


def make_step(
    lessons: Path, lesson: str, step_id: str, kind: StepKind, after: str | None = None
) -> Path:
    """Make a step at the end of the lesson, or after the step `after`; return its file.

    Raises CannotMake, and OSError if the folder cannot be written.
    """
    if not ID.fullmatch(step_id):
        raise CannotMake(f"`{step_id}` should be made of a-z, 0-9 and single hyphens.")
    folder = lessons / lesson
    if not (folder / LESSON_FILE).is_file():
        known = [file.parent.name for file in lessons.glob(f"*/{LESSON_FILE}")]
        close = suggestion(lesson, known) or f": `nntutor new lesson {lesson}` creates it."
        raise CannotMake(f"There is no lesson `{lesson}` in {lessons}{close}")
    for other in lessons.glob("*/*.toml"):
        if (name := FILE_NAME.fullmatch(other.name)) and name["id"] == step_id:
            raise CannotMake(f"There is a step `{step_id}` already: {other}.")
    number = _number(_steps_of(folder), after)
    file = folder / f"{number:03}-{step_id}.toml"
    _write_new(file, _start(f"steps/{kind}").replace("STEP-ID", step_id))
    return file


def _make_course(lessons: Path) -> list[Path]:
    """Write course.toml with the schemas of its files; return the written files."""
    texts: Mapping[Path, str] = {
        lessons / COURSE_FILE: _start("course"),
        lessons / ".taplo.toml": _EDITOR_RULES,
        **{lessons / SCHEMA_FOLDER / f"{name}.json": schema_text(name) for name in SCHEMAS},
    }
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.name == COURSE_FILE or not file.exists():
            _write_new(file, text)
    return list(texts)


def _with_lesson(text: str, lesson: str, course: Path) -> str:
    """Return the text of course.toml with the lesson last in its `order`.

    Raises CannotMake if that would change anything else, or the list has an unusual form.
    """
    by_hand = CannotMake(f"Add `{lesson}` to `order` in {course} by hand, and try again.")
    with suppress(ValueError, tomllib.TOMLDecodeError, RecursionError):
        before = parse_toml(text)
        order = before.get("order")
        found = _ORDER.search(text)
        if not isinstance(order, list) or found is None:
            raise by_hand
        if lesson in order:
            return text
        comma = "," if found["items"].strip() else ""
        gap = (found["end"] + "    " if "\n" in found["end"] else " ") if comma else ""
        items = f"{found['items']}{comma}{gap}{json.dumps(lesson)}{found['comma']}{found['end']}"
        extended = f"{text[: found.start('items')]}{items}{text[found.end('end') :]}"
        if parse_toml(extended) == {**before, "order": [*order, lesson]}:
            return extended
    raise by_hand


def _steps_of(folder: Path) -> dict[str, int]:
    """Return the numbers of the lesson's steps by id, in the order of the files."""
    names = [FILE_NAME.fullmatch(file.name) for file in sorted(folder.glob("*.toml"))]
    return {name["id"]: int(name["number"]) for name in names if name}


def _number(steps: Mapping[str, int], after: str | None) -> int:
    if after is None:
        return (max(steps.values(), default=0) // _DISTANCE + 1) * _DISTANCE
    if after not in steps:
        raise CannotMake(f"The lesson has no step `{after}`{suggestion(after, steps) or '.'}")
    here = steps[after]
    following = min(
        (other for other in steps.values() if other > here), default=here + 2 * _DISTANCE
    )
    if following - here < 2:
        raise CannotMake(
            f"No number is free between {here} and {following}: give the files after them higher "
            "numbers. Their ids stay, so nobody's progress is lost."
        )
    return (here + following) // 2


def _start(name: str) -> str:
    """Return the initial text of a new file of that kind."""
    return (files("tutor.authoring") / "starts" / f"{name}.toml").read_text(encoding="utf-8")


def _write_new(file: Path, text: str) -> None:
    try:
        write_new_file(file, text.encode())
    except FileExistsError:
        raise CannotMake(f"{file} already exists.") from None
