"""Find errors in a program before it runs: syntax errors, and unknown names.

Names of libraries count if they are close to an existing one.

It is for markers in code that is being written. A marker has the message of a run; a false one is
worse than none, and a line that must be unfinished has none. Nothing is run here.
"""

from __future__ import annotations

import ast
import builtins
import codeop
import re
import warnings
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from tutor.close_names import close_to_name
from tutor.completion.library import NO_LIBRARY, Library
from tutor.course.model import Step
from tutor.grading.errors import explain_or_quote
from tutor.grading.kinds import grading_of
from tutor.grading.library_uses import LibraryUses, library_uses, misspelt
from tutor.grading.read_names import NameRead, ProgramNames, read_names
from tutor.text import printable
from tutor.wire.commands import SHOWS
from tutor.wire.events import ErrorFacts

MAX_MARKERS = 50
MAX_CHARACTERS = 200_000
"""Maximum characters of a text with markers."""

_FILE = "exercise.py"
_BUILTINS = frozenset((*dir(builtins), *SHOWS))
"""Names that a program finds without an import, of Python or of the worker."""
_GOES_ON = re.compile(r"(?:else|elif|except|finally)\b")
"""Start of a line that continues the statement above."""
_MAY_BE_TARGET = re.compile(r"""[\w\s,.*\[\]"':-]*""")
"""A line to which `= …` may still be added: then its names need not exist before."""
_WORD = re.compile(r"\w+|\S")

Place: TypeAlias = tuple[int, int]
"""A row and a column, from 0."""


class CodeMarker(NamedTuple):
    """A part of a line with an error; the row counts from 0."""

    row: int
    start: int
    end: int
    error: ErrorFacts
    """Facts of the error at which a run would stop, except for close names."""


class Found(NamedTuple):
    """Result of a search."""

    markers: tuple[CodeMarker, ...] = ()
    holds_back: bool = False
    """True if an error is not marked because its line must be unfinished."""
    is_unread: bool = False
    """True if that line kept the program from being parsed: its other lines were not checked."""


Search: TypeAlias = Generator[None, None, Found]


@dataclass(frozen=True)
class _Piece:
    """One or more statements of a program, from a row on."""

    row: int
    text: str
    names: ProgramNames
    uses: LibraryUses


def givens_of(step: Step) -> str:
    """Return all code that runs before the learner's program in a run of the step."""
    command = grading_of(step).command
    program = command(step, "").program if command is not None else None
    return f"{program.prelude}\n{program.given}" if program is not None else ""


class MarkerSearch:
    """Searches programs that run after the same givens.

    A program is read statement by statement; unchanged ones are not read again.
    """

    def __init__(self, givens: str, library: Library = NO_LIBRARY) -> None:
        """Search programs that run after `givens`."""
        self.library = library
        """Names of the libraries that are known so far."""
        nothing = ProgramNames(may_bind_more=True), LibraryUses()
        self._given, self._given_uses = _names_of(givens) or nothing
        self._given_uses.used.clear()  # errors there are not the learner's
        self._pieces: Sequence[_Piece] = ()

    def search(self, source: str, writing: Place | None = None) -> Search:
        """Search a program; `writing` is the cursor in a line that was just changed.

        It is a generator, so that the caller can do other things meanwhile.
        """
        if len(source) > MAX_CHARACTERS:
            return Found()
        lines = source.split("\n")
        self._pieces = pieces = yield from self._read(lines)
        end = pieces[-1].row + pieces[-1].text.count("\n") + 1 if pieces else 0
        if end < len(lines):
            return _syntax_error(lines, end, writing)
        if self._given.may_bind_more or any(each.names.may_bind_more for each in pieces):
            return Found()
        wrong = sorted((*self._unknown(lines), *self._misspelt(lines)), key=lambda each: each[:3])
        held = self._held_back(wrong, lines, writing) if writing is not None else []
        shown = [each for each in wrong if each not in held]
        return Found(tuple(shown[:MAX_MARKERS]), holds_back=bool(held))

    def _unknown(self, lines: Sequence[str]) -> Iterator[CodeMarker]:
        """Yield the names that nothing binds, or that are deleted and not bound again."""
        names = [piece.names for piece in self._pieces]
        known = _BUILTINS.union(self._given.at_top, *(each.bound for each in names))
        by_functions = [each.bound.difference(each.at_top, each.gone) for each in names]
        gone: set[str] = set()
        for index, piece in enumerate(self._pieces):
            for each in piece.names.read:
                if each.name not in known or each.name in gone:
                    yield _unknown_name(each._replace(row=piece.row + each.row), lines)
            if piece.names.gone:
                later = (other.bound for other in names[index + 1 :])
                gone |= piece.names.gone.difference(_BUILTINS, *by_functions, *later)

    def _misspelt(self, lines: Sequence[str]) -> Iterator[CodeMarker]:
        """Yield the missing names of libraries to which others are close."""
        if not self.library:
            return
        parts = [(0, self._given_uses), *((piece.row, piece.uses) for piece in self._pieces)]
        for row, start, end, error in misspelt(parts, self.library):
            facts = replace(error, line=row + 1, source_line=lines[row].rstrip())
            yield CodeMarker(row, start, end, facts)

    def explain(self, marker: CodeMarker) -> str:
        """Return the message for a marker of the last search, as after a run."""
        error = marker.error
        if error.type_name == "NameError":
            above = (piece.names.at_top for piece in self._pieces if piece.row <= marker.row)
            own = [*self._given.at_top, *(name for names in above for name in names)]
            error = replace(error, nearest=close_to_name(error.message.split("'")[1], own))
        return printable(explain_or_quote(error).message)

    def _read(self, lines: Sequence[str]) -> Generator[None, None, list[_Piece]]:
        """Read the statements one after another, up to the first that is invalid.

        The beginning of a line may be inside brackets or a string. So an invalid statement is tried
        together with those below it, twice as many each time.
        """
        before = {piece.text: (piece.names, piece.uses) for piece in self._pieces}
        starts = [*_statement_rows(lines), len(lines)]
        pieces: list[_Piece] = []
        first, count = 0, 1
        while first + 1 < len(starts):
            end = min(first + count, len(starts) - 1)
            text = "\n".join(lines[starts[first] : starts[end]])
            names = before.get(text) or _names_of(text)
            if names is not None:
                pieces.append(_Piece(starts[first], text, *names))
                first, count = end, 1
            elif end == len(starts) - 1:
                break
            else:
                count *= 2
            yield
        return pieces

    def _held_back(
        self, wrong: Iterable[CodeMarker], lines: Sequence[str], writing: Place
    ) -> list[CodeMarker]:
        """Return the names that may be missing, as their line is still being written."""
        row, column = writing
        here = [each for each in wrong if each.row == row]
        if not here:
            return []
        start = max(piece.row for piece in self._pieces if piece.row <= row)
        line = lines[row]
        statement = "\n".join((*lines[start:row], line[:column]))
        may_go_on = bool(line[column:].strip()) or _MAY_BE_TARGET.fullmatch(line) is not None
        if may_go_on or _completeness(statement) != "complete":
            return here
        return [each for each in here if each.start <= column <= each.end]


