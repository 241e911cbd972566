"""How the state follows a run from its request to its end; part of the reducer, and as pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from tutor.session.events import (
    ActivityRequested,
    BatchArrived,
    MoreTimeGiven,
    RunCancelled,
    SecondPassed,
    StopRequested,
)
from tutor.session.pausing import after_events, paused_at
from tutor.session.run_summary import run_summary, values_of
from tutor.session.state import Activity, ActivityKind, Latest, Pause, State
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
)
from tutor.wire.maps import NoMap
from tutor.wire.models import ModelsDescribed

_LATEST: dict[ActivityKind, Latest] = {"run": "output", "check": "verdict"}
"""The pane that a request brings to the front; the result of a guess is shown beside the guess."""


def begin_activity(state: State, event: ActivityRequested) -> State:
    """Return the state in which the run is under way; ignored if one is, or if its id was used."""
    if state.activity is not None or event.run_id <= state.last_run:
        return state
    if event.kind == "experiment":
        # what the learner's own program left on screen stays
        return replace(
            state,
            activity=_new_activity(event),
            last_run=event.run_id,
            notice="",
            worker_message=message_after_action(state),
        )
    return replace(
        state,
        activity=_new_activity(event),
        last_run=event.run_id,
        versions=increment_versions(state.versions),
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
        worker_message=message_after_action(state),
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


def follow_run(state: State, event: BatchArrived) -> State:
    """Return the state after these events of the run, and its summary if they end it."""
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


def count_second(state: State, event: SecondPassed) -> State:
    """Return the state a second later; none passes for a run that waits or is paused."""
    activity = state.activity
    if activity is None or activity.run_id != event.run_id or state.queued or paused_at(state):
        return state
    return replace(state, activity=replace(activity, seconds=activity.seconds + 1))


def raise_time_limit(state: State, event: MoreTimeGiven) -> State:
    """Return the state in which the run may take so long."""
    if state.activity is None:
        return state
    limits = replace(state.activity.limits, seconds=event.seconds)
    return replace(state, activity=replace(state.activity, limits=limits), notice="")


def request_stop(state: State, _event: StopRequested) -> State:
    """Return the state in which the run is being stopped, and no pause is waited for."""
    if state.activity is None:
        return state
    return replace(state, activity=replace(state.activity, stopping=True, pause=None), notice="")


def cancel_run(state: State, event: RunCancelled) -> State:
    """Return the state without the run, which was stopped before it began."""
    if state.activity is None or state.activity.run_id != event.run_id:
        return state
    return replace(state, activity=None, notice="Stopped before it began.")


def message_after_action(state: State) -> str:
    """Keep the message about an ended worker only until there is a new one."""
    return state.worker_message if state.worker.phase == "restarting" else ""


def increment_versions(versions: Mapping[type[RunEvent], int]) -> dict[type[RunEvent], int]:
    """Return the versions after all that was recorded has been dropped."""
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
