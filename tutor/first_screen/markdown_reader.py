"""Reading Markdown: the blocks of a text, and the styled runs of a paragraph.

It supports the Markdown of lessons: paragraphs, headings, lists, quotations, tables, code, bold,
italics and links. Any other markup is kept as plain text, so that nothing is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from tutor.first_screen import late
from tutor.first_screen.lines import Style, TextRun
from tutor.text import COMMANDS, TAB, unify_line_ends

MAX_DEPTH = 8
"""Maximum nesting of lists and quotations; deeper ones are kept as plain text."""


class Paragraph(NamedTuple):
    """Text of one paragraph, with its marks."""

    text: str


class Heading(NamedTuple):
    """Text of a heading, with its marks."""

    text: str


class Code(NamedTuple):
    """A block of code."""

    language: str
    lines: tuple[str, ...]


class Quote(NamedTuple):
    """Blocks that are quoted."""

    blocks: tuple[Block, ...]


class Items(NamedTuple):
    """A list."""

    first: int | None
    """Number of the first item; None for a list without numbers."""
    items: tuple[tuple[Block, ...], ...]
    is_loose: bool
    """True if there is a blank line between the items."""


class TextTable(NamedTuple):
    """A table; all rows have as many cells as there are columns."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    alignments: tuple[str, ...]
    """For each column `<`, `^` or `>`, as in a format string."""


class ThematicBreak(NamedTuple):
    """A line across the text."""


Block: TypeAlias = Paragraph | Heading | Code | Quote | Items | TextTable | ThematicBreak

_FENCE = re.compile(r"( {0,3})(```+(?=[^`]*$)|~~~+) *(\S*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s+(.*?))??(?:\s+#+)?\s*")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *")
_QUOTED = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r" {0,3}(?:(?P<bullet>[-*+])|(?P<number>\d{1,9})(?P<end>[.)]))(?: +|$)")
_CELL_ALIGNMENT = re.compile(r" *(:?)-+(:?) *")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+) *")


def read_blocks(markdown: str) -> tuple[Block, ...]:
    """Return the blocks of the text, without control characters."""
    lines = unify_line_ends(markdown).replace("\t", TAB).split("\n")
    return tuple(_blocks([COMMANDS.sub("", line) for line in lines], 0))


def _blocks(lines: list[str], depth: int) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        block, at = _block(lines, at, depth)
        yield block


def _block(lines: list[str], at: int, depth: int) -> tuple[Block, int]:
    """Return the block that begins at the line, and the index after it."""
    line = lines[at]
    if fence := _FENCE.match(line):
        return _fenced(lines, at, fence)
    if line.startswith("    "):
        return _indented(lines, at)
    if heading := _HEADING.fullmatch(line):
        return Heading(heading[1] or ""), at + 1
    if _RULE.fullmatch(line):
        return ThematicBreak(), at + 1
    if depth < MAX_DEPTH and _QUOTED.match(line):
        return _quote(lines, at, depth)
    if depth < MAX_DEPTH and (item := _ITEM.match(line)):
        return _items(lines, at, item, depth)
    if (alignments := _alignments(lines, at)) is not None:
        return _table(lines, at, alignments)
    return _paragraph(lines, at)


def _fenced(lines: list[str], at: int, fence: re.Match[str]) -> tuple[Block, int]:
    closing = re.compile(rf" {{0,3}}{re.escape(fence[2][0])}{{{len(fence[2])},}} *")
    end = next((n for n in range(at + 1, len(lines)) if closing.fullmatch(lines[n])), len(lines))
    margin = re.compile(f" {{0,{len(fence[1])}}}")
    code = tuple(margin.sub("", line, count=1) for line in lines[at + 1 : end])
    return Code(fence[3].lower(), code), end + 1


def _indented(lines: list[str], at: int) -> tuple[Block, int]:
    end = at
    while end < len(lines) and (lines[end].startswith("    ") or not lines[end].strip()):
        end += 1
    code = [line[4:] for line in lines[at:end]]
    while not code[-1].strip():
        code.pop()
    return Code("", tuple(code)), end


