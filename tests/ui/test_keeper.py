"""What is kept, without an app: texts that change while they are saved, places, help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from textual.screen import Screen
from textual.timer import Timer

from tests.support.tutor_app import write_course
from tutor.config import Config
from tutor.course.ladder import Help
from tutor.course.model import CodeStep, Step
from tutor.paths import Places
from tutor.progress.drafts import Drafts, SaveResult
from tutor.progress.fold import Place, read_progress
from tutor.session.events import AnswerChanged, DraftKept, NoticeGiven
from tutor.ui.screens.keeping import Keeper
from tutor.ui.screens.opening import Opening, Setting
from tutor.ui.screens.saving import Saver
from tutor.ui.signs import signs_of

STEP = CodeStep(id="double", lesson="basics", title="t", text="t", scaffold="", solution="")


def now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_text_that_changes_while_it_is_saved_is_saved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = Keeper(tmp_path, now)
    save = Drafts.save

    def type_on(drafts: Drafts, lesson: str, step: str, text: str) -> SaveResult:
        saved = save(drafts, lesson, step, text)
        keeper.typed = lambda: (STEP, "new")
        keeper.take_typed()
        return saved

    keeper.typed = lambda: (STEP, "old")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Drafts, "save", type_on)
        keeper.keep_now()
    waits = [keeper.waits]
    keeper.typed = lambda: None
    keeper.close()
    assert [*waits, keeper.waits] == [True, False]
    assert (tmp_path / "drafts" / "basics" / "double.py").read_text() == "new"


def test_a_place_is_recorded_once(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, now)
    first, second = Place("double", "code", 1, 2, 0), Place("double", "code", 3, 0, 0)
    for place in (first, first, second, second):
        keeper.stand_at(place)
    keeper.close()
    (journal,) = (tmp_path / "journal").iterdir()
    assert journal.read_text().count('"place-kept"') == 2
    assert read_progress(tmp_path)[0].place == second


class SetTimers:
    """In place of a screen: its timers go off when the test says so."""

    def __init__(self) -> None:
        self.timers: list[Callable[[], None]] = []
        self.tasks: list[asyncio.Task[None]] = []

    def set_timer(self, seconds: float, callback: Callable[[], None]) -> Timer:
        self.timers.append(callback)
        return cast(Timer, StoppedTimer())

    def run_worker(self, work: Coroutine[None, None, None], group: str) -> None:
        self.tasks.append(asyncio.create_task(work))

    async def go_off(self) -> None:
        """All that were set, and what they began."""
        timers, self.timers = self.timers, []
        for callback in timers:
            callback()
        await asyncio.gather(*self.tasks)


class StoppedTimer:
    """One that has gone off."""

    def stop(self) -> None:
        """It has."""


async def test_a_save_that_failed_is_tried_again_until_it_succeeds(tmp_path: Path) -> None:
    blocked = tmp_path / "drafts"
    blocked.write_text("a file where a folder should be")
    screen, told = SetTimers(), list[AnswerChanged | DraftKept | NoticeGiven]()
    saver = Saver(
        cast(Screen[None], screen),
        Keeper(tmp_path, now),
        told.append,
        lambda: None,
        lambda: (STEP, "typed"),
    )
    saver.keep_soon()
    for _ in range(2):
        await screen.go_off()
        kept = told.pop()
        assert isinstance(kept, DraftKept)
        assert "not saved" in kept.problem
        assert len(screen.timers) == 1
    blocked.unlink()
    await screen.go_off()
    assert told == [DraftKept()]
    assert screen.timers == []
    assert (tmp_path / "drafts" / "basics" / "double.py").read_text() == "typed"


def opening(folder: Path) -> Opening:
    """Of the small course, at one of its later steps."""
    places = Places(write_course(folder / "lessons"), folder, folder / "data", folder / "none")
    setting = Setting(
        places=places,
        config=Config(),
        problems=(),
        keeper=Keeper(places.data, now),
        signs=signs_of("unicode"),
        make_client=lambda on_state: pytest.fail("nothing runs"),
        now=now,
        start_at="double",
    )
    return Opening(setting, lambda: None)


def test_help_that_is_shown_before_all_steps_are_read_stays(tmp_path: Path) -> None:
    begun = opening(tmp_path)
    step: Step | None = begun.first_step()
    assert step is not None
    assert not begun.opened.is_whole
    begun.opened.hints[step.id] = 2
    begun.opened.solutions[step.id] = Help("words", 3)
    whole = begun.whole()
    assert whole.is_whole
    assert whole.hints == {"double": 2}
    assert whole.solutions == {"double": Help("words", 3)}
