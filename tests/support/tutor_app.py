"""The app with a small course of its own and a fake client, in a folder of the test."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from textual.pilot import Pilot

from tests.support.fake_client import FakeClient
from tests.support.wait import eventually
from tutor.config import Config
from tutor.paths import Places
from tutor.progress.own_files import OpenedProgram
from tutor.ui.app import TutorApp
from tutor.ui.marks import marks_of
from tutor.ui.pane import Pane
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.workspace import Workspace
from tutor.ui.widgets.choices import Choices

AnyPane = TypeVar("AnyPane", bound=Pane)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""The time in the app."""

NARROW = (80, 24)
MEDIUM = (120, 35)
WIDE = (200, 50)

TO_START = "ctrl+home"
"""The key that leads from the blank at which a step begins to the start of its code."""

READ = '''
id = "read-me"
kind = "read"
title = "What a network does"
section = "1.1"
text = """
A network turns numbers into numbers.

First paragraph of the lesson.
"""
'''

QUIZ = """
id = "ask-me"
kind = "quiz"
mode = "one"
title = "Which one is it?"
section = "1.2"
text = "One of these is right."
hints = ["It is not the first."]
after = "The second one it was."

[[option]]
text = "The first."
why = "The first is wrong."

[[option]]
text = "The second."
correct = true
why = "It comes after the first."
"""

DOUBLE = '''
id = "double"
kind = "code"
title = "Twice as much"
section = "1.3"
text = "Store twice `x` as `y`."
given = """
x = 3
"""
scaffold = """
y = ...
"""
solution = """
y = 2 * x
"""
hints = ["Use the sign `*`.", "Two times `x`."]
after = "Doubling is linear."

[[check]]
same = "y"

[[vary]]
given.x = "5"
'''

SQUARE = (
    DOUBLE.replace("double", "square")
    .replace("Twice as much", "Times itself")
    .replace("1.3", "1.4")
    .replace("2 * x", "x * x")
    .replace("twice `x`", "`x` times `x`")
    .replace("Doubling is linear.", "A square is not linear.")
)

LAST = (
    DOUBLE.replace("double", "last-one").replace("Twice as much", "The end").replace("1.3", "1.5")
)

STEPS = {
    "10-read-me": READ,
    "20-ask-me": QUIZ,
    "30-double": DOUBLE,
    "40-square": SQUARE,
    "50-last-one": LAST,
}


def write_course(folder: Path, steps: dict[str, str] | None = None) -> Path:
    """Write a course of one lesson into the folder, and return the folder.

    `steps` maps names of step files to their texts; None stands for `STEPS`.
    """
    lesson = folder / "basics"
    lesson.mkdir(parents=True, exist_ok=True)
    (folder / "course.toml").write_text(
        'format = 1\ntitle = "A small course"\norder = ["basics"]\nprelude = ""\n'
    )
    (lesson / "lesson.toml").write_text('format = 1\ntitle = "Basics"\n')
    for name, text in (STEPS if steps is None else steps).items():
        (lesson / f"{name}.toml").write_text(text)
    return folder


def add_lesson(course: Path, head: str, steps: dict[str, str]) -> None:
    """Add the lesson `more` to a course of `write_course`, with these lines in its lesson.toml."""
    file = course / "course.toml"
    file.write_text(file.read_text().replace('["basics"]', '["basics", "more"]'))
    folder = course / "more"
    folder.mkdir()
    (folder / "lesson.toml").write_text(f'format = 1\ntitle = "More"\n{head}\n')
    for name, text in steps.items():
        (folder / f"{name}.toml").write_text(text)


def tutor_app(
    folder: Path,
    *,
    client: FakeClient | None = None,
    config: Config | None = None,
    problems: Sequence[str] = (),
    start_at: str | None = None,
    own: OpenedProgram | None = None,
    review: bool = False,
) -> TutorApp:
    """Return an app with course and data in the folder; write the course if there is none."""
    lessons = folder / "lessons"
    if not lessons.exists():
        write_course(lessons)
    return TutorApp(
        places=Places(lessons, folder / "images", folder / "data", folder / "config.toml"),
        config=config or Config(),
        problems=problems,
        client=client or FakeClient(),
        start_at=start_at,
        own=own,
        review=review,
        now=lambda: NOW,
    )


def with_keys(text: str) -> str:
    """Return the text as a learner with the default keys sees it."""
    return marks_of("unicode").fill(text)


def lesson_screen(app: TutorApp) -> LessonScreen:
    """Return the lesson screen, which is the lowest of the app."""
    screen = app.screen_stack[0]
    assert isinstance(screen, LessonScreen)
    return screen


def workspace_of(app: TutorApp) -> Workspace:
    """Return the workspace of the lesson screen; there must be a step."""
    workspace = lesson_screen(app).workspace
    assert workspace is not None
    return workspace


def pane_of(app: TutorApp, kind: type[AnyPane]) -> AnyPane:
    """Return the pane of that class; there must be a step."""
    (pane,) = (pane for pane in workspace_of(app).panes.values() if isinstance(pane, kind))
    return pane


@asynccontextmanager
async def opened(app: TutorApp, size: tuple[int, int] = NARROW) -> AsyncIterator[Pilot[None]]:
    """Run the app, leave the start screen with Enter, and yield once the step is drawn."""
    async with app.run_test(size=size) as pilot:
        await eventually(lambda: _is_whole(lesson_screen(app)), "a step on screen")
        if lesson_screen(app).start is not None:
            await pilot.press("enter")
        await pilot.pause()
        yield pilot


async def say_of(app: TutorApp, pilot: Pilot[None], statement: str, key: str = "") -> None:
    """Go to the statement, wherever it stands, and press `key` there.

    Without a key, press the statement's number, which chooses it.
    """
    workspace = workspace_of(app)
    pane = workspace.panes["predict" if workspace.layout_state.kind == "predict" else "quiz"]
    choices = pane.query_one(Choices)
    choices.focus()
    place = choices.statements.index(statement)
    await pilot.press("home", *["down"] * place, key or str(place + 1))
    await pilot.pause()


def _is_whole(screen: LessonScreen) -> bool:
    known = screen.is_open and (screen.session.is_whole or screen.tutor.own_file is not None)
    return known and (screen.workspace is None or screen.workspace.is_whole)


def screen_text(app: TutorApp) -> str:
    """Return the visible text of the app's screen, row by row."""
    strips = app.screen._compositor.render_strips(app.size)  # a third of the time of a picture
    return "\n".join(strip.text.rstrip() for strip in strips).replace("\u00a0", " ")


def text_of_picture(svg: str) -> str:
    """Return the visible text in an SVG picture of a screen, row by row."""
    cells: dict[int, dict[int, str]] = {}
    for x, y, text in _TEXT.findall(svg):
        column = round(float(x) / _CELL)
        cells.setdefault(round(float(y)), {})[column] = html.unescape(text)
    return "\n".join(_row(cells[y]) for y in sorted(cells)).replace("\u00a0", " ")


_TEXT = re.compile(r'<text class="[^"]*-r\d+" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>')
_CELL = 12.2
"""Width of a cell in the SVG picture."""


def _row(pieces: dict[int, str]) -> str:
    row = ""
    for column in sorted(pieces):
        row = row.ljust(column) + pieces[column].rstrip("\n")
    return row.rstrip()
