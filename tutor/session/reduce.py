"""The reducer: the only code that makes a new state from a state and an event.

It must stay pure, so that the same events always give the same state: no clock, no disk, no client.
Each event has one function in the table at the end; those of runs, pauses and experiments stand in
files of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.progress.entries import Entry
from tutor.progress.fold import add_entries
from tutor.session.activity_changes import (
    begin_activity,
    cancel_run,
    count_second,
    follow_run,
    increment_versions,
    message_after_action,
    raise_time_limit,
    request_stop,
)
from tutor.session.events import (
    ActivityRequested,
    AnswerChanged,
    BatchArrived,
    ComparisonSwitched,
    CursorMoved,
    EntryMade,
    Event,
    ExperimentEnded,
    ExperimentsFound,
    ExperimentShown,
    FieldsSet,
    FileWatched,
    HintShown,
    MoreTimeGiven,
    PauseRequested,
    ResumeRequested,
    ReviewJudged,
    ReviewShown,
    RunCancelled,
    SecondPassed,
    SolutionShown,
    StepBegunAgain,
    StepEntered,
    StepShown,
    StopRequested,
    VerdictReached,
    WayBackChanged,
)
from tutor.session.experiment_changes import end_experiment, keep_found, show_experiment
from tutor.session.journaling import entries_of, is_current_verdict
from tutor.session.kinds import handling_of
from tutor.session.pausing import request_pause, request_resume
from tutor.session.state import Cursor, QuestionState, State
from tutor.wire.events import WorkerStateChanged


def reduce(state: State, event: Event) -> State:
    """Return the state after the event; one that does not fit leaves the state as it is."""
    return advance(state, event)[0]


def advance(state: State, event: Event) -> tuple[State, tuple[Entry, ...]]:
    """Return the state after the event, and the journal entries that the event makes.

    The new state's progress already includes these entries.
    """
    entries = entries_of(state, event)
    moved = _REDUCERS[type(event)](state, event)
    if entries:
        moved = replace(moved, progress=add_entries(moved.progress, entries))
    return moved, entries


WORKER_BACK = "The worker ended: the process that runs your code. A new one is ready."


def _worker(state: State, event: WorkerStateChanged) -> State:
    message = state.worker_message
    if event.phase == "restarting":
        message = event.reason
    elif event.phase == "ready":
        message = WORKER_BACK if message else ""
    elif event.phase in ("failed", "asleep", "unreachable"):
        message = ""
    return replace(state, worker=event, worker_message=message)


def _fields(state: State, event: FieldsSet) -> State:
    return replace(state, **event.fields)


def _same(state: State, _event: EntryMade) -> State:
    return state


def _step(state: State, event: StepShown) -> State:
    step = event.step
    missed = step is not None and step.id in state.missed
    return replace(
        state,
        step=step,
        watched=None,
        is_entered=False,
        question=_question(state, step, shuffle=missed),
        is_asked_again=False,
        missed=state.missed - {step.id} if step is not None else state.missed,
        activity=None,
        versions=increment_versions(state.versions),
        reported=frozenset(),
        inventory=0,
        told={},
        told_before={},
        cursor=None,
        compares=False,
        curve=None,
        ending=None,
        verdict=None,
        prediction_result=None,
        experiments=None,
        experiment=None,
        latest="nothing",
        notice="",
        worker_message=message_after_action(state),
    )


def _question(state: State, step: Step | None, *, shuffle: bool) -> QuestionState | None:
    """Return the question with its options in the order of this attempt; None if there is none.

    Only a quiz is reshuffled; the options of a predict step keep their order.
    """
    if step is None or not kind_of(step).has_question:
        return None
    from tutor.session.questions import shuffled  # not needed for the first frame

    attempt = 0
    if handling_of(step).is_reshuffled:
        attempt = state.progress.shuffled.get(step.id, 0) + shuffle
    return QuestionState(shuffled(step, attempt), attempt)


def _entered(state: State, _event: StepEntered) -> State:
    return replace(state, is_entered=True)


def _watched(state: State, event: FileWatched) -> State:
    return replace(state, watched=event.watched)


def _verdict(state: State, event: VerdictReached) -> State:
    if state.step is None or not is_current_verdict(state, event):
        return state
    guessed = kind_of(state.step).is_guessed
    missed = handling_of(state.step).is_reshuffled and event.verdict.kind == "reject"
    return replace(
        state,
        activity=None,
        verdict=event.verdict,
        judged=state.activity.source if state.activity is not None else "",
        prediction_result=event.prediction_result,
        is_asked_again=state.is_asked_again and not event.verdict.accepted,
        missed=state.missed | {state.step.id} if missed else state.missed,
        latest="verdict" if not guessed else "nothing" if event.prediction_result else state.latest,
        notice="",
    )


def _review(state: State, event: ReviewShown | ReviewJudged) -> State:
    return replace(state, review=event.review)


def _again(state: State, _event: StepBegunAgain) -> State:
    if state.activity is not None:
        return state
    return replace(
        state,
        question=_question(state, state.step, shuffle=True),
        is_asked_again=True,
        missed=state.missed - {state.step.id} if state.step is not None else state.missed,
        verdict=None,
        prediction_result=None,
        ending=None,
        latest="nothing",
        notice="",
    )


def _hint(state: State, _event: HintShown) -> State:
    return replace(state, latest="hints", notice="")


def _solution(state: State, event: SolutionShown) -> State:
    if not event.help.level:  # a clean start has hidden it
        return replace(state, notice="")
    return replace(state, latest="hints", notice="")


def _way_back(state: State, event: WayBackChanged) -> State:
    return replace(state, way_back=event.places)


def _changed(state: State, _event: AnswerChanged) -> State:
    unwritten = _has_file_of_its_own(state.step)
    if state.unsaved and unwritten <= state.unwritten:
        return state
    return replace(state, unsaved=True, unwritten=unwritten)


def _has_file_of_its_own(step: Step | None) -> bool:
    return step is not None and not kind_of(step).has_task and bool(step.file.name)


def _cursor(state: State, event: CursorMoved) -> State:
    cursor = Cursor(event.step, event.playing, event.asked) if event.step > 0 else None
    return state if cursor == state.cursor else replace(state, cursor=cursor)


def _compares(state: State, _event: ComparisonSwitched) -> State:
    return replace(state, compares=not state.compares)


_REDUCERS: dict[type, Callable[[State, Any], State]] = {
    WorkerStateChanged: _worker,
    FieldsSet: _fields,
    EntryMade: _same,
    StepShown: _step,
    StepEntered: _entered,
    FileWatched: _watched,
    ActivityRequested: begin_activity,
    BatchArrived: follow_run,
    VerdictReached: _verdict,
    ExperimentsFound: keep_found,
    ExperimentShown: show_experiment,
    ExperimentEnded: end_experiment,
    ReviewShown: _review,
    ReviewJudged: _review,
    SecondPassed: count_second,
    MoreTimeGiven: raise_time_limit,
    StopRequested: request_stop,
    PauseRequested: request_pause,
    ResumeRequested: request_resume,
    RunCancelled: cancel_run,
    StepBegunAgain: _again,
    HintShown: _hint,
    SolutionShown: _solution,
    WayBackChanged: _way_back,
    AnswerChanged: _changed,
    CursorMoved: _cursor,
    ComparisonSwitched: _compares,
}
