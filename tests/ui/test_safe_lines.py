"""Nothing a program says reaches the terminal as a command."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widgets import Static

from tests.support.tutor_app import opened, tutor_app
from tutor.text import COMMANDS
from tutor.ui.appearance import SafeLines

BLACK = Color(0, 0, 0)


@given(st.text())
def test_no_control_character_is_left_and_the_columns_stay(text: str) -> None:
    segments = [Segment(text, Style(bold=True))]
    (safe,) = SafeLines().apply(segments, BLACK)
    assert not COMMANDS.search(safe.text)
    assert safe.style == Style(bold=True)
    assert cell_len(safe.text) == cell_len(text)


def test_safe_lines_are_not_copied() -> None:
    segments = [Segment("σ(2.4)"), Segment(" = 0.9168")]
    assert SafeLines().apply(segments, BLACK) is segments


async def test_every_widget_of_the_app_is_behind_it(tmp_path: Path) -> None:
    async with opened(tutor_app(tmp_path)) as pilot:
        said = Static("\x1b]0;evil\x07 said\x9b31m \u202eso", markup=False)
        await pilot.app.screen.mount(said)
        await pilot.pause()
        shown = "".join(strip.text for strip in said.render_lines(said.size.region))
        assert "said" in shown
        assert not COMMANDS.search(shown)
