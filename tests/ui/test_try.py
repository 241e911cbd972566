"""`nntutor try`: the panes of a program of one's own, its keys, and its file."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    WIDE,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.progress.own_files import open_program
from tutor.session.learner_files import Outcome, OwnProgramFile
from tutor.ui.app import TutorApp
from tutor.ui.screens.choice_dialog import WriteOverScreen
from tutor.wire.events import FiguresKept, OutputWritten, PlotsDrawn
from tutor.wire.plotted import Axes, KeptFigure, PlotFigure, Series

CODE = "import torch\nx = torch.ones(2)\n"
PLOTS = (
    PlotFigure(1, axes=(Axes("First", series=(Series("line", (0, 1), (0, 1), count=2),)),)),
    PlotFigure(2, axes=(Axes("Second", series=(Series("points", (0,), (1,), count=1),)),)),
)


def own_app(folder: Path, text: str | None = CODE, client: FakeClient | None = None) -> TutorApp:
    """The app on a file with the text, or on the program without a file."""
    path = None
    if text is not None:
        path = folder / "train.py"
        path.write_text(text)
    return tutor_app(folder, client=client, own=open_program(folder / "data", path))


@pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=str)
async def test_the_editor_has_the_file_and_the_focus(tmp_path: Path, size: tuple[int, int]) -> None:
    app = own_app(tmp_path)
    async with opened(app, size) as pilot:
        assert workspace_of(app).code.source == CODE
        assert app.focused is workspace_of(app).code.editor
        text = screen_text(app)
        assert "train.py" in text
        assert "Lesson" not in text
        assert "task" not in text
        await pilot.press("#", " ", "x")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("# ximport")


async def test_the_panes_of_a_run_stand_beside_the_code(tmp_path: Path) -> None:
    app = own_app(tmp_path)
    async with opened(app, MEDIUM):
        assert [name for name in workspace_of(app).panes if workspace_of(app).shows(name)] == [
            "code",
            "output",
            "loss",
            "tensors",
        ]


async def test_keys_of_a_lesson_do_nothing(tmp_path: Path) -> None:
    app = own_app(tmp_path)
    async with opened(app, NARROW) as pilot:
        before = screen_text(app)
        await pilot.press("f4", "f2", "f8", "shift+f8")
        await pilot.pause()
        assert screen_text(app) == before
        await pilot.press("escape")
        await pilot.pause()
        strip = screen_text(app)
        for word in ("Check", "Hint", "Next", "Outline", "Task", "Report", "Words"):
            assert word not in strip
        assert "Run" in strip


async def test_the_file_is_written_by_its_key_and_asked_about(tmp_path: Path) -> None:
    app = own_app(tmp_path, "x = 1\n")
    path = tmp_path / "train.py"
    async with opened(app, MEDIUM) as pilot:
        assert "Write" not in screen_text(app)
        await pilot.press("y")
        await eventually(lambda: "not written to its file" in screen_text(app), "a word of it")
        assert path.read_text() == "x = 1\n"
        await pilot.press("ctrl+s")
        await eventually(lambda: path.read_text() == "yx = 1\n", "the file")
        await eventually(lambda: not lesson_screen(app).session.unwritten, "a word of it")
        path.write_text("theirs\n")
        await pilot.press("z", "ctrl+s")
        await eventually(lambda: isinstance(app.screen, WriteOverScreen), "a question")
        await pilot.press("escape")
        await pilot.pause()
        assert path.read_text() == "theirs\n"
        await pilot.press("ctrl+s")
        await eventually(lambda: isinstance(app.screen, WriteOverScreen), "a question")
        await pilot.press("enter")
        await eventually(lambda: workspace_of(app).code.source == "theirs\n", "their text")
        await pilot.press("ctrl+z", "ctrl+s")
        await eventually(lambda: path.read_text() == "yzx = 1\n", "my text")


async def test_its_key_pressed_twice_asks_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, found = own_app(tmp_path, "x = 1\n"), asyncio.Event()
    write = OwnProgramFile.write

    async def write_late(file: OwnProgramFile, text: str, *, over: bool = False) -> Outcome:
        await found.wait()
        return await write(file, text, over=over)

    monkeypatch.setattr(OwnProgramFile, "write", write_late)
    async with opened(app, NARROW) as pilot:
        (tmp_path / "train.py").write_text("theirs\n")
        await pilot.press("y", "ctrl+s", "ctrl+s")
        found.set()
        await eventually(lambda: isinstance(app.screen, WriteOverScreen), "a question")
        await app.workers.wait_for_complete([w for w in app.workers if w.group == "write"])
        await pilot.pause()
        assert len([each for each in app.screen_stack if isinstance(each, WriteOverScreen)]) == 1


async def test_it_can_be_written_over_the_other_one(tmp_path: Path) -> None:
    app = own_app(tmp_path, "x = 1\n")
    path = tmp_path / "train.py"
    async with opened(app, NARROW) as pilot:
        path.write_text("theirs\n")
        await pilot.press("y", "ctrl+s")
        await eventually(lambda: isinstance(app.screen, WriteOverScreen), "a question")
        await pilot.press("down", "y")
        await eventually(lambda: path.read_text() == "yx = 1\n", "my text")


async def test_what_was_typed_outlives_the_app_and_not_the_file(tmp_path: Path) -> None:
    app = own_app(tmp_path, "x = 1\n")
    async with opened(app, NARROW) as pilot:
        await pilot.press("y", "ctrl+q")
    assert (tmp_path / "train.py").read_text() == "x = 1\n"
    again = tutor_app(tmp_path, own=open_program(tmp_path / "data", tmp_path / "train.py"))
    async with opened(again, MEDIUM) as pilot:
        assert workspace_of(again).code.source == "yx = 1\n"
        assert "not in train.py yet" in screen_text(again)
        await pilot.press("escape", "0")
        await pilot.pause()
        assert workspace_of(again).code.source == "x = 1\n"


async def test_plots_are_shown_and_picked(tmp_path: Path) -> None:
    kept = FiguresKept(tuple(KeptFigure(number, b"x") for number in (1, 2)))
    client = FakeClient([finished(OutputWritten("stdout", "done\n"), PlotsDrawn(PLOTS), kept)])
    app = own_app(tmp_path, client=client)
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await eventually(lambda: "Second" in screen_text(app), "the last plot")
        assert "figure 2 of 2" in screen_text(app)
        assert "Points: 1 point, all 1." in screen_text(app)
        await pilot.press("escape", "6", "left_square_bracket")
        await eventually(lambda: "First" in screen_text(app), "the plot before")
        await pilot.press("left_square_bracket")
        await eventually(lambda: "Second" in screen_text(app), "the last again")


async def test_a_step_of_a_lesson_gets_the_pane_once_something_is_plotted(tmp_path: Path) -> None:
    client = FakeClient([finished(PlotsDrawn(PLOTS))], [finished()])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        assert "Plot" not in screen_text(app)
        await pilot.press("f5")
        await eventually(lambda: "9●Plot" in screen_text(app), "its tab")
        await pilot.press("escape", "9")
        await eventually(lambda: "Second" in screen_text(app), "the plot")
        await pilot.press("f8")
        await pilot.pause()
        assert "Plot" not in screen_text(app)
