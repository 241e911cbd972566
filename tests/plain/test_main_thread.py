"""How plain mode ends: with what status, and with everything saved, whatever ends it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.tutor_app import write_course
from tutor.config import Config
from tutor.paths import Places
from tutor.plain import main_thread
from tutor.plain.keyboard import Keyboard
from tutor.progress.drafts import Drafts

Ask = Callable[[str], str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Ask], int]]:
    """Holds a conversation with the lines that the function gives; returns the exit status."""
    numbers = (signal.SIGINT, *main_thread.ENDING_SIGNALS)
    before = [signal.getsignal(number) for number in numbers]
    monkeypatch.setattr(main_thread, "make_client", lambda *_args, **_more: FakeClient())

    def run_with(ask: Ask) -> int:
        monkeypatch.setattr(Keyboard, "ask", lambda _self, prompt: ask(prompt))
        lessons = tmp_path / "lessons"
        if not lessons.exists():
            write_course(lessons)
        places = Places(lessons, tmp_path, tmp_path / "data", tmp_path / "none")
        return main_thread.run_plain(places, Config(), why="command", start_at="double")

    yield run_with
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


def typed(lines: list[str], then: Callable[[], str]) -> Ask:
    """A function that gives these lines, and then what the other does."""
    waiting = iter(lines)

    def ask(_prompt: str) -> str:
        line = next(waiting, None)
        return then() if line is None else line

    return ask


def saved(folder: Path) -> str | None:
    draft = Drafts(folder / "data").load("basics", "double")
    return draft.text if draft is not None else None


@pytest.mark.parametrize("number", main_thread.ENDING_SIGNALS)
def test_a_signal_saves_and_is_told_by_the_status(
    run: Callable[[Ask], int], tmp_path: Path, number: signal.Signals
) -> None:
    def end() -> str:
        os.kill(os.getpid(), number)
        return "where"

    assert run(typed(["set 1 y = 5"], end)) == 128 + number
    assert saved(tmp_path) == "y = 5\n"


def test_a_fault_of_the_mode_itself_saves_first(
    run: Callable[[Ask], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> str:
        raise RuntimeError("of the keyboard")

    with pytest.raises(RuntimeError, match="of the keyboard"):
        run(typed(["set 1 y = 5"], fail))
    assert saved(tmp_path) == "y = 5\n"
    assert "Saved, and left." in capsys.readouterr().out


def test_without_a_step_it_cannot_begin(
    run: Callable[[Ask], int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "lessons").mkdir()
    assert run(lambda _prompt: "quit") == main_thread.CANNOT_BEGIN
    assert "There is no step to show" in capsys.readouterr().out


def test_leaving_is_no_failure(run: Callable[[Ask], int]) -> None:
    assert run(lambda _prompt: "quit") == 0


def test_a_signal_before_an_editor_has_the_terminal_still_ends_the_mode(
    run: Callable[[Ask], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text("#!/bin/sh\nexit 0\n")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    wait = main_thread.Terminal._wait

    def wait_until_lent(terminal: main_thread.Terminal) -> None:
        if terminal.is_lent:  # the other thread waits for this one to step back
            raise main_thread.EndedBySignal(signal.SIGTERM)
        wait(terminal)

    monkeypatch.setattr(main_thread.Terminal, "_wait", wait_until_lent)
    assert run(typed(["set 1 y = 5", "edit"], lambda: "quit")) == 128 + signal.SIGTERM
    assert saved(tmp_path) == "y = 5\n"
