"""The zygote as a child process of the app: its start, its messages, and its end.

The supervisor decides when and how often that happens.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from tutor.client import processes
from tutor.client.learner_process import LearnerProcess
from tutor.client.own_code import with_own_code
from tutor.wire import control
from tutor.wire.control import FromZygote, Launch

_LAST_WORDS_BYTES = 2000
"""Bytes at the end of its log that are searched for the last line."""
_EXIT_SECONDS = 4.0
"""Seconds that it is given for ending all its runs and itself."""

_TICK = 0.002
"""Seconds between two looks at killed processes that are not dead yet."""

_LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""Lets glibc's malloc map memory in pages of 2 MB, if the kernel allows it. Each run takes two
forks, and a fork copies the page table, which is then much smaller. Other C libraries ignore the
variable."""

_FOR_TORCH = {
    # a pool of threads would make it unsafe to fork the zygote
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    # else asking for a GPU would start CUDA, which no process forked after that can use
    "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
}

_PLOT_BACKEND = "module://tutor.worker.plot_backend"
"""matplotlib's backend in programs: figures come to the app as data."""

_INHERITED = frozenset(
    (
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM"),
        *("LD_LIBRARY_PATH", "LOCPATH", "NIX_LD", "NIX_LD_LIBRARY_PATH", "VIRTUAL_ENV"),
        *("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "SSL_CERT_FILE", "SSL_CERT_DIR", "GLIBC_TUNABLES"),
    )
)
_INHERITED_PREFIXES = (
    *("LC_", "PYTHON", "OPENBLAS_", "OMP_", "MKL_", "KMP_", "GOTO_", "BLIS_", "MALLOC_"),
    *("TORCH_", "PYTORCH_", "ATEN_", "NPY_", "CUDA_", "ROCM_", "HIP_", "SLURM_CPU"),
    processes.MARK,
)
"""Prefixes of further names. Together these are what Python and the numeric libraries read. Keys,
tokens and the sockets of agents have other names: a program could print or use them."""


def inherited_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an environment that programs may see."""
    return {
        name: value
        for name, value in environment.items()
        if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }


class ZygoteProcess:
    """One zygote, from its start until nothing of it is left."""

    def __init__(
        self,
        launch: Launch,
        on_message: Callable[[FromZygote], None],
        on_gone: Callable[[ZygoteProcess], None],
    ) -> None:
        """Start the zygote; raise OSError if that fails.

        `on_gone` is called when it has died of itself: at most once, and not after `end`.
        """
        self._on_message = on_message
        self._on_gone: Callable[[ZygoteProcess], None] | None = on_gone
        self._loop = asyncio.get_running_loop()
        self._adopts_orphans = False
        self._mark = secrets.token_hex(8)
        self._log = Path(launch.scratch) / f"zygote-{self._mark}.log"
        # on a stream socket, the descriptors of a request could arrive with the bytes of another
        self._control, remote = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        with remote:
            self._popen = self._spawn(launch, remote)
        self._loop.add_reader(self._control, self._read)

    def _spawn(self, launch: Launch, remote: socket.socket) -> subprocess.Popen[bytes]:
        empty = Path(launch.scratch) / "start"
        empty.mkdir(exist_ok=True)  # so that no file of the learner's shadows a module
        self._control.send(control.encode(launch))
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "tutor.worker", str(remote.fileno())],
                pass_fds=[remote.fileno()],
                cwd=empty,
                env=self._environment(launch),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,  # so that no signal of the terminal, as by Ctrl+C, hits it
            )

    def _environment(self, launch: Launch) -> dict[str, str]:
        environment = {**_LARGE_PAGES, **inherited_environment(os.environ), **_FOR_TORCH}
        environment[processes.MARK] = self._mark
        environment["MPLBACKEND"] = _PLOT_BACKEND
        environment["MPLCONFIGDIR"] = launch.fonts
        # torch's compiler makes a folder when it is imported, else one in /tmp that stays
        environment["TORCHINDUCTOR_CACHE_DIR"] = os.path.join(launch.scratch, "inductor")
        return with_own_code(environment)

    @property
    def pid(self) -> int:
        """Id of the started process; the zygote itself may be a child of that."""
        return self._popen.pid

    def fork(self, process: LearnerProcess) -> None:
        """Request a run; raise OSError if the zygote is gone."""
        process.request(self._control)

    def last_words(self) -> str:
        """Return the last line of its stderr; "" if there is none."""
        with suppress(OSError):
            text = self._log.read_bytes()[-_LAST_WORDS_BYTES:].decode(errors="replace")
            lines = [line for line in text.splitlines() if line.strip()]
            return lines[-1] if lines else ""
        return ""

    def adopt_orphans(self) -> None:
        """Let the app inherit the processes that a dying zygote leaves, so that `reap` ends them.

        This is for levels at which the kernel does not do so. Without it, runs would continue as
        children of init, where the app could not find them.
        """
        if not self._adopts_orphans:
            self._adopts_orphans = True
            processes.adopt_orphans()

    def kill(self) -> set[int]:
        """Kill the zygote and all below it, and return their ids; `on_gone` follows."""
        return processes.kill_trees([self.pid])

    async def end(self, *, politely: bool) -> None:
        """End the zygote and all its runs, and wait until nothing of them is left.

        With `politely`, it ends by itself once its socket is closed. One that is still loading
        torch does not read its socket, and has to be killed.
        """
        self._on_gone = None
        self._loop.remove_reader(self._control)
        self._control.close()
        await self.reap(_EXIT_SECONDS if politely else 0.0)

    async def reap(self, patience: float = 1.0) -> None:
        """Wait for its exit, kill it after `patience` seconds, and end its orphans."""
        if not await processes.has_exited(self._popen, patience):
            killed = self.kill()
            await processes.has_exited(self._popen, _EXIT_SECONDS)
            await _wait_until_dead(killed)
        if self._adopts_orphans:
            processes.end_orphans(self._mark, _EXIT_SECONDS)
            processes.stop_adopting()
        with suppress(FileNotFoundError):
            self._log.unlink()

    def _read(self) -> None:
        try:
            datagram = self._control.recv(control.MAX_DATAGRAM)
        except BlockingIOError:
            return
        except OSError:
            datagram = b""
        # the end of the socket, and an invalid message, both mean that the zygote is gone
        try:
            message = control.read_from_zygote(datagram) if datagram else None
        except msgspec.MsgspecError:
            message = None
        if message is not None:
            self._on_message(message)
        elif self._on_gone:
            on_gone, self._on_gone = self._on_gone, None
            self._loop.remove_reader(self._control)
            self._control.close()
            on_gone(self)


async def _wait_until_dead(pids: set[int]) -> None:
    """Wait until these killed processes are dead.

    One with much memory takes some milliseconds to die. Those that are no children of the app
    cannot be waited for.
    """
    end = time.monotonic() + _EXIT_SECONDS
    while any(map(processes.is_alive, pids)) and time.monotonic() < end:
        await asyncio.sleep(_TICK)
