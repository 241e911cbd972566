"""The whole output in the learner's pager, and the words on where it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_app import lesson_screen, opened, screen_text, tutor_app
from tests.support.wait import eventually
from tests.ui.test_external_editor import does, lend
from tutor.client.transcript import TranscriptExcerpt
from tutor.session.outside_editing import UserProgram, file_sentences
from tutor.ui.app import TutorApp
from tutor.ui.screens.outside_programs import NOTHING_PRINTED
from tutor.ui.screens.pager import find_pager
from tutor.wire.events import OutputWritten

MANY = "".join(f"line {number}\n" for number in range(6_000))


@pytest.fixture
def output(tmp_path: Path) -> Path:
    file = tmp_path / "printed.txt"
    file.write_text(MANY)
    return file


@pytest.fixture
def pager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A script that is set as the pager; it keeps a copy of what it was given."""
    script = tmp_path / "my-pager"
    monkeypatch.setenv("PAGER", f"{script} -x")
    does(script, f'[ "$1" = -x ] && cp "$2" {tmp_path}/seen')
    return script


async def read(app: TutorApp, pilot: Pilot[None]) -> str:
    """Presses Esc, f; what is said afterwards."""
    await pilot.press("escape", "f")
    await eventually(lambda: lesson_screen(app).session.notice, "something said")
    await pilot.pause()
    return lesson_screen(app).session.notice


async def test_what_the_pane_dropped_is_one_key_away(
    tmp_path: Path, output: Path, pager: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = FakeClient([finished(OutputWritten("stdout", MANY))])
    app = tutor_app(tmp_path, client=client, start_at="double")
    told = lend(app, monkeypatch)
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await pilot.pause()
        assert "Esc, f opens all of it." in " ".join(screen_text(app).split())
        client.output = TranscriptExcerpt(output)
        notice = await read(app, pilot)
        assert told == ["suspended", "resumed"]
        assert (tmp_path / "seen").read_text() == MANY
        assert str(output) in notice


async def test_nothing_printed_is_said(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app) as pilot:
        assert await read(app, pilot) == NOTHING_PRINTED


@pytest.mark.parametrize(
    ("pager", "said"),
    [
        ("'", "PAGER cannot be read: No closing quotation."),
        ("/no/such/pager", "PAGER names /no/such/pager, and there is no such program."),
        ("false", "false failed: it ended with status 1."),
    ],
)
async def test_what_goes_wrong_is_said_and_so_is_the_place(
    tmp_path: Path, output: Path, monkeypatch: pytest.MonkeyPatch, pager: str, said: str
) -> None:
    monkeypatch.setenv("PAGER", pager)
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    lend(app, monkeypatch)
    async with opened(app) as pilot:
        client.output = TranscriptExcerpt(output)
        notice = await read(app, pilot)
        assert said in notice
        assert str(output) in notice
        assert not app.is_lent


async def test_where_no_terminal_can_be_lent_the_place_is_told(
    tmp_path: Path, output: Path, pager: Path
) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.output = TranscriptExcerpt(output)
        assert await read(app, pilot) == " ".join(file_sentences(TranscriptExcerpt(output)))
        assert not (tmp_path / "seen").exists()


@pytest.mark.parametrize(
    ("environment", "program"),
    [
        ({"PAGER": "most -s", "VISUAL": "vim"}, UserProgram("PAGER", ["most", "-s"])),
        ({"PAGER": " ", "VISUAL": "vim", "EDITOR": "ed"}, UserProgram("VISUAL", ["vim"])),
        ({"EDITOR": "ed"}, UserProgram("EDITOR", ["ed"])),
        ({"PATH": "/nowhere"}, None),
    ],
)
def test_the_pager_comes_before_editors(
    environment: dict[str, str], program: UserProgram | None
) -> None:
    assert find_pager(environment) == program


def test_less_is_taken_where_it_is_and_nothing_is_set(tmp_path: Path) -> None:
    does(tmp_path / "less", "exit 0")
    assert find_pager({"PATH": str(tmp_path)}) == UserProgram("PAGER", ["less"])
