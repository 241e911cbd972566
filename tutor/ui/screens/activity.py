"""Run, Check and Stop: begins them, streams what comes, and hands it to the screen as messages.

At most one of them is under way. The async workers here touch no widget.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from textual.message import Message
from textual.screen import Screen
from textual.worker import WorkType

from tutor.config import Caps
from tutor.course.model import CodeStep, Course
from tutor.grading.verdict import Verdict
from tutor.session.buffers import Buffers
from tutor.session.events import (
    ActivityRequested,
    NoticeGiven,
    RunCancelled,
    SecondPassed,
    StopRequested,
)
from tutor.session.pausing import paused_at
from tutor.session.state import ActivityKind, State
from tutor.session.streaming import StreamingRunner, capped, for_run, stream
from tutor.wire.commands import Execute, Question
from tutor.wire.events import Observation, RunEvent, WorkerStateChanged

if TYPE_CHECKING:
    from tutor.client.interface import Client, RunHandle
    from tutor.client.memory import Shortage

STARTING = "The tutor is still starting. Try again in a moment."
ALREADY = "It is still running. F9 stops it."
CHECKING = "It is still being checked. F9 stops that."
WAITING = "It still waits for PyTorch, which is being prepared. F9 cancels."
STOPPING = "It is still being stopped."
PAUSED = "It is paused. Esc, Enter goes on; F9 stops it."
NOTHING_RUNS = "Nothing is running."


class EventsArrived(Message):
    """A batch of what a run told."""

    def __init__(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        super().__init__()
        self.run_id = run_id
        self.events = events


class VerdictArrived(Message):
    """A check was graded."""

    def __init__(self, run_id: int, step: CodeStep, source: str, verdict: Verdict) -> None:
        super().__init__()
        self.run_id = run_id
        self.step = step
        self.source = source
        self.verdict = verdict


Tell = Callable[
    [
        ActivityRequested
        | NoticeGiven
        | RunCancelled
        | SecondPassed
        | StopRequested
        | WorkerStateChanged
    ],
    None,
]


Work = Callable[["Client", int, Execute], Coroutine[Any, Any, object]]
"""Begins a program under the number; what it returns posts what comes of it."""


class Activities:
    """One per screen; it is given a client when there is one."""

    def __init__(
        self,
        screen: Screen[None],
        buffers: Buffers,
        session: Callable[[], State],
        tell: Tell,
        caps: Caps,
        course: Callable[[], Course],
    ) -> None:
        self._course = course
        self._screen = screen
        self._buffers = buffers
        self._session = session
        self._tell = tell
        self._caps = caps
        self.client: Client | None = None
        self.handle: RunHandle | None = None
        """Of the newest run or prediction. Programs of a check are not controlled one by one."""
        self._is_started = False
        """Whether the client was asked to start its worker."""
        self._told_shortage = False

    def begin(self, kind: ActivityKind, step: CodeStep, source: str, hold: int = 0) -> bool:
        """Whether it was begun; if one is under way already, that is said.

        With `hold` a run is paused under that number before it first trains.
        """
        from tutor.grading.length import too_long
        from tutor.grading.plan import learner_command  # a first frame does without

        words = too_long(source)
        if words and kind == "run":
            self._tell(NoticeGiven(words))
            return False
        # To be refused by the check; to parse it would only keep the app waiting.
        command = replace(learner_command(step, "" if words else source), hold=hold)
        work: Work = self.watch if kind == "run" else partial(self._check, step, source)
        return self.start(kind, command, work)

    def start(self, kind: ActivityKind, command: Execute, work: Work) -> bool:
        """The same for any work; it gets the command as far as the learner's config allows it."""
        state = self._session()
        client = self.client
        if state.activity is not None or client is None:
            self._tell(NoticeGiven(why_not_now(state)))
            return False
        run_id = state.last_run + 1
        checked = capped(command, self._caps)
        command = for_run(command, self._caps) if kind == "run" else checked
        self._buffers.clear()
        # before all that is drawn because of it: the program runs meanwhile, on another core
        working = self._timed(run_id, work(client, run_id, command))
        self._screen.run_worker(working, group="activity")
        in_check = kind == "run" and isinstance(state.step, CodeStep)
        self._tell(
            ActivityRequested(
                run_id,
                kind,
                command.limits,
                command.hold,
                source=command.program.source,
                check_seconds=checked.limits.seconds if in_check else 0.0,
            )
        )
        return True

    def stop(self) -> None:
        """Ends the run, or gives it up if it still waits for PyTorch."""
        state = self._session()
        if state.activity is None or self.client is None:
            self._tell(NoticeGiven(NOTHING_RUNS))
        elif state.queued:
            if self.handle is not None:
                self.handle.stop()  # what would take its events may not have begun to
            self._cancel()
            self._tell(RunCancelled(state.activity.run_id))
        else:
            self._tell(StopRequested())
            self.client.stop()

    def leave_step(self) -> None:
        """Nothing of this step is wanted any more."""
        if self._session().activity is not None and self.client is not None:
            self.client.stop()
            self._cancel()

    def observe_ahead(self, step: CodeStep) -> None:
        """Has the author's programs run while the learner reads, so that a check is quick. Nobody
        is woken for that."""
        if self.client is not None and self._is_started and self.client.state.phase != "asleep":
            self._observe_soon(self.client, step)

    def start_worker(self, *, asked: bool) -> None:
        """Starts or wakes it, for a run that is `asked` for, or one that may be wanted soon: in
        that case not if there is too little memory, which is said."""
        client = self.client
        if client is None:
            return
        if self._is_started and client.state.phase != "asleep":
            client.keep_awake()
        elif asked or not self._lacks_memory(client):
            self._is_started, self._told_shortage = True, False
            self._screen.run_worker(client.start(), group="client")
            if isinstance(step := self._session().step, CodeStep):
                self._observe_soon(client, step)

    def _observe_soon(self, client: Client, step: CodeStep) -> None:
        client.want_spares(1 + len(step.variations))
        work: WorkType[None] = partial(self._observe, client, step)
        self._screen.run_worker(work, group="ahead", exclusive=True)

    def _lacks_memory(self, client: Client) -> bool:
        short = client.shortage()
        if short is not None and not self._told_shortage:
            self._told_shortage = True
            words = shortage_words(short)
            self._tell(replace(client.state, reason=words))
            self._tell(NoticeGiven(words))
        return short is not None

    def _cancel(self) -> None:
        self._screen.workers.cancel_group(self._screen, "activity")

    async def _timed(self, run_id: int, work: Coroutine[Any, Any, object]) -> None:
        """Tells the seconds that it takes; the timer lives no longer than the work."""
        tick = self._screen.set_interval(1.0, partial(self._tell, SecondPassed(run_id)))
        try:
            await work
        finally:
            tick.stop()

    def watch(
        self,
        client: Client,
        run_id: int,
        command: Execute,
        questions: tuple[Question, ...] = (),
    ) -> Coroutine[Any, Any, Observation]:
        """Begin the program now; what is returned posts its events and gives how it ended."""
        self.handle = client.begin(command, questions)
        return stream(self.handle, partial(self.post, run_id))

    async def _check(
        self, step: CodeStep, source: str, client: Client, run_id: int, _command: Execute
    ) -> None:
        from tutor.course.givens import givens_of_others
        from tutor.grading.grade import grade

        runner = StreamingRunner(client, lambda events: self.post(run_id, events), self._caps)
        try:
            others = givens_of_others(self._course(), step)
            verdict = await grade(step, source, runner, others)
        except Exception as error:
            # a fault of ours must cost the learner neither the app nor the step
            verdict = _own_fault(error)
        self._screen.post_message(VerdictArrived(run_id, step, source, verdict))

    async def _observe(self, client: Client, step: CodeStep) -> None:
        from tutor.grading.plan import author_commands

        for command in author_commands(step):
            await client.observe_all(command)

    def post(self, run_id: int, events: tuple[RunEvent, ...]) -> None:
        """Hands a batch of a run to the screen."""
        self._screen.post_message(EventsArrived(run_id, events))


def why_not_now(state: State) -> str:
    """Why nothing can be begun: what is under way, and the key that ends it."""
    activity = state.activity
    if activity is None:
        return STARTING
    if activity.stopping:
        return STOPPING
    if state.queued:
        return WAITING
    if paused_at(state) is not None:
        return PAUSED
    return CHECKING if activity.kind == "check" else ALREADY


def shortage_words(short: Shortage) -> str:
    """What is missing, and the two ways on."""
    return (
        f"PyTorch needs about {short.needed_mb} MB of memory and {short.available_mb} MB are free: "
        "close other programs, or run your code to start it all the same."
    )


def _own_fault(error: Exception) -> Verdict:
    return Verdict(
        kind="tutor-fault",
        slug="tutor-fault",
        message="The tutor could not judge this answer. It is not counted; your code is kept. "
        "Try again, or go on with F8.",
        evidence=(f"{type(error).__name__}: {error}",),
    )
