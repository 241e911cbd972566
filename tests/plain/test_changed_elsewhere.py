"""The code of a step is changed by the app or `nntutor watch` while plain mode is at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.plain_mode import Listener, listening
from tutor.plain.editing import CHANGED_MEANWHILE, KEPT, NOT_DONE
from tutor.progress.drafts import Drafts
from tutor.progress.own_files import open_program

THEIRS = "y = 9  # theirs\n"


def changed_elsewhere(folder: Path, text: str = THEIRS) -> None:
    """Have another app write the draft."""
    drafts = Drafts(folder / "data")
    drafts.load("basics", "double")
    drafts.save("basics", "double", text)


def all_drafts(folder: Path) -> set[str]:
    """The texts of the draft, of what was set aside and of what was kept for the step."""
    files = [*(folder / "data" / "drafts").rglob("double*.py")]
    files += (folder / "data" / "edited").glob("double*.py")
    return {file.read_text() for file in files}


async def saved(learner: Listener) -> None:
    await learner.desk.session.drafts.save_and_wait()


@pytest.mark.parametrize("command", ["set 1 y = 1", "reset", "write", "delete 1", "edit"])
async def test_what_another_program_wrote_is_told_before_it_is_changed(
    tmp_path: Path, command: str
) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("add y = 2")
        await saved(learner)
        changed_elsewhere(tmp_path)
        assert await learner.types(command) == [CHANGED_MEANWHILE, NOT_DONE]
        assert learner.desk.source == THEIRS
        assert await learner.types("code 1") == ["Line 1: y = 9  # theirs"]
        assert await learner.types("set 1 y = 1") == ["Line 1 is now: y = 1"]
        assert (await learner.types("undo"))[0] == "Undone. Changed: line 1."
        assert learner.desk.source == THEIRS


async def test_it_may_be_changed_once_it_was_heard(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        changed_elsewhere(tmp_path)
        assert await learner.types("code") == ["Code: 1 line.", "Line 1: y = 9  # theirs"]
        assert await learner.types("set 1 y = 1") == ["Line 1 is now: y = 1"]


async def test_nothing_is_lost_of_what_both_wrote_at_a_time(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("write", "y = 7")
        changed_elsewhere(tmp_path)
        file = tmp_path / "data" / "edited" / "double.py"
        assert await learner.types(".") == [
            CHANGED_MEANWHILE,
            KEPT.format(file=file),
            "Written: 1 line.",
        ]
        await saved(learner)
        assert Drafts(tmp_path / "data").load("basics", "double").text == "y = 7"  # type: ignore[union-attr]
        assert THEIRS in all_drafts(tmp_path)


async def test_what_comes_between_writing_and_saving_is_set_aside(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("write", "y = 7", ".")
        changed_elsewhere(tmp_path)
        await saved(learner)
        assert all_drafts(tmp_path) == {"y = 7", THEIRS}
        heard = await learner.types("where")
        assert any(line.startswith("Note: Another program had changed") for line in heard)


async def test_without_a_place_to_keep_it_undo_has_it(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("write", "y = 7")
        changed_elsewhere(tmp_path)
        (tmp_path / "data" / "edited").write_text("in the way")
        heard = await learner.types(".")
        assert heard[-2:] == ["Type undo to have it back.", "Written: 1 line."]
        await learner.types("undo")
        assert learner.desk.source == THEIRS


async def test_a_program_of_ones_own_stays_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("a = 1\n")
    own = open_program(tmp_path / "data", file)
    async with listening(tmp_path, own=own) as learner:
        assert (await learner.types("set 1 a = 2", "save"))[0].startswith("Note: Written to ")
        assert await learner.types("code") == ["Code: 1 line.", "Line 1: a = 2"]
        await learner.types("add b = 3", "save")
        assert file.read_text() == "a = 2\nb = 3\n"
        await learner.types("set 1 a = 5", "reset")
        assert await learner.types("code raw") == ["a = 2", "b = 3"]
        assert (await learner.types("undo"))[1:] == ["Line 1: a = 5"]
