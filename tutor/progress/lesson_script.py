"""The learner's answers to a lesson as one plain program, for `nntutor export`.

It needs no nntutor. Each step is a part of it, which begins as its run in the tutor does: with the
seed, the answers that it uses, and its givens. What is defined above and still the same is not
written again. Nothing is run.
"""

from __future__ import annotations

import ast
import builtins
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from msgspec import Struct

from tutor.course.code import bindings, parse_program
from tutor.course.data_files import read_notice
from tutor.course.kinds import kind_of
from tutor.course.model import CheckedStep, Course, Lesson
from tutor.course.used_answers import with_own
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import Drafts
from tutor.progress.entries import AnswerJudged, digest_of, is_digest_of
from tutor.progress.fold import read_entries

_SEEDS = {
    "torch": "torch.manual_seed({})",
    "np": "np.random.seed({})",
    "random": "random.seed({})",
}
"""What a program writes to set the seed, by the name that its imports bind."""

_DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class LessonScript(Struct, frozen=True):
    """A program made of a learner's answers."""

    text: str
    files: tuple[tuple[str, bytes], ...] = ()
    """Name and content of each data file that it opens, and of the notice that goes with them."""
    missing: tuple[str, ...] = ()
    """Titles of the steps to which no answer was accepted yet."""


def accepted_programs(course: Course, data: Path) -> dict[str, str]:
    """Return the learner's accepted program of each step that has one, by its id.

    Where none was kept, it is the draft, if that is what was accepted last.
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


def lesson_script(lesson: Lesson, programs: Mapping[str, str]) -> LessonScript:
    """Return the program of all accepted answers to the lesson, in the order of its steps."""
    steps = [each for each in lesson.steps if kind_of(each).has_solution]
    answered = [each for each in steps if each.id in programs]
    own = [with_own(each, lambda used: programs.get(used.step, "")) for each in answered]
    checked = cast("list[CheckedStep]", own)
    files = {name: content for step in checked for name, content in step.data}
    missing = tuple(each.title for each in steps if each.id not in programs)
    writer = _Writer(checked[0].prelude if checked else "")
    for step in checked:
        writer.add_step(step, programs[step.id])
    notice = read_notice(lesson.file.parent.parent) if files else ()
    head = [f"# {_in_line(lesson.title)}"]
    head += [f"# Needs in its folder: {name}" for name in sorted(files)]
    text = "\n".join((*head, *writer.future, "", *writer.lines)).rstrip("\n") + "\n"
    return LessonScript(text, (*files.items(), *notice), missing)


class _Writer:
    """The program so far, and what its names are bound to."""

    def __init__(self, prelude: str) -> None:
        self.lines: list[str] = []
        self.future: dict[str, None] = {}
        """Imports from `__future__`, which stand above everything else."""
        self._sources: dict[str, str] = {}
        """For each name, the statement that bound it last."""
        self._below: dict[str, set[str]] = {}
        """For each step with a part, the names that stand in the program below that part."""
        self._prelude = prelude
        self._write(prelude)

    def add_step(self, step: CheckedStep, program: str) -> None:
        """Write a part of the program for one step."""
        heading = f"{step.section} {_in_line(step.title)}".strip()
        self.lines += ["", "", f"# {'-' * 8} {heading}", ""]
        self._restore(step.before + "\n" + step.given + "\n" + program)
        for used in step.used:
            if not self._still_holds(used.step, used.code):
                self.lines.append(f"# From “{_in_line(used.title)}”")
                self._write(used.code)
                self.lines.append("")
        start = len(self.lines)
        known = [words for name, words in _SEEDS.items() if name in self._sources]
        self.lines += [words.format(step.seed) for words in known]
        self._write(step.given)
        if len(self.lines) > start:
            self.lines.append("")
        self._write(program)
        self._below[step.id] = set()

    def _still_holds(self, step_id: str, code: str) -> bool:
        """Return True if the answer stands above and nothing of it may be other than then."""
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

    def _write(self, code: str) -> None:
        """Write code without the definitions and imports that are there already."""
        skipped: list[ast.stmt] = []
        for node in _statements(code):
            names = [name for name, _ in bindings(node)]
            text = ast.unparse(node)
            if isinstance(node, ast.ImportFrom) and node.module == "__future__":
                self.future[text] = None
                skipped.append(node)
                continue
            known = [self._sources.get(name) == text for name in names]
            if isinstance(node, _DEFINITIONS) and known and all(known):
                skipped.append(node)
                continue
            for below in self._below.values():
                below |= _names_in(node) | set(names)
            self._sources.update(dict.fromkeys(names, text))
        self.lines += _without(code, skipped)

    def _restore(self, code: str) -> None:
        """Write again what an earlier part has bound anew: imports, and names of Python's own."""
        read = set[str]().union(*map(_names_in, _statements(code)))
        for node in _statements(self._prelude):
            names = [name for name, _ in bindings(node)]
            text = ast.unparse(node)
            if any(name in read and self._sources.get(name) != text for name in names):
                self.lines.append(text)
                self._sources.update(dict.fromkeys(names, text))
        for name in sorted(read & set(self._sources) & set(dir(builtins))):
            text = f"from builtins import {name}"
            if self._sources[name] != text:
                self.lines.append(text)
                self._sources[name] = text


def _statements(code: str) -> list[ast.stmt]:
    """Return the statements of a program; none if it is not Python, as an edited file may be."""
    try:
        return parse_program(code).body
    except ValueError:
        return []


def _names_in(node: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _without(code: str, nodes: Sequence[ast.stmt]) -> list[str]:
    """Return the lines of the code without those of some statements, and blank ones at its ends."""
    lines = code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
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


def save_script(script: LessonScript, file: Path) -> tuple[Path, ...]:
    """Write the program and the data files that it needs beside it; return the files made.

    Raises FileExistsError before anything is written if the file, or a data file with another
    content, is there, and OSError if one cannot be written.
    """
    contents = {file: script.text.encode("utf-8", "replace")}
    contents |= {file.with_name(name): content for name, content in script.files}
    made = [path for path in contents if not _holds(path, contents[path], file)]
    for path in made:
        with path.open("xb") as opened:
            opened.write(contents[path])
    return tuple(made)


def _holds(path: Path, content: bytes, script: Path) -> bool:
    """Return True if a data file is there already; raise FileExistsError if something else is."""
    if not os.path.lexists(path):
        return False
    if path == script or path.read_bytes() != content:
        raise FileExistsError(f"{path} is there already. Choose another name or folder.")
    return True


def _in_line(text: str) -> str:
    return " ".join(text.split())
