"""The base of a run: one process, its output, its deadline, and its end.

The learner process is not trusted. The kinds of run, in `tutor.client.learner_run` and
`tutor.client.author_run`, decide which of its messages count; here a run ends once, with one
observation. When a `Done` comes in turn, the result is final, and the process is ended at once by
closing the socket of its warden. Without the deadline here, a hanging warden would leave its run
without an end.
"""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from msgspec import structs

from tutor.client.alarm import Alarm
from tutor.client.captured_output import CapturedOutput
from tutor.client.exit_reason import ExitEvidence, classify, line_in_trace
from tutor.client.import_allowance import ImportAllowance
from tutor.client.learner_process import LearnerProcess
from tutor.client.run_pause import RunPause
from tutor.client.stalls import StallWatch
from tutor.wire.commands import Execute, ObserveAll
from tutor.wire.control import Begin, Ended, Extend, Frozen, Interrupt, Kill, Thaw, TimeUp, Used
from tutor.wire.events import Executed, FromLearner, Observation, Paused
from tutor.wire.frames import FrameError

_SLACK = 3.0
"""Seconds past a deadline or a kill after which a warden without a report counts as hung."""
_GPU_SLACK = 15.0
"""As `_SLACK`, with a graphics card: a process within its driver takes seconds to die."""
_BUDGET = 2 * 1024 * 1024
"""Budget of an unwatched run: a flood should reach the limit of output soon."""
_MEGABYTE = 1024 * 1024

OnOverdue = Callable[[], None]
"""Called when a warden has not ended its run in time: the whole worker must be killed."""


