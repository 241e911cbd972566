"""There is one progress: the state's is what the journal says, whatever happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.examples import fresh_folder
from tests.support.fake_client import FakeClient
from tests.support.tutor_app import READ, write_course
from tests.support.tutor_session import new_session
from tutor.config import Config
from tutor.course.help_levels import HELP_LEVELS, Help
from tutor.course.model import CodeStep, PredictStep, QuizStep, ReadStep
from tutor.course.step_tables import Option
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.paths import Places
from tutor.progress.entries import (
    AnswerJudged,
    HintShown,
    PlaceKept,
    SolutionShown,
    StartedClean,
    StepRead,
)
from tutor.progress.fold import Place, Progress, fold, read_progress
from tutor.progress.journal import Journal
from tutor.session.core import TutorSession
from tutor.session.events import (
    EntryMade,
    Event,
    StepBegunAgain,
    StepEntered,
    StepShown,
    VerdictReached,
    advance,
)
from tutor.session.events import HintShown as HintAsked
from tutor.session.events import SolutionShown as HelpShown
from tutor.session.opening import Opening
from tutor.session.run_events import ActivityRequested
from tutor.session.state import Activity, State
from tutor.session.store import LearnerStore

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

OPTIONS = (Option(text="a", why="b", correct=True), Option(text="c", why="d"))
QUIZ = QuizStep(id="ask-me", title="Ask", text="…", mode="one", options=OPTIONS)
GUESS = PredictStep(id="guess", title="Guess", text="…", mode="one", program="", options=OPTIONS)
STEPS = (
    ReadStep(id="read-me", title="Read", text="…"),
    QUIZ,
    GUESS,
    CodeStep(id="code", title="Code", text="…", scaffold="", solution="", hints=("a", "b")),
)

verdicts = st.sampled_from(
    [Verdict(kind) for kind in ("accept", "accept-with-note", "reject", "not-attempted")]
    + [Verdict("tutor-fault")]
)
helps = st.sampled_from([Help(), Help("lines"), Help("words", 2), Help("whole")])
answers = st.none() | st.just(QuizAnswer({0: True})) | st.just(QuizAnswer(text="3"))
happenings: st.SearchStrategy[Event] = st.one_of(
    st.builds(lambda step: StepShown(step), st.sampled_from(STEPS)),
    st.just(StepEntered()),
    st.sampled_from(STEPS).map(lambda step: EntryMade(StepRead(step=step.id))),
    st.just(HintAsked()),
    st.just(StepBegunAgain()),
    helps.map(HelpShown),
    st.builds(
        lambda kind: ActivityRequested(Activity(0, kind)), st.sampled_from(["check", "guess"])
    ),
    st.tuples(verdicts, st.booleans(), answers).map(
        lambda v: VerdictReached(v[0], None, PredictionResult(QUIZ) if v[1] else None, v[2])
    ),
    st.integers(0, 2).map(
        lambda row: EntryMade(PlaceKept(step="code", pane="code", row=row, column=0, scroll=0))
    ),
)
ids = st.sampled_from([step.id for step in STEPS])
of_others = st.one_of(
    st.builds(lambda step: StepRead(step=step), ids),
    st.builds(lambda step, n: HintShown(step=step, count=n), ids, st.integers(0, 3)),
    st.builds(
        lambda step, level: SolutionShown(step=step, level=level), ids, st.sampled_from(HELP_LEVELS)
    ),
    st.builds(lambda step: StartedClean(step=step), ids),
    st.builds(lambda step, verdict: AnswerJudged(step=step, verdict=verdict.kind), ids, verdicts),
)


def ticking() -> Iterator[datetime]:
    """A second later each time."""
    at = NOON
    while True:
        at += timedelta(seconds=1)
        yield at


def under_way(state: State, event: Event) -> Event:
    """The event about the run of now: a verdict on another one would change nothing."""
    if isinstance(event, ActivityRequested):
        return ActivityRequested(Activity(state.last_run + 1, event.activity.kind))
    if isinstance(event, VerdictReached) and state.activity is not None:
        run_id = state.activity.run_id
        return VerdictReached(event.verdict, run_id, event.prediction_result, event.answer)
    return event


def sit(data: Path, clock: Iterator[datetime], happened: list[Event]) -> Progress:
    """A sitting: reads what there is, lets all of it happen, and gives the progress on screen."""
    store = LearnerStore(data, lambda: next(clock))
    state = State(progress=read_progress(data)[0])
    for event in happened:
        state, entries = advance(state, under_way(state, event))
        for entry in entries:
            store.record(entry)
    store.close()
    return state.progress


@given(st.lists(happenings, max_size=20), st.lists(of_others, max_size=5), st.lists(happenings))
@settings(max_examples=60, deadline=None)
def test_progress_on_screen_is_that_of_the_journal(
    first: list[Event], elsewhere: list[AnswerJudged], second: list[Event]
) -> None:
    """With a restart, and with what another app has kept in between."""
    with fresh_folder() as data:
        clock = ticking()
        assert sit(data, clock, first) == read_progress(data)[0]
        other = Journal(data, now=lambda: next(clock))
        for entry in elsewhere:
            other.record(entry)
        other.close()
        assert sit(data, clock, second) == read_progress(data)[0]


@given(st.lists(of_others, max_size=8), st.lists(of_others, max_size=8))
@settings(max_examples=60, deadline=None)
def test_under_new_ids_nothing_is_lost_and_nothing_counts_twice(
    before: list[AnswerJudged], since: list[AnswerJudged]
) -> None:
    """Steps that were renamed are known only once all are read, and answers come before that."""
    renamed = {"code": "guess"}
    with fresh_folder() as data:
        clock = ticking()
        earlier = Journal(data, now=lambda: next(clock))
        for entry in before:
            earlier.record(entry)
        earlier.close()
        opening = Opening(Places(data, data, data, data))
        assert opening.read_progress() == read_progress(data)[0]
        store = LearnerStore(data, lambda: next(clock))
        for entry in since:
            store.record(entry)
        store.close()
        with patch.object(opening, "renamed", return_value=renamed):
            progress = opening.progress_with(store.recorded)
        assert progress == read_progress(data, renamed)[0]
        assert progress == fold([*before, *since], renamed)


async def test_a_renamed_step_is_known_under_its_new_id_once_all_are_read(tmp_path: Path) -> None:
    renamed = READ.replace('id = "read-me"', 'id = "read-us"\nwas = "read-me"')
    lessons = write_course(tmp_path / "lessons", {"10-read-us": renamed})
    places = Places(lessons, tmp_path, tmp_path / "data", tmp_path / "none")
    earlier = Journal(places.data, now=lambda: NOON)
    earlier.record(StepRead(step="read-me"))
    earlier.close()
    session = TutorSession(
        places, Config(), make_client=lambda on_state: FakeClient(), now=lambda: NOON
    )
    await session.open()
    assert session.state.done == {"read-us"}
    await session.close()


def test_the_same_place_is_kept_once(tmp_path: Path) -> None:
    session = new_session(tmp_path)
    for row in (1, 1, 3):
        session.drafts.record_place(Place("code", "code", row, 2, 0))
    rows = [each.row for each in session.store.recorded if isinstance(each, PlaceKept)]
    assert rows == [1, 3]
    session.save_now()


@pytest.mark.parametrize("verdict", [Verdict("accept"), Verdict("reject")])
def test_a_later_guess_counts_nowhere(verdict: Verdict) -> None:
    said = VerdictReached(Verdict("reject"), 1, PredictionResult(QUIZ), QuizAnswer({1: True}))
    state, _ = advance(State(), StepShown(GUESS))
    state, _ = advance(state, ActivityRequested(Activity(1, "guess")))
    state, entries = advance(state, said)
    assert len(entries) == 2
    before = state.progress
    state, _ = advance(state, StepBegunAgain())
    state, _ = advance(state, ActivityRequested(Activity(2, "guess")))
    again = VerdictReached(verdict, 2, PredictionResult(QUIZ), QuizAnswer({0: True}))
    state, entries = advance(state, again)
    assert entries == ()
    assert state.progress == before
    assert state.verdict is not None
