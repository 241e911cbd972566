"""The code of a notebook, of a program in cells, or of a page of Markdown, cell by cell.

It may come from anybody: invalid parts are refused or left out, with the reason. Outputs are never
read. `matched_cells` decides which step a cell answers.
"""

from __future__ import annotations

import json
import re
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from tutor.grading.length import MAX_CODE
from tutor.progress.lesson_script import AT_TOP, NOT_ANSWERED
from tutor.progress.python_lines import foreign_language, seen_alone, without_commands
from tutor.progress.script_formats import BORDER, END, MARK, OWN

MAX_FILE = 5 * 1024 * 1024
"""Maximum bytes of a file that is read."""
_MAX_CELLS = 2000

_MARK_LINE = re.compile(rf"{MARK}(?P<step>[\w.-]+)(?P<kind>{OWN}|{END})?\s*")
_HEADING = re.compile(r"(?P<level>#{1,6})\s+(?P<title>\S.*)")
_HEADING_IN_PROGRAM = re.compile(r"# (?P<level>#{1,6}) (?P<title>\S.*)")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})\s*\{?\.?(?P<language>\w*).*")
_PYTHON = ("python", "python3", "py", "ipython", "ipython3")
_TAG = re.compile(r"(answer|nntutor|step):(?P<name>.+)")


class CannotRead(Exception):
    """Raised if nothing of the file can be used; the message says why."""


class NotebookCell(Struct, frozen=True, kw_only=True):
    """The code of a cell, and all clues to the step that it answers."""

    name: str
    """Its place, such as `cell 4` or `line 12`."""
    number: int
    """Its index among the cells with code."""
    line: int = 0
    """Line of the file on which its code begins; 0 in a notebook."""
    code: str
    mark: str = ""
    """Id of a step, if an export has marked the cell."""
    is_own: bool = False
    """True if the code is the answer alone, without the givens above it."""
    goes_on: bool = False
    """True if it belongs to a mark but lacks its line: a part that was split off."""
    ids: tuple[str, ...] = ()
    """Names that other tools have given it."""
    headings: tuple[str, ...] = ()
    """Headings above it, the innermost last."""
    group: int = 0
    """Number of that heading, from 1; 0 above the first one."""
    commands: tuple[str, ...] = ()
    """Commands of notebooks that are comments now."""
    why_not: str = ""
    """Why it is left out regardless of its content; "" if it is not."""


class NotebookFile(Struct, frozen=True):
    """All cells with code of a file, in their order."""

    cells: tuple[NotebookCell, ...]
    texts: int = 0
    """Number of cells, or pieces of text, without code."""


def read_cells(suffix: str, content: bytes) -> NotebookFile:
    """Read a file whose name ends in `suffix`. Raises CannotRead."""
    if suffix not in _READERS:
        ends = ", ".join(_READERS)
        raise CannotRead(f"nntutor cannot read this kind of file. Its name should end in {ends}.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise CannotRead(f"It is not UTF-8: see line {line}.") from None
    reader = _CellReader()
    _READERS[suffix](text, reader)
    return NotebookFile(tuple(reader.cells), reader.texts)


class _CellReader:
    """The cells so far, and the heading of the next one."""

    def __init__(self) -> None:
        self.cells: list[NotebookCell] = []
        self.texts = 0
        self._headings: dict[int, str] = {}
        """Headings above, by their levels."""
        self._group = 0

    def add_text(self, text: str) -> None:
        self.texts += bool(text.strip())
        is_code = False
        for line in text.split("\n"):
            is_code ^= bool(_FENCE.fullmatch(line))
            if not is_code and (found := _HEADING.fullmatch(line.strip())):
                self.add_heading(found["title"], len(found["level"]))

    def add_heading(self, title: str, level: int) -> None:
        """Put the following cells under that heading, and under those of lower levels."""
        above = {key: text for key, text in self._headings.items() if key < level}
        self._headings, self._group = above | {level: title}, self._group + 1

    def add_code(
        self,
        place: str | int,
        code: str,
        mark: str = "",
        ids: tuple[str, ...] = (),
        why_not: str = "",
    ) -> None:
        """Add a cell, unless it is empty.

        `place` is its name, or the line of the file on which it begins; `mark` comes from its
        metadata.
        """
        if len(self.cells) == _MAX_CELLS:
            raise CannotRead(f"It has more than {_MAX_CELLS:,} cells.")
        text = seen_alone(code)
        line = 0
        if isinstance(place, int):
            line = place + len(text) - len(text.lstrip("\n"))
        text = text.strip("\n")
        if not text.strip() and not why_not:
            return
        own = _below_marks(text)
        commands: tuple[str, ...] = ()
        if len(text.encode()) > MAX_CODE:
            why_not = f"longer than {MAX_CODE // 1024} KB, the most that nntutor runs"
        elif language := foreign_language(text):
            why_not = f"not Python but {language}"
        if not why_not:
            text = own.code
            text, commands = (text, ()) if own.is_open else without_commands(text)
        self.cells.append(
            NotebookCell(
                name=f"line {line}" if line else str(place),
                number=len(self.cells),
                line=line,
                code=text,
                mark=own.step or mark,
                is_own=own.is_own,
                goes_on=bool(mark) and not own.step,
                ids=ids,
                headings=tuple(self._headings.values()),
                group=self._group,
                commands=commands,
                why_not=why_not,
            )
        )


class _Marked(Struct, frozen=True):
    """The code and the mark in the text of a cell."""

    code: str
    step: str = ""
    is_own: bool = False
    is_open: bool = False
    """True if it was no answer yet, so that it was written as comments."""


def _below_marks(text: str) -> _Marked:
    """Return the code below the mark of the cell's answer, or below the cell's own mark."""
    lines = text.split("\n")
    first = _MARK_LINE.fullmatch(lines[0])
    if first is None:
        return _Marked(text)
    own = f"{MARK}{first['step']}{OWN}"
    start = next((at for at, line in enumerate(lines) if line.rstrip() == own), None)
    step = first["step"]
    is_open = f"# {NOT_ANSWERED}" in lines[:start]
    if start is None or (is_open and not _are_comments(lines[:start])):
        rest = [line for line in lines if not _MARK_LINE.fullmatch(line)]
        return _Marked("\n".join(rest).strip("\n"), step)
    below = "\n".join(lines[start + 1 :]).strip("\n")
    below = below.replace(f"\n{AT_TOP}", "\n").removeprefix(AT_TOP)
    if is_open and _are_comments(below.split("\n")):
        typed = [line.removeprefix("#").removeprefix(" ") for line in below.split("\n")]
        return _Marked("\n".join(typed), step, is_own=True, is_open=True)
    return _Marked(below, step, is_own=True)


def _are_comments(lines: list[str]) -> bool:
    return all(line.startswith("#") for line in lines if line.strip())


def _read_notebook(text: str, reader: _CellReader) -> None:
    cells = _cells_of(text)
    for number, cell in enumerate(cells, 1):
        name = f"cell {number}"
        kind = cell.get("cell_type") if isinstance(cell, dict) else None
        source = _source_of(cell["source"]) if kind and "source" in cell else None
        if source is None:
            reader.add_code(name, "", why_not="damaged: it has no source")
        elif kind == "code":
            metadata = cell.get("metadata")
            found = metadata if isinstance(metadata, dict) else {}
            mark = found.get("nntutor")
            reader.add_code(
                name, source, mark if isinstance(mark, str) else "", tuple(_ids_in(found))
            )
        elif kind == "markdown":
            reader.add_text(source)
        elif source.strip():
            reader.add_code(name, source, why_not="neither code nor text")


def _cells_of(text: str) -> list[Any]:
    """Return the cells of a notebook. Raises CannotRead."""
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise CannotRead("It is nested too deeply for a notebook.") from None
    except json.JSONDecodeError as problem:
        raise CannotRead(f"It is not a notebook: {_damage(text, problem)}.") from None
    except ValueError:
        raise CannotRead("It is not a notebook: it has a number that is too long.") from None
    form = notebook.get("nbformat") if isinstance(notebook, dict) else None
    if not isinstance(form, int):
        raise CannotRead("It is not a notebook: it has no format number.")
    if form != 4:
        advice = "Open it in Jupyter, save it, and import it again."
        raise CannotRead(f"It is a notebook of format {form}, and 4 is what is read. {advice}")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise CannotRead("It is a damaged notebook: it has no list of cells.")
    return cells


def _damage(text: str, problem: json.JSONDecodeError) -> str:
    """Return where a text ceases to be JSON, in words for people who did not write it."""
    if not text.strip():
        return "it is empty"
    if problem.pos >= len(text.rstrip()) or problem.msg.startswith("Unterminated"):
        return "its end is missing"
    return f"line {problem.lineno} of it is not what Jupyter writes"


def _source_of(source: object) -> str | None:
    """Return the source, which may be a text or a list of texts; None if it is neither."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return source if isinstance(source, str) else None


def _ids_in(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names that tools for courses have given a cell."""
    nbgrader = metadata.get("nbgrader")
    name = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    if isinstance(name, str):
        yield name
    tags = metadata.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, str) and (found := _TAG.fullmatch(tag)):
            yield found["name"]


def _read_program(text: str, reader: _CellReader) -> None:
    lines = seen_alone(text).split("\n")
    for first, last, title in _ranges(lines):
        cell = lines[first:last]
        if "[markdown]" in title or "[md]" in title:
            reader.add_text("\n".join(line.removeprefix("#").removeprefix(" ") for line in cell))
        elif "[raw]" in title:
            reader.add_code(first + 1, "\n".join(cell), why_not="neither code nor text")
        elif _MARK_LINE.fullmatch(next(filter(None, cell), "")):
            reader.add_code(first + 1, "\n".join(cell))
        else:
            _add_by_headings(cell, first, reader)


def _ranges(lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Yield first and last line of each cell, and the rest of the line that begins it.

    Code that an export has marked continues to its end mark, whatever its content.
    """
    start, title, at = 0, "", 0
    ends: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        if (found := _MARK_LINE.fullmatch(line)) and found["kind"] == END:
            ends.setdefault(found["step"], []).append(row)
    while at < len(lines):
        found = _MARK_LINE.fullmatch(lines[at])
        if found and found["kind"] == OWN:
            rows = ends.get(found["step"], [])
            if (index := bisect(rows, at)) < len(rows):
                yield start, rows[index], title
                start, title, at = rows[index] + 1, "", rows[index] + 1
                continue
        if border := BORDER.fullmatch(lines[at]):
            yield start, at, title
            start, title = at + 1, border["title"] or ""
        at += 1
    yield start, len(lines), title


def _add_by_headings(cell: list[str], first: int, reader: _CellReader) -> None:
    """Add the code between the headings in a cell, as Jupyter exports them."""
    start = 0
    for at, line in enumerate(cell):
        alone = not any(each.strip() for each in (*cell[at - 1 : at], *cell[at + 1 : at + 2]))
        if alone and (found := _HEADING_IN_PROGRAM.fullmatch(line)):
            reader.add_code(first + start + 1, "\n".join(cell[start:at]))
            reader.add_heading(found["title"], len(found["level"]))
            start = at + 1
    reader.add_code(first + start + 1, "\n".join(cell[start:]))


def _read_page(text: str, reader: _CellReader) -> None:
    lines = seen_alone(text).split("\n")
    at = start = 0
    while at < len(lines):
        opening = _FENCE.fullmatch(lines[at])
        if opening is None:
            at += 1
            continue
        reader.add_text("\n".join(lines[start:at]))
        end = _end_of_fence(lines, at, opening["fence"])
        code = "\n".join(lines[at + 1 : end])
        is_python = opening["language"].lower() in _PYTHON
        why_not = "" if is_python else "a fence without the word python"
        reader.add_code(at + 2, code, why_not=why_not)
        at = start = end + 1
    reader.add_text("\n".join(lines[start:]))


def _end_of_fence(lines: list[str], at: int, fence: str) -> int:
    """Return the index of the line that ends the fence begun at `at`; the end if none does."""
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}\s*")
    rows = range(at + 1, len(lines))
    return next((row for row in rows if closing.fullmatch(lines[row])), len(lines))


_READERS: Mapping[str, Callable[[str, _CellReader], None]] = {
    ".ipynb": _read_notebook,
    ".py": _read_program,
    ".md": _read_page,
}
