"""The learner's own editor: its file, what comes back, and what may go wrong."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot

from tests.support.tutor_app import TO_START, lesson_screen, opened, tutor_app, workspace_of
from tests.support.wait import eventually
from tutor.session.outside_editing import (
    CODE_UNCHANGED,
    FOLDER,
    NO_EDITOR,
    NO_SUSPEND,
    extract_buffer,
    make_page,
)
from tutor.session.store import Autosaver
from tutor.ui.app import TutorApp

LINES = st.lists(
    st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126)), max_size=6
)


@given(LINES, LINES)
def test_what_was_not_edited_comes_back_as_it_was(givens: list[str], source: list[str]) -> None:
    text = "\n".join(source)
    whole = make_page("\n".join(givens), text)
    assert extract_buffer(whole.text, whole.mark) == text


def test_the_givens_stand_above_as_comments() -> None:
    whole = make_page("x = 3\n\nz = 4\n", "y = ...\n")
    *block, last = whole.text.splitlines()
    assert last == "y = ..."
    assert block[1:4] == ["#: x = 3", "#:", "#: z = 4"]
    assert whole.height == len(block) == 5


def test_without_givens_there_is_no_block() -> None:
    assert make_page("\n", "y = 1\n").text == "y = 1\n"


def test_lines_written_around_the_block_are_kept() -> None:
    top, *block = make_page("x = 3\nz = 4", "").text.splitlines()
    edited = "\n".join(["import math", top, "y = 1", *reversed(block), "# mine", "  #: x = 5"])
    assert extract_buffer(edited, "#:") == "import math\ny = 1\n# mine"


def test_a_comment_of_the_learner_that_looks_like_the_block_is_kept() -> None:
    source = "#: mine\ny = 1"
    whole = make_page("x = 3", source)
    assert extract_buffer(whole.text, whole.mark) == source


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that is set as the editor; the test writes what it does."""
    script = tmp_path / "my-editor"
    monkeypatch.setenv("EDITOR", str(script))
    monkeypatch.delenv("VISUAL", raising=False)
    return script


def does(script: Path, lines: str) -> None:
    script.write_text(f"#!/bin/sh\n{lines}\n")
    script.chmod(0o755)


