"""The learner's answers to a lesson as one plain program, part by part, for `nntutor export`.

It needs no nntutor. Each step is a part of it, which begins as its run in the tutor does: with the
seed, the answers that it uses, and its givens. Of these, definitions that are made above and still
hold are not repeated, so the parts run in their order only. The answer itself is written whole, so
that `nntutor import` finds it again. Nothing is run here.
"""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from tutor.course.code import bindings, names_mentioned, parse_program
from tutor.course.data_files import read_notice
from tutor.course.kinds import kind_of
from tutor.course.model import CheckedStep, Course, LabStep, Lesson
from tutor.course.slider_values import whole_program
from tutor.course.used_answers import with_own
from tutor.files import write_new_file
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import Drafts
from tutor.progress.entries import AnswerJudged, digest_of, is_digest_of
from tutor.progress.fold import read_entries
from tutor.wire.commands import SHOWS

_SEEDS = {
    "torch": "torch.manual_seed({})",
    "np": "np.random.seed({})",
    "random": "random.seed({})",
}
"""Code that sets the seed, by the name that its imports bind."""

NO_TEXTS: Mapping[str, str] = {}

NOT_ANSWERED = "Not answered yet. The given code, and the code in the editor:"

NOT_SHOWN = "{} = lambda *given, **named: None  # draws in nntutor alone"
"""Code in place of one of the `SHOWS`."""

_BUILTINS = frozenset(dir(builtins)) - {*SHOWS}
"""Names of Python itself: a process that runs programs has the `SHOWS` among them, too."""

AT_TOP = "# at the top: "
"""Prefix of an import from `__future__` in an answer: the import itself is at the top."""

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class ScriptPart(Struct, frozen=True):
    """The program's part for one step; the first part precedes all steps."""

    code: str
    """The answer, or the imports of the first part; only comments without an answer, and empty for
    a question."""
    above: str = ""
    """Code between the parts above and this answer: seed, used answers and givens."""
    step: str = ""
    """The id of the step."""
    heading: str = ""
    task: str = ""
    """The step's task in Markdown, with the answer to a question; empty if it is left out."""
    answered: bool = True


