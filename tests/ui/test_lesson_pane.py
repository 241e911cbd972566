"""The last line of the lesson says what to do next, and fits wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.observations import tensor
from tests.support.tutor_app import (
    DOUBLE,
    MEDIUM,
    NARROW,
    SQUARE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.ui.charts.figure import FigureView
from tutor.ui.stable_static import StableStatic
from tutor.wire.events import InventoryEntry, InventoryTaken

SLIDING = "softmax_as_sigmoid"
LONG = DOUBLE.replace("Store twice", "One more line.\n\n" * 30 + "Store twice")


@pytest.mark.parametrize(
    ("size", "next_action"), [(NARROW, "F6 goes to the code, F4 checks it."), ((60, 16), "")]
)
async def test_where_the_text_goes_on_that_is_said_first(
    tmp_path: Path, size: tuple[int, int], next_action: str
) -> None:
    step = LONG.replace('text = "', 'text = """').replace('as `y`."', 'as `y`."""')
    write_course(tmp_path / "lessons", {"30-double": step})
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "1")
        await pilot.pause()
        line = app.screen.query_one("#lesson-end", StableStatic)
        assert (
            line.shown_content.plain.strip()
            == f"▼ PgDn or Space shows more.  {next_action}".strip()
        )
        assert line.shown_content.cell_length <= line.content_size.width
        await pilot.press("end")
        await pilot.pause()
        assert "F6 goes to the code, F4 checks it." in screen_text(app)


async def test_the_letters_do_not_change_what_is_said_below_the_text(tmp_path: Path) -> None:
    step = LONG.replace('text = "', 'text = """').replace('as `y`."', 'as `y`."""')
    write_course(tmp_path / "lessons", {"30-double": step})
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        line = app.screen.query_one("#lesson-end", StableStatic)
        for pane, words in (("1", "PgDn or Space shows more."), ("2", "More below: ")):
            await pilot.press("escape", pane)
            await pilot.pause()
            await pilot.press("escape")
            await pilot.pause()
            assert lesson_screen(app).is_strip_shown
            assert words in line.shown_content.plain
            await pilot.press("escape")
            await pilot.pause()
            assert not lesson_screen(app).is_strip_shown
            assert words in line.shown_content.plain


async def test_a_figure_of_gradients_shows_those_of_the_run(tmp_path: Path) -> None:
    step = DOUBLE.replace("given =", 'figures = ["grads"]\ngiven =')
    write_course(tmp_path / "lessons", {"30-double": step, "40-square": SQUARE})
    left = InventoryTaken(
        (InventoryEntry("net.weight", tensor([0.0] * 21, (3, 7)), gradient_norm=0.777),)
    )
    app = tutor_app(tmp_path, client=FakeClient([finished(left)]), start_at="double")
    async with opened(app, (80, 50)) as pilot:
        await pilot.press("escape", "1", "end")
        await eventually(lambda: "W1 (4, 8)" in screen_text(app), "the figure as it is given")
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending, "the end of the run")
        await pilot.press("escape", "1", "end")
        await eventually(lambda: "W0 (3, 7)" in screen_text(app), "the gradient of the run")
        text = screen_text(app)
        assert "0.777" in text
        assert "W1" not in text.split("weights")[1]
        await pilot.press("f8", "shift+f8", "escape", "1", "end")
        await eventually(lambda: "W1 (4, 8)" in screen_text(app), "a new start")


async def test_a_figure_and_the_line_about_its_slider_fit_the_pane(tmp_path: Path) -> None:
    step = DOUBLE.replace("given =", f'figures = ["{SLIDING}"]\ngiven =')
    write_course(tmp_path / "lessons", {"30-double": step})
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, (200, 50)) as pilot:
        await pilot.press("escape", "1")
        await eventually(lambda: app.screen.query(FigureView), "the figure")
        figure = app.screen.query_one(FigureView)
        await eventually(lambda: figure.size.height > NARROW[1], "all of its rows")
        await pilot.resize_terminal(*NARROW)
        await eventually(lambda: 0 < figure.size.height < NARROW[1], "a figure with fewer rows")
        await pilot.press("tab")
        await pilot.pause()
        assert app.focused is figure
        text = screen_text(app)
        assert figure.figure.title in text
        assert "a − b = 2.4: softmax gives 0.9168" in text
        assert "Left and Right move a − b." in text
        assert figure.figure.caption.split()[-1] in text


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_the_name_of_a_pane_leads_there_from_text_and_menu(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    step = DOUBLE.replace("Store twice", "Look at **Output**. Store twice")
    write_course(tmp_path / "lessons", {"30-double": step})
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "1")
        await pilot.pause()
        rows = screen_text(app).split("\n")
        y = next(index for index, row in enumerate(rows) if "Look at Output" in row)
        await pilot.click(offset=(rows[y].index("Look at Output") + 9, y))
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "output"
        (command,) = (
            each for each in app.get_system_commands(app.screen) if each.title == "Pane Tensors"
        )
        command.callback()
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "tensors"
