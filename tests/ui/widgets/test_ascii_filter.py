"""Glyphs become ASCII one cell for one cell; letters stay."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color

from tutor.first_screen.glyphs import ASCII, UNICODE
from tutor.ui.marks import ASCII as ASCII_MARKS
from tutor.ui.marks import UNICODE as MARKS
from tutor.ui.widgets.ascii_filter import REPLACEMENTS, AsciiFilter

BLACK = Color(0, 0, 0)


def spelled(text: str) -> str:
    return "".join(segment.text for segment in AsciiFilter().apply([Segment(text)], BLACK))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("╭─ Code ─╮", "+- Code -+"),
        ("│ ✓ right ✗ wrong │", "| + right x wrong |"),
        ("━┃▌▁", "-||_"),
        ("1 · 2 – 3 … “4”", '1 * 2 - 3 ~ "4"'),
        ("⠋⠀⡇", "* *"),
        ("σ(z) ŷ ∂L/∂w λ → e⁻ˣ", "s(z) y dL/dw l > e-x"),
        ("für 层", "für 层"),
        ("plain", "plain"),
    ],
)
def test_glyphs_are_spelled_and_letters_stay(text: str, expected: str) -> None:
    assert spelled(text) == expected


def test_each_glyph_takes_one_cell_and_is_ascii() -> None:
    assert all(
        len(replacement) == 1 and replacement.isascii() for replacement in REPLACEMENTS.values()
    )


def test_no_glyph_of_the_interface_is_left() -> None:
    for marks in (MARKS, UNICODE, ASCII_MARKS, ASCII):
        glyphs = [glyph for glyph in vars(marks).values() if isinstance(glyph, str)]
        assert len(glyphs) > 5
        assert all(spelled(glyph).isascii() for glyph in glyphs)
        assert "ascii" not in glyphs or "".join(glyphs).isascii()
