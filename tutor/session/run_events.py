"""The events of a run, from request to end; their `apply` is as pure as that of other events."""

from __future__ import annotations

from array import array
from zlib import crc32

from msgspec import msgpack
from msgspec.structs import replace

from tutor.course.slider_values import drawing_in, is_drawn
from tutor.session import late
from tutor.session.events import StateEvent
from tutor.session.state import Activity, ActivityKind, Latest, PadView, Pause, State
from tutor.session.words.model_advice import has_trouble
from tutor.wire.commands import StepLength
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


class ActivityRequested(StateEvent, frozen=True):
    """A run, check, guess or experiment was asked for."""

    activity: Activity
    """Its run id is greater than that of every run before it."""

    def apply(self, state: State) -> State:
        run_id, kind, source = self.activity.run_id, self.activity.kind, self.activity.source
        if state.activity is not None or run_id <= state.last_run:
            return state
        state = replace(
            state,
            activity=self.activity,
            last_run=run_id,
            notice="",
            worker_message=state.message_after_action,
        )
        if kind == "experiment":
            return state  # what the learner's own program left on screen stays
        pad, step = state.pad, state.step
        if pad is not None and step is not None and is_drawn(step):
            # the drawing of a lab is the one that it runs with
            pad = PadView(pad.start, drawing_in(step, source) or pad.start)
        elif pad is not None:
            pad = replace(pad, shares=(), words="")
        return replace(
            state,
            versions=state.next_versions,
            reported=frozenset(),
            trouble_in_model=False,
            told={},
            told_before=state.told,
            cursor=None,
            curve=None,
            ending=None,
            pad=pad,
            verdict=state.verdict if kind == "run" else None,
            prediction_result=state.prediction_result if kind == "run" else None,
            latest=_LATEST.get(kind, state.latest),
        )


class BatchArrived(StateEvent, frozen=True):
    """The worker has reported events of a run."""

    run_id: int
    events: tuple[RunEvent, ...]

    def apply(self, state: State) -> State:
        if state.activity is None or state.activity.run_id != self.run_id:
            return state
        events = self.events
        kinds = {type(each) for each in events}
        told = dict(state.told)
        for each in events:
            match each:
                case OutputWritten(text=text):
                    data = text.encode(errors="surrogatepass")
                case LossesRecorded(losses=losses):
                    data = array("d", losses).tobytes()
                case _:
                    continue
            told[type(each)] = crc32(data, told.get(type(each), 0))
        state = replace(
            state,
            activity=replace(state.activity, begun=True),
            versions={
                **state.versions,
                **{kind: state.versions.get(kind, 0) + 1 for kind in kinds},
            },
            reported=state.reported | {type(each) for each in events if _has_content(each)},
            told=told,
        )
        for each in events:
            state = _take(state, each)
        return state


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
            return replace(state, trouble_in_model=has_trouble(event))
        case InventoryTaken():
            return replace(state, inventory=crc32(msgpack.encode(event.entries)))
        case RunEnded() if activity.kind != "check":
            return _end_run(state, activity, event.observation)
    return state


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


class SecondPassed(StateEvent, frozen=True):
    """The run has been under way for another second."""

    run_id: int

    def apply(self, state: State) -> State:
        activity = state.activity
        if activity is None or activity.run_id != self.run_id or state.queued or state.paused:
            return state
        return replace(state, activity=replace(activity, seconds=activity.seconds + 1))


class MoreTimeGiven(StateEvent, frozen=True):
    """The run was given more time."""

    seconds: float

    def apply(self, state: State) -> State:
        if state.activity is None:
            return state
        limits = replace(state.activity.limits, seconds=self.seconds)
        return replace(state, activity=replace(state.activity, limits=limits), notice="")


class StopRequested(StateEvent, frozen=True):
    """The learner wants the run to end."""

    def apply(self, state: State) -> State:
        if state.activity is None:
            return state
        activity = replace(state.activity, stopping=True, pause=None)
        return replace(state, activity=activity, notice="")


class PauseRequested(StateEvent, frozen=True):
    """The learner wants the run to pause."""

    number: int
    length: StepLength | None = None

    def apply(self, state: State) -> State:
        activity = state.activity
        if activity is None or activity.stopping:
            return state
        before = state.paused if self.length == "phase" else None
        done: Phase = before.phase if before is not None else "none"
        pause = Pause(self.number, length=self.length, done=done)
        return replace(state, activity=replace(activity, pause=pause), notice="")


class ResumeRequested(StateEvent, frozen=True):
    """The learner wants the paused run to go on."""

    def apply(self, state: State) -> State:
        if state.activity is None or state.activity.pause is None:
            return state
        return replace(state, activity=replace(state.activity, pause=None), notice="")


class RunCancelled(StateEvent, frozen=True):
    """An activity was given up before the worker began it."""

    run_id: int

    def apply(self, state: State) -> State:
        if state.activity is None or state.activity.run_id != self.run_id:
            return state
        return replace(state, activity=None, notice="Stopped before it began.")
