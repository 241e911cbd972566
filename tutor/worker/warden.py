"""The process that watches one run: its memory, time and tasks, and the app's requests.

It is a child of the zygote and the parent of the learner process; at the level `namespaces` it is
pid 1 of the run's pid namespace. It must never run a learner's code: the app trusts what it says.
Before it reports how the run ended, it ends every process of the run. It watches no second run:
what a program has done to its warden ends with that program.
"""

from __future__ import annotations

import glob
import os
import re
import select
import signal
import socket
import time
from contextlib import suppress
from typing import NoReturn

from tutor.files import remove_folder
from tutor.wire import control
from tutor.wire.control import (
    Begin,
    Decision,
    Ended,
    Extend,
    Freeze,
    Frozen,
    Interrupt,
    Kill,
    Thaw,
    TimeUp,
    Used,
)
from tutor.worker import learner, linux, memory, seccomp, tree
from tutor.worker.fork_requests import ForkRequest, RequestDescriptors
from tutor.worker.learner import Descriptors, RunEnvironment
from tutor.worker.tree import Reaped

_TICK = 0.05
"""Seconds between two looks at the run's memory and tasks."""
_TICK_NEAR_LIMIT = 0.02
"""`_TICK` when memory is near the limit: shared memory can grow by 3 GB in a second."""
_TICK_FROZEN = 0.5
"""`_TICK` while the run is stopped: it takes no more memory, but other programs may."""
_GRACE = 0.3
"""Seconds between SIGINT and SIGKILL."""
_USAGE_EVERY = 1.0
"""Seconds between two reports of the run's usage."""
_TRACE_TIMEOUT = 0.2
"""Seconds that faulthandler has for writing the program's trace."""
_TRACE_BYTES = 16 * 1024
"""Bytes of a trace that are read, since the program itself can write to the trace pipe."""
_PIPE_BYTES = 64 * 1024
"""Capacity of a pipe."""
_PROGRAM_LINE = re.compile(rb'"exercise\.py", line \d+\D')
_WITHOUT_TRACE: tuple[Decision, ...] = ("app-gone", "unfinished")
"""Decisions after which a trace is not needed."""
_NEVER = float("inf")
_SHARED_MEMORY = "/dev/shm"


def main(request: ForkRequest, environment: RunEnvironment) -> NoReturn:
    """Watch the run in a process just forked from the zygote, and exit.

    `environment` is that of all runs.
    """
    try:
        # Close the zygote's socket to the app, whose end would stay unnoticed otherwise, and the
        # descriptors of other wardens.
        kept = {*request.descriptors, *memory.limit_descriptors()}
        learner.close_from(3, frozenset(kept))
        if environment.protected.level != "namespaces":
            seccomp.protect([os.getpid()])
        # Without a pid namespace, processes that left the tree by a double fork come back to it.
        linux.adopt_orphans()
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        linux.name_process("nnt-warden")
        environment = environment.of_run(request.fork)
        _make_folder(environment)
        ended, app = _watch_run(request.descriptors, environment)
        remove_folder(environment.scratch)
        with app, suppress(OSError):  # the app may have gone, or have enough of this run
            app.send(control.encode(ended))
    except BaseException:
        os._exit(1)  # the app sees the control socket close without `Ended`: the run is lost
    os._exit(0)


def _watch_run(
    descriptors: RequestDescriptors, environment: RunEnvironment
) -> tuple[Ended, socket.socket]:
    base_kb = memory.resident_kb("self")
    trace, trace_writer = os.pipe()
    # The pipe is read only after a request for a trace: a program that triggers many traces itself
    # would fill it, and block in the signal handler until its time is up.
    os.set_blocking(trace_writer, False)
    pid = os.fork()
    if pid == 0:
        for_learner = Descriptors(
            descriptors.stdout, descriptors.stderr, descriptors.channel, trace_writer
        )
        learner.main(for_learner, environment)
    for descriptor in (descriptors.stdout, descriptors.stderr, descriptors.channel, trace_writer):
        os.close(descriptor)
    app = socket.socket(fileno=descriptors.control)
    in_namespace = environment.protected.level == "namespaces"
    watch = _Watch(pid, base_kb, app, trace, in_namespace=in_namespace)
    watch.wait_until_over()
    # If the learner process has ended by itself, its exit status is still that: it is not reaped
    # yet, and SIGKILL does not change it.
    reaped = tree.kill_namespace() if in_namespace else tree.sweep()
    if not in_namespace:
        _remove_shared_memory(reaped)
    os.close(trace)
    return watch.summary(next(child for child in reaped if child.pid == pid)), app