class Run(ABC):
    """The base of all runs: a process, its output, a deadline, and one observation at the end."""

    def __init__(self, command: Execute | ObserveAll, on_overdue: OnOverdue) -> None:
        self.command = command
        self.over = asyncio.Event()
        """Set once there is an observation, though the process may still be ending."""
        self.settled = asyncio.Event()
        """Set when the run is over, or its process died before the program had any effect."""
        self.observation: Observation | None = None
        """None until it is over."""
        self._on_overdue = on_overdue
        self._process: LearnerProcess | None = None
        self._streams = (CapturedOutput(), CapturedOutput())
        self._executed: Executed | None = None
        self._output_exceeded = False
        self._limits = command.limits
        self._slack = _GPU_SLACK if command.gpu else _SLACK
        self._protocol_error = ""
        self._interrupted = False
        self._started = time.monotonic()
        self._alarm = Alarm(self._on_deadline)
        self.pausing = RunPause(self._alarm, self._on_paused)
        self._imports = ImportAllowance(self._prolong)
        self._given = command.limits.seconds
        """Total seconds that the warden was told to give the program."""
        self._stalls = StallWatch(self._on_stall)
        self._stalled = 0.0

    def begin(self, process: LearnerProcess) -> None:
        """Hand the command to a waiting process; called again with another if that one died."""
        self._started = time.monotonic()
        limits = self._limits
        self._process = process
        self.settled.clear()
        self._given, self._stalled = limits.seconds, 0.0
        self._stalls.begin()
        self._alarm.set(limits.seconds + self._slack)
        try:
            process.begin(self.command, Begin(limits.seconds, limits.memory_mb, limits.tasks), self)
            if isinstance(self.command, Execute):
                self.pausing.begin(process, self.command.hold)
        except FrameError as error:
            self.give_up(f"The program cannot be run: {error}.")

    @property
    def was_up(self) -> bool:
        """Return True if its process was ready for the command."""
        return self._process is not None and self._process.up

    @property
    def _is_silent(self) -> bool:
        """Return True if the program had no visible effect, so that it can be run again."""
        has_printed = any(stream.read for stream in self._streams)
        return self._executed is None and not has_printed and not self._interrupted

    def stop(self) -> None:
        """Interrupt the program, and kill it if it does not end soon; called again, kill it."""
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
        """Raise the time limit by that many seconds, up to `Limits.max_seconds`."""
        limits = self._limits
        until = min(limits.seconds + seconds, limits.max_seconds)
        if self.over.is_set() or self._interrupted or until <= limits.seconds:
            return
        self._limits = structs.replace(limits, seconds=until)
        self._prolong(until - limits.seconds)

    def _prolong(self, seconds: float) -> None:
        """Move the deadline; the limits stay, since the program is not charged for that time."""
        if self._process and not self.over.is_set() and not self._interrupted:
            self._given += seconds
            self._process.send_to_warden(Extend(seconds))
            self._alarm.extend(seconds)

    def _on_stall(self, seconds: float) -> None:
        """Give the program the time for which it may have waited for the app."""
        if self.pausing.is_frozen:
            return
        self._stalled += seconds
        if self._interrupted:
            self._alarm.extend(seconds)
        else:
            self._prolong(seconds)

    def give_up(self, reason: str) -> None:
        """End the run as lost, whatever its process does."""
        self._conclude(Observation("lost", detail=reason))
        self.abandon()

    def abandon(self) -> None:
        """End the run as stopped if it is not over, and release its process."""
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
        """Kill the program, which has written invalid bytes to the channel."""
        self._protocol_error = reason
        self._kill(Kill("unfinished"))

    def on_output(self, stream: int, data: bytes) -> None:
        """Store and show output; kill a program that prints more than it may."""
        if self.over.is_set():
            return
        self._show(stream, self._streams[stream].take(data))
        if sum(stream.read for stream in self._streams) > self._limits.output_mb * _MEGABYTE:
            if not self._output_exceeded:
                self._kill(Kill("output"))
            self._output_exceeded = True

    def on_exit(self, ended: Ended | None) -> None:
        """Conclude the run from the warden's report.

        Without a report, a run without visible effect may begin again.
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
        """Handle the warden's report that all processes of the run are stopped."""
        if not self.over.is_set():
            self.pausing.on_frozen(frozen)

    def on_time_up(self, time_up: TimeUp) -> None:
        """Kill the program, unless it was given more time than its warden knew of."""
        assert self._process
        self._stalls.check()
        if self.over.is_set():
            self._process.send_to_warden(Kill("timeout"))
        elif self._given <= time_up.seconds:
            self._kill(Kill("timeout"))
        elif not self.pausing.is_frozen:
            self._process.send_to_warden(Thaw())

    @abstractmethod
    def on_usage(self, used: Used) -> None:
        """Handle the warden's report on the resources in use."""

    @abstractmethod
    def _show(self, stream: int, text: str) -> None:
        """Pass on new output, control codes removed."""

    @abstractmethod
    def _on_paused(self, paused: Paused) -> None:
        """Pass on that the program was paused as requested."""

    def _finish(self) -> None:
        """Conclude the run at a `Done` in turn: all output came before it."""
        assert self._process
        assert self._executed
        self._process.drain()
        # the drained output may have been too much: then the warden is ending the run already
        if not self.over.is_set() and not self._output_exceeded:
            self._conclude(Observation(self._executed.outcome, executed=self._executed))
            self._let_go(self._process)

    def _let_go(self, process: LearnerProcess) -> None:
        """End the process of a run that is over."""
        process.close()

    def _conclude(self, observation: Observation) -> None:
        if self.over.is_set():
            return
        self._stalls.check()
        self._stalls.end()
        self.pausing.forget()
        self._alarm.clear()
        for number, stream in enumerate(self._streams):
            self._show(number, stream.finish())
        self.observation = self._with_details(observation)
        self.over.set()
        self.settled.set()

    def _with_details(self, observation: Observation) -> Observation:
        """Return the observation with this run's output, time and limits."""
        out, err = self._streams
        return Observation(
            outcome=observation.outcome,
            executed=observation.executed,
            output=out.text(),
            error_output=err.text(),
            line=observation.line,
            detail=observation.detail,
            milliseconds=self._charged_seconds() * 1000,
            limits=self._limits,
            gpu=self.command.gpu,
        )

    def _charged_seconds(self) -> float:
        free = self.pausing.seconds + self._imports.seconds + self._stalled
        return max(0.0, time.monotonic() - self._started - free)

    def _kill(self, message: Kill) -> None:
        if self._process and not self._process.closed:
            self._process.send_to_warden(message)
            self._alarm.set(self._slack)

    def _on_deadline(self) -> None:
        """Report that the warden is overdue: by now it should have ended the run."""
        assert self._process
        if not self._process.closed and not self._stalls.check():
            self._on_overdue()
