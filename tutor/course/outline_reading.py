"""The reading of a course's outline: the header of each step, without the step itself.

For the app, which needs one step at a time and the titles of all. File names give the steps and
their order at once; the headers are read from the heads of the files, the nearest ones first, while
the app does other things. The reader of whole steps handles any unusual head, and reports problems.
A problem further down in a step is reported when the learner comes to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tutor.course.code_rules import check_program
from tutor.course.course_files import CourseHead, has_no_steps, read_course_head, read_lesson_head
from tutor.course.data_files import find_data
from tutor.course.line_order import PLACE, compose
from tutor.course.model import CourseOutline, Exercise, LessonOutline, Step, StepHeader, StepKind
from tutor.course.problems import CourseError, Problem
from tutor.course.steps import FILE_NAME, ID, keys_of, read_step
from tutor.course.tables import problem_at
from tutor.course.word_index import WordIndex
from tutor.files import is_inside, read_bytes
from tutor.paths import MAX_COURSE_FILE_BYTES
from tutor.toml_text import top_values, value_of


class _Head(Struct, frozen=True):
    """The values that are read from the head of a step's file."""

    id: str
    kind: StepKind
    title: str
    section: str = ""
    concepts: tuple[str, ...] = ()
    optional: bool = False
    was: str = ""
    minutes: int | None = None
    given: str = ""
    text: str = ""
    solution: str = ""
    program: str = ""
    lines: str = ""
    around: str = PLACE
    files: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        """The program that identifies the step in a file of several exercises."""
        in_order = compose(self.around, self.lines.strip("\n").splitlines()) if self.lines else ""
        return self.solution or self.program or in_order


_UNUSUAL = (OSError, ValueError, LookupError, RecursionError, msgspec.MsgspecError)
"""Errors in reading a head; the reader of whole steps meets the same ones, and reports them."""


@dataclass(slots=True)
class _StepFile:
    """A file of a step, with the parts read so far."""

    file_name: str
    id: str
    """The id in the file's name; "" if it has none."""
    is_link: bool
    header: StepHeader | None = None
    """None before it is read, and if the step cannot be used."""
    exercise: Exercise = field(default_factory=lambda: Exercise(""))
    is_read: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _LessonFiles:
    """The files of a lesson, with the parts read so far."""

    id: str
    steps: list[_StepFile]
    values: dict[str, Any] | None = None
    """The values of lesson.toml; None also if the lesson is left out."""
    is_read: bool = False
    is_plain_folder: bool = False
    """True if the folder is inside the course's without links, so that its files are, too."""
    problems: list[Problem] = field(default_factory=list)


