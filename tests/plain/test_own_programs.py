"""Programs of one's own in plain mode: edits go on from what was typed, saved or put back."""

from __future__ import annotations

from pathlib import Path

from tests.support.plain_mode import listening
from tutor.plain.main_thread import close_desk
from tutor.progress.own_files import OpenedProgram, open_program

PROGRAM = "a = 1\nb = 2\nc = 3\n"


def opened(folder: Path) -> tuple[Path, OpenedProgram]:
    """A file with a program, and the program that is opened from it."""
    file = folder / "my.py"
    file.write_text(PROGRAM)
    return file, open_program(folder / "data", file)


async def test_an_edit_after_a_save_goes_on_from_what_was_saved(tmp_path: Path) -> None:
    file, own = opened(tmp_path)
    async with listening(tmp_path, own=own) as learner:
        await learner.types("set 1 a = 100", "save")
        assert file.read_text() == "a = 100\nb = 2\nc = 3\n"
        assert "Line 1: a = 100" in await learner.types("code")
        await learner.types("set 2 b = 200", "save")
        assert file.read_text() == "a = 100\nb = 200\nc = 3\n"
        assert await learner.types("undo") == ["Undone. Changed: line 2.", "Line 2: b = 2"]


async def test_it_has_no_task(tmp_path: Path) -> None:
    _, own = opened(tmp_path)
    async with listening(tmp_path, own=own) as learner:
        assert await learner.types("task") == [
            "Task: none, this is a program of your own. Type code to hear it, and run to run it."
        ]


async def test_there_is_no_step_before_or_after_it(tmp_path: Path) -> None:
    _, own = opened(tmp_path)
    async with listening(tmp_path, own=own) as learner:
        for command, side in (("back", "before"), ("next", "after")):
            assert await learner.types(command) == [
                f"This is a program of your own: there is no step {side} it."
            ]


async def test_reset_puts_back_what_the_file_holds_now(tmp_path: Path) -> None:
    file, own = opened(tmp_path)
    async with listening(tmp_path, own=own) as learner:
        await learner.types("set 1 a = 100", "save", "set 2 b = 5", "reset")
        assert learner.desk.source == "a = 100\nb = 2\nc = 3\n"
        assert not learner.desk.state.unwritten
        await learner.types("undo")
        assert learner.desk.source == "a = 100\nb = 5\nc = 3\n"
        file.write_text("d = 4\n")
        await learner.types("reset")
        assert learner.desk.source == "d = 4\n"


async def test_leaving_says_that_the_file_is_not_written(tmp_path: Path) -> None:
    file, own = opened(tmp_path)
    async with listening(tmp_path, own=own) as learner:
        await learner.types("set 1 a = 100")
        await close_desk(learner.desk)
        assert learner.heard[-2:] == [
            "Saved, and left.",
            "The file my.py is unchanged: your text that is not in it is saved as a draft.",
        ]
    assert file.read_text() == PROGRAM
    assert open_program(tmp_path / "data", file).restored
