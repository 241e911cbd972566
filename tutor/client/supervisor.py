"""The supervisor of the zygote: it starts one, and another when that dies, until it gives up.

The client handles the runs, and gets their events by callback.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from pathlib import Path

import msgspec

from tutor.client import scratch_folder
from tutor.client.worker_facts import WorkerFacts
from tutor.client.zygote_process import ZygoteProcess
from tutor.files import remove_folder
from tutor.wire.control import (
    Forked,
    FromZygote,
    Launch,
    Loaded,
    NotForked,
    Protected,
    Unusable,
    Warmed,
)
from tutor.wire.events import WorkerPhase, WorkerStateChanged

_PATIENCE = 180.0
"""Seconds for the first import of torch, which on a network file system may take minutes."""
_BACK_OFF = (0.0, 0.5, 2.0)
"""Seconds before each restart in a row; if the last one fails too, there is no further one."""

_INSTALL = "Install it with `pip install torch`, then start nntutor again."


class WorkerUnavailable(Exception):
    """Raised if there will be no worker; the message says why, and what to do."""


class ZygoteSupervisor:
    """The worker as a whole: its state, its facts, its folder, and its one zygote."""

    def __init__(
        self,
        launch: Launch,
        on_state: Callable[[WorkerStateChanged], None] | None,
        on_not_forked: Callable[[NotForked], None],
        on_gone: Callable[[], None],
    ) -> None:
        """Prepare a worker; `start` starts its zygote.

        `launch` has the settings of each zygote, except for the scratch folder, which is made here.
        `on_not_forked` is called for a run that the zygote could not fork, `on_gone` when a zygote
        has died of itself and nothing of its runs is left.
        """
        self.state = WorkerStateChanged("absent")
        self.facts = WorkerFacts(python_version=sys.version.split()[0])
        self.folder: Path | None = None
        """Scratch folder; None before the first start, and after `close`."""
        self.zygote: ZygoteProcess | None = None
        """None while there is none. It takes runs only in the phase `ready`."""
        self._launch = launch
        self._on_state = on_state
        self._on_not_forked = on_not_forked
        self._on_gone = on_gone
        self._settled = asyncio.Event()
        """Set in the phases in which `available` has an answer: ready, failed and closed."""
        self._failures = 0
        self._started = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Start the worker, or wake it; do nothing if it runs or is starting."""
        if self.state.phase not in ("absent", "asleep", "failed", "closed"):
            return
        if sys.platform != "linux":
            self._fail("Programs can only be run on Linux; on Windows, use WSL2.")
            return
        self._failures = 0
        self._set_phase("starting", "Python and torch are being loaded.")
        if self._tasks:
            self._keep_task(self._spawn_after(tuple(self._tasks)))
        else:
            self._spawn()

    def sleep(self) -> None:
        """End a ready worker until `start` is called. No run may be active."""
        if self.state.phase == "ready":
            self._set_phase(
                "asleep", "Nothing was run for a while: PyTorch's memory is given back."
            )
            self._discard_zygote(politely=True)

    async def available(self) -> ZygoteProcess:
        """Wait until runs can be requested, and return the zygote.

        Raises WorkerUnavailable if the worker has failed or was closed.
        """
        await self._settled.wait()
        if self.state.phase == "ready" and self.zygote:
            return self.zygote
        raise WorkerUnavailable(self.state.reason)

    async def close(self) -> None:
        """End the worker, wait until nothing of it is left, and remove its folder."""
        zygote, self.zygote = self.zygote, None
        was_ready = self.state.phase == "ready"
        self._cancel_timer()
        self._set_phase("closed", "The worker was closed.")
        for task in tuple(self._tasks):
            await task
        if zygote:
            await zygote.end(politely=was_ready)
        if self.folder:
            scratch_folder.remove(self.folder)
            self.folder = None

    def kill(self) -> None:
        """Kill the whole worker because of a hung warden; the supervisor starts another."""
        if self.zygote:
            self.zygote.kill()

    def remove_folder_of(self, run: int) -> None:
        """Remove the folder of a run whose warden died, and so has not removed it."""
        if self.folder:
            remove_folder(str(self.folder / f"run-{run}"))

    def reset_failures(self) -> None:
        """Reset the count of failures, since a run went well."""
        self._failures = 0

    def describe(self) -> WorkerFacts:
        """Return the known facts of the worker."""
        return replace(self.facts, phase=self.state.phase, reason=self.state.reason)

    def _spawn(self) -> None:
        self._started = time.monotonic()
        try:
            if self.folder is None:
                self.folder = scratch_folder.make()
            launch = msgspec.structs.replace(self._launch, scratch=str(self.folder))
            self.zygote = ZygoteProcess(launch, self._on_message, self._on_zygote_gone)
        except OSError as error:
            self._fail(
                f"The worker cannot be started: {error.strerror} ({error.filename}). "
                "`nntutor doctor` explains more."
            )
            return
        self._set_timer(_PATIENCE, self._on_start_timeout)

    def _on_message(self, message: FromZygote) -> None:
        match message:
            case Protected():
                self._note_protection(message)
            case Loaded(torch_version=version):
                self.facts = replace(
                    self.facts, torch_version=version, imported_ms=self._ms_since_start()
                )
            case Warmed(tasks=tasks):
                self._cancel_timer()
                self.facts = replace(
                    self.facts, ready_ms=self._ms_since_start(), zygote_tasks=tasks
                )
                self._set_phase("ready")
            case Unusable(reason=reason):
                self._fail(_explain(reason))
                self._discard_zygote()
            case NotForked():
                self._on_not_forked(message)
            case Forked():
                pass

    def _note_protection(self, message: Protected) -> None:
        assert self.zygote
        # without namespaces the kernel does not end the runs of a dead zygote: the app must
        if message.level != "namespaces":
            self.zygote.adopt_orphans()
        self.facts = replace(
            self.facts,
            level=message.level,
            steps=message.steps,
            landlock=message.landlock,
            own_mounts=message.mounts,
            own_proc=message.proc,
            runs_as_nobody=message.nobody,
            nproc_enforced=message.nproc,
            own_network=message.network,
            own_root=message.root,
        )

    def _on_zygote_gone(self, zygote: ZygoteProcess) -> None:
        """Handle a zygote that died of itself: restart it or give up."""
        self._cancel_timer()
        self.zygote = None
        self._failures += 1
        last_line = zygote.last_words()
        if self._failures > len(_BACK_OFF):
            self._fail(_explain_giving_up(last_line))
        else:
            self.facts = replace(self.facts, restarts=self.facts.restarts + 1)
            self._set_phase(
                "restarting",
                "The worker, the process that runs your code, ended. A new one is starting.",
            )
        self._keep_task(self._replace_zygote(zygote))

    async def _replace_zygote(self, zygote: ZygoteProcess) -> None:
        await zygote.reap()  # at the lower levels its runs continue without it until this ends them
        self._on_gone()
        if self.state.phase == "restarting":
            self._set_timer(_BACK_OFF[self._failures - 1], self._spawn)

    def _discard_zygote(self, *, politely: bool = False) -> None:
        zygote, self.zygote = self.zygote, None
        if zygote:
            self._keep_task(zygote.end(politely=politely))

    async def _spawn_after(self, old_tasks: tuple[asyncio.Task[None], ...]) -> None:
        """Start a zygote once the old one has ended: two at once would take the memory of two."""
        await asyncio.wait(old_tasks)
        if self.state.phase == "starting":
            self._spawn()

    def _keep_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _on_start_timeout(self) -> None:
        self._fail(
            f"torch was not loaded after {_PATIENCE:g} seconds. "
            "Try `python -c 'import torch'`; a local disk is faster than a network folder."
        )
        self._discard_zygote()

    def _fail(self, reason: str) -> None:
        self._cancel_timer()
        self._set_phase("failed", reason)

    def _set_phase(self, phase: WorkerPhase, reason: str = "") -> None:
        self.state = WorkerStateChanged(phase, reason, self.facts.torch_version)
        if phase in ("ready", "failed", "closed"):
            self._settled.set()
        else:
            self._settled.clear()
        if self._on_state:
            self._on_state(self.state)

    def _set_timer(self, seconds: float, callback: Callable[[], None]) -> None:
        self._cancel_timer()
        self._timer = asyncio.get_running_loop().call_later(seconds, callback)

    def _cancel_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _ms_since_start(self) -> float:
        return (time.monotonic() - self._started) * 1000


def _explain(reason: str) -> str:
    if "No module named 'torch'" in reason:
        return f"PyTorch is not installed for {sys.executable}. {_INSTALL}"
    return (
        f"The worker cannot load its libraries ({reason}). `nntutor doctor` explains more; then "
        "start nntutor again."
    )


def _explain_giving_up(last_line: str) -> str:
    quote = f" Its last line: {last_line}." if last_line else ""
    return (
        f"The process that runs programs ended {len(_BACK_OFF) + 1} times in a row.{quote} "
        "Try `python -c 'import torch'`; `nntutor doctor` explains more."
    )