def _quote(lines: list[str], at: int, depth: int) -> tuple[Block, int]:
    end = at
    while end < len(lines) and (_QUOTED.match(lines[end]) or _goes_on(lines, end)):
        end += 1
    inner = [_QUOTED.sub("", line, count=1) for line in lines[at:end]]
    return Quote(tuple(_blocks(inner, depth + 1))), end


def _items(lines: list[str], at: int, first: re.Match[str], depth: int) -> tuple[Block, int]:
    items: list[list[str]] = []
    is_loose, end = False, at
    while end < len(lines) and (item := _ITEM.match(lines[end])) and _same_list(first, item):
        is_loose |= bool(items) and not lines[end - 1].strip()
        inner, end = _item(lines, end, item)
        items.append(inner)
    blocks = tuple(tuple(_blocks(inner, depth + 1)) for inner in items)
    return Items(int(first["number"]) if first["number"] else None, blocks, is_loose), end


def _same_list(first: re.Match[str], item: re.Match[str]) -> bool:
    return (first["bullet"], first["end"]) == (item["bullet"], item["end"]) and not _RULE.fullmatch(
        item.string
    )


def _item(lines: list[str], at: int, item: re.Match[str]) -> tuple[list[str], int]:
    """Return the lines of an item without their margin, and the index after it."""
    marker = len(item[0].rstrip()) + 1
    margin = marker if len(item[0]) > marker + 4 else max(marker, len(item[0]))
    inner, end = [lines[at][margin:]], at + 1
    while end < len(lines):
        line = lines[end]
        if line.startswith(" " * margin):
            inner.append(line[margin:])
        elif not line.strip():
            inner.append("")
        elif lines[end - 1].strip() and not _ITEM.match(line) and _goes_on(lines, end):
            inner.append(line)
        else:
            break
        end += 1
    # blank lines before another item or the end stay with this item
    is_left = end < len(lines) and not _ITEM.match(lines[end])
    while is_left and end > at + 1 and not lines[end - 1].strip():
        end -= 1
    return inner, end


def _goes_on(lines: list[str], at: int) -> bool:
    """Return True if the line can only continue the paragraph of the line before it."""
    return bool(lines[at - 1].strip() and lines[at].strip()) and not _interrupts(lines[at])


def _interrupts(line: str) -> bool:
    """Return True if the line ends a paragraph by beginning another block."""
    if any(pattern.match(line) for pattern in (_FENCE, _QUOTED)):
        return True
    if any(pattern.fullmatch(line) for pattern in (_HEADING, _RULE)):
        return True
    item = _ITEM.match(line)
    return item is not None and item.end() < len(line) and item["number"] in (None, "1")


def _alignments(lines: list[str], at: int) -> tuple[str, ...] | None:
    """Return the alignments of a table whose head is the line; None if it is no head."""
    if at + 1 >= len(lines) or "|" not in lines[at] or "-" not in lines[at + 1]:
        return None
    found = [_CELL_ALIGNMENT.fullmatch(cell) for cell in _cells(lines[at + 1])]
    matches = [match for match in found if match is not None]
    if len(matches) < len(found) or len(found) != len(_cells(lines[at])):
        return None
    return tuple("^" if all(m.groups()) else ">" if m[2] else "<" for m in matches)


def _table(lines: list[str], at: int, alignments: tuple[str, ...]) -> tuple[Block, int]:
    end = at + 2
    while end < len(lines) and lines[end].strip() and not _interrupts(lines[end]):
        end += 1
    head, *rows = (
        [cell.strip() for cell in _cells(line)] for line in (lines[at], *lines[at + 2 : end])
    )
    columns = max(map(len, (head, *rows)))
    full = [tuple(row + [""] * (columns - len(row))) for row in (head, *rows)]
    return TextTable(
        full[0], tuple(full[1:]), alignments + ("<",) * (columns - len(alignments))
    ), end


def _cells(line: str) -> list[str]:
    r"""Return the cells of a row; `\|` is a bar within one."""
    line = line.strip()
    cells = re.split(r"(?<!\\)\|", line)
    if line.startswith("|"):
        cells = cells[1:]
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return [cell.replace("\\|", "|") for cell in cells]


