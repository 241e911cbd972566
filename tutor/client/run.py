"""One run as a conversation: what is sent when, which messages count, and how it ended.

The learner process is not trusted. A message counts only when it is due: `Executed` once, then one
answer for each question in order, then `Done`. Any other message is dropped, so that a forged
`Done` neither ends a run nor saves one that goes on from its deadline. When `Done` comes in turn,
the result is final, and the process is ended at once by closing the socket of its warden. Whoever
forges the whole conversation in the right order could as well have forged the result.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable

from msgspec import structs

from tutor.client.alarm import Alarm
from tutor.client.batches import thin
from tutor.client.captured_output import CapturedOutput, FloodFilter
from tutor.client.exit_reason import ExitEvidence, classify, line_in_trace
from tutor.client.import_allowance import ImportAllowance
from tutor.client.kept_program import GONE, ON_CARD, KeptProgram
from tutor.client.learner_process import LearnerProcess
from tutor.client.run_pause import RunPause
from tutor.client.transcript import Transcript
from tutor.wire.commands import Execute, ObserveAll, Question, StepLength, WatchViews
from tutor.wire.control import Begin, Ended, Extend, Frozen, Interrupt, Kill, Used
from tutor.wire.events import (
    Answer,
    Answered,
    Done,
    Evaluated,
    Evaluation,
    Executed,
    FiguresKept,
    FromLearner,
    InventoryTaken,
    LibraryLoaded,
    LibraryLoading,
    LossesRecorded,
    Observation,
    OutputWritten,
    ParametersGiven,
    Paused,
    PlotsDrawn,
    ResourcesUsed,
    RunEnded,
    RunEvent,
    StartRecorded,
    StepRecorded,
    TrainingNoted,
)
from tutor.wire.frames import FrameError
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.question_code import asked

_SLACK = 3.0
"""Seconds past a deadline or a kill after which a warden without a report counts as hung."""
_GPU_SLACK = 15.0
"""The same with a graphics card: a process in the middle of its driver takes seconds to die."""
_BATCH_SECONDS = 1 / 30
"""Shortest time between two batches of events."""
_BUDGET_WATCHED = 256 * 1024
"""Budget of a watched run (see `ProcessListener`): a flood must leave the app time to draw."""
_BUDGET = 2 * 1024 * 1024
"""Budget of a run that nobody watches: a flood is to reach the limit of output soon."""
_MEGABYTE = 1024 * 1024

OnOverdue = Callable[[], None]
"""Called when a warden has not ended its run in time: the whole worker must be killed."""


_VIEW_OF: dict[type[RunEvent], str] = {
    InventoryTaken: "tensors",
    DecisionMap: "map",
    FittedCurve: "map",
    ModelsDescribed: "model",
}
"""The views that kinds of event are drawn in."""


class Run(ABC):
    """The base of all runs: a process, its output, a deadline, and one observation at the end."""

    def __init__(self, command: Execute | ObserveAll, on_overdue: OnOverdue) -> None:
        self.command = command
        self.over = asyncio.Event()
        """Set once there is an observation, though the process may still be ending."""
        self.settled = asyncio.Event()
        """Set when it is over, or when its process died before anything was seen of the program."""
        self.observation: Observation | None = None
        """None until it is over."""
        self._loop = asyncio.get_running_loop()
        self._on_overdue = on_overdue
        self._process: LearnerProcess | None = None
        self._streams = (CapturedOutput(), CapturedOutput())
        self._executed: Executed | None = None
        self._answers: list[Answer] = []
        self._output_exceeded = False
        self._limits = command.limits
        self._slack = _GPU_SLACK if command.gpu else _SLACK
        self._steps = 0
        self._views: set[str] = set()
        """The views that there was something for."""
        self._protocol_error = ""
        self._interrupted = False
        self._started = time.monotonic()
        self._alarm = Alarm(self._on_deadline)
        self.pausing = RunPause(self._alarm, self._on_paused)
        self._imports = ImportAllowance(self._prolong)

    def begin(self, process: LearnerProcess) -> None:
        """Hand the command to a waiting process; called again with another if that one died."""
        self._started = time.monotonic()
        limits = self._limits
        self._process = process
        self.settled.clear()
        self._alarm.set(limits.seconds + self._slack)
        try:
            process.begin(self.command, Begin(limits.seconds, limits.memory_mb, limits.tasks), self)
            if isinstance(self.command, Execute):
                self.pausing.begin(process, self.command.hold)
        except FrameError as error:
            self.give_up(f"The program cannot be run: {error}.")

    @property
    def was_up(self) -> bool:
        """Whether its process was ready for the command."""
        return self._process is not None and self._process.up

    @property
    def _is_silent(self) -> bool:
        """Whether nothing was seen of the program, so that it can be run again unnoticed."""
        has_printed = any(stream.read for stream in self._streams)
        return self._executed is None and not has_printed and not self._interrupted

    def stop(self) -> None:
        """Interrupt the program, which is killed if it does not end soon; called again, kill it."""
        if self.over.is_set():
            return
        if self._process is None:
            self._conclude(Observation("stopped"))
        elif self._interrupted:
            self._kill(Kill("stopped"))
        else:
            self._interrupted = True
            self._process.send_to_warden(Interrupt())
            self.pausing.forget()
            self._alarm.set(self._slack)

    def extend(self, seconds: float) -> None:
        """Raise the time limit by so many seconds, up to `Limits.max_seconds`."""
        limits = self._limits
        until = min(limits.seconds + seconds, limits.max_seconds)
        if self.over.is_set() or self._interrupted or until <= limits.seconds:
            return
        self._limits = structs.replace(limits, seconds=until)
        if self._process:
            self._process.send_to_warden(Extend(until - limits.seconds))
            self._alarm.extend(until - limits.seconds)

    def _prolong(self, seconds: float) -> None:
        """Move the deadline; the limits stay, since the program is not charged for that time."""
        if self._process and not self.over.is_set() and not self._interrupted:
            self._process.send_to_warden(Extend(seconds))
            self._alarm.extend(seconds)

    def give_up(self, reason: str) -> None:
        """End the run as lost, whatever its process does."""
        self._conclude(Observation("lost", detail=reason))
        self.abandon()

    def abandon(self) -> None:
        """End the run as stopped if it is not over, and let go of its process."""
        if not self.over.is_set():
            self._conclude(Observation("stopped"))
        if self._process:
            self._process.close()

    @property
    def budget(self) -> int:
        """Bytes that may be read of one descriptor in 20 ms."""
        return _BUDGET

    @abstractmethod
    def on_event(self, event: FromLearner) -> None:
        """Handle a message of the learner process, which may be forged."""

    def on_protocol_error(self, reason: str) -> None:
        """Kill the program, which has written to the channel what is no message."""
        self._protocol_error = reason
        self._kill(Kill("unfinished"))

    def on_output(self, stream: int, data: bytes) -> None:
        """Keep and show what was printed; kill a program that prints more than it may."""
        if self.over.is_set():
            return
        self._show(stream, self._streams[stream].take(data))
        if sum(stream.read for stream in self._streams) > self._limits.output_mb * _MEGABYTE:
            if not self._output_exceeded:
                self._kill(Kill("output"))
            self._output_exceeded = True

    def on_exit(self, ended: Ended | None) -> None:
        """Conclude the run from the warden's report.

        Without a report, a run of which nothing was seen is left to be begun again.
        """
        self._alarm.clear()
        if self.over.is_set():
            return
        if ended is None and self._is_silent:
            self.settled.set()
            return
        exit_reason = classify(
            ExitEvidence(
                ended=ended,
                up=self.was_up,
                seconds=self._limits.max_seconds,
                output_exceeded=self._output_exceeded,
                protocol_error=self._protocol_error,
                last_words=self._streams[1].text().strip().rpartition("\n")[2],
            )
        )
        self._conclude(
            Observation(
                exit_reason.outcome,
                executed=self._executed,
                line=line_in_trace(ended.trace) if ended else None,
                detail=exit_reason.detail,
            )
        )

    def on_frozen(self, frozen: Frozen) -> None:
        """Take note that the warden has stopped all processes of the run."""
        if not self.over.is_set():
            self.pausing.on_frozen(frozen)

    @abstractmethod
    def on_usage(self, used: Used) -> None:
        """Handle the warden's report on what the processes use."""

    @abstractmethod
    def _show(self, stream: int, text: str) -> None:
        """Pass on text that has just been printed, control codes removed."""

    @abstractmethod
    def _on_paused(self, paused: Paused) -> None:
        """Pass on that the program has been paused, as it was asked to."""

    def _finish(self) -> None:
        """Conclude the run at a `Done` that was due: all was printed before it."""
        assert self._process
        assert self._executed
        self._process.drain()
        # what was drained may have been too much: then the warden is ending the run already
        if not self.over.is_set() and not self._output_exceeded:
            self._conclude(Observation(self._executed.outcome, executed=self._executed))
            self._let_go(self._process)

    def _let_go(self, process: LearnerProcess) -> None:
        """End the process, whose run is over."""
        process.close()

    def _conclude(self, observation: Observation) -> None:
        if self.over.is_set():
            return
        self.pausing.forget()
        self._alarm.clear()
        for number, stream in enumerate(self._streams):
            self._show(number, stream.finish())
        self.observation = self._with_details(observation)
        self.over.set()
        self.settled.set()

    def _with_details(self, observation: Observation) -> Observation:
        """Return it with what this run knows: answers, output, times and limits."""
        out, err = self._streams
        return Observation(
            outcome=observation.outcome,
            executed=observation.executed,
            answers=tuple(self._answers),
            output=out.text(),
            error_output=err.text(),
            line=observation.line,
            detail=observation.detail,
            milliseconds=self._charged_seconds() * 1000,
            steps=self._steps,
            limits=self._limits,
            gpu=self.command.gpu,
            views=tuple(sorted(self._views)),
        )

    def _charged_seconds(self) -> float:
        free = self.pausing.seconds + self._imports.seconds
        return max(0.0, time.monotonic() - self._started - free)

    def _kill(self, message: Kill) -> None:
        if self._process and not self._process.closed:
            self._process.send_to_warden(message)
            self._alarm.set(self._slack)

    def _on_deadline(self) -> None:
        """Report that the warden is overdue: by now it should have ended the run."""
        assert self._process
        if not self._process.closed:
            self._on_overdue()


