"""Markdown as lines to be heard: one sentence a line, tables row by row, code line by line.

Nothing is wrapped: the screen reader or braille display decides how much of a line to present.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from tutor.first_screen.markdown_reader import (
    Block,
    Code,
    Heading,
    Items,
    Paragraph,
    Quote,
    TextTable,
    read_blocks,
    read_inline,
)
from tutor.grading.wording import counted
from tutor.plain.code_lines import GAPS, code_and_count
from tutor.session.words.spoken_text import Spoken, speak, with_spoken

SHORTEST = 12
"""Minimum characters of a line; a shorter sentence is joined to the next, since screen readers may
skip very short lines.
"""

MAX_WORDS = 3
"""Maximum words in a formula; a text with more is a quotation."""

_FIRST_PLACE = 0xE000
"""First of the private-use characters that replace code while prose is transformed."""
_PLACE = re.compile("[\ue000-\uf8ff]")
_SENTENCE_END = re.compile(r"(?<=[.!?])(?P<closing>[\"')\]]*)\s+(?=[\"'(\[A-Z0-9\ue000-\uf8ff])")


def lines_of(markdown: str, spoken: Spoken) -> list[str]:
    """Return the text as lines; `spoken` holds the words of its formulas."""
    formulas = frozenset(map(_letters, spoken.values()))
    blocks = read_blocks(with_spoken(markdown, spoken))
    return [line for block in blocks for line in _lines(block, formulas)]


def tables_in(markdown: str, spoken: Spoken) -> list[TextTable]:
    """Return the tables of the text, with words for signs in their cells."""
    blocks = read_blocks(with_spoken(markdown, spoken))
    return [_spoken_table(block) for block in blocks if isinstance(block, TextTable)]


def sentences(markdown: str) -> list[str]:
    """Return the sentences of one paragraph, without Markdown, and with words for signs."""
    code: list[str] = []
    parts = []
    for run in read_inline(markdown):
        if "code" in run.style:
            parts.append(chr(_FIRST_PLACE + len(code)))
            code.append(run.text)
        else:
            parts.append(run.text)
    said = _with_gaps(speak("".join(parts)), code)
    found = [each.strip() for each in _SENTENCE_END.sub(r"\g<closing>\n", said).split("\n")]
    return [_PLACE.sub(partial(_code_at, code), line) for line in _joined(found) if line]


def spoken_line(markdown: str) -> str:
    """Return short Markdown, such as a cell or a title, as one line to be heard."""
    return " ".join(sentences(markdown))


def table_lines(table: TextTable) -> Iterator[str]:
    """Yield the size of a table, then its rows, each cell with the name of its column.

    A table with numbers in its head is read as rows from left to right, and is introduced so.
    """
    size = f"{counted(len(table.rows), 'row')}, {counted(len(table.head), 'column')}"
    yield f"Table: {size}."
    if sum(map(_is_number, table.head)) * 2 > len(table.head) - 1:
        for name, *cells in (table.head, *table.rows):
            yield _with_stop(f"{name}: {'; '.join(cells)}")
        return
    for row in table.rows:
        cells = [
            f"{name}: {cell}" if name else cell
            for name, cell in zip(table.head, row, strict=True)
            if cell
        ]
        yield _with_stop("; ".join(cells))


def _is_number(cell: str) -> bool:
    return re.fullmatch(r"(?:minus )?[\d.,]+", cell) is not None


def _with_stop(line: str) -> str:
    return line if line.endswith((".", "?", "!")) else f"{line}."


def _lines(block: Block, formulas: frozenset[str]) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from sentences(text)
        case Heading(text):
            yield f"Heading: {spoken_line(text)}"
        case Code(_, lines):
            yield from code_and_count("\n".join(lines))
        case Quote(blocks):
            yield from _quoted(blocks, formulas)
        case Items(first, items):
            for number, item in enumerate(items, first or 1):
                start = f"{number}. " if first is not None else f"Point {number}: "
                inner = [line for each in item for line in _lines(each, formulas)]
                yield from _begun(start, inner)
        case TextTable():
            yield from table_lines(_spoken_table(block))


def _quoted(blocks: Sequence[Block], formulas: frozenset[str]) -> Iterator[str]:
    """Yield the quotation; each line of a formula becomes a line of its own."""
    for block in blocks:
        parts = block.text.split("\n") if isinstance(block, Paragraph) else [""]
        if any(_letters(part) in formulas or _looks_like_formula(part) for part in parts):
            yield from (f"Formula: {spoken_line(part)}" for part in parts)
        else:
            yield from _begun("Quote: ", list(_lines(block, formulas)))


def _looks_like_formula(text: str) -> bool:
    words = re.findall(r"[A-Za-z]{2,}", text)
    return re.search("[=←]", text) is not None and len(words) <= MAX_WORDS


def _begun(start: str, lines: list[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield line if place else f"{start}{line}"


def _spoken_table(table: TextTable) -> TextTable:
    head = tuple(map(spoken_line, table.head))
    rows = tuple(tuple(map(spoken_line, row)) for row in table.rows)
    return TextTable(head, rows, table.alignments)


def _joined(found: Sequence[str]) -> Iterator[str]:
    """Yield the sentences; join short ones to the next, or the last one to the one before."""
    kept = ""
    last = ""
    for sentence in found:
        kept = f"{kept} {sentence}".strip()
        if len(kept) >= SHORTEST:
            if last:
                yield last
            last, kept = kept, ""
    yield f"{last} {kept}".strip()


def _with_gaps(said: str, code: list[str]) -> str:
    """Replace the dots and bars of a gap, which are not heard, by the word "gap"."""
    for place, text in enumerate(code):
        if text in GAPS:
            letter = chr(_FIRST_PLACE + place)
            said = re.sub(rf"\b(both|all|\d+|two|three) {letter}", r"\1 gaps", said)
            said = re.sub(rf"\bblanks {letter}", "gaps", said)
            said = re.sub(rf"blank, {letter}|{letter}", "gap", said)
    return said


def _code_at(code: Sequence[str], found: re.Match[str]) -> str:
    return code[ord(found[0]) - _FIRST_PLACE]


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)
