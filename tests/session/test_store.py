"""What is kept, without an app: texts that change while they are saved, places, failures."""

from __future__ import annotations

import asyncio
import errno
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.wait import eventually
from tutor.config import Config
from tutor.course.model import CodeStep
from tutor.paths import Places
from tutor.progress import durable_files
from tutor.progress.accepted_answers import AcceptedAnswers
from tutor.progress.drafts import Drafts, SaveResult
from tutor.progress.entries import AnswerJudged, PlaceKept, StepOpened, digest_of
from tutor.progress.fold import Place, read_progress
from tutor.progress.journal import Journal
from tutor.session import store as autosave
from tutor.session.core import Hub
from tutor.session.events import AnswerChanged, EntryMade, Event, FieldsSet
from tutor.session.store import Autosaver, LearnerStore
from tutor.session.store import SaveResult as SaveOutcome

STEP = CodeStep(id="double", lesson="basics", title="t", text="t", scaffold="", solution="")
SAVED = FieldsSet({"unsaved": False, "save_problem": ""})


def now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def draft(folder: Path) -> Path:
    return folder / "drafts" / "basics" / "double.py"


def test_a_text_that_changes_while_it_is_saved_is_saved_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LearnerStore(tmp_path, now)
    save = Drafts.save

    def type_on(drafts: Drafts, lesson: str, step: str, text: str) -> SaveResult:
        saved = save(drafts, lesson, step, text)
        store.edit(STEP, "new")
        return saved

    store.edit(STEP, "old")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Drafts, "save", type_on)
        store.save_now()
    waits = [store.has_unsaved]
    store.close()
    assert [*waits, store.has_unsaved] == [True, False]
    assert draft(tmp_path).read_text() == "new"


def test_text_that_waits_is_what_the_step_is_loaded_with(tmp_path: Path) -> None:
    store = LearnerStore(tmp_path, now)
    assert store.load(STEP) is None
    store.edit(STEP, "typed")
    loaded = store.load(STEP)
    assert loaded is not None
    assert loaded.text == "typed"
    store.close()


def test_what_was_recorded_in_this_session_is_known_with_its_times(tmp_path: Path) -> None:
    store = LearnerStore(tmp_path, now)
    store.record(StepOpened(step="double"))
    store.close()
    assert store.recorded == [StepOpened(step="double", at=now())]
    assert read_progress(tmp_path)[0].opened == {"double"}


class Told(Hub):
    """A hub that only notes what is dispatched."""

    def __init__(self, folder: Path) -> None:
        places = Places(folder, folder, folder, folder)
        super().__init__(places, Config(), make_client=lambda _: FakeClient(), now=now)
        self.told: list[Event] = []

    def dispatch(self, event: Event) -> None:
        self.told.append(event)


def autosaver(folder: Path) -> tuple[LearnerStore, Autosaver, list[Event]]:
    """One that saves at once, with its store, and what it dispatches."""
    hub = Told(folder)
    return hub.store, hub.drafts, hub.told


async def test_a_save_that_failed_is_tried_again_until_it_succeeds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "SAVE_AFTER_S", 0.01)
    blocked = tmp_path / "drafts"
    blocked.write_text("a file where a folder should be")
    store, drafts, told = autosaver(tmp_path)
    drafts.edit(STEP, "typed")
    await eventually(lambda: len(told) > 2, "two tries")
    assert told[0] == AnswerChanged()
    for event in told[1:]:
        assert isinstance(event, FieldsSet)
        assert event.fields["unsaved"]
        assert "not saved" in event.fields["save_problem"]
    blocked.unlink()
    await eventually(lambda: told[-1] == SAVED, "a save that succeeds")
    assert draft(tmp_path).read_text() == "typed"
    saves = len(told)
    await drafts.save_and_wait()
    assert told[saves:] == [SAVED]
    store.close()


async def test_changes_are_saved_together_a_little_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "SAVE_AFTER_S", 0.01)
    store, drafts, told = autosaver(tmp_path)
    for text in ("a", "ab", "abc"):
        drafts.edit(STEP, text)
    await eventually(lambda: SAVED in told, "the save")
    assert told == [AnswerChanged()] * 3 + [SAVED]
    assert draft(tmp_path).read_text() == "abc"
    store.close()


