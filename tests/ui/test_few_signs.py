"""Without colours, and with ASCII alone, each state of each pane can be told from the others."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest

from tests.support.cells import cells_of
from tests.support.pane_states import walk
from tests.support.sampling import drawn
from tests.support.tutor_app import MEDIUM, NARROW, opened, screen_text, tutor_app, workspace_of
from tutor.config import Config
from tutor.ui.app import TutorApp
from tutor.ui.panes.lesson import LessonPane

LONG = pytest.mark.timeout(240)
"""Some sixty states, each drawn."""


@LONG
@pytest.mark.parametrize(
    ("size", "glyphs", "colours"),
    drawn(
        [(NARROW, "ascii", False), (MEDIUM, "unicode", False), (MEDIUM, "ascii", True)],
        1,
        "few signs",
    ),
)
async def test_each_state_keeps_to_the_signs_there_are_and_without_colours_looks_different(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    glyphs: Literal["unicode", "ascii"],
    colours: bool,
) -> None:
    if not colours:
        monkeypatch.setenv("NO_COLOR", "1")
    seen: list[tuple[str, object]] = []
    coloured: list[str] = []
    others: dict[str, str] = {}

    def look(state: str, app: TutorApp) -> None:
        cells = cells_of(app)
        seen.append((state, [cell.colourless for cell in cells]))
        if not colours:
            coloured.extend(
                f"{state}: {cell.text}" for cell in cells if cell.foreground or cell.background
            )
        if glyphs == "ascii":
            others.update((cell.text, state) for cell in cells if not cell.text.isascii())

    await walk(tmp_path, size, look, Config(glyphs=glyphs))
    assert coloured == []
    assert others == {}
    alike = [f"{one} = {two}" for (one, a), (two, b) in pairwise(seen) if a == b]
    assert colours or alike == []


async def test_without_colours_cursor_selection_and_focus_are_attributes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        workspace_of(app).code.editor.reset_to("y = 12")
        await pilot.press("escape", "2", "end", "shift+left", "shift+left")
        await pilot.pause()
        row = app.screen.query_one("#editor").region.y
        turned = "".join(c.text for c in cells_of(app) if c.y == row and c.style.reverse)
        assert turned.split() == ["1", "12"]  # the line's number, and what is selected
        title = [cell for cell in cells_of(app) if cell.y == 1 and cell.style.reverse]
        assert "".join(cell.text for cell in title).strip() == "Code"


async def test_with_ascii_the_focus_is_seen_in_the_title(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double", config=Config(glyphs="ascii"))
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("escape", "1")
        await pilot.pause()
        top = app.screen.query_one(LessonPane).region.y
        turned = [cell.text for cell in cells_of(app) if cell.y == top and cell.style.reverse]
        assert "".join(turned).strip() == "Lesson"


async def test_with_ascii_what_the_learner_types_stays_as_it_is(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double", config=Config(glyphs="ascii"))
    async with opened(app) as pilot:
        await pilot.press("escape", "2")
        workspace_of(app).code.editor.reset_to("y = 3 − 1  # σ ✓")
        await pilot.pause()
        assert "y = 3 − 1  # σ ✓" in screen_text(app)
