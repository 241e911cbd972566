"""Tables as text: CSV for spreadsheets, and Markdown."""

from __future__ import annotations

import csv
import io
import re

from tutor.classroom.class_tables import Cell, ClassTable
from tutor.classroom.escaped_markdown import as_written
from tutor.text import one_line

_FORMULA = re.compile(r"""(?:^|(?<=[;,|\t\r\n"']))(?=\s*[=+\-@\t\r＝＋－＠﹦﹢﹣﹫])""")
"""The beginning of a formula, which could run programs: a spreadsheet may split cells at the
separator of its country, and accepts full-width signs as well."""


def csv_bytes(table: ClassTable) -> bytes:
    """Return the table as UTF-8 CSV with a byte order mark, without which Excel misreads it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.heads)
    writer.writerows([[_csv_cell(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode("utf-8-sig", "replace")


def markdown_bytes(table: ClassTable) -> bytes:
    """Return the table as Markdown in UTF-8, with numbers right-aligned."""
    numeric = [
        bool(table.rows) and all(isinstance(row[n], int | float) for row in table.rows)
        for n in range(len(table.heads))
    ]
    rule = ["---:" if is_number else "---" for is_number in numeric]
    rows = [table.heads, rule, *([_markdown_cell(cell) for cell in row] for row in table.rows)]
    lines = (f"| {' | '.join(map(str, row))} |\n" for row in rows)
    return "".join(lines).encode("utf-8", "replace")


def _csv_cell(cell: Cell) -> Cell:
    return _FORMULA.sub("'", cell) if isinstance(cell, str) else cell


def _markdown_cell(cell: Cell) -> Cell:
    return as_written(one_line(cell)) if isinstance(cell, str) else cell
