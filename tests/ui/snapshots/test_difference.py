"""What is told when a screen is not as it was."""

from __future__ import annotations

from textual.app import App
from textual.content import Content
from textual.widgets import Static

from tests.support.pictures import difference


async def picture(*rows: str, style: str = "") -> str:
    app: App[None] = App()
    async with app.run_test(size=(30, 5)) as pilot:
        await app.mount(Static(Content("\n").join(Content.styled(row, style) for row in rows)))
        await pilot.pause()
        return app.export_screenshot(title="-")


async def test_another_text_is_told_as_a_text_diff() -> None:
    told = difference(await picture("one", "two"), await picture("one", "three"))
    assert told.splitlines()[0] == "The screen shows another text:"
    assert "-two" in told.splitlines()
    assert "+three" in told.splitlines()


async def test_where_only_colours_differ_the_row_and_its_colours_are_told() -> None:
    told = difference(await picture("one", "two"), await picture("one", "two", style="red"))
    assert told.splitlines()[0] == "Colours or attributes differ in rows 0, 1, counted from 0:"
    before, after = (line for line in told.splitlines() if "'two'" in line)
    assert (before[0], after[0]) == ("-", "+")
    assert before[1:] != after[1:]


async def test_where_nothing_of_the_screen_differs_that_is_told() -> None:
    same = await picture("one")
    assert difference(same, same + " ") == "The pictures differ in what is not part of the screen."
