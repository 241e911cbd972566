"""What the first frame shows, what it costs, and that nothing typed before the rest is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from textual import events
from textual.css.stylesheet import Stylesheet

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tutor.ui.app import TutorApp

ROOT = Path(__file__).parents[2]

PROGRAM = """
import asyncio, json, sys
from pathlib import Path
from tutor.cli import main
from tutor.config import Config
from tutor.paths import Places
from tutor.ui.app import TutorApp

def told(app):
    widgets = len(app.screen.query("*"))
    print(json.dumps({"widgets": widgets, "modules": sorted(sys.modules)}), file=sys.__stdout__)
    app.exit()

setattr(TutorApp, sys.argv[2], told)

folder = Path(sys.argv[1])
places = Places(folder / "lessons", folder, folder / "data", folder / "config.toml")
app = TutorApp(places=places, config=Config(), start_at="double")
app.run(headless=True)
"""

LATER = (
    "concurrent.futures.thread",
    "hashlib",
    "markdown_it",
    "multiprocessing",
    "pygments",
    "rich.markdown",
    "rich.syntax",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "torch",
    "tree_sitter",
    "tutor.client",
    "tutor.course.load",
    "tutor.grading.errors",
    "tutor.grading.grade",
    "tutor.session.runs",
    "tutor.ui.screens.workspace",
)


AFTER_THE_FIRST_KEYS = (
    "markdown_it",
    "textual.widgets._markdown",
    "tree_sitter_python",
    "tutor.client.client",
    "tutor.course.figures",
    "tutor.progress.compact",
    "tutor.ui.panes.loss",
    "tutor.ui.panes.predict",
    "tutor.ui.panes.quiz",
    "tutor.ui.panes.tensors",
)


def seen_when(folder: Path, handler: str) -> tuple[int, set[str]]:
    """Widgets and modules that there are when the app gets the message."""
    write_course(folder / "lessons")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), handler],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seen = json.loads(done.stdout.splitlines()[0])
    return seen["widgets"], set(seen["modules"])


def test_only_what_the_first_frame_needs_comes_before_it(tmp_path: Path) -> None:
    widgets, loaded = seen_when(tmp_path, "on_ready")
    assert "tutor.ui.screens.lesson" in loaded
    assert loaded & set(LATER) == set()
    assert len([name for name in loaded if name.startswith("tutor.")]) <= 80
    assert widgets <= 10


def test_keys_are_taken_before_text_colours_and_worker_are_made(tmp_path: Path) -> None:
    _, loaded = seen_when(tmp_path, "on_lesson_screen_ready")
    assert "tutor.ui.screens.workspace" in loaded
    assert loaded & set(AFTER_THE_FIRST_KEYS) == set()


async def test_styles_are_parsed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    again: list[Stylesheet] = []
    monkeypatch.setattr(Stylesheet, "reparse", again.append)
    async with opened(tutor_app(tmp_path, start_at="double")):
        assert again == []


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_what_the_first_frame_shows_stays(tmp_path: Path, size: tuple[int, int]) -> None:
    frames: list[list[str]] = []
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test(size=size) as pilot:
        while not lesson_screen(app).is_open:
            frames.append(screen_text(app).splitlines())
            await pilot.pause()
        await pilot.pause()
        last = screen_text(app).splitlines()
    first = next(frame for frame in frames if "Basics" in frame[0])
    assert "Twice as much" in first[0]
    assert "F5 Run" in first[-1]
    assert first[0].split("▱")[0] == last[0].split("▱")[0]
    assert first[-1] == last[-1]


async def test_the_place_of_the_last_sitting_is_the_first_title(tmp_path: Path) -> None:
    async with opened(tutor_app(tmp_path, start_at="square")) as pilot:
        await pilot.press("ctrl+q")
    again = tutor_app(tmp_path)
    async with again.run_test():
        assert lesson_screen(again).session.step is not None
        assert "Times itself" in str(lesson_screen(again).session.step)


async def test_keys_before_the_editor_end_in_it_in_their_order(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test(size=MEDIUM) as pilot:
        assert not lesson_screen(app).is_open
        await pilot.press(TO_START, *"abc", "enter", *"de")
        await eventually(
            lambda: workspace_of(app).code.editor.text.startswith("abc\nde"), "the keys"
        )
        await pilot.press("f")
        assert workspace_of(app).code.editor.text.startswith("abc\ndefy = ...")


async def test_a_function_key_before_the_editor_acts_after_what_was_typed(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with app.run_test(size=MEDIUM) as pilot:
        await pilot.press(TO_START, *"#1", "enter", "f5")
        await eventually(lambda: client.commands, "a run")
        assert client.commands[0].program.source.startswith("#1\ny = ...")


async def test_leaving_before_the_editor_is_there_keeps_what_was_typed(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test(size=MEDIUM) as pilot:
        await pilot.press(TO_START, *"abc", "ctrl+q")
        await eventually(lambda: not app.is_running, "the end")
    draft = tmp_path / "data" / "drafts" / "basics" / "double.py"
    assert draft.read_text().startswith("abc")


async def test_a_broken_step_is_not_the_first_title_for_long(tmp_path: Path) -> None:
    lessons = write_course(tmp_path / "lessons")
    step = lessons / "basics" / "30-double.toml"
    step.write_text(step.read_text().replace("[[check]]", "[[chekc]]"))
    async with opened(tutor_app(tmp_path, start_at="double")) as pilot:
        await pilot.pause()
        app = pilot.app
        assert isinstance(app, TutorApp)
        text = screen_text(app)
        assert "Twice as much" not in text
        assert "The step double cannot be shown." in text


async def test_a_click_before_the_panes_acts_once_they_are_there(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with app.run_test(size=NARROW):
        assert not lesson_screen(app).is_open
        for kind in (events.MouseDown, events.MouseUp):  # as the driver hands them over
            await app.on_event(kind(None, 13, 1, 0, 0, 1, False, False, False, 13, 1))
        await eventually(lambda: lesson_screen(app).is_open, "the panes")
        await eventually(lambda: workspace_of(app).layout_state.pane == "code", "the pane Code")
