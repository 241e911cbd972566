"""Where the list of names stands, and that it stays there while one name is typed."""

from __future__ import annotations

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from tests.ui.widgets.hosting import hosted, rows
from tutor.completion.completions import Completion
from tutor.ui.editor.completion_list import MAX_VISIBLE, MAX_WIDTH, CompletionList

LONG = [Completion(f"{letter}_long_name", "(input) -> Tensor") for letter in "abcdefghij"]
SHORT = [Completion("sign", "(input)")]
BEGIN = Offset(10, 5)
BELOW = Offset(10, 6)


async def shown(
    names: CompletionList, pilot: Pilot[None], rows: list[Completion], at: Offset = BEGIN
) -> list[str]:
    """Show these rows for a name that begins there, and return the rows as they look then."""
    names.open_at(rows, "", at, pilot.app.screen.region)
    await pilot.pause()
    return [names.draw_row(y).text for y in range(names.size.height)]


async def test_it_keeps_its_columns_while_one_name_is_typed() -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        first = await shown(names, pilot, LONG)
        assert len(first) == MAX_VISIBLE
        place, column = names.region, first[0].index("(")
        (only,) = await shown(names, pilot, SHORT)
        assert (names.region.offset, names.region.width) == (place.offset, place.width)
        assert only.index("(") == column
        assert len(await shown(names, pilot, LONG)) == MAX_VISIBLE
        assert names.region == place


async def test_it_grows_where_longer_names_come_and_never_beyond_its_width() -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        await shown(names, pilot, SHORT)
        narrow = names.region.width
        (row,) = await shown(names, pilot, [Completion("sign", 80 * "x")])
        assert narrow < names.region.width == MAX_WIDTH
        assert row.endswith("x… ")


@pytest.mark.parametrize("is_closed", [True, False], ids=["closed before", "still open"])
async def test_another_name_has_a_list_of_its_own_width(*, is_closed: bool) -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        (first,) = await shown(names, pilot, SHORT)
        narrow = names.region.width
        await shown(names, pilot, LONG)
        if is_closed:
            names.close()
        (again,) = await shown(names, pilot, SHORT, BEGIN if is_closed else BELOW)
        assert (names.region.width, again) == (narrow, first)


async def test_above_the_line_it_stays_above_and_never_covers_it() -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        low = Offset(10, 20)
        for rows in (LONG, SHORT, LONG[:3]):
            await shown(names, pilot, rows, low)
            assert names.region.bottom == low.y
        await shown(names, pilot, SHORT, low - (1, 0))
        assert names.region.y == low.y + 1, "another name, with room below"
        await shown(names, pilot, LONG, low - (1, 0))
        assert names.region.bottom == low.y, "the same, without"


async def test_a_list_that_opens_again_shows_its_rows_on_screen() -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        await shown(names, pilot, LONG)
        for row in LONG[1:]:
            names.close()
            rows(names)  # another widget may be painted before the list is taken away
            await pilot.pause()
            drawn = await shown(names, pilot, [row, *LONG[1:]])
            assert rows(names) == [each.rstrip() for each in drawn]


async def test_a_row_has_one_style() -> None:
    names = CompletionList("…", print)
    async with hosted(names, (80, 24)) as pilot:
        await shown(names, pilot, LONG)
        for y in range(MAX_VISIBLE):
            assert len({segment.style for segment in names.draw_row(y)}) == 1