def _paragraph(lines: list[str], at: int) -> tuple[Block, int]:
    end = at + 1
    while end < len(lines) and lines[end].strip():
        if _UNDERLINE.fullmatch(lines[end]):
            return Heading("\n".join(lines[at:end]).strip()), end + 1
        if _interrupts(lines[end]) or _alignments(lines, end) is not None:
            break
        end += 1
    return Paragraph("\n".join(lines[at:end]).strip()), end


_BODY = r"(?:\\.|`[^`]*`|[^`\\]){1,1500}?"
"""Text between marks; code in it is matched whole, so that no mark in code counts."""
_ENTITY = r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});"
_MARKED: tuple[tuple[Style, str], ...] = (
    (("bold", "italic"), rf"(?<!\*)\*\*\*(?=[^\s*])({_BODY})(?<=[^\s*])\*\*\*(?!\*)"),
    (("bold",), rf"\*\*(?=[^\s*])({_BODY})(?<=\S)\*\*(?!\*)"),
    (("bold",), rf"(?<!\w)__(?=[^\s_])({_BODY})(?<=\S)__(?!\w)"),
    (("strike",), rf"~~(?=[^\s~])({_BODY})(?<=\S)~~"),
    (("italic",), rf"(?<![\w*])\*(?=[^\s*])({_BODY})(?<=[^\s*])\*(?![\w*])"),
    (("italic",), rf"(?<!\w)_(?=[^\s_])({_BODY})(?<=[^\s_])_(?!\w)"),
)
_INLINE = re.compile(
    r"\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<broken>(?: {2,}|\\)\n\s*)"
    r"|(?P<soft>\s*\n\s*)"
    r"|(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|(?P<lonely>`+)"
    r"|<(?P<auto>[A-Za-z][\w+.-]{1,31}:[^\s<>]*)>"
    r"|!?\[(?P<label>(?:\\.|`[^`]*`|[^\\\[\]`])+)\]"
    r"\((?P<url>[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)\)"
    r"|(?P<bare>\bhttps?://[^\s<>`*]*[^\s<>`*.,:;!?)'\"\]])"
    rf"|(?P<entity>{_ENTITY})" + "".join(f"|{pattern}" for _, pattern in _MARKED),
    re.DOTALL,
)


def read_inline(text: str, style: Style = ()) -> Iterator[TextRun]:
    """Yield the text of a paragraph without its marks; a newline is a forced line break.

    `style` is that of the surrounding text. Characters that mark nothing stay.
    """
    at = 0
    for match in _INLINE.finditer(text):
        if match.start() > at:
            yield TextRun(text[at : match.start()], style)
        yield from _marked(match, style)
        at = match.end()
    if at < len(text):
        yield TextRun(text[at:], style)


def _marked(match: re.Match[str], style: Style) -> Iterator[TextRun]:
    if match["code"]:
        yield TextRun(_code(match["code"]), (*style, "code"))
    elif match["label"]:
        label, url = match["label"], match["url"]
        yield from read_inline(label, (*style, "link"))
        if url != label:  # a terminal may not follow the link
            yield TextRun(f" ({url})", style)
    elif address := match["auto"] or match["bare"]:
        yield TextRun(address, (*style, "link"))
    elif match["broken"] or match["soft"]:
        yield TextRun("\n" if match["broken"] else " ", style)
    elif match["entity"]:
        yield TextRun(COMMANDS.sub("", late.unescape(match["entity"])), style)
    elif match["escaped"] or match["lonely"]:
        yield TextRun(match["escaped"] or match["lonely"], style)
    else:
        # the marks are the last groups, in the order of their table
        bodies = match.groups()[-len(_MARKED) :]
        marks, body = next((m, b) for (m, _), b in zip(_MARKED, bodies, strict=True) if b)
        yield from read_inline(body, (*style, *marks))


def _code(text: str) -> str:
    text = " ".join(text.split("\n"))
    padded = text[0] == text[-1] == " " and text.strip()
    return text[1:-1] if padded else text
