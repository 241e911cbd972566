"""The facts of a worker, for `nntutor doctor`: plain data, and sentences on its protection."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tutor.wire.control import ProbeStep, ProtectionLevel

_LEVEL_WORDS: dict[ProtectionLevel, str] = {
    "namespaces": "Programs run in namespaces of their own: they reach no process of yours.",
    "landlock-signals": (
        "The kernel offers no namespaces here. Landlock keeps programs from signalling your "
        "other processes and from writing outside their folder."
    ),
    "limits-only": (
        "The kernel offers neither namespaces nor Landlock 6 here: limits hold, but a program "
        "could end your other processes."
    ),
}
SEEN = "They can see which programs run here, and with what arguments."


@dataclass(frozen=True)
class WorkerFacts:
    """The worker at one moment. Times are in milliseconds, 0.0 if nothing was measured yet."""

    phase: str = "absent"
    reason: str = ""
    level: ProtectionLevel | None = None
    """None until the worker has probed."""
    steps: tuple[ProbeStep, ...] = ()
    """Steps of the probe in order; `error` is an errno, or -1 if an earlier step failed."""
    landlock: int = 0
    """Version of Landlock's ABI; 0 if the kernel has none."""
    own_mounts: bool = False
    """True if each run has its own /dev/shm and scratch file system."""
    own_proc: bool = False
    runs_as_nobody: bool = False
    """True if programs of root's worker run under another account."""
    nproc_enforced: bool = False
    """True if the kernel limits the number of processes here."""
    own_network: bool = False
    """True if each run has a network namespace of its own."""
    own_root: bool = False
    """True if runs see only the files that they may read."""
    zygote_tasks: int = 0
    """Threads of the zygote. It must be 1: a fork of a process with threads may hang."""
    torch_version: str = ""
    python_version: str = ""
    imported_ms: float = 0.0
    """Time from the start of the worker to the import of torch."""
    ready_ms: float = 0.0
    """Time from the start of the worker until it took runs."""
    first_run_ms: float = 0.0
    last_run_ms: float = 0.0
    """Time from the command to the result of the last run."""
    spares: int = 0
    """Processes that wait ready for the next runs."""
    spare_failure: str = ""
    """Last line on stderr of a spare that died; empty if a run went well since."""
    restarts: int = 0
    """Zygotes started in place of one that died."""

    @property
    def unprotected(self) -> str:
        """Sentence on the user's data that a program can reach, and why; empty if there is none."""
        if self.level is None or self.isolated:
            return ""
        reach = [] if self.own_network else ["use the network"]
        reach += [] if self.own_root or self.landlock else ["read your files"]
        reach += [] if self.own_root else ["reach sockets of your other programs"]
        failed = next((step for step in self.steps if step.error > 0), None)
        why = f" (no {failed.name}: {os.strerror(failed.error)})" if failed else ""
        *others, last = reach
        return f"A program can {', '.join(others)}{' and ' if others else ''}{last} here{why}."

    @property
    def isolated(self) -> bool:
        """Return True if a stranger's program may run: it reaches neither files nor network."""
        return self.own_network and self.own_root

    @property
    def protection(self) -> str:
        """Sentences on the level of protection."""
        if not self.level:
            return "The worker has not started yet."
        seen = "" if self.own_proc else f" {SEEN}"
        return f"{_LEVEL_WORDS[self.level]}{seen}"
