"""An author's text as a widget: its rows, its colours, and what is copied of it."""

from __future__ import annotations

import pytest
from rich.color import Color
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection
from textual.theme import Theme

from tests.ui.widgets.hosting import hosted, rows, styled_rows
from tutor.ui.theme import THEMES
from tutor.ui.widgets.lesson_text import LessonText

TEXT = """One **bold** word and `code` in a paragraph of two rows.

- an item that goes on in the next row

> quoted

```python
x = 1  # one
```
"""


async def test_it_has_as_many_rows_as_its_width_asks_for() -> None:
    text = LessonText(TEXT)
    async with hosted(text, (30, 20)) as pilot:
        assert rows(text) == [
            "One bold word and code in a",
            "paragraph of two rows.",
            "",
            "• an item that goes on in the",
            "  next row",
            "",
            "▌ quoted",
            "",
            " x = 1  # one",
        ]
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert rows(text)[0] == "One bold word and code in a paragraph of two rows."
        text.text = "Another."
        await pilot.pause()
        assert rows(text) == ["Another."]


@pytest.mark.parametrize(
    ("selection", "copied"),
    [
        (
            SELECT_ALL,
            "One bold word and code in a paragraph of two rows.\n\n"
            "• an item that goes on in the next row\n\nquoted\n\n x = 1  # one",
        ),
        (Selection(Offset(4, 0), Offset(9, 1)), "bold word and code in a paragraph"),
        (Selection(Offset(4, 0), Offset(8, 0)), "bold"),
        (Selection(None, Offset(3, 0)), "One"),
        (Selection(Offset(1, 8), None), "x = 1  # one"),
        (Selection(Offset(0, 40), None), ""),
    ],
)
async def test_what_is_copied_is_whole_paragraphs(selection: Selection, copied: str) -> None:
    text = LessonText(TEXT)
    async with hosted(text, (30, 20)):
        assert text.get_selection(selection) == (copied, "\n")


async def test_a_selection_is_seen() -> None:
    text = LessonText(TEXT)
    async with hosted(text, (30, 20)) as pilot:
        plain = styled_rows(text)[0]
        pilot.app.screen.selections = {text: Selection(Offset(4, 0), Offset(8, 0))}
        await pilot.pause()
        marked = styled_rows(text)[0]
        changed = [column for column, cell in enumerate(marked) if cell != plain[column]]
        assert changed == [4, 5, 6, 7]
        assert "".join(letter for letter, _ in marked).rstrip() == rows(text)[0]


async def test_the_mouse_selects_by_characters() -> None:
    text = LessonText("wide 層 letters")
    async with hosted(text, (30, 20)) as pilot:
        await pilot.mouse_down(offset=(5, 0))
        await pilot.hover(offset=(10, 0))
        await pilot.mouse_up(offset=(10, 0))
        await pilot.pause()
        chosen = pilot.app.screen.get_selected_text() or ""
        assert chosen.startswith("層 le")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_every_look_is_drawn_in_each_theme(theme: Theme) -> None:
    text = LessonText("\n\n".join((TEXT, "# h", "---", "[l](u)", "|a|\n|-|", "~~s~~ *i*")))
    async with hosted(text, (30, 30)) as pilot:
        before = styled_rows(text)
        pilot.app.register_theme(theme)
        pilot.app.theme = theme.name
        await pilot.pause()
        after = styled_rows(text)
        assert [[letter for letter, _ in row] for row in before] == [
            [letter for letter, _ in row] for row in after
        ]
        drawn = {letter: style for row in after for letter, style in row}
        assert drawn["▌"].color == Color.parse(theme.primary)
        assert drawn["#"].italic
        assert drawn["─"].color == Color.parse(theme.variables["border-blurred"])
        assert drawn["s"].strike
        assert drawn["l"].underline
        assert len({str(style.color) for style in drawn.values()}) > 5