class LearnerRun(Run):
    """A run of a learner's program, whose events are passed on in batches.

    Implements `tutor.client.interface.RunHandle`.
    """

    def __init__(
        self,
        command: Execute,
        questions: tuple[Question, ...],
        on_overdue: OnOverdue,
        transcript: Transcript | None = None,
    ) -> None:
        """Prepare a run; with a `transcript` it is watched, and somebody must read its events.

        The transcript gets all output. Without one, events are dropped, and only the observation
        is left.
        """
        super().__init__(command, on_overdue)
        self._questions = questions
        self._asked = False
        self._transcript = transcript
        self.is_watched = transcript is not None
        self._shown = (FloodFilter(), FloodFilter())
        self._events: list[RunEvent] = []
        self._wake = asyncio.Event()
        self._last_batch = 0.0
        self._last_usage: tuple[float, float] | None = None
        """CPU seconds in the last report, and the time of it; None before the first."""
        self._timer: asyncio.TimerHandle | None = None
        self._kept: KeptProgram | None = None
        """The program once the run is over, if it is to be kept."""
        self._is_forgotten = False
        """Whether nobody will ask for what the program leaves, which may not be over yet."""

    @property
    def budget(self) -> int:
        """Bytes that may be read of one descriptor in 20 ms."""
        return _BUDGET_WATCHED if self.is_watched else _BUDGET

    async def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield batches, the last of which ends with `RunEnded`; closed early, end the run."""
        try:
            ended = False
            while not ended:
                batch = await self._next_batch()
                ended = bool(batch) and isinstance(batch[-1], RunEnded)
                yield batch
        finally:
            self.leave()

    def leave(self) -> None:
        """End the run unless it is over: nobody waits for it any more."""
        if not self.over.is_set():
            self.abandon()

    def pause(self, number: int) -> None:
        """Pause before the next phase of the training, or anywhere if the program comes to none."""
        if not self.over.is_set():
            self.pausing.hold(number)

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Go on to the next phase, step or epoch of the training, and pause there."""
        if not self.over.is_set():
            self.pausing.step_phase(number, length)

    def resume(self) -> None:
        """Go on, and withdraw any pause that was asked for."""
        if not self.over.is_set():
            self.pausing.resume()

    def watch(self, views: tuple[str, ...]) -> None:
        """Have these views of the command told of while the program runs, and no others.

        A program that has not begun is told with its command.
        """
        if self.over.is_set() or self._executed is not None:
            return
        if self._process is None and isinstance(self.command, Execute):
            self.command = structs.replace(self.command, watched=views)
        elif self._process is not None:
            self._process.send(WatchViews(views))

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        """Return what comes of an expression on what the program has left; cancelled, end it."""
        if self._kept is None:
            return ON_CARD if self.command.gpu else GONE
        return await self._kept.evaluate(expression, columns)

    def retire(self) -> None:
        """Ask the program no more, and do not keep it if it still runs; another run has begun."""
        self._is_forgotten = True
        if self._kept is not None:
            self._kept.retire()

    def forget(self) -> None:
        """Let go of the program, once it is over: nobody will ask for what it has left."""
        self._is_forgotten = True
        if self._kept is not None:
            self._kept.forget()

    async def _next_batch(self) -> tuple[RunEvent, ...]:
        """Wait for events: at most 30 times a second, but at once for what is urgent."""
        await self._wake.wait()
        while not self._events:
            self._wake.clear()
            await self._wake.wait()
        self._wake.clear()
        self._cancel_timer()
        self._last_batch = self._loop.time()
        events, self._events = self._events, []
        return thin(events, self._shown)

    def on_event(self, event: FromLearner) -> None:
        """Handle a message of the learner process; drop it if it is not due."""
        if not self.over.is_set():
            self._take(event)
        elif self._kept is not None and isinstance(event, Evaluated):
            self._kept.take(event)

    def _take(self, event: FromLearner) -> None:
        match event:
            case Executed() if self._executed is None:
                if event.outcome == "stopped" and not self._interrupted:
                    # raised by the program itself, since nobody has interrupted it
                    event = structs.replace(event, outcome="raised")
                self._executed = event
                self.pausing.resume()  # there is nothing left to pause
                self._queue(event, urgent=True)
                # later, so that answers that came in the same read, being forged, are dropped
                self._loop.call_soon(self._ask)
            case Answered(index=index, answer=answer) if self._expects(index):
                self._answers.append(answer)
            case Done() if self._asked and len(self._answers) == len(self._questions):
                self._finish()
            case LossesRecorded(first=first, losses=losses):
                self._steps = first + len(losses)
                self._note_view("loss", event)
            case InventoryTaken() | DecisionMap() | FittedCurve() | ModelsDescribed():
                self._note_view(_VIEW_OF[type(event)], event)
            case (
                TrainingNoted()
                | StepRecorded()
                | ParametersGiven()
                | StartRecorded()
                | NoMap()
                | AnswersCounted()
                | PlotsDrawn()
                | FiguresKept()
            ):
                self._queue(event)
            case LibraryLoading():
                self._imports.begin()
            case LibraryLoaded():
                self._imports.end()
            case Paused():
                self.pausing.on_event(event)

    def on_exit(self, ended: Ended | None) -> None:
        """Conclude the run from the warden's report, or note that what was kept is gone."""
        if self._kept is not None:
            self._kept.end(ended)
        super().on_exit(ended)

    def _let_go(self, process: LearnerProcess) -> None:
        is_kept = isinstance(self.command, Execute) and self.command.keep
        # the warden of one that was interrupted is ending it already
        if is_kept and not (self._interrupted or self._is_forgotten):
            self._kept = KeptProgram(process, self.command.limits)
        else:
            super()._let_go(process)

    def _note_view(self, view: str, event: RunEvent) -> None:
        self._views.add(view)
        self._queue(event)

    def on_usage(self, used: Used) -> None:
        """Pass on the memory in use, and the share of the CPU since the last report."""
        now = time.monotonic()
        seconds, before = self._last_usage or (0.0, self._started)
        self._last_usage = (used.cpu_seconds, now)
        share = max(used.cpu_seconds - seconds, 0.0) / max(now - before, 0.1)
        if not self.over.is_set():
            self._queue(ResourcesUsed(round(used.memory_mb), round(100 * share)))

    def _on_paused(self, paused: Paused) -> None:
        self._queue(paused, urgent=True)

    def _expects(self, index: int) -> bool:
        return self._asked and index == len(self._answers) < len(self._questions)

    def _ask(self) -> None:
        if self._process and not self.over.is_set():
            self._asked = True
            if self._interrupted:
                self._questions = ()  # nobody judges it: an empty `Ask` ends the process
            try:
                self._process.send(asked(self._questions))
            except FrameError as error:
                self.give_up(f"The questions cannot be asked: {error}.")

    def _show(self, stream: int, text: str) -> None:
        if text and self._transcript is not None:
            self._transcript.add(text)
            self._queue(OutputWritten("stderr" if stream else "stdout", text))

    def _conclude(self, observation: Observation) -> None:
        if self.over.is_set():
            return
        # whatever the program made of the interrupt, the learner has stopped it
        if self._interrupted and observation.outcome != "lost":
            observation = Observation("stopped", observation.executed, line=observation.line)
        super()._conclude(observation)
        if self.observation:
            self._queue(RunEnded(self.observation), urgent=True)

    def _queue(self, event: RunEvent, *, urgent: bool = False) -> None:
        if not self.is_watched:
            return
        self._events.append(event)
        if urgent:
            self._deliver()
        elif self._timer is None:
            wait = max(self._last_batch + _BATCH_SECONDS - self._loop.time(), 0.0)
            self._timer = self._loop.call_later(wait, self._deliver)

    def _deliver(self) -> None:
        self._cancel_timer()
        self._wake.set()

    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
