"""The reducer: the only code that makes a new state from a state and an event.

It must stay pure, so that the same events always give the same state: no clock, no disk, no client.
`_REDUCERS` has a function for each event; `entries_of` names the journal entries that some make.
The reducers of runs and pauses are in `activity_changes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.progress import entries
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
    request_pause,
    request_resume,
    request_stop,
)
from tutor.session.events import (
    ActivityRequested,
    AnswerChanged,
    BatchArrived,
    ComparisonSwitched,
    CursorMoved,
    DrawingChanged,
    EntryMade,
    Event,
    ExperimentEnded,
    ExperimentShown,
    FieldsSet,
    GoalsReached,
    HintShown,
    MoreTimeGiven,
    PadAnswered,
    PauseRequested,
    ResumeRequested,
    RunCancelled,
    SecondPassed,
    SolutionShown,
    StepBegunAgain,
    StepEntered,
    StepShown,
    StopRequested,
    VerdictReached,
)
from tutor.session.kinds import Entries, handling_of
from tutor.session.questions import shuffled
from tutor.session.state import Cursor, OpenExperiment, QuestionState, State
from tutor.wire.events import WorkerStateChanged


def advance(state: State, event: Event) -> tuple[State, tuple[Entry, ...]]:
    """Return the state after the event, and the journal entries that the event makes.

    The new state's progress already includes these entries. An event that does not fit leaves the
    state as it is.
    """
    made = entries_of(state, event)
    moved = _REDUCERS[type(event)](state, event)
    if made:
        moved = replace(moved, progress=add_entries(moved.progress, made))
    return moved, made


WORKER_BACK = "The worker ended, the process that runs your code. A new one is ready."


def _worker(state: State, event: WorkerStateChanged) -> State:
    message = state.worker_message
    if event.phase == "restarting":
        message = event.reason
    elif event.phase == "ready":
        message = WORKER_BACK if message else ""
    elif event.phase in ("failed", "asleep", "unreachable"):
        message = ""
    return replace(state, worker=event, worker_message=message)


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
        goals={},
        guess=None,
        pad=None,
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
    attempt = 0
    if handling_of(step).is_reshuffled:
        attempt = state.progress.shuffled.get(step.id, 0) + shuffle
    return QuestionState(shuffled(step, attempt))


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


def _solution(state: State, event: SolutionShown) -> State:
    # without a level a clean start has hidden it
    return replace(state, latest="hints" if event.help.level else state.latest, notice="")


def _changed(state: State, _event: AnswerChanged) -> State:
    step = state.step
    unwritten = step is not None and not kind_of(step).has_task and bool(step.file.name)
    if state.unsaved and unwritten <= state.unwritten:
        return state
    return replace(state, unsaved=True, unwritten=unwritten)


def _cursor(state: State, event: CursorMoved) -> State:
    cursor = Cursor(event.step, event.playing, event.asked) if event.step > 0 else None
    return state if cursor == state.cursor else replace(state, cursor=cursor)


def _goals_reached(state: State, event: GoalsReached) -> State:
    if state.step is None or state.step.id != event.step:
        return state
    return replace(state, goals=event.goals, verdict=event.verdict or state.verdict)


def _drawing_changed(state: State, event: DrawingChanged) -> State:
    if state.pad is None:
        return state
    return replace(state, pad=replace(state.pad, cells=event.cells))


def _pad_answered(state: State, event: PadAnswered) -> State:
    """Show the answer, even if the learner has drawn on: the next one follows."""
    if state.pad is None or state.activity is not None:
        return state
    return replace(state, pad=replace(state.pad, shares=event.shares, words=event.words))


def _experiment_shown(state: State, event: ExperimentShown) -> State:
    if event.number not in range(len(state.experiments or ())):
        return state
    return replace(state, experiment=OpenExperiment(event.number), notice="")


def _experiment_ended(state: State, event: ExperimentEnded) -> State:
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    shown = state.experiment
    if shown is not None and shown.number == event.number and event.result is not None:
        shown = replace(shown, guess=event.guess, result=event.result)
    return replace(state, activity=None, experiment=shown, notice="")


_REDUCERS: dict[type, Callable[[State, Any], State]] = {
    WorkerStateChanged: _worker,
    FieldsSet: lambda state, event: replace(state, **event.fields),
    EntryMade: lambda state, _: state,
    StepShown: _step,
    StepEntered: lambda state, _: replace(state, is_entered=True),
    ActivityRequested: begin_activity,
    BatchArrived: follow_run,
    VerdictReached: _verdict,
    GoalsReached: _goals_reached,
    DrawingChanged: _drawing_changed,
    PadAnswered: _pad_answered,
    ExperimentShown: _experiment_shown,
    ExperimentEnded: _experiment_ended,
    SecondPassed: count_second,
    MoreTimeGiven: raise_time_limit,
    StopRequested: request_stop,
    PauseRequested: request_pause,
    ResumeRequested: request_resume,
    RunCancelled: cancel_run,
    StepBegunAgain: _again,
    HintShown: lambda state, _: replace(state, latest="hints", notice=""),
    SolutionShown: _solution,
    AnswerChanged: _changed,
    CursorMoved: _cursor,
    ComparisonSwitched: lambda state, _: replace(state, compares=not state.compares),
}


# The journal entries that events make


def entries_of(state: State, event: Event) -> Entries:
    if isinstance(event, EntryMade):
        return (event.entry,)
    step = event.step if isinstance(event, StepShown) else state.step
    if step is None:
        return ()
    handling = handling_of(step)
    match event:
        case StepShown() if handling.is_reshuffled and step.id in state.missed:
            return (_shuffled(state, step),)
        case StepBegunAgain() if handling.is_reshuffled and state.activity is None:
            return (_shuffled(state, step),)
        case StepEntered() if handling.is_in_journal:
            return (entries.StepOpened(step=step.id),)
        case HintShown() if state.hints < state.hint_count:
            return (entries.HintShown(step=step.id, count=state.hints + 1, number=state.next_hint),)
        case SolutionShown(help=shown) if kind_of(step).has_solution and not shown.level:
            return (entries.StartedClean(step=step.id),)
        case SolutionShown(help=shown) if kind_of(step).has_solution:
            return (entries.SolutionShown(step=step.id, level=shown.level, words=shown.words),)
        case VerdictReached() if is_current_verdict(state, event):
            return handling.entries(state, step, event)
        case GoalsReached(verdict=verdict) if step.id == event.step and verdict is not None:
            return (
                entries.AnswerJudged(
                    step=step.id,
                    verdict=verdict.kind,
                    digest=entries.digest_of(verdict.program),
                    milliseconds=verdict.milliseconds,
                ),
            )
    return ()


def is_current_verdict(state: State, event: VerdictReached) -> bool:
    """Return True if the verdict is about the step on screen and the activity under way.

    A verdict without a run is current only while nothing is under way.
    """
    current = state.activity.run_id if state.activity is not None else None
    return state.step is not None and event.run_id == current


def _shuffled(state: State, step: Step) -> entries.QuizShuffled:
    return entries.QuizShuffled(step=step.id, times=state.progress.shuffled.get(step.id, 0) + 1)
