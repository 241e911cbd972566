"""Changes of the state during a run, from request to end; part of the reducer, and as pure."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from zlib import crc32

from msgspec import msgpack
from msgspec.structs import replace

from tutor.course.slider_values import drawing_in, is_drawn
from tutor.session import late
from tutor.session.events import (
    ActivityRequested,
    BatchArrived,
    MoreTimeGiven,
    PauseRequested,
    ResumeRequested,
    RunCancelled,
    SecondPassed,
    StopRequested,
)
from tutor.session.pausing import paused_at
from tutor.session.state import Activity, ActivityKind, Latest, PadView, Pause, State
from tutor.wire.events import (
    Executed,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    PadShown,
    Paused,
    Phase,
    PlotsDrawn,
    ProgressShown,
    ResourcesUsed,
    RunEnded,
    RunEvent,
    TrainingNoted,
)
from tutor.wire.maps import NoMap
from tutor.wire.models import ModelsDescribed

_LATEST: dict[ActivityKind, Latest] = {"run": "output", "check": "verdict"}
"""The pane that a request brings to the front; the result of a guess is shown beside the guess."""


def begin_activity(state: State, event: ActivityRequested) -> State:
    if state.activity is not None or event.run_id <= state.last_run:
        return state
    state = replace(
        state,
        activity=Activity(
            event.run_id,
            event.kind,
            limits=event.limits,
            source=event.source,
            check_seconds=event.check_seconds,
            part=event.part,
            pause=Pause(event.hold, length="phase") if event.hold else None,
        ),
        last_run=event.run_id,
        notice="",
        worker_message=message_after_action(state),
    )
    if event.kind == "experiment":
        return state  # what the learner's own program left on screen stays
    return replace(
        state,
        versions=increment_versions(state.versions),
        reported=frozenset(),
        trouble_in_model=False,
        told={},
        told_before=state.told,
        cursor=None,
        curve=None,
        ending=None,
        pad=_begun_pad(state, event.source),
        verdict=state.verdict if event.kind == "run" else None,
        prediction_result=state.prediction_result if event.kind == "run" else None,
        latest=_LATEST.get(event.kind, state.latest),
    )


def follow_run(state: State, event: BatchArrived) -> State:
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    events = event.events
    kinds = {type(each) for each in events}
    state = replace(
        state,
        activity=replace(state.activity, begun=True),
        versions={**state.versions, **{each: state.versions.get(each, 0) + 1 for each in kinds}},
        reported=state.reported | {type(each) for each in events if _has_content(each)},
        told=_add_told(state.told, events),
    )
    for each in events:
        state = _take(state, each)
    return state


def _take(state: State, event: RunEvent) -> State:
    activity = state.activity
    if activity is None:
        return state
    match event:
        case ResourcesUsed():
            return replace(state, activity=replace(activity, used=event))
        case ProgressShown(text=text):
            return replace(state, activity=replace(activity, progress=text))
        case Paused() if activity.pause is not None and event.number == activity.pause.number:
            pause = replace(activity.pause, at=event)
            return replace(state, activity=replace(activity, pause=pause))
        case PadShown():
            return replace(state, pad=_shown_pad(state, event, activity.source))
        case ModelsDescribed():
            return replace(state, trouble_in_model=late.has_trouble(event))
        case InventoryTaken():
            return replace(state, inventory=crc32(msgpack.encode(event.entries)))
        case RunEnded() if activity.kind != "check":
            return _end_run(state, activity, event.observation)
    return state


def _begun_pad(state: State, source: str) -> PadView | None:
    """Return the pad without its answer; the drawing of a lab is the one that it runs with."""
    pad, step = state.pad, state.step
    if pad is None or step is None or not is_drawn(step):
        return replace(pad, shares=(), words="") if pad is not None else None
    return PadView(pad.start, drawing_in(step, source) or pad.start)


def _shown_pad(state: State, event: PadShown, source: str) -> PadView:
    """Return the pad, with the drawing kept if the run before began with the same image."""
    before, step = state.pad, state.step
    if before is not None and before.start == event.start:
        return PadView(event.start, before.cells)
    drawn = drawing_in(step, source) if step is not None and is_drawn(step) else ""
    return PadView(event.start, drawn or event.start)


def _end_run(state: State, activity: Activity, observation: Observation) -> State:
    ending = late.run_summary(observation, activity, state.step)
    if activity.kind == "guess":
        # The activity goes on until the guess has been judged by this run.
        return replace(state, ending=replace(ending, values=()))
    notice = "" if state.notice_of_run else state.notice
    return replace(state, activity=None, ending=ending, notice=notice)


def _add_told(
    told: Mapping[type[RunEvent], int], events: tuple[RunEvent, ...]
) -> Mapping[type[RunEvent], int]:
    added = dict(told)
    for event in events:
        match event:
            case OutputWritten(text=text):
                data = text.encode(errors="surrogatepass")
            case LossesRecorded(losses=losses):
                data = array("d", losses).tobytes()
            case _:
                continue
        added[type(event)] = crc32(data, added.get(type(event), 0))
    return added


def count_second(state: State, event: SecondPassed) -> State:
    activity = state.activity
    if activity is None or activity.run_id != event.run_id or state.queued or paused_at(state):
        return state
    return replace(state, activity=replace(activity, seconds=activity.seconds + 1))


def raise_time_limit(state: State, event: MoreTimeGiven) -> State:
    if state.activity is None:
        return state
    limits = replace(state.activity.limits, seconds=event.seconds)
    return replace(state, activity=replace(state.activity, limits=limits), notice="")


def request_pause(state: State, event: PauseRequested) -> State:
    activity = state.activity
    if activity is None or activity.stopping:
        return state
    before = paused_at(state) if event.length == "phase" else None
    done: Phase = before.phase if before is not None else "none"
    pause = Pause(event.number, length=event.length, done=done)
    return replace(state, activity=replace(activity, pause=pause), notice="")


def request_resume(state: State, _event: ResumeRequested) -> State:
    if state.activity is None or state.activity.pause is None:
        return state
    return replace(state, activity=replace(state.activity, pause=None), notice="")


def request_stop(state: State, _event: StopRequested) -> State:
    if state.activity is None:
        return state
    return replace(state, activity=replace(state.activity, stopping=True, pause=None), notice="")


def cancel_run(state: State, event: RunCancelled) -> State:
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    return replace(state, activity=None, notice="Stopped before it began.")


def message_after_action(state: State) -> str:
    """Keep the message about an ended worker only until there is a new one."""
    return state.worker_message if state.worker.phase == "restarting" else ""


def increment_versions(versions: Mapping[type[RunEvent], int]) -> dict[type[RunEvent], int]:
    return {kind: version + 1 for kind, version in versions.items()}


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
