"""Nothing typed is lost, and the next start opens at the exact place."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import TextArea

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
)
from tests.support.wait import DEADLINE, eventually
from tutor.progress import drafts
from tutor.progress.compact import MERGE_FROM
from tutor.progress.durable_files import host
from tutor.progress.fold import read_progress
from tutor.ui.app import TutorApp
from tutor.ui.screens.choice_dialog import ChoiceDialog

LONG = "\n".join(f"line_{n} = {n}" for n in range(60)) + "\n"


def draft(folder: Path, step: str) -> Path:
    return folder / "data" / "drafts" / "basics" / f"{step}.py"


async def test_what_is_typed_is_on_the_disk_soon_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_seen = threading.Event()  # the disk takes its time, so that a busy machine has some as well
    monkeypatch.setattr(drafts, "sync_file", lambda file: is_seen.wait(DEADLINE))
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"a=1")
        await pilot.pause()
        assert "saving" in screen_text(app)
        is_seen.set()
        await eventually(lambda: draft(tmp_path, "double").exists(), "the draft")
        await eventually(lambda: not lesson_screen(app).session.unsaved, "the word saved")
        await pilot.pause()
        assert "✓ saved" in screen_text(app)
        assert draft(tmp_path, "double").read_text().startswith("a=1")


@pytest.mark.parametrize("keys", [("f8",), ("f5",), ("f4",), ("ctrl+q",)])
async def test_it_is_saved_before_anything_happens_to_it(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"b#", *keys)
        await eventually(lambda: draft(tmp_path, "double").exists(), "the draft")
    assert draft(tmp_path, "double").read_text().startswith("b#")


@pytest.mark.parametrize("key", ["f8", "f5", "f4", "ctrl+q"])
async def test_keys_that_arrive_together_with_another_are_taken_in_first(
    tmp_path: Path, key: str
) -> None:
    """As over a slow line: the editor is busy while all of them arrive."""
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.pause()
        free = asyncio.Event()
        workspace_of(app).code.editor.call_later(free.wait)
        asyncio.get_running_loop().call_later(0.1, free.set)
        for each in (*"y=6#", key):
            character = each if len(each) == 1 else None
            app.post_message(events.Key(each, character))
        await eventually(lambda: draft(tmp_path, "double").exists(), "the draft")
        if key in ("f5", "f4"):
            await eventually(lambda: client.commands, "the run")
            assert client.commands[0].program.source.startswith("y=6#")
    assert draft(tmp_path, "double").read_text().startswith("y=6#")


async def test_keys_that_arrive_together_act_in_the_order_of_typing(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.pause()
        burst = ["end", *["backspace"] * 3, *"4x", "home", "z", "down", *"q=1", "up", "w", "delete"]
        for each in burst:
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await eventually(lambda: "q" in workspace_of(app).code.source, "the last line")
        await pilot.pause()
        assert workspace_of(app).code.source == "zy w 4x\nq=1"


async def test_a_letter_that_comes_right_after_escape_is_not_typed(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"m=1")
        await pilot.pause()
        for each in ("escape", "0", "z"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await eventually(lambda: "z" in workspace_of(app).code.source, "the letter after them")
        assert workspace_of(app).code.source == "y =z ...\n"


async def test_what_is_typed_right_after_going_to_the_code_ends_up_in_it(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        for each in ("f6", TO_START, *"x=1#"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await eventually(lambda: "#" in workspace_of(app).code.source, "what was typed")
        await pilot.pause()
        assert workspace_of(app).code.source == "x=1#y = ...\n"
        assert app.focused is workspace_of(app).code.editor


async def test_a_choice_and_a_check_that_arrive_together_are_one_answer(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="ask-me")
    async with opened(app, MEDIUM) as pilot:
        for each in ("1", "f4"):
            app.post_message(events.Key(each, each if len(each) == 1 else None))
        await eventually(lambda: lesson_screen(app).session.verdict, "the verdict")
        verdict = lesson_screen(app).session.verdict
        assert verdict is not None
        assert verdict.kind != "not-attempted"
        await pilot.pause()


async def test_what_the_editor_holds_is_kept_though_its_message_never_came(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START)
        with app.prevent(TextArea.Changed):
            workspace_of(app).code.editor.insert("z=9#", (0, 0))
        app.save_now()
        assert draft(tmp_path, "double").read_text().startswith("z=9#")
        with app.prevent(TextArea.Changed):
            workspace_of(app).code.editor.insert("!", (0, 4))
    assert draft(tmp_path, "double").read_text().startswith("z=9#!")


async def test_what_is_typed_is_saved_though_its_message_waits(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app):
        editor = workspace_of(app).code.editor
        with editor.prevent(TextArea.Changed):  # as behind many keys on a busy machine
            editor.insert("a=1\n", (0, 0))
        await eventually(lambda: draft(tmp_path, "double").exists(), "the draft")
        assert draft(tmp_path, "double").read_text().startswith("a=1")


@pytest.mark.parametrize("size", [(30, 8), (59, 40), (90, 3), (5, 2)])
async def test_what_is_typed_while_the_terminal_is_too_small_is_kept(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.resize_terminal(*size)
        await pilot.press(*"a=1", "enter")
        await pilot.pause()
        assert "a=1" not in screen_text(app)
        await pilot.resize_terminal(*NARROW)
        await pilot.press("b")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("a=1\nb")
        assert "a=1" in screen_text(app)


async def test_a_change_told_late_does_not_reach_the_draft_of_the_next_step(
    tmp_path: Path,
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START)
        workspace_of(app).code.editor.insert("late#", (0, 0))
        await lesson_screen(app).action_command("next_step")
        await pilot.pause()
        assert workspace_of(app).code.source == "y = ...\n"
    assert draft(tmp_path, "double").read_text().startswith("late#")
    assert not draft(tmp_path, "square").exists()


async def test_the_drafts_of_two_steps_left_quickly_are_both_kept(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"fi#", "f8")
        await pilot.press("escape", "2", TO_START, *"se#", "shift+f8")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("fi#")
        await pilot.press("f8")
        await pilot.pause()
        assert workspace_of(app).code.source.startswith("se#")
    assert draft(tmp_path, "double").read_text().startswith("fi#")
    assert draft(tmp_path, "square").read_text().startswith("se#")


async def test_a_step_that_was_only_looked_at_leaves_no_draft(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "right", "f8")
        await pilot.pause()
    assert not draft(tmp_path, "double").exists()


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_the_next_start_opens_at_the_exact_place(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    draft(tmp_path, "square").parent.mkdir(parents=True)
    draft(tmp_path, "square").write_text(LONG)
    app = tutor_app(tmp_path, start_at="square")
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", TO_START)
        await pilot.press("pagedown", "pagedown", "right", "right", "up")
        await pilot.pause()
        before = lesson_screen(app).place()
        await pilot.press("ctrl+q")
    again = tutor_app(tmp_path)
    async with opened(again, size) as pilot:
        await eventually(lambda: lesson_screen(again).place() == before, f"the place {before}")
        await pilot.pause()
        assert again.focused is workspace_of(again).code.editor
        assert before is not None
        assert before.row > 20
        assert before.column == 2
        assert before.scroll > 0


@pytest.mark.parametrize("size", [NARROW, MEDIUM], ids=str)
@pytest.mark.parametrize("pane", ["hints", "tensors", "verdict"])
async def test_the_next_start_opens_in_a_pane_that_is_mounted_late(
    tmp_path: Path, pane: str, size: tuple[int, int]
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        number = workspace_of(app).layout_state.names.index(pane) + 1
        await pilot.press("escape", str(number))
        await eventually(lambda: workspace_of(app).panes[pane].has_focus_within, "the pane")
        await pilot.press("ctrl+q")
    again = tutor_app(tmp_path)
    async with opened(again, size):
        await eventually(lambda: workspace_of(again).layout_state.pane == pane, "the same pane")
        await eventually(lambda: workspace_of(again).panes[pane].has_focus_within, "its focus")


async def test_how_far_the_text_was_scrolled_is_kept(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    step = tmp_path / "lessons" / "basics" / "10-read-me.toml"
    paragraphs = "\n\n".join(f"Paragraph {n}." for n in range(60))
    step.write_text(step.read_text().replace("First paragraph of the lesson.", paragraphs))
    async with opened(app) as pilot:
        await pilot.press("pagedown", "pagedown")
        await eventually(lambda: workspace_of(app).lesson.reading_row > 20, "two pages down")
        row = workspace_of(app).lesson.reading_row
        await pilot.press("ctrl+q")
    again = tutor_app(tmp_path)
    async with opened(again):
        await eventually(lambda: workspace_of(again).lesson.reading_row == row, "the same row")


async def test_hints_that_were_shown_are_shown_again(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f2", "f2", "f2")
        await pilot.pause()
        text = screen_text(app)
        assert "Hint 2 of 2." in text
        assert "These are all the hints." in text
        await pilot.press("ctrl+q")
    assert read_progress(tmp_path / "data")[0].hints == {"double": 2}
    again = tutor_app(tmp_path)
    async with opened(again) as pilot:
        assert lesson_screen(again).session.hints == 2


async def test_ticks_are_there_after_a_restart(tmp_path: Path) -> None:
    app = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "ctrl+q")
    again = tutor_app(tmp_path)
    async with opened(again) as pilot:
        step = lesson_screen(again).session.step
        assert step is not None
        assert step.id == "ask-me"
        await pilot.press("shift+f8")
        await pilot.pause()
        assert "✓ done" in screen_text(again)


async def test_another_program_that_changed_the_draft_is_told(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"mine#", "f5")
        await eventually(lambda: draft(tmp_path, "double").exists(), "the draft")
        draft(tmp_path, "double").write_text("theirs = 2\n")
        await pilot.press("x", "f5")
        await eventually(lambda: "Another program" in screen_text(app), "the sentence")
    kept = {path.read_text()[:6] for path in draft(tmp_path, "double").parent.glob("*.py")}
    assert kept == {"xmine#", "theirs"} or kept == {"mine#x", "theirs"}


async def test_a_save_that_fails_is_said_until_it_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "data" / "drafts"
    blocked.parent.mkdir()
    blocked.write_text("a file where a folder should be")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"a=1")
        await eventually(lambda: "not saved" in screen_text(app), "the problem")
        blocked.unlink()
        await eventually(lambda: draft(tmp_path, "double").exists(), "a later save")
        await eventually(lambda: "✓ saved" in screen_text(app), "the word saved")


async def test_an_exception_in_a_handler_does_not_cost_the_draft(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")

    def fall_over() -> None:
        raise RuntimeError("a bug of ours")

    async def use() -> None:
        async with opened(app) as pilot:
            await pilot.press("escape", "2", TO_START, *"p=1")
            app.call_later(fall_over)
            await pilot.pause()

    with pytest.raises(RuntimeError, match="a bug of ours"):
        await use()
    assert draft(tmp_path, "double").read_text().startswith("p=1")


async def test_a_step_named_on_the_command_line_wins_over_the_last_place(tmp_path: Path) -> None:
    app: TutorApp = tutor_app(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f8", "ctrl+q")
    again = tutor_app(tmp_path, start_at="square")
    async with opened(again):
        step = lesson_screen(again).session.step
        assert step is not None
        assert step.id == "square"


async def test_journals_of_ended_apps_are_merged_once_the_app_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "journal"
    folder.mkdir(parents=True)
    for number in range(MERGE_FROM):
        path = folder / f"202001{number + 1:02}T120000Z-{host()}-4194305.jsonl"
        path.write_text('{"v":1,"kind":"step-read","at":"2020-01-01T12:00:00Z","step":"read-me"}\n')
        os.utime(path, (0, 0))
    app = tutor_app(tmp_path)
    async with opened(app):
        await eventually(lambda: len(list(folder.iterdir())) <= 2, "one merged file, and its own")
        assert lesson_screen(app).session.done == {"read-me"}


@asynccontextmanager
async def asked_to_leave(folder: Path) -> AsyncIterator[tuple[TutorApp, Pilot[None]]]:
    """The app with code that cannot be saved, once it has asked whether to leave that."""
    (folder / "data").mkdir()
    (folder / "data" / "drafts").write_text("no folder")
    app = tutor_app(folder, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"a=1", "ctrl+q")
        await eventually(lambda: isinstance(app.screen, ChoiceDialog), "the question")
        yield app, pilot
        await eventually(lambda: not app.is_running, "the end")


async def test_code_that_cannot_be_saved_is_not_left_without_a_question(tmp_path: Path) -> None:
    async with asked_to_leave(tmp_path) as (app, pilot):
        await eventually(lambda: "Your code is not saved" in screen_text(app), "its words")
        for key in ("escape", "enter"):  # the first choice is to stay
            await pilot.press(key)
            await eventually(lambda: not isinstance(app.screen, ChoiceDialog), "its end")
            assert workspace_of(app).code.source.startswith("a=1")
            await pilot.press("ctrl+q")
            await eventually(lambda: isinstance(app.screen, ChoiceDialog), "the question again")
        assert app.is_running
        await pilot.press("down", "enter")


async def test_whoever_wants_to_leave_twice_leaves(tmp_path: Path) -> None:
    async with asked_to_leave(tmp_path) as (_, pilot):
        await pilot.press("ctrl+q")
