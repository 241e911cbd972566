"""Runs and checks of the learner's program: how they begin, are followed, paused and stopped.

At most one of them is under way. Batches and verdicts of an older one are ignored: they may arrive
late, after Stop or on the next step.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from msgspec.structs import replace

from tutor.client.interface import Client, RunHandle
from tutor.client.transcript import TranscriptExcerpt
from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.grading.length import too_long
from tutor.grading.recording_needs import need_step_log
from tutor.grading.verdict import Verdict
from tutor.session import late
from tutor.session.asking import Asking, Drawing
from tutor.session.checks_ahead import ChecksAhead
from tutor.session.core import Hub
from tutor.session.events import VerdictReached
from tutor.session.run_events import (
    ActivityRequested,
    BatchArrived,
    MoreTimeGiven,
    PauseRequested,
    ResumeRequested,
    RunCancelled,
    SecondPassed,
    StopRequested,
)
from tutor.session.state import Activity, ActivityKind, PartRun, Pause, State
from tutor.session.streaming import StreamingRunner, capped, for_run, stream
from tutor.wire.commands import Execute, StepLength
from tutor.wire.events import RunEvent

STARTING = "The tutor is still starting. Try again in a moment."
ALREADY = "It is still running. {key:stop} stops it."
CHECKING = "It is still being checked. {key:stop} stops that."
WAITING = "It is still waiting for PyTorch, which is being prepared. {key:stop} cancels."
STOPPING = "It is still being stopped."
PAUSED = "It is paused. {key:pause} goes on; {key:stop} stops it."
NOTHING_RUNS = "Nothing is running."
NOTHING_TO_PAUSE = "Nothing is running. {key:step_phase} runs the code up to its first phase."
NO_MORE_TIME = "The time of a check is fixed. A run of the code, {key:run}, can be given more."
NOT_A_CHECK = (
    "A check is not paused: {key:stop} stops it. {key:run} runs the code, and that can be paused."
)

_GROUP = "activity"
_TICKING = "seconds"

Following = Callable[[], Coroutine[Any, Any, object]]

Begin: TypeAlias = "Callable[[Client, int, Execute], Following]"
"""Begins an activity under a run id, with a command limited by the learner's config."""


class LastRun(NamedTuple):
    """A run, plain or that of a check, which can be asked for what it has left once it is over."""

    handle: RunHandle
    source: str
    part: PartRun | None = None