async def test_text_is_fetched_when_it_is_saved_and_by_one_save_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "SAVE_AFTER_S", 0.01)
    store, drafts, told = autosaver(tmp_path)
    typed = iter("abc")
    let_through, under_way = asyncio.Event(), 0

    async def save_slowly() -> SaveOutcome:
        nonlocal under_way
        under_way += 1
        assert under_way == 1
        await let_through.wait()
        under_way -= 1
        return store.save_now()

    def hand_over() -> None:
        drafts.edit(STEP, next(typed))

    monkeypatch.setattr(store, "save", save_slowly)
    drafts.save_soon(hand_over)
    await eventually(lambda: under_way, "the first save")
    assert told == [AnswerChanged()]
    tries = 0
    save_soon = drafts.save_soon

    def count() -> None:
        nonlocal tries
        tries += 1
        save_soon()

    monkeypatch.setattr(drafts, "save_soon", count)
    drafts.save_soon()
    await eventually(lambda: tries > 3, "three times at which the first save was under way")
    assert told == [AnswerChanged()]
    let_through.set()
    await eventually(lambda: told.count(SAVED) == 2, "both saves")
    assert draft(tmp_path).read_text() == "b"
    drafts.stop()
    store.close()


async def test_the_place_is_asked_for_when_it_is_kept_and_not_when_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosave, "PLACE_AFTER_S", 0.01)
    store, drafts, told = autosaver(tmp_path)
    places = [Place("double", "code", 1, 2, 0)]
    drafts.record_place_soon(lambda: places[0])
    drafts.record_place_soon(lambda: places[0])
    places[0] = Place("double", "code", 3, 0, 0)
    await eventually(lambda: told, "the place")
    assert told == [EntryMade(PlaceKept("double", "code", 3, 0, 0))]
    drafts.stop()
    await asyncio.to_thread(store.close)


async def test_no_timer_goes_off_after_the_end(tmp_path: Path) -> None:
    store, drafts, _ = autosaver(tmp_path)
    drafts.edit(STEP, "typed")
    drafts.record_place_soon(lambda: None)
    drafts.stop()
    assert not [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
    store.close()
    assert draft(tmp_path).read_text() == "typed"


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "answers").glob("*/*.py"))


def test_a_program_is_kept_by_the_next_save_and_known_at_once(tmp_path: Path) -> None:
    store = LearnerStore(tmp_path, now)
    store.keep_attempt(STEP, "y = 2 * x")
    assert [each.program for each in store.attempts(STEP)] == ["y = 2 * x"]
    assert kept(tmp_path) == []
    assert store.save_now() == SaveOutcome()
    assert [file.read_text() for file in kept(tmp_path)] == ["y = 2 * x"]
    store.record(AnswerJudged(step="double", verdict="reject", digest=digest_of("y = 2 * x")))
    store.close()
    (attempt,) = LearnerStore(tmp_path, now).attempts(STEP)
    assert (attempt.program, attempt.verdict, attempt.at) == ("y = 2 * x", "reject", now())


def test_an_answer_accepted_before_all_were_kept_is_known(tmp_path: Path) -> None:
    AcceptedAnswers(tmp_path).save(STEP.lesson, STEP.id, "y = x + x")
    journal = Journal(tmp_path, now=now)
    short = digest_of("y = x + x")[:16]
    journal.record(AnswerJudged(step=STEP.id, verdict="accept", digest=short))
    journal.close()
    (attempt,) = LearnerStore(tmp_path, now).attempts(STEP)
    assert (attempt.program, attempt.verdict) == ("y = x + x", "accept")


def test_programs_that_cannot_be_kept_are_told_once_and_cost_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file where the folder should be")
    store = LearnerStore(tmp_path, now)
    store.edit(STEP, "typed")
    store.keep_attempt(STEP, "y = 1")
    first = store.save_now()
    assert first.problem == ""
    assert "are not saved: " in first.note
    assert "They are judged all the same." in first.note
    store.keep_attempt(STEP, "y = 2")
    assert store.save_now() == SaveOutcome()
    assert draft(tmp_path).read_text() == "typed"
    assert {each.program for each in store.attempts(STEP)} == {"y = 1", "y = 2"}
    (tmp_path / "answers").unlink()
    store.close()
    assert {file.read_text() for file in kept(tmp_path)} == {"y = 1", "y = 2"}


def test_a_full_disk_is_told_once_for_drafts_and_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    store = LearnerStore(tmp_path, now)
    store.edit(STEP, "typed")
    store.keep_attempt(STEP, "y = 1")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(durable_files, "sync_file", full)
        meanwhile.setattr(store._drafts, "_fsync", full)
        saved = store.save_now()
    assert "Your code is not saved" in saved.problem
    assert saved.note == ""
    assert store.save_now() == SaveOutcome()
    assert [file.read_text() for file in kept(tmp_path)] == ["y = 1"]


def test_what_waits_for_a_disk_that_takes_none_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file where the folder should be")
    store = LearnerStore(tmp_path, now)
    for number in range(60):
        store.keep_attempt(STEP, str(number))
        store.save_now()
    assert {each.program for each in store.attempts(STEP)} == {str(n) for n in range(10, 60)}
    assert not store.has_unsaved