def lend(app: TutorApp, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lets an app without a terminal lend one; tells when it did."""
    told: list[str] = []

    @contextmanager
    def suspend() -> Iterator[None]:
        told.append("suspended")
        yield
        told.append("resumed")

    monkeypatch.setattr(app, "suspend", suspend)
    return told


async def edit(app: TutorApp, pilot: Pilot[None], *keys: str) -> str:
    """Goes to the editor, presses the keys, then F3; what is said afterwards."""
    await pilot.press("escape", "2", *keys, "f3")
    await eventually(lambda: lesson_screen(app).session.notice, "something said")
    await pilot.pause()
    return lesson_screen(app).session.notice


def kept_files(folder: Path) -> list[Path]:
    return sorted((folder / "data" / FOLDER).glob("*"))


async def test_what_was_written_there_is_one_undoable_edit(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    does(editor, f'cp "$1" {seen}\necho "z = 5" >> "$1"')
    app = tutor_app(tmp_path, start_at="double")
    told = lend(app, monkeypatch)
    async with opened(app) as pilot:
        before = "ab" + workspace_of(app).code.source
        notice = await edit(app, pilot, TO_START, "a", "b")
        assert told == ["suspended", "resumed"]
        assert "my-editor" in notice
        assert seen.read_text().startswith("#: ")
        assert "#: x = 3\n" in seen.read_text()
        assert seen.read_text().endswith(before)
        assert workspace_of(app).code.source == before + "z = 5\n"
        assert workspace_of(app).code.editor.cursor_location == (0, 2)
        assert app.focused is workspace_of(app).code.editor
        assert kept_files(tmp_path) == []
        await pilot.press("ctrl+z")
        assert workspace_of(app).code.source == before


async def test_the_draft_is_on_the_disk_before_the_editor_begins(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = tmp_path / "data" / "drafts" / "basics" / "double.py"
    does(editor, f"cp {draft} {tmp_path}/draft")
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        assert "changed nothing" in await edit(app, pilot, TO_START, "q")
        assert (tmp_path / "draft").read_text().startswith("q")


async def test_a_step_that_is_left_before_the_editor_begins_is_not_edited(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = asyncio.Event()

    async def save_and_wait(_drafts: Autosaver) -> None:
        await saved.wait()

    does(editor, "exit 0")
    app = tutor_app(tmp_path, start_at="double")
    told = lend(app, monkeypatch)
    async with opened(app) as pilot:
        monkeypatch.setattr(Autosaver, "save_and_wait", save_and_wait)
        step = lesson_screen(app).session.step
        await pilot.press("escape", "2", "f3", "f8")
        await eventually(lambda: lesson_screen(app).session.step != step, "the next step")
        saved.set()
        await pilot.pause()
        assert (told, kept_files(tmp_path)) == ([], [])


async def test_the_first_row_on_screen_stays(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    does(editor, 'echo "z = 5" >> "$1"')
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        code = workspace_of(app).code
        await pilot.press("escape", "2")
        code.editor.reset_to("\n".join(f"a{n} = {n}" for n in range(60)) + "\n")
        code.return_to(30, 2, 25)
        await pilot.pause()
        await edit(app, pilot)
        await eventually(lambda: code.editor.first_row == 25, "the same first row")
        assert code.editor.cursor_location == (30, 2)


@pytest.mark.parametrize(
    ("script", "said", "keeps"),
    [
        ("exit 3", "my-editor failed", False),
        ('echo "z = 5" >> "$1"; exit 1', "my-editor failed", True),
        ('printf \'y = "\\377"\' > "$1"', "not UTF-8", True),
        ("head -c 50000 /dev/zero | tr '\\0' 'a' > \"$1\"", "too long", True),
        ('rm "$1"', "cannot be read", False),
    ],
)
async def test_whatever_goes_wrong_is_said_and_nothing_is_lost(
    tmp_path: Path,
    editor: Path,
    monkeypatch: pytest.MonkeyPatch,
    script: str,
    said: str,
    keeps: bool,
) -> None:
    does(editor, script)
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        before = workspace_of(app).code.source
        notice = await edit(app, pilot)
        assert said in notice
        assert CODE_UNCHANGED in notice
        assert workspace_of(app).code.source == before
        assert bool(kept_files(tmp_path)) == keeps
        assert all(str(file) in notice for file in kept_files(tmp_path))


async def test_a_file_that_was_kept_is_not_written_over(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data" / FOLDER).mkdir(parents=True)
    (tmp_path / "data" / FOLDER / "double.py").write_text("precious")
    does(editor, 'echo more >> "$1"; exit 1')
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        assert "double-2.py" in await edit(app, pilot)
        assert kept_files(tmp_path)[1].read_text() == "precious"


async def test_a_missing_editor_is_told(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        notice = await edit(app, pilot)
        assert f"EDITOR names {editor}, and there is no such program." in notice
        assert "export EDITOR=" in notice
        assert CODE_UNCHANGED in notice
        assert not app.is_lent
        assert kept_files(tmp_path) == []


@pytest.mark.parametrize(("value", "said"), [("", NO_EDITOR), ("'", "cannot be read")])
async def test_no_editor_or_one_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, said: str
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", value)
    monkeypatch.setenv("PATH", str(tmp_path))
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        assert said in await edit(app, pilot)


async def test_without_a_variable_the_usual_editor_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    does(tmp_path / "nano", 'echo "y = 9" > "$2"')
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        assert "Your text from nano is here." in await edit(app, pilot)
        assert workspace_of(app).code.source == "y = 9\n"


async def test_where_no_terminal_can_be_lent_that_is_told(tmp_path: Path, editor: Path) -> None:
    does(editor, "exit 0")
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        assert await edit(app, pilot) == NO_SUSPEND
        assert kept_files(tmp_path) == []


async def test_nothing_is_drawn_while_the_terminal_is_lent(
    tmp_path: Path, editor: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    does(editor, f"read line < {gate}")
    app = tutor_app(tmp_path, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        await pilot.press("escape", "2", "f3")
        await eventually(lambda: app.is_lent, "the editor at work")
        sent: list[object] = []

        def note(_: TutorApp, update: object, console: object) -> str:
            sent.append(update)
            return ""

        monkeypatch.setattr(type(app), "render_update", note)
        app.refresh()
        await pilot.pause()
        assert sent == []
        gate.write_text("go\n")
        await eventually(lambda: lesson_screen(app).session.notice, "the editor's end")
