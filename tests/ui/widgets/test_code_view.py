"""Given code: shown, told to be locked, opened and closed."""

from __future__ import annotations

import pytest

from tests.ui.widgets.hosting import heard, hosted, rows, styled_rows
from tutor.ui.widgets.code_view import CodeView

CODE = "\n".join(f"x{n} = {n}" for n in range(10)) + "\n"


async def test_short_code_is_shown_whole() -> None:
    async with hosted(CodeView("a = 1\r\nb = 2\n")) as pilot:
        view = pilot.app.query_one(CodeView)
        assert rows(view) == ["▎ given · 2 lines · locked", "▎ a = 1", "▎ b = 2"]
        assert not view.can_focus


async def test_long_code_is_opened_by_a_click_on_its_heading() -> None:
    async with hosted(CodeView(CODE, preview_lines=3)) as pilot:
        view = pilot.app.query_one(CodeView)
        assert rows(view)[0] == "▎ ▸ given · 10 lines · locked · 7 more"
        assert len(rows(view)) == 4
        await pilot.click(CodeView, offset=(2, 1))
        assert not view.opened
        await pilot.click(CodeView, offset=(2, 0))
        assert rows(view)[0] == "▎ ▾ given · 10 lines · locked"
        assert rows(view)[-1] == "▎ x9 = 9"
        assert len(heard(pilot, CodeView.Toggled)) == 1
        view.toggle()
        await pilot.pause()
        assert len(rows(view)) == 4


@pytest.mark.parametrize(
    ("width", "heading"),
    [
        (56, "▎ ▸ given · 10 lines · locked · 7 more: Esc, g shows all"),
        (55, "▎ ▸ given · locked · 7 more: Esc, g shows all"),
        (40, "▎ ▸ given · 7 more: Esc, g shows all"),
    ],
)
async def test_where_it_is_narrow_the_heading_says_less(width: int, heading: str) -> None:
    view = CodeView(CODE, preview_lines=3, key_note="Esc, g shows all")
    view.styles.width = width
    async with hosted(view):
        assert rows(view)[0] == heading


async def test_other_code_takes_its_own_height() -> None:
    async with hosted(CodeView(CODE, label="reference", glyphs="ascii")) as pilot:
        view = pilot.app.query_one(CodeView)
        view.code = "a = 1"
        await pilot.pause()
        assert rows(view) == ["| reference - 1 line - locked", "| a = 1"]
        view.code = ""
        await pilot.pause()
        assert rows(view) == []


@pytest.mark.parametrize("width", [12, 20, 80])
async def test_long_lines_wrap(width: int) -> None:
    code = "x = 'abcdefghijklmnopqrstuvwxyz 数字数字'"
    async with hosted(CodeView(code), (width, 20)) as pilot:
        shown = rows(pilot.app.query_one(CodeView))[1:]
        assert "".join(row.removeprefix("▎ ") for row in shown).replace(" ", "") == code.replace(
            " ", ""
        )


async def test_the_later_rows_of_a_line_are_indented_beyond_it() -> None:
    async with hosted(CodeView("def f():\n  return first(one) + second(two)"), (24, 20)) as pilot:
        shown = rows(pilot.app.query_one(CodeView))[1:]
        assert shown == ["▎ def f():", "▎   return first(one) +", "▎       second(two)"]


async def test_one_that_shows_no_line_counts_the_lines_once() -> None:
    view = CodeView(CODE, preview_lines=0, key_note="Esc, g shows all")
    async with hosted(view):
        assert rows(view) == ["▎ ▸ given · 10 lines · locked: Esc, g shows all"]


@pytest.mark.parametrize("dark", [True, False])
async def test_highlighting_colours_and_changes_no_letter(dark: bool) -> None:
    code = "def f(é):\n    '''数\n    text'''\n    return f'{é}'  # done"
    async with hosted(CodeView(code), dark=dark) as pilot:
        view = pilot.app.query_one(CodeView)
        plain, before = rows(view), styled_rows(view)
        view.enable_highlighting()
        await pilot.pause()
        after = styled_rows(view)
        assert rows(view) == plain
        keyword = after[1][2:5]
        assert [cell for cell, _ in keyword] == ["d", "e", "f"]
        assert all(style.bold for _, style in keyword)
        assert before[1][2] != after[1][2]
        assert after[3][6] != before[3][6]  # inside of a text of several lines


async def test_a_text_of_its_own_may_stand_for_the_code_while_it_is_closed() -> None:
    async with hosted(CodeView(CODE, preview_lines=3)) as pilot:
        view = pilot.app.query_one(CodeView)
        view.enable_highlighting()
        view.folded = "# ten names\ny = x9"
        await pilot.pause()
        assert rows(view) == [
            "▎ ▸ given · 10 lines · locked · 8 more",
            "▎ # ten names",
            "▎ y = x9",
        ]
        closed = styled_rows(view)
        view.toggle()
        await pilot.pause()
        assert rows(view)[1:] == [f"▎ x{n} = {n}" for n in range(10)]
        view.toggle()
        await pilot.pause()
        assert styled_rows(view) == closed
