"""After a right answer: the learner stays, one way to write it stands beside, and redo is free."""

from __future__ import annotations

from pathlib import Path

import pytest

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
from tutor.grading.verdict import CheckResult, Verdict
from tutor.progress.fold import read_progress
from tutor.ui.app import TutorApp
from tutor.ui.marks import Marks
from tutor.ui.panes.verdict import checks_words

MINE = "y = x + x\n"
REFERENCE = "y = 2 * x"


async def answered(app: TutorApp) -> None:
    """The step is answered rightly, in another way than the reference."""
    workspace_of(app).code.replace_source(MINE)
    await lesson_screen(app).action_command("check")
    await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")


@pytest.mark.parametrize("size", [MEDIUM, WIDE])
async def test_one_way_to_write_it_stands_beside_the_code(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        assert REFERENCE not in screen_text(app)
        await answered(app)
        await eventually(lambda: "Doubling is linear." in screen_text(app), "what comes after")
        await pilot.pause()
        text = screen_text(app)
        assert text.count(REFERENCE) == 1
        assert "y = x + x" in text
        (row,) = [row for row in text.splitlines() if REFERENCE in row]
        assert row.index(REFERENCE) < workspace_of(app).code.region.x


async def test_where_one_pane_is_shown_a_key_shows_it(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2")
        await answered(app)
        await eventually(lambda: "Doubling is linear." in screen_text(app), "what comes after")
        assert "Esc, 3 shows one way to write it." in screen_text(app)
        assert REFERENCE not in screen_text(app)
        await pilot.press("escape", "3")
        await pilot.pause()
        text = screen_text(app)
        assert text.index(REFERENCE) < text.index("Doubling is linear.")
        await pilot.press("escape", "1")
        await pilot.pause()
        assert REFERENCE not in screen_text(app)


async def test_redo_hides_it_and_keeps_the_tick(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await answered(app)
        await pilot.press("escape", "0")
        await pilot.pause()
        state = lesson_screen(app).session
        assert (state.verdict, state.step_done) == (None, True)
        assert "the tick stays" in state.notice
        assert REFERENCE not in screen_text(app)
        assert workspace_of(app).code.source.strip() == "y = ..."
        await pilot.press("f4")
        await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")
        assert lesson_screen(app).session.step_done
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert workspace_of(app).code.source == MINE
        await pilot.press("f8")
        await pilot.pause()
        step = lesson_screen(app).session.step
        assert step is not None
        assert step.id == "square"


async def test_all_hints_and_a_solution_can_be_read_and_count_for_nothing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2")
        await answered(app)
        await pilot.press("f2")
        await eventually(lambda: "Two times x." in screen_text(app), "all hints")
        text = screen_text(app)
        assert "Hint 1 of 2. Use the sign *." in text
        assert "one solution" in text
        assert REFERENCE in text
        assert "none of it counts" in text
        session = lesson_screen(app).session
        assert (session.hints, session.help.level) == (0, "")
        await pilot.press("escape", "2")
        await pilot.pause()
        assert workspace_of(app).code.source == MINE
    progress, _ = read_progress(tmp_path / "data")
    assert progress.hints == {}
    assert progress.solutions == {}


async def test_what_was_begun_again_gives_its_help_bit_by_bit(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2")
        await answered(app)
        await pilot.press("escape", "0", "f2")
        await eventually(lambda: "Hint 1 of 2." in screen_text(app), "the first hint")
        await pilot.press("escape", "8")
        await pilot.pause()
        assert "Hint 2 of 2." not in screen_text(app)
        assert REFERENCE not in screen_text(app)


async def test_the_help_of_a_done_step_only_offers_to_put_the_solution_in(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2")
        await answered(app)
        await pilot.press("escape", "l")
        await pilot.pause()
        text = screen_text(app)
        assert "Replace your code with this solution?" in text
        assert "Show" not in text.split("Help with this step")[1]
        await pilot.press("enter")
        await eventually(lambda: workspace_of(app).code.source == f"{REFERENCE}\n", "the solution")
    progress, _ = read_progress(tmp_path / "data")
    assert progress.solutions == {}
    assert progress.helped == frozenset()


def test_the_list_of_checks_does_not_say_the_message_again() -> None:
    missed = CheckResult("y", passed=False, message="`y` is off: you got 3.")
    other = CheckResult("z", passed=False, message="`z` does not exist.")
    verdict = Verdict(
        "reject", message="`y` is off: you got 3. It should be 6.", checks=(missed, other)
    )
    words = checks_words(verdict, Marks()).plain
    assert "you got 3" not in words
    assert "z does not exist." in words