class RunController:
    """The one activity of the session that runs a program, whatever it is run for."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self.asking = Asking(hub)
        self.drawing = Drawing(hub)
        self.checks_ahead = ChecksAhead(hub)
        self._handle: RunHandle | None = None
        """The handle of the newest plain run; None during a check or a guess."""
        self.last: LastRun | None = None
        """The newest run on this step with its own givens, over or not; None before the first."""
        self.watched: tuple[str, ...] = ()
        self._last_pause_number = 0
        """Each request to pause has a number, by which answers to older requests are recognised."""

    def run(
        self,
        source: str,
        hold: int = 0,
        columns: int = 0,
        part: PartRun | None = None,
        pace: float = 0.0,
    ) -> bool:
        """Run the learner's program without judging it; return False if it was not begun.

        A notice then says why. If `hold` is not 0, the program is paused under that number before
        its first training phase. `columns` are those in which its output is shown, 0 if unknown.
        `part` says which lines `source` has where it is not the whole text. `pace` is the maximum
        number of training steps a second; 0: there is none.
        """
        step = self._hub.state.step
        grading = late.grading_of(step)
        if words := too_long(source):
            self._hub.notify(words)
            return False
        if step is None or grading.command is None:
            return False
        command = grading.command(step, source)
        self._hub.worker.wake(asked=True)
        self._hub.drafts.save()
        questions = grading.questions(step)
        command = replace(
            command,
            hold=hold,
            step_log=need_step_log(questions),
            shapes=True,
            columns=columns,
            watched=self.watched,
            pace=pace,
            keep=True,
        )

        def begin(client: Client, run_id: int, command: Execute) -> Following:
            self._handle = client.begin(command, questions)
            self.last = LastRun(self._handle, part.whole if part is not None else source, part)
            following = partial(stream, self._handle, partial(self.take, run_id))
            if grading.reached_goals is None:
                return following
            return partial(self._hub.answers.lab.follow, step, source, following)

        return self.begin("run", command, source, begin, part)

    def check(self, source: str) -> bool:
        step = self._hub.state.step
        grading = late.grading_of(step)
        if step is None or grading.command is None or grading.judge_program is None:
            return False
        self._hub.worker.wake(asked=True)
        self._hub.drafts.keep_attempt(step, source)
        # The check refuses a source that is too long; parsing it here would only block the app.
        command = grading.command(step, "" if too_long(source) else source)

        def begin(client: Client, run_id: int, _command: Execute) -> Following:
            return partial(self._check, step, client, run_id, source)

        return self.begin("check", command, source, begin)

    def begin(
        self,
        kind: ActivityKind,
        command: Execute,
        source: str,
        begin: Begin,
        part: PartRun | None = None,
    ) -> bool:
        """Begin an activity; return False, with a notice, if one is under way already.

        The command is limited as the learner's config asks before `begin` gets it. `part` is as
        that of `run`.
        """
        state, client = self._hub.state, self._hub.worker.client
        if state.activity is not None or client is None:
            self._hub.notify(busy_notice(state), of_run=True)
            return False
        run_id = state.last_run + 1
        checked = capped(command, self._hub.caps)
        command = for_run(command, self._hub.caps) if kind == "run" else checked
        if kind != "experiment":
            self._hub.timeline.begin()
        self.checks_ahead.stop()
        self._handle = None
        # Begun before the event that makes front ends draw: the program then runs meanwhile, on
        # another core.
        following = begin(client, run_id, command)
        self._hub.background.start(self._run_with_timer(run_id, following), _GROUP)
        in_check = kind == "run" and kind_of(state.step).has_solution
        activity = Activity(
            run_id,
            kind,
            limits=command.limits,
            source=source,
            check_seconds=checked.limits.seconds if in_check else 0.0,
            part=part,
            pause=Pause(command.hold, length="phase") if command.hold else None,
        )
        self._hub.dispatch(ActivityRequested(activity))
        return True

    def take(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        activity = self._hub.state.activity
        if activity is not None and activity.run_id == run_id:
            self._hub.timeline.take(events)
            self._hub.dispatch(BatchArrived(run_id, events))

    def stop(self) -> None:
        state, client = self._hub.state, self._hub.worker.client
        if state.activity is None or client is None:
            self._hub.notify(NOTHING_RUNS)
        elif state.queued:
            self._give_up()
            self._hub.dispatch(RunCancelled(state.activity.run_id))
        else:
            self._hub.dispatch(StopRequested())
            client.stop()

    async def until_idle(self) -> None:
        ended = asyncio.Event()

        def look(_old: State, new: State) -> None:
            if new.activity is None:
                ended.set()

        unsubscribe = self._hub.subscribe(look)
        try:
            look(self._hub.state, self._hub.state)
            await ended.wait()
        finally:
            unsubscribe()

    def leave_step(self) -> None:
        """Stop and abandon the activity: nothing of this step is wanted any more."""
        self.checks_ahead.forget()
        if self.last is not None:
            self.last.handle.forget()
        self.last = None
        client = self._hub.worker.client
        if self._hub.state.activity is not None and client is not None:
            client.stop()
            self._give_up()

    def pause(self) -> None:
        running = self._pausable_run()
        if running is None:
            return
        activity, handle = running
        if activity.pause is None:
            self._hub.dispatch(PauseRequested(self._next_pause_number()))
            handle.pause(self._last_pause_number)
        else:
            self._hub.dispatch(ResumeRequested())
            handle.resume()

    def step_phase(self, source: str, columns: int = 0, length: StepLength = "phase") -> bool:
        """Go on by one training phase, step or epoch; return True if that began a run of `source`.

        If nothing runs, run `source` up to its first phase. A run that is not paused is paused; one
        that is paused goes on to its next phase, step or epoch and pauses there.
        """
        if self._hub.state.activity is None and kind_of(self._hub.state.step).has_own_code:
            return self.run(source, self._next_pause_number(), columns)
        running = self._pausable_run()
        if running is None:
            return False
        activity, handle = running
        if activity.pause is None:
            self.pause()
        elif activity.pause.at is not None:
            self._hub.dispatch(PauseRequested(self._next_pause_number(), length))
            handle.step_phase(self._last_pause_number, length)
        return False

    def watch(self, views: frozenset[str]) -> None:
        """Take note of which views are on screen: a run tells only of those while it lasts."""
        watched = tuple(sorted(views))
        if watched == self.watched:
            return
        self.watched = watched
        if self._handle is not None and self._hub.state.activity is not None:
            self._handle.watch(watched)

    def bind(self, numbers: dict[str, int | float]) -> bool:
        """Let the run go on with these numbers from its next step on; False if it cannot."""
        activity = self._hub.state.activity
        if self._handle is None or activity is None or not activity.begun or activity.stopping:
            return False
        self._handle.bind(numbers)
        return True

    def more_time(self) -> None:
        """Double the time limit of the run, up to its maximum; a notice says if that is reached."""
        activity = self._hub.state.activity
        if activity is None:
            self._hub.notify(NOTHING_RUNS)
        elif activity.kind != "run" or self._handle is None:
            self._hub.notify(NO_MORE_TIME)
        elif not activity.stopping:
            limits = activity.limits
            seconds = min(2 * limits.seconds, limits.max_seconds)
            if seconds <= limits.seconds:
                most = f"It has {seconds:g} s, which is the maximum."
                self._hub.notify(most, of_run=True)
            else:
                self._handle.extend(seconds - limits.seconds)
                self._hub.dispatch(MoreTimeGiven(seconds))

    async def printed(self) -> TranscriptExcerpt | None:
        client = self._hub.worker.client
        return await client.printed() if client is not None else None

    async def _check(self, step: Step, client: Client, run_id: int, source: str) -> None:
        begun: list[RunHandle] = []

        def note(run: RunHandle) -> None:
            begun.append(run)
            self.last = LastRun(run, source)

        judge = late.grading_of(step).judge_program
        assert judge is not None
        runner = StreamingRunner(client, self._hub.caps, partial(self.take, run_id), note)
        try:
            others = await self._hub.opening.other_exercises(step)
            verdict = await judge(step, source, runner, others)
        except Exception as error:
            # A fault of the tutor must cost the learner neither the app nor the step.
            verdict = Verdict(
                kind="tutor-fault",
                slug="tutor-fault",
                message="The tutor could not judge this answer. It is not counted; your code is "
                "kept. Try again, or go on to the next step.",
                evidence=(f"{type(error).__name__}: {error}",),
            )
        activity = self._hub.state.activity
        if not begun and activity is not None and activity.run_id == run_id:
            self._hub.timeline.undo_begin()  # nothing was attempted: the last run stays in view
        self._hub.dispatch(VerdictReached(verdict, run_id))
        self._hub.drafts.save()

    async def _run_with_timer(self, run_id: int, following: Following) -> None:
        """Follow the activity, and dispatch `SecondPassed` for each second until its end."""
        self._hub.background.start(self._tick(run_id), _TICKING)
        try:
            await following()
        finally:
            self._hub.background.cancel(_TICKING)
        if self._hub.state.pad is not None:
            self.drawing.ask()

    async def _tick(self, run_id: int) -> None:
        while True:
            await asyncio.sleep(1.0)
            self._hub.dispatch(SecondPassed(run_id))

    def _give_up(self) -> None:
        if self._handle is not None:
            # Cancelling is not enough: a task that has not yet begun to read the run's events has
            # no iterator to close, and the run would go on.
            self._handle.stop()
        self._hub.background.cancel(_GROUP)

    def _pausable_run(self) -> tuple[Activity, RunHandle] | None:
        activity = self._hub.state.activity
        if activity is None:
            self._hub.notify(NOTHING_TO_PAUSE)
        elif activity.kind != "run" or self._handle is None:
            self._hub.notify(NOT_A_CHECK)
        elif not activity.stopping:
            return activity, self._handle
        return None

    def _next_pause_number(self) -> int:
        self._last_pause_number += 1
        return self._last_pause_number


def busy_notice(state: State) -> str:
    activity = state.activity
    if activity is None:
        return STARTING
    if activity.stopping:
        return STOPPING
    if state.queued:
        return WAITING
    if state.paused is not None:
        return PAUSED
    return CHECKING if activity.kind == "check" else ALREADY