class LessonScript(Struct, frozen=True):
    """A program made of a learner's answers."""

    title: str
    parts: tuple[ScriptPart, ...]
    future: tuple[str, ...] = ()
    """Imports from `__future__`, which come before everything else."""
    files: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each data file that it opens, and of their notice."""
    needed: tuple[str, ...] = ()
    """Names of the data files alone."""
    missing: tuple[str, ...] = ()
    """Titles of the steps without an accepted answer."""


def accepted_programs(course: Course, data: Path) -> dict[str, str]:
    """Return the learner's accepted program of each step that has one, by its id.

    If none was stored, it is the draft, if that is what was accepted last.
    """
    answers, drafts = AcceptedAnswers(data), Drafts(data)
    judged = (entry for entry in read_entries(data)[0] if isinstance(entry, AnswerJudged))
    digests = {each.step: each.digest for each in judged if each.verdict.startswith("accept")}
    found: dict[str, str] = {}
    for step in course.steps():
        program = answers.load(step.lesson, step.id, step.was)
        if not program and step.id in digests:
            draft = drafts.load(step.lesson, step.id)
            text = draft.text if draft is not None and draft.text else ""
            program = text if is_digest_of(digests[step.id], digest_of(text)) else ""
        if program.strip():
            found[step.id] = program
    return found


def lesson_script(
    lesson: Lesson,
    programs: Mapping[str, str],
    tasks: Mapping[str, str] = NO_TEXTS,
    drafts: Mapping[str, str] = NO_TEXTS,
    questions: Mapping[str, str] = NO_TEXTS,
) -> LessonScript:
    """Return the program of all accepted answers to the lesson, in the order of its steps.

    `programs` are these by step, `tasks` the text of each. A step without an answer has a part only
    if `drafts` has its editor's text, which becomes comments; a question only if `questions` has
    its answer.
    """
    steps = [each for each in lesson.steps if kind_of(each).has_judged_program]
    shown = [each for each in steps if each.id in programs or each.id in drafts]
    own = [with_own(each, lambda used: programs.get(used.step, "")) for each in shown]
    checked = cast("list[CheckedStep | LabStep]", own)
    answered = [each for each in checked if each.id in programs]
    files = {name: content for step in answered for name, content in step.data}
    notice = read_notice(lesson.file.parent.parent) if files else ()
    writer = _Writer(answered[0].prelude if answered else "")
    by_id = {each.id: each for each in checked}
    for each in lesson.steps:
        step, task = by_id.get(each.id), tasks.get(each.id, "")
        if step is None:
            if text := questions.get(each.id):
                writer.parts.append(ScriptPart("", "", each.id, _in_line(each.title), text))
        elif step.id in programs:
            program = programs[step.id]
            writer.add_step(step, whole_program(step, program) if step.goals else program, task)
        else:
            writer.add_open_step(step, drafts[step.id], task)
    return LessonScript(
        _in_line(lesson.title),
        tuple(writer.parts),
        tuple(writer.future),
        (*files.items(), *notice),
        tuple(sorted(files)),
        tuple(each.title for each in steps if each.id not in programs),
    )


class _Writer:
    """The program so far, and the bindings of its names."""

    def __init__(self, prelude: str) -> None:
        self.parts: list[ScriptPart] = []
        self.future: dict[str, None] = {}
        self._lines: list[str] = []
        """Lines of the current part."""
        self._sources: dict[str, str] = {}
        """For each name, the statement that bound it last."""
        self._below: dict[str, set[str]] = {}
        """For each step with a part, the names that occur in the program below that part."""
        self._prelude = prelude
        self._write(prelude)
        self.parts.append(ScriptPart(self._taken()))

    def add_step(self, step: CheckedStep | LabStep, program: str, task: str) -> None:
        """Write a part of the program for a step that was answered."""
        self._restore(step.before + "\n" + step.given + "\n" + program)
        for used in step.used:
            if not self._still_holds(used.step, used.code):
                self._lines.append(f"# From “{_in_line(used.title)}”")
                self._write(used.code)
                self._lines.append("")
        known = [words for name, words in _SEEDS.items() if name in self._sources]
        self._lines += [words.format(step.seed) for words in known]
        self._write(step.given)
        above = self._taken()
        self._write(program, whole=True)
        self._below[step.id] = set()
        self.parts.append(ScriptPart(self._taken(), above, step.id, _in_line(step.title), task))

    def add_open_step(self, step: CheckedStep | LabStep, draft: str, task: str) -> None:
        """Write a part of comments for a step that was not answered."""
        above = _commented("\n".join((NOT_ANSWERED, step.given.strip("\n"))).strip("\n"))
        code = _commented(draft.strip("\n"))
        title = _in_line(step.title)
        self.parts.append(ScriptPart(code, above, step.id, title, task, answered=False))

    def _taken(self) -> str:
        text = "\n".join(self._lines).strip("\n")
        self._lines = []
        return text

    def _still_holds(self, step_id: str, code: str) -> bool:
        """Return True if the answer is above and none of its names may have changed since."""
        body = _statements(code)
        same = all(
            self._sources.get(name) == ast.unparse(node)
            for node in body
            for name, _ in bindings(node)
        )
        below = self._below.get(step_id)
        values = [node for node in body if not isinstance(node, _DEFINITIONS)]
        names = {name for node in values for name, _ in bindings(node)}
        return same and below is not None and not below & names

    def _write(self, code: str, *, whole: bool = False) -> None:
        """Write code; if not `whole`, omit definitions and imports that still hold.

        Imports from `__future__` go to the top.
        """
        skipped: list[ast.stmt] = []
        for node in _statements(code):
            names = [name for name, _ in bindings(node)]
            text = ast.unparse(node)
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                self.future[text] = None
                skipped.append(node)
                continue
            known = [self._sources.get(name) == text for name in names]
            if not whole and isinstance(node, _DEFINITIONS) and known and all(known):
                skipped.append(node)
                continue
            for below in self._below.values():
                below |= names_mentioned(node) | set(names)
            self._sources.update(dict.fromkeys(names, text))
        self._lines += _at_top(code, skipped) if whole else _without(code, skipped)

    def _restore(self, code: str) -> None:
        """Bind the names that the code reads and no import binds, as they are in nntutor.

        An earlier part may have rebound names of the prelude, or builtins.
        """
        read = names_mentioned(*_statements(code))
        for node in _statements(self._prelude):
            names = [name for name, _ in bindings(node)]
            text = ast.unparse(node)
            if any(name in read and self._sources.get(name) != text for name in names):
                self._lines.append(text)
                self._sources.update(dict.fromkeys(names, text))
        for name in SHOWS:
            if name in read and name not in self._sources:
                self._write(NOT_SHOWN.format(name))
        for name in sorted(read & set(self._sources) & _BUILTINS):
            text = f"from builtins import {name}"
            if self._sources[name] != text:
                self._lines.append(text)
                self._sources[name] = text


def _statements(code: str) -> list[ast.stmt]:
    """Return the statements of a program; none if it is not Python, as an edited file may be."""
    try:
        return parse_program(code).body
    except ValueError:
        return []


def _commented(code: str) -> str:
    return "\n".join(f"# {line}" if line else "#" for line in _split(code))


def _at_top(code: str, nodes: Sequence[ast.stmt]) -> list[str]:
    """Return the lines of the statements moved to the top, as comments.

    Those that share a line with others are left out.
    """
    gone = {number for node in nodes for number in _lines_of(node)}
    others = [node for node in _statements(code) if ast.dump(node) not in map(ast.dump, nodes)]
    if any(gone & _lines_of(node) for node in others):
        return _without(code, nodes)
    lines = [
        f"{AT_TOP}{line}" if number in gone else line for number, line in enumerate(_split(code), 1)
    ]
    return "\n".join(lines).strip("\n").split("\n")


def _without(code: str, nodes: Sequence[ast.stmt]) -> list[str]:
    """Return the lines of the code without some statements and blank lines at the ends."""
    lines = _split(code)
    gone = {number for node in nodes for number in _lines_of(node)}
    rest = [node for node in _statements(code) if ast.dump(node) not in map(ast.dump, nodes)]
    if any(gone & _lines_of(node) for node in rest):  # two statements on a line
        lines, gone = "\n".join(map(ast.unparse, rest)).split("\n"), set()
    kept = [line for number, line in enumerate(lines, 1) if number not in gone]
    text = "\n".join(kept).strip("\n")
    return text.split("\n") if text.strip() else []


def _lines_of(node: ast.stmt) -> set[int]:
    decorators = getattr(node, "decorator_list", ())
    first = min([node.lineno, *(each.lineno for each in decorators)])
    return set(range(first, (node.end_lineno or first) + 1))


def save_files(file: Path, content: bytes, beside: Iterable[tuple[str, bytes]]) -> tuple[Path, ...]:
    """Write a file and the data files that it needs beside it; return the files made.

    Raises FileExistsError before anything is written if the file, or a data file with another
    content, exists, and OSError if one cannot be written; then none of them is left.
    """
    contents = {file: content} | {file.with_name(name): data for name, data in beside}
    missing = [path for path in contents if not _holds(path, contents[path], file)]
    made: list[Path] = []
    try:
        for path in missing:
            write_new_file(path, contents[path])
            made.append(path)
    except OSError:
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return tuple(made)


def _holds(path: Path, content: bytes, script: Path) -> bool:
    """Return True if the data file exists; raise FileExistsError if it has another content."""
    if not os.path.lexists(path):
        return False
    if path == script or path.read_bytes() != content:
        raise FileExistsError(f"{path} already exists. Choose another name or folder.")
    return True


def _split(code: str) -> list[str]:
    return code.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _in_line(text: str) -> str:
    return " ".join(text.split())
