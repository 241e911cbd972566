"""The reducer: the only code that makes a new state from a state and an event.

It must stay pure, so that the same events always give the same state: no clock, no disk, no client.
Each event has one function in the table at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.progress.entries import Entry
from tutor.progress.fold import add_entries
from tutor.session.events import (
    ActivityRequested,
    AnswerChanged,
    BatchArrived,
    BufferReplaced,
    ComparisonSwitched,
    CourseRead,
    CursorMoved,
    CurvePicked,
    DraftKept,
    Event,
    ExperimentEnded,
    ExperimentsFound,
    ExperimentShown,
    FileCompared,
    FileWatched,
    HintShown,
    LinkChanged,
    MoreTimeGiven,
    NoticeGiven,
    OutlineRequested,
    PauseRequested,
    PlaceChanged,
    ProgressRead,
    ResumeRequested,
    ReviewDeclined,
    ReviewJudged,
    ReviewShown,
    RunCancelled,
    SecondPassed,
    SolutionShown,
    StepBegunAgain,
    StepEntered,
    StepRead,
    StepShown,
    StopRequested,
    TaskFailed,
    VerdictReached,
    WayBackChanged,
)
from tutor.session.experiment_changes import end_experiment, keep_found, show_experiment
from tutor.session.journaling import entries_of, is_current_verdict
from tutor.session.kinds import handling_of
from tutor.session.pausing import after_events, paused_at, request_pause, request_resume
from tutor.session.run_summary import run_summary, values_of
from tutor.session.state import (
    Activity,
    ActivityKind,
    Cursor,
    Latest,
    Pause,
    QuestionState,
    State,
)
from tutor.wire.events import (
    Executed,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    PlotsDrawn,
    ResourcesUsed,
    RunEnded,
    RunEvent,
    TrainingNoted,
    WorkerStateChanged,
)
from tutor.wire.maps import NoMap
from tutor.wire.models import ModelsDescribed


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


def _message_after_action(state: State) -> str:
    """Keep the message about an ended worker only until there is a new one."""
    return state.worker_message if state.worker.phase == "restarting" else ""


def _same(state: State, _event: Event) -> State:
    return state


def _course(state: State, event: CourseRead) -> State:
    return replace(state, course=event.course, problems=event.problems, is_whole=event.is_whole)


def _progress(state: State, event: ProgressRead) -> State:
    return replace(state, progress=event.progress)


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
        versions=_increment_all(state.versions),
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
        worker_message=_message_after_action(state),
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


def _replaced(state: State, event: BufferReplaced) -> State:
    return replace(state, replaced=event.replaced)


def _watched(state: State, event: FileWatched) -> State:
    return replace(state, watched=event.watched)


_LATEST: dict[ActivityKind, Latest] = {"run": "output", "check": "verdict"}
"""The pane that a request brings to the front; the result of a guess is shown beside the guess."""


def _requested(state: State, event: ActivityRequested) -> State:
    if state.activity is not None or event.run_id <= state.last_run:
        return state
    if event.kind == "experiment":
        # what the learner's own program left on screen stays
        return replace(
            state,
            activity=_new_activity(event),
            last_run=event.run_id,
            notice="",
            worker_message=_message_after_action(state),
        )
    return replace(
        state,
        activity=_new_activity(event),
        last_run=event.run_id,
        versions=_increment_all(state.versions),
        reported=frozenset(),
        told={},
        told_before=state.told,
        cursor=None,
        curve=None,
        ending=None,
        verdict=state.verdict if event.kind == "run" else None,
        prediction_result=state.prediction_result if event.kind == "run" else None,
        latest=_LATEST.get(event.kind, state.latest),
        notice="",
        worker_message=_message_after_action(state),
    )


def _new_activity(event: ActivityRequested) -> Activity:
    pause = Pause(event.hold, length="phase") if event.hold else None
    return Activity(
        event.run_id,
        event.kind,
        limits=event.limits,
        source=event.source,
        check_seconds=event.check_seconds,
        part=event.part,
        pause=pause,
    )


def _batch(state: State, event: BatchArrived) -> State:
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    activity = after_events(replace(state.activity, begun=True), event.events)
    activity = _with_usage(activity, event.events)
    state = replace(
        state,
        activity=activity,
        versions=_increment_reported(state.versions, event.events),
        reported=state.reported | {type(each) for each in event.events if _has_content(each)},
        inventory=_inventory_checksum(state, event.events),
        told=_told(state, event.events),
    )
    ended = next((e for e in event.events if isinstance(e, RunEnded)), None)
    if ended is None or activity.kind == "check":
        return state
    ending = run_summary(
        ended.observation,
        activity.limits,
        step=state.step,
        source=activity.source,
        check_seconds=activity.check_seconds,
        part=activity.part,
    )
    if not state.told_of_cpu and _ran_without_a_card(ended, activity.source):
        from tutor.session.words.device_text import ON_THE_CPU  # few programs ask for a card

        ending = replace(ending, remarks=(*ending.remarks, ON_THE_CPU))
        state = replace(state, told_of_cpu=True)
    if activity.kind == "guess":
        # The activity goes on until the guess has been judged by this run.
        return replace(state, ending=ending)
    values = values_of(state.step, ended.observation)
    notice = "" if state.notice_of_run else state.notice
    return replace(state, activity=None, ending=replace(ending, values=values), notice=notice)


def _ran_without_a_card(ended: RunEnded, source: str) -> bool:
    """Return True if the program came to its end, and would have used a graphics card."""
    observation = ended.observation
    if observation.outcome != "finished" or observation.gpu or "cuda" not in source:
        return False
    from tutor.session.words.device_text import asks_for_a_card

    return asks_for_a_card(source)


def _inventory_checksum(state: State, events: tuple[RunEvent, ...]) -> int:
    taken = [event for event in events if isinstance(event, InventoryTaken)]
    if not taken:
        return state.inventory
    from zlib import crc32  # not needed for the first frame

    from msgspec import msgpack

    return crc32(msgpack.encode(taken[-1].entries))


def _told(state: State, events: tuple[RunEvent, ...]) -> Mapping[type[RunEvent], int]:
    if not any(isinstance(event, OutputWritten | LossesRecorded) for event in events):
        return state.told
    from tutor.session.told import add_told  # not needed for the first frame

    return add_told(state.told, events)


def _with_usage(activity: Activity, events: tuple[RunEvent, ...]) -> Activity:
    usages = [event for event in events if isinstance(event, ResourcesUsed)]
    return replace(activity, used=usages[-1]) if usages else activity


def _verdict(state: State, event: VerdictReached) -> State:
    if state.step is None or not is_current_verdict(state, event):
        return state
    guessed = kind_of(state.step).is_guessed
    missed = handling_of(state.step).is_reshuffled and event.verdict.kind == "reject"
    return replace(
        state,
        activity=None,
        verdict=event.verdict,
        prediction_result=event.prediction_result,
        is_asked_again=state.is_asked_again and not event.verdict.accepted,
        missed=state.missed | {state.step.id} if missed else state.missed,
        latest="verdict" if not guessed else "nothing" if event.prediction_result else state.latest,
        notice="",
    )


def _review(state: State, event: ReviewShown | ReviewJudged) -> State:
    return replace(state, review=event.review)


def _second(state: State, event: SecondPassed) -> State:
    activity = state.activity
    if activity is None or activity.run_id != event.run_id or state.queued or paused_at(state):
        return state
    return replace(state, activity=replace(activity, seconds=activity.seconds + 1))


def _more_time(state: State, event: MoreTimeGiven) -> State:
    if state.activity is None:
        return state
    limits = replace(state.activity.limits, seconds=event.seconds)
    return replace(state, activity=replace(state.activity, limits=limits), notice="")


def _stop(state: State, _event: StopRequested) -> State:
    if state.activity is None:
        return state
    return replace(state, activity=replace(state.activity, stopping=True, pause=None), notice="")


def _cancelled(state: State, event: RunCancelled) -> State:
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    return replace(state, activity=None, notice="Stopped before it began.")


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


def _compared(state: State, event: FileCompared) -> State:
    return replace(state, unwritten=event.unwritten)


def _kept(state: State, event: DraftKept) -> State:
    return replace(state, unsaved=bool(event.problem), save_problem=event.problem)


def _cursor(state: State, event: CursorMoved) -> State:
    cursor = Cursor(event.step, event.playing, event.asked) if event.step > 0 else None
    return state if cursor == state.cursor else replace(state, cursor=cursor)


def _compares(state: State, event: ComparisonSwitched) -> State:
    return replace(state, compares=event.compares)


def _picked(state: State, event: CurvePicked) -> State:
    return replace(state, curve=event.curve)


def _link(state: State, event: LinkChanged) -> State:
    return replace(state, slow_link=event.slow)


def _notice(state: State, event: NoticeGiven) -> State:
    return replace(state, notice=event.text, notice_of_run=event.of_run)


def _failed(state: State, event: TaskFailed) -> State:
    return replace(state, failure=event.error)


def _increment_all(versions: Mapping[type[RunEvent], int]) -> dict[type[RunEvent], int]:
    return {kind: version + 1 for kind, version in versions.items()}


def _increment_reported(
    versions: Mapping[type[RunEvent], int], events: tuple[RunEvent, ...]
) -> dict[type[RunEvent], int]:
    kinds = {type(event) for event in events}
    return {**versions, **{kind: versions.get(kind, 0) + 1 for kind in kinds}}


def _has_content(event: RunEvent) -> bool:
    match event:
        case (
            LossesRecorded(losses=some)
            | InventoryTaken(entries=some)
            | ModelsDescribed(models=some)
            | Executed(shapes=some)
            | PlotsDrawn(figures=some)
        ):
            return bool(some)
        case NoMap():
            return False
        case TrainingNoted(kept=lists):
            return any(each.is_likely for each in lists)
    return True


_REDUCERS: dict[type, Callable[[State, Any], State]] = {
    WorkerStateChanged: _worker,
    OutlineRequested: _same,
    CourseRead: _course,
    ProgressRead: _progress,
    StepShown: _step,
    StepEntered: _entered,
    BufferReplaced: _replaced,
    FileWatched: _watched,
    ActivityRequested: _requested,
    BatchArrived: _batch,
    VerdictReached: _verdict,
    ExperimentsFound: keep_found,
    ExperimentShown: show_experiment,
    ExperimentEnded: end_experiment,
    ReviewShown: _review,
    ReviewJudged: _review,
    ReviewDeclined: _same,
    SecondPassed: _second,
    MoreTimeGiven: _more_time,
    StopRequested: _stop,
    PauseRequested: request_pause,
    ResumeRequested: request_resume,
    RunCancelled: _cancelled,
    StepBegunAgain: _again,
    HintShown: _hint,
    SolutionShown: _solution,
    StepRead: _same,
    WayBackChanged: _way_back,
    PlaceChanged: _same,
    AnswerChanged: _changed,
    DraftKept: _kept,
    FileCompared: _compared,
    CursorMoved: _cursor,
    ComparisonSwitched: _compares,
    CurvePicked: _picked,
    LinkChanged: _link,
    NoticeGiven: _notice,
    TaskFailed: _failed,
}
