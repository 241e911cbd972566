"""Where the focus goes, in a fixed order, and that it is seen without colour."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.cells import cells_of
from tests.support.fake_client import FakeClient
from tests.support.scenes import TRAINED
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    WIDE,
    lesson_screen,
    opened,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp
from tutor.ui.widgets.choices import Choices

CHAINS = {
    "read-me": ["lesson-scroll"],
    "ask-me": ["lesson-scroll", "quiz-choices"],
    "double": [
        "lesson-scroll",
        "editor",
        "log",
        "loss-chart",
        "tensor-list",
        "heat",
    ],
}
"""What Tab goes to after a run, in this order, where all panes have a place."""


async def run(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("f5")
    await eventually(lambda: lesson_screen(app).session.activity is None, "the end")
    await pilot.pause()


def chain(app: TutorApp) -> list[str]:
    return [str(widget.id) for widget in app.screen.focus_chain]


@pytest.mark.parametrize("size", [MEDIUM, WIDE], ids=str)
@pytest.mark.parametrize("step", CHAINS)
async def test_tab_visits_every_control_in_the_order_of_reading(
    tmp_path: Path, step: str, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at=step)
    async with opened(app, size) as pilot:
        if step == "double":
            await run(app, pilot)
        assert chain(app) == CHAINS[step]
        await pilot.press("escape", "1")
        await pilot.pause()
        visited = []
        for _ in CHAINS[step]:
            assert app.focused is not None
            visited.append(app.focused.id)
            # in the editor Tab indents: F6 leaves it
            await pilot.press("f6" if app.focused.id == "editor" else "tab")
            await pilot.pause()
        assert visited == CHAINS[step]


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
@pytest.mark.parametrize("step", ["ask-me", "double"])
async def test_without_colour_the_pane_with_the_focus_is_the_one_that_is_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at=step)
    async with opened(app, size) as pilot:
        if step == "double":
            await run(app, pilot)
        await pilot.press("escape", "1")
        for _ in range(len(workspace_of(app).layout_state.names)):
            await pilot.press("f6")
            await pilot.pause()
            await pilot.pause()
            name = workspace_of(app).layout_state.pane.capitalize()
            row = (
                1
                if size == NARROW
                else workspace_of(app).panes[workspace_of(app).layout_state.pane].region.y
            )
            turned = [cell.text for cell in cells_of(app) if cell.y == row and cell.style.reverse]
            words = "".join(turned).strip("[] ").lstrip("123456789 ")
            assert words == name


async def test_with_the_keyboard_alone_every_tensor_can_be_reached(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at="double")
    async with opened(app, NARROW) as pilot:
        await run(app, pilot)
        await pilot.press("escape", "6")
        await pilot.pause()
        assert app.focused is not None
        assert app.focused.id == "tensor-list"
        await pilot.press("shift+tab", "f6")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane in workspace_of(app).layout_state.names


async def test_a_digit_goes_to_the_pane_of_that_number_unless_it_is_typed(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([TRAINED]), start_at="double")

    async def pane_after(*keys: str) -> str:
        await pilot.press(*keys)
        await pilot.pause()
        return workspace_of(app).layout_state.pane

    async with opened(app, NARROW) as pilot:
        assert workspace_of(app).layout_state.pane == "lesson"
        for digit, name in enumerate(workspace_of(app).layout_state.names[2:], 3):
            assert await pane_after(str(digit)) == name
        assert await pane_after("9") == "hints"
        assert await pane_after("1") == "lesson"
        assert await pane_after("2") == "code"
        assert await pane_after(TO_START, "3", "1") == "code"
        assert workspace_of(app).code.source.startswith("31")


async def test_among_statements_a_digit_chooses(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app, NARROW) as pilot:
        await pilot.press("2", "2")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "quiz"
        assert set(workspace_of(app).panes["quiz"].query_one(Choices).judged) == {1}
