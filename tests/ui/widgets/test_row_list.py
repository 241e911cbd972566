"""A list to choose a row from: what is highlighted, in sight, chosen, and how much is drawn."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from tests.ui.widgets.hosting import heard, hosted, rows
from tutor.ui.widgets.row_list import ListRow, RowList

MANY = tuple(
    ListRow(f"part {n // 10}", bold=4) if n % 10 == 0 else ListRow(f"row {n}", f"r{n}")
    for n in range(2_000)
)


class CountingList(RowList):
    """Counts the rows that are drawn."""

    drawn = 0

    def draw_row(self, y: int):  # type: ignore[no-untyped-def]  # noqa: ANN201
        self.drawn += 1
        return super().draw_row(y)


def list_of(pilot: Pilot[None]) -> RowList:
    return pilot.app.query_one(RowList)


def highlighted(pilot: Pilot[None]) -> str:
    row = list_of(pilot).highlighted
    return row.id if row is not None else ""


async def test_the_row_that_is_asked_for_is_highlighted_and_in_sight() -> None:
    async with hosted(RowList()) as pilot:
        list_of(pilot).show(MANY, "r777")
        await pilot.pause()
        assert highlighted(pilot) == "r777"
        assert "row 777" in rows(list_of(pilot))


@pytest.mark.parametrize("wanted", ["", "none", "part 0"])
async def test_else_it_is_the_first_that_can_be_chosen(wanted: str) -> None:
    async with hosted(RowList()) as pilot:
        list_of(pilot).show(MANY, wanted)
        await pilot.pause()
        assert highlighted(pilot) == "r1"
        assert rows(list_of(pilot))[0] == "part 0"


async def test_keys_pass_over_headings_and_go_round_at_the_ends() -> None:
    async with hosted(RowList()) as pilot:
        view = list_of(pilot)
        view.show(MANY, "r9")
        view.action_move(1)
        assert highlighted(pilot) == "r11"
        view.action_move(-1)
        assert highlighted(pilot) == "r9"
        view.show(MANY, "r1")
        view.action_move(-1)
        assert highlighted(pilot) == "r1999"
        await pilot.pause()
        assert rows(view)[-1] == "row 1999"
        view.action_move(1)
        assert highlighted(pilot) == "r1"


async def test_pages_end_at_the_ends() -> None:
    async with hosted(RowList(), (40, 10)) as pilot:
        view = list_of(pilot)
        view.show(MANY, "r5")
        view.action_page(1)
        assert highlighted(pilot) == "r15"
        view.action_page(-1)
        view.action_page(-1)
        assert highlighted(pilot) == "r1"
        view.show(MANY, "r1998")
        view.action_page(1)
        assert highlighted(pilot) == "r1999"


async def test_the_highlighted_row_is_told_when_it_is_chosen_and_a_heading_never() -> None:
    async with hosted(RowList()) as pilot:
        view = list_of(pilot)
        view.show(MANY, "r3")
        view.choose()
        await pilot.click(RowList, offset=(2, 4))
        await pilot.click(RowList, offset=(2, 0))
        await pilot.pause()
        assert [chosen.row_id for chosen in heard(pilot, RowList.Chosen)] == ["r3", "r4"]
        view.show((ListRow("nothing here"),), "r3")
        view.action_move(1)
        view.action_page(1)
        view.choose()
        await pilot.pause()
        assert view.highlighted is None
        assert len(heard(pilot, RowList.Chosen)) == 2


async def test_rows_that_are_too_wide_are_wrapped_and_clicked_on_any_line() -> None:
    some = (
        ListRow("one two three four five six", "a"),
        ListRow("漢字" * 12, "b"),
        ListRow("x", "c"),
    )
    async with hosted(RowList(), (20, 12)) as pilot:
        view = list_of(pilot)
        view.show(some, "b")
        await pilot.pause()
        assert rows(view)[:2] == ["one two three four", "five six"]
        assert rows(view)[2:6] == ["漢字" * 4 + "漢", "字" + "漢字" * 4, "漢字" * 3, "x"]
        await pilot.click(RowList, offset=(2, 4))
        await pilot.click(RowList, offset=(0, 1))
        await pilot.pause()
        assert [chosen.row_id for chosen in heard(pilot, RowList.Chosen)] == ["b", "a"]
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        assert rows(view)[:3] == [row.text for row in some]


async def test_only_what_is_visible_is_drawn() -> None:
    async with hosted(CountingList(), (40, 10)) as pilot:
        view = pilot.app.query_one(CountingList)
        view.show(MANY, "r1000")
        await pilot.pause()
        view.drawn = 0
        view.show(MANY[:1_000], "r500")
        view.action_move(1)
        await pilot.pause()
        assert view.drawn <= 100