def _statement_rows(lines: Sequence[str]) -> list[int]:
    """Return the rows at which a top-level statement may begin, including the first."""
    rows = [0]
    is_decorated = False
    for row, line in enumerate(lines):
        begins = line[:1].isidentifier() or line.startswith("@")
        if row and begins and not is_decorated and not _GOES_ON.match(line):
            rows.append(row)
        if line.strip():
            is_decorated = line.startswith("@") or (is_decorated and not begins)
    return rows


def _names_of(text: str) -> tuple[ProgramNames, LibraryUses] | None:
    """Return the names of a program; None if it is not Python."""
    try:
        tree = _compile(text)
    except SyntaxError:
        return None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return ProgramNames(may_bind_more=True), LibraryUses()
    lines = text.split("\n")
    return read_names(tree, lines), library_uses(tree, lines)


def _compile(text: str) -> ast.Module:
    """Return the tree of a program, after all checks of Python before a run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, _FILE, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        assert isinstance(tree, ast.Module)
        compile(tree, _FILE, "exec", dont_inherit=True)
    return tree


def _completeness(text: str) -> str:
    """Classify a text as `complete`, the start of a program (`open`), or `wrong`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            code = codeop.compile_command(text, _FILE, "exec")
    except SyntaxError:
        return "wrong"
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return "open"
    return "open" if code is None else "complete"


def _syntax_error(lines: Sequence[str], first: int, writing: Place | None) -> Found:
    """Return the marker of the invalid statement from that row on.

    The text above is left out, as it costs time and is right; its lines count.
    """
    try:
        _compile("\n" * first + "\n".join(lines[first:]))
    except SyntaxError as error:
        if writing is not None and _must_be_unfinished(lines, first, writing[0]):
            return Found(holds_back=True, is_unread=True)
        return Found(tuple(_marker_of(error, lines)))
    except (ValueError, RecursionError, MemoryError, OverflowError):
        pass
    return Found()


def _must_be_unfinished(lines: Sequence[str], first: int, row: int) -> bool:
    """Return True if a program is invalid because of the row being written.

    It is if the code above that row is right so far, and continues in that row, or is right with
    another row in its place. The wrong statement begins at the row `first`.
    """
    if row < first:
        return False
    above = _completeness("\n".join(lines[first:row]))
    if above != "complete":
        return above == "open"
    line = lines[row]
    indent = line[: len(line) - len(line.lstrip())]
    others = (f"{indent}pass", f"{indent}if 1:")
    texts = ("\n".join((*lines[first:row], other, *lines[row + 1 :])) for other in others)
    return any(_names_of(text) is not None for text in texts)


def _marker_of(error: SyntaxError, lines: Sequence[str]) -> Iterator[CodeMarker]:
    if error.lineno is None:
        return
    row = min(max(error.lineno - 1, 0), len(lines) - 1)
    code = lines[row].rstrip()
    start = (error.offset or 1) - 1
    end = (error.end_offset or 0) - 1 if error.end_lineno == error.lineno else 0
    if start >= len(code) or isinstance(error, IndentationError):
        start, end = len(code) - len(code.lstrip()), len(code)
    elif end <= start:
        word = _WORD.match(code, start)
        end = word.end() if word else start + 1
    facts = ErrorFacts(
        type(error).__name__,
        error.msg,
        line=error.lineno,
        column=error.offset,
        source_line=code if error.lineno <= len(lines) else "",
    )
    yield CodeMarker(row, start, min(end, len(code)), facts)


def _unknown_name(read: NameRead, lines: Sequence[str]) -> CodeMarker:
    facts = ErrorFacts(
        "NameError",
        f"name '{read.name}' is not defined",
        line=read.row + 1,
        source_line=lines[read.row].rstrip(),
    )
    return CodeMarker(read.row, read.start, read.end, facts)