class OutlineReading:
    """A reading of a course's outline, whose results so far are available at any time."""

    def __init__(self, lessons: Path) -> None:
        self._folder = lessons
        self._problems: list[Problem] = []
        """Problems of course.toml, and of steps with the same id."""
        self._outline: CourseOutline | None = None
        """Result of `outline`; None after further reading."""
        self._words = WordIndex()
        self.is_whole = False
        """True once all headers have been read."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems so far, in the order of the course."""
        found = list(self._problems)
        for lesson in self._lessons:
            found += lesson.problems
            for file in lesson.steps:
                found += file.problems
        return tuple(found)

    def outline(self) -> CourseOutline:
        """Return the course as far as it is known.

        A step that was not read yet has its id alone. An unusable one is left out.
        """
        if self._outline is None:
            taken: set[str] = set()
            self._outline = CourseOutline(
                title=self._head.title if self._head is not None else "",
                lessons=tuple(
                    _outline_of(lesson, taken)
                    for lesson in self._lessons
                    if not self._is_left_out(lesson)
                ),
                after=self._head.after if self._head is not None else "",
                words=self._words,
            )
        return self._outline

    def exercises(self) -> Iterator[tuple[str, Exercise]]:
        """Yield the id and the programs of each step whose header is read."""
        for lesson in self._lessons:
            for file in lesson.steps:
                if file.header is not None:
                    yield file.header.id, file.exercise

    def load(self, step_id: str) -> Step | None:
        """Read a whole step; return None if it cannot be used.

        The outline then leaves it out, and the problems say why.
        """
        for lesson, file in self._files:
            if file.id == step_id and (file.header is not None or not file.is_read):
                self._read_lesson(lesson)
                return None if self._is_left_out(lesson) else self._read_step(lesson, file)
        return None

    def pieces(self, near: str | None = None) -> Iterator[None]:
        """Read all headers, pausing after each; the nearest ones to step `near` come first."""
        if self.is_whole:
            return
        yield from self.nearest(near, len(self._files))
        for lesson in self._lessons:
            self._read_lesson(lesson)
            yield
        self._tell_common_ids()
        self.is_whole = True

    def nearest(self, near: str | None, count: int) -> Iterator[None]:
        """Read that many headers around step `near`, pausing after each."""
        places = [n for n, (_, file) in enumerate(self._files) if file.id == near]
        here = places[0] if places else 0
        order = sorted(range(len(self._files)), key=lambda place: abs(place - here))
        for place in order[:count]:
            lesson, file = self._files[place]
            self._read_lesson(lesson)
            if not file.is_read:
                self._read_header(lesson, file)
                yield

    @cached_property
    def _head(self) -> CourseHead | None:
        try:
            head, findings = read_course_head(self._folder)
        except CourseError as error:
            self._problems += error.problems
            return None
        if head is not None:
            check_program(head.prelude, ("prelude",), findings)
        self._problems += findings.sorted()
        return head

    @cached_property
    def _lessons(self) -> tuple[_LessonFiles, ...]:
        """The lessons with the files of their steps, of which only the names are known."""
        names = self._head.lessons if self._head is not None else ()
        return tuple(_LessonFiles(name, _step_files(self._folder / name)) for name in names)

    @cached_property
    def _files(self) -> list[tuple[_LessonFiles, _StepFile]]:
        return [(lesson, file) for lesson in self._lessons for file in lesson.steps]

    def _is_left_out(self, lesson: _LessonFiles) -> bool:
        """Return True if the lesson has a newer format, whose keys its steps may use."""
        return lesson.is_read and lesson.values is None

    def _read_lesson(self, lesson: _LessonFiles) -> None:
        if lesson.is_read:
            return
        self._outline = None
        lesson.is_read = True
        lesson.values, lesson.problems = read_lesson_head(self._folder, lesson.id)
        folder = self._folder / lesson.id
        lesson.is_plain_folder = is_inside(folder, self._folder)
        if lesson.values is not None and not lesson.steps:
            lesson.problems.append(has_no_steps(folder / "lesson.toml"))

    def _read_header(self, lesson: _LessonFiles, file: _StepFile) -> None:
        self._outline = None
        if self._is_left_out(lesson):
            file.is_read = True
            return
        is_plain = lesson.is_plain_folder and not file.is_link
        head = _read_head(self._path(lesson, file), file.id) if is_plain else None
        if head is None:
            self._read_step(lesson, file)
            return
        file.is_read = True
        data = find_data(self._folder, head.files)
        file.exercise = Exercise(head.given, head.answer, data)
        self._words.add(head.id, head.text)
        file.header = StepHeader(
            id=head.id,
            title=head.title,
            lesson=lesson.id,
            section=head.section,
            concepts=head.concepts,
            optional=head.optional,
            was=head.was,
            minutes=head.minutes,
        )

    def _read_step(self, lesson: _LessonFiles, file: _StepFile) -> Step | None:
        assert self._head is not None  # else there are no lessons
        path, prelude = self._path(lesson, file), self._head.prelude
        step, problems = read_step(
            path,
            lesson.id,
            prelude,
            {},
            find_earlier=partial(self._load_earlier, file),
            for_author=False,
        )
        header = None
        if step is not None:
            names = StepHeader.__struct_fields__
            header = StepHeader(**{name: getattr(step, name) for name in names})
            file.exercise = step.exercise
            self._words.add(step.id, step.text)
        if header != file.header or not file.is_read:
            self._outline = None
            file.is_read, file.header, file.problems = True, header, problems
        return step

    def _load_earlier(self, later: _StepFile, step_id: str) -> Step | None:
        """Read an earlier step with this id; return None if there is no usable one."""
        for _, file in self._files:
            if file is later:
                return None
            if file.id == step_id:
                return self.load(step_id)
        return None

    def _tell_common_ids(self) -> None:
        """Report each step whose id an earlier one has."""
        self._outline = None
        first: dict[str, str] = {}
        for lesson, file in self._files:
            if file.header is not None:
                own = f"{lesson.id}/{file.file_name}"
                other = first.setdefault(file.header.id, own)
                if other != own:
                    message = f"`{file.header.id}` is the id of {other} too"
                    file.problems = [problem_at(self._path(lesson, file), ("id",), message)]
                    file.header = None

    def _path(self, lesson: _LessonFiles, file: _StepFile) -> Path:
        return self._folder / lesson.id / file.file_name


def _step_files(folder: Path) -> list[_StepFile]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return []  # a lesson without steps is reported
    files = []
    for entry in entries:
        if entry.name.endswith(".toml") and entry.name != "lesson.toml":
            name = FILE_NAME.fullmatch(entry.name)
            step_id = name["id"] if name else ""
            files.append(_StepFile(entry.name, step_id, entry.is_symlink()))
    return files


def _outline_of(lesson: _LessonFiles, taken: set[str]) -> LessonOutline:
    """Return a lesson's outline without steps whose ids are taken; add its ids to these."""
    steps: list[StepHeader] = []
    for file in lesson.steps:
        header = file.header
        if header is None and not file.is_read and file.id:
            header = StepHeader(id=file.id, title="", lesson=lesson.id)
        if header is not None and header.id not in taken:
            taken.add(header.id)
            steps.append(header)
    values = lesson.values or {}
    return LessonOutline(
        id=lesson.id,
        title=values.get("title", lesson.id),
        terms=values.get("terms", ()),
        needs=values.get("needs", ()),
        offer=values.get("offer", ""),
        outcomes=values.get("outcomes", ()),
        steps=tuple(steps),
    )


def _read_head(file: Path, step_id: str) -> _Head | None:
    """Return the head of that step's file; None if anything about it is unusual."""
    try:
        data = read_bytes(file, MAX_COURSE_FILE_BYTES + 1)
        text = data.decode("utf-8")
        written = top_values(text.replace("\r\n", "\n") if "\r" in text else text)
        if written is None or len(data) > MAX_COURSE_FILE_BYTES:
            return None
        names = _Head.__struct_fields__
        values = {name: value_of(written[name]) for name in names if name in written}
        head = msgspec.convert(values, _Head)
    except _UNUSUAL:
        return None
    return head if _is_sound(head, written, step_id) else None


def _is_sound(head: _Head, written: dict[str, str], step_id: str) -> bool:
    needed, known = keys_of(head.kind)
    return bool(
        head.id == step_id
        and ID.fullmatch(head.id)
        and (not head.was or ID.fullmatch(head.was))
        and head.title.strip()
        and needed <= written.keys() <= known
    )
