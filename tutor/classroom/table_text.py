"""Tables as text: CSV for spreadsheets, and Markdown."""

from __future__ import annotations

import csv
import io

from tutor.classroom.class_tables import Cell, ClassTable
from tutor.text import one_line

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, which could run programs."""


def csv_bytes(table: ClassTable) -> bytes:
    """Return the table as CSV in UTF-8, with a byte order mark, without which Excel misreads it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.heads)
    writer.writerows([[_csv_cell(cell) for cell in row] for row in table.rows])
    return text.getvalue().encode("utf-8-sig", "replace")


def markdown_bytes(table: ClassTable) -> bytes:
    """Return the table as Markdown in UTF-8, numbers on the right."""
    numeric = [
        bool(table.rows) and all(isinstance(row[n], int | float) for row in table.rows)
        for n in range(len(table.heads))
    ]
    rule = ["---:" if is_number else "---" for is_number in numeric]
    rows = [table.heads, rule, *([_markdown_cell(cell) for cell in row] for row in table.rows)]
    lines = (f"| {' | '.join(map(str, row))} |\n" for row in rows)
    return "".join(lines).encode("utf-8", "replace")


def _csv_cell(cell: Cell) -> Cell:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _markdown_cell(cell: Cell) -> str:
    return one_line(str(cell)).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