class _Watch:
    """The state of one run while it lasts, and the decision that ends it.

    `pid` is the learner process, `base_kb` the resident memory of the warden before it was forked.
    """

    def __init__(
        self, pid: int, base_kb: int, app: socket.socket, trace: int, *, in_namespace: bool
    ) -> None:
        self._pid = pid
        self._base_kb = base_kb
        self._app = app
        self._trace_pipe = trace
        self._in_namespace = in_namespace
        self._decision: Decision = "none"
        self._over = False
        self._trace = b""
        self._tasks = 0
        self._memory: memory.MemoryWatch | None = None
        self._deadline = self._kill_at = self._next_look = self._next_usage = _NEVER
        self._seconds = 0.0
        """Seconds that the run was given in all."""
        self._seconds_left: float | None = None
        """Seconds until the deadline while the tree is stopped; None while it is not."""
        self._time_is_up = False
        """True if the run's time is up, and the app has not extended it."""

    def wait_until_over(self) -> None:
        """Watch until the learner process has ended, or must be ended."""
        ended = os.pidfd_open(self._pid)
        poll = select.poll()
        for descriptor in (ended, self._app.fileno()):
            poll.register(descriptor, select.POLLIN)
        has_ended = False
        while not (self._over or has_ended):
            ready = dict(poll.poll(self._poll_timeout()))
            if self._app.fileno() in ready:
                self._handle_message()
            has_ended = ended in ready
            if not has_ended:
                self._check_limits()
        if self._time_is_up and self._decision == "none":
            # The request for a trace has ended it: it took the handler of that signal away.
            self._decision = "timeout"
        os.close(ended)

    def summary(self, child: Reaped) -> Ended:
        """Return the event about the end of the run."""
        return Ended(
            decision=self._decision,
            exit_code=child.exit_code,
            cpu_seconds=child.usage.ru_utime + child.usage.ru_stime,
            trace=self._trace_text(),
        )

    def _poll_timeout(self) -> float | None:
        """Return the milliseconds until the limits must be checked again.

        None means that there is nothing to check: the run has not begun, since a spare process
        waits for its command without a deadline.
        """
        if self._memory is None:
            return None if self._kill_at == _NEVER else _GRACE * 1000
        until = min(self._deadline, self._kill_at, self._next_look) - time.monotonic()
        return max(until, 0.001) * 1000

    def _tick(self) -> float:
        """Return the seconds from one look at the run's memory and tasks to the next."""
        if self._seconds_left is not None:
            return _TICK_FROZEN
        return _TICK_NEAR_LIMIT if self._memory and self._memory.is_near_limit else _TICK

    def _handle_message(self) -> None:
        """Carry out one message of the app; if it has gone, end the run."""
        try:
            datagram = self._app.recv(control.MAX_DATAGRAM)
        except OSError:
            datagram = b""
        if not datagram:
            self._end("app-gone")
            return
        match control.read_to_warden(datagram):
            case Begin(seconds=seconds, memory_mb=megabytes, tasks=tasks):
                self._seconds = seconds
                self._deadline = time.monotonic() + seconds
                self._next_look = time.monotonic() + _TICK
                self._next_usage = time.monotonic() + _USAGE_EVERY
                self._memory = memory.MemoryWatch(self._base_kb, megabytes * 1024)
                self._tasks = tasks
            case Interrupt():
                self._interrupt()
            case Kill(decision=decision):
                self._end(decision)
            case Freeze(tell=tell):
                self._freeze(tell=tell)
            case Thaw():
                self._thaw()
            case Extend(seconds=seconds):
                self._extend(seconds)

    def _freeze(self, *, tell: bool) -> None:
        """Stop the tree and its clock, and send a trace if `tell` is True."""
        if self._memory is None or self._decision != "none":
            return
        self._stop_tree(tell=tell)
        self._send(Frozen(self._trace_text() if tell else ""))

    def _stop_tree(self, *, tell: bool) -> None:
        if self._seconds_left is not None:
            return
        if tell:
            self._request_trace()
        (tree.stop_namespace if self._in_namespace else tree.stop_below)()
        self._seconds_left = self._deadline - time.monotonic()
        self._deadline = _NEVER

    def _send(self, message: Frozen | TimeUp) -> None:
        try:
            self._app.send(control.encode(message))
        except OSError:
            self._end("app-gone")

    def _thaw(self) -> None:
        if self._seconds_left is not None:
            self._deadline = time.monotonic() + self._seconds_left
            self._seconds_left = None
            self._next_look = time.monotonic() + self._tick()
            (tree.continue_namespace if self._in_namespace else tree.continue_below)()

    def _extend(self, seconds: float) -> None:
        self._time_is_up = False
        self._seconds += seconds
        if self._seconds_left is not None:
            self._seconds_left += seconds
        else:
            self._deadline += seconds

    def _trace_text(self) -> str:
        return self._trace.decode(errors="replace")

    def _interrupt(self) -> None:
        if self._decision == "none":
            self._decision = "stopped"
            self._kill_at = time.monotonic() + _GRACE
            try:
                os.killpg(self._pid, signal.SIGINT)
            except ProcessLookupError:
                # The learner process has not called setsid yet, and so leads no process group.
                os.kill(self._pid, signal.SIGINT)
            self._thaw()  # a stopped process would not act on the signal

    def _check_limits(self) -> None:
        now = time.monotonic()
        if now >= self._kill_at:
            self._end("stopped")
        elif now >= self._deadline:
            self._handle_time_up()
        elif self._memory and now >= self._next_look:
            pids = tree.descendants(tree.pid_in_proc())
            if tree.tasks(pids) > self._tasks:
                self._end("processes")
            elif self._memory.is_over_limit(pids):
                self._end("memory")
            elif now >= self._next_usage and self._seconds_left is None:
                self._next_usage = now + _USAGE_EVERY
                self._report_usage(self._memory, pids)
            self._next_look = time.monotonic() + self._tick()

    def _handle_time_up(self) -> None:
        if self._memory and self._memory.is_full:
            # A program may swallow each MemoryError and try again until its time is up.
            self._end("memory")
        elif self._decision != "none":
            self._end(self._decision)
        else:
            self._time_is_up = True
            self._stop_tree(tell=True)
            self._send(TimeUp(self._seconds))

    def _report_usage(self, watch: memory.MemoryWatch, pids: list[int]) -> None:
        """Send the run's usage, unless the socket is full: the warden must never block."""
        used = Used(watch.held_kb / 1024, tree.cpu_seconds(pids))
        try:
            self._app.send(control.encode(used), socket.MSG_DONTWAIT)
        except OSError:
            pass

    def _end(self, decision: Decision) -> None:
        """End the watch, for this reason unless there is one already."""
        if self._over:
            return
        self._over = True
        if self._decision == "none":
            self._decision = decision
        if self._memory and self._seconds_left is None and decision not in _WITHOUT_TRACE:
            self._request_trace()

    def _request_trace(self) -> None:
        """Request a trace of the program from faulthandler, and read it for at most 0.2 s.

        A program that ignores or masks all signals, or has closed the pipe, leaves it empty.
        """
        self._trace = b""
        poll = select.poll()
        poll.register(self._trace_pipe, select.POLLIN)
        if poll.poll(0):
            os.read(self._trace_pipe, _PIPE_BYTES)  # a trace that came too late the last time
        try:
            os.kill(self._pid, learner.TRACE_SIGNAL)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + _TRACE_TIMEOUT
        while len(self._trace) < _TRACE_BYTES and not _PROGRAM_LINE.search(self._trace):
            left = deadline - time.monotonic()
            if left <= 0 or not poll.poll(left * 1000):
                return
            data = os.read(self._trace_pipe, _TRACE_BYTES)
            if not data:
                return
            self._trace += data


def _make_folder(environment: RunEnvironment) -> None:
    os.mkdir(environment.scratch, 0o700)
    if account := environment.account:
        os.chown(environment.scratch, account.user, account.group)


def _remove_shared_memory(reaped: list[Reaped]) -> None:
    """Remove the files in which torch shared tensors of processes that could not remove them.

    Without a mount namespace they would stay in the machine's /dev/shm. Their names contain process
    ids, which outside of a pid namespace cannot be those of other processes.
    """
    for child in reaped:
        for path in glob.glob(f"{_SHARED_MEMORY}/torch_{child.pid}_*"):
            with suppress(OSError):
                os.unlink(path)
