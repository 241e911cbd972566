"""Imports of the first screen that wait until something is used.

A narrow screen shows a text alone, which mostly has no code and no sign that is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tutor.course.model import Step
    from tutor.first_screen.given_code import ClosedGivens
    from tutor.first_screen.glyphs import GlyphName, GlyphSet
    from tutor.first_screen.layout import LayoutState
    from tutor.first_screen.layout_sizes import LayoutSizes
    from tutor.first_screen.lines import TextRun


def transcribed(text: str, glyphs: GlyphName) -> str:
    from tutor.first_screen.transcription import transcribed

    return transcribed(text, glyphs)


def python_lines(lines: Sequence[str]) -> Iterable[Iterable[TextRun]]:
    from tutor.first_screen.python_code import python_lines

    return python_lines(lines)


def unescape(entity: str) -> str:
    import html

    return html.unescape(entity)


def usual_sizes(layout: LayoutState, columns: int, rows: int) -> LayoutSizes:
    from tutor.first_screen.layout_sizes import ChosenSizes, compute_sizes

    return compute_sizes(layout, ChosenSizes(), columns, rows)


def drawer_rows(layout: LayoutState, sizes: LayoutSizes) -> int:
    from tutor.first_screen.layout_sizes import drawer_rows

    return drawer_rows(layout, sizes)


def rows_of(code: str, width: int, most: int) -> int:
    from tutor.first_screen.given_code import MARGIN, rows_of

    return rows_of(code, width - MARGIN, most)


def closed_givens(
    step: Step, code: str, width: int, rows: int, *, glyphs: GlyphSet, key_note: str
) -> ClosedGivens | None:
    from tutor.first_screen.given_code import closed_givens

    return closed_givens(step, code, width, rows, glyphs=glyphs, key_note=key_note)


def first_blank_row(lines: Sequence[str]) -> int | None:
    from tutor.course.blanks import next_blank

    blank = next_blank(lines, (0, 0))
    return blank[0][0] if blank is not None else None


def show_all() -> str:
    """Return the note about the key that shows all givens."""
    from tutor.first_screen.given_code import SHOW_ALL

    return SHOW_ALL
