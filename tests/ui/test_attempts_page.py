"""Earlier answers: seen with their verdicts, compared with the code, and brought back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.lessons import sound_course
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    with_keys,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.grading.verdict import VerdictKind
from tutor.progress.attempts import Attempt
from tutor.progress.entries import AnswerJudged, digest_of
from tutor.progress.importing import APP_IS_OPEN, KEPT, NotebookImport, read_file
from tutor.progress.journal import Journal
from tutor.progress.kept_attempts import KeptAttempts
from tutor.session.solution_help import BROUGHT_BACK, NONE_KEPT
from tutor.ui.app import TutorApp
from tutor.ui.marks import ASCII
from tutor.ui.screens.attempts_page import (
    LEGEND,
    LEGEND_ALONE,
    SAME_CODE,
    AttemptsPage,
    attempt_rows,
)

SMALL = (60, 16)
NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


def keep(folder: Path, *answers: tuple[VerdictKind, str], step: str = "double") -> None:
    """Keep answers as the app does, each judged a minute after the one before."""
    data = folder / "data"
    journal = Journal(data, now=lambda: NOW)
    for minute, (verdict, program) in enumerate(answers):
        KeptAttempts(data).keep(step, program)
        at = NOW.replace(minute=minute)
        journal.record(AnswerJudged(step=step, verdict=verdict, digest=digest_of(program), at=at))
    journal.close()


def draft(folder: Path, text: str) -> None:
    file = folder / "data" / "drafts" / "basics" / "double.py"
    file.parent.mkdir(parents=True)
    file.write_text(text)


async def open_page(app: TutorApp, pilot: Pilot[None]) -> None:
    await pilot.press("escape", "y")
    await eventually(lambda: isinstance(app.screen, AttemptsPage), "the page")
    await pilot.pause()


@pytest.mark.parametrize("size", [SMALL, NARROW, MEDIUM])
async def test_an_answer_is_seen_compared_and_brought_back_undoably(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    keep(tmp_path, ("reject", "y = 3 * x\nz = 1\n"), ("accept", "y = x + x\nz = 1\n"))
    draft(tmp_path, "y = 7 * x\nz = 1\n")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await open_page(app, pilot)
        text = screen_text(app)
        assert text.index("✓ right") < text.index("✗ not yet")
        assert "- y = 7 * x" in text
        assert "+ y = x + x" in text
        assert LEGEND in text
        await pilot.press("down")
        await pilot.pause()
        assert "+ y = 3 * x" in screen_text(app)
        await pilot.press("c")
        await pilot.pause()
        assert "  y = 3 * x" in screen_text(app)
        assert "y = 7 * x" not in screen_text(app)
        assert LEGEND_ALONE in screen_text(app)
        await pilot.press("enter")
        await eventually(lambda: app.screen is lesson_screen(app), "the end of the page")
        await pilot.pause()
        assert workspace_of(app).layout_state.pane == "code"
        assert workspace_of(app).code.source == "y = 3 * x\nz = 1\n"
        assert lesson_screen(app).session.notice == BROUGHT_BACK
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert workspace_of(app).code.source == "y = 7 * x\nz = 1\n"


async def test_what_is_brought_back_is_saved_and_what_was_there_can_be_typed_on(
    tmp_path: Path,
) -> None:
    keep(tmp_path, ("reject", "y = 3 * x\n"))
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"a=1")
        await open_page(app, pilot)
        assert "a=1" in screen_text(app)
        await pilot.press("enter")
        await pilot.pause()
    file = tmp_path / "data" / "drafts" / "basics" / "double.py"
    assert file.read_text() == "y = 3 * x\n"


async def test_it_begins_at_the_newest_that_is_another_than_the_code(tmp_path: Path) -> None:
    keep(tmp_path, ("reject", "y = 3 * x"), ("reject", "y = 4 * x"))
    draft(tmp_path, "y = 4 * x\n")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await open_page(app, pilot)
        assert "+ y = 3 * x" in screen_text(app)
        await pilot.press("up")
        await pilot.pause()
        assert SAME_CODE in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is lesson_screen(app)
        assert workspace_of(app).code.source == "y = 4 * x\n"


async def test_an_import_meanwhile_can_be_brought_back_and_is_there_on_return(
    tmp_path: Path,
) -> None:
    draft(tmp_path, "y = 4 * x\n")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        notebook = tmp_path / "old.py"
        notebook.write_text("# nntutor: double, your code\ny = x + x\n")
        course, data = sound_course(tmp_path / "lessons"), tmp_path / "data"
        told = list(NotebookImport(course, data, read_file(notebook)).write(str))
        assert told == ["1 draft written.", KEPT, APP_IS_OPEN]
        assert workspace_of(app).code.source == "y = 4 * x\n"
        await open_page(app, pilot)
        assert "+ y = x + x" in screen_text(app)
        await pilot.press("escape", "f8", "escape", "p")
        await eventually(lambda: workspace_of(app).code.source == "y = x + x\n", "the import")


async def test_without_any_it_says_how_one_is_kept(tmp_path: Path) -> None:
    keep(tmp_path, ("reject", "y = 3 * x"), step="square")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "y")
        await eventually(lambda: lesson_screen(app).session.notice == NONE_KEPT, "the words")
        await pilot.pause()
        assert with_keys(NONE_KEPT)[:40] in screen_text(app)


async def test_an_answer_is_there_as_soon_as_it_was_checked(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"y = 1 #", "f4")
        await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")
        await open_page(app, pilot)
        assert "y = 1 #y = ..." in screen_text(app)
        (file,) = (tmp_path / "data" / "answers" / "double").iterdir()
        assert file.read_text().startswith("y = 1 #")


async def test_long_programs_scroll_and_odd_characters_are_seen(tmp_path: Path) -> None:
    program = "\n".join(f"a{n} = '\x1b[31m\u202e{n}'" for n in range(100))
    keep(tmp_path, ("reject", program))
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await open_page(app, pilot)
        assert "a0 = '\ufffd[31m\ufffd0'" in screen_text(app)
        await pilot.press("pagedown", "pagedown")
        await pilot.pause()
        assert "a0 = " not in screen_text(app)
        assert "a25 = " in screen_text(app)


def test_each_verdict_has_a_sign_and_a_word() -> None:
    attempts = [
        Attempt("y = 1", "accept-with-note", at=NOW),
        Attempt("y = 2", "tutor-fault", at=NOW.replace(day=1, hour=20)),
        Attempt("y = 1\ny = 2"),
    ]
    assert attempt_rows(attempts, "y = 2", ASCII, NOW) == [
        "+ right       today, 03:04      1 line differs",
        "! not judged  yesterday, 20:04  as your code is now",
        "! not judged                    1 line differs",
    ]
