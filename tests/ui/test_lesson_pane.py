"""The last line of the lesson says what to do next, and fits wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.tutor_app import (
    DOUBLE,
    NARROW,
    opened,
    screen_text,
    tutor_app,
    write_course,
)
from tutor.ui.said import Said

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
        line = app.screen.query_one("#lesson-end", Said)
        assert line.said.plain.strip() == f"▼ PgDn or Space shows more.  {next_action}".strip()
        assert line.said.cell_length <= line.content_size.width
        await pilot.press("end")
        await pilot.pause()
        assert "F6 goes to the code, F4 checks it." in screen_text(app)
