"""What can be told of the worker, for `nntutor doctor`. Plain data and its words."""

from __future__ import annotations

import os
from dataclasses import dataclass

from tutor.wire.control import ProbeStep, ProtectionLevel

_LEVEL_WORDS: dict[ProtectionLevel, str] = {
    "namespaces": (
        "Programs run in namespaces of their own: they see and reach no process of yours."
    ),
    "landlock-signals": (
        "The kernel offers no namespaces here. Landlock keeps programs from signalling your "
        "other processes and from writing outside their folder."
    ),
    "limits-only": (
        "The kernel offers neither namespaces nor Landlock 6 here: limits hold, but a program "
        "could end your other processes."
    ),
}


@dataclass(frozen=True)
class WorkerFacts:
    """The worker as it is now. Times are milliseconds, 0.0 where nothing was measured yet."""

    phase: str = "absent"
    reason: str = ""
    level: ProtectionLevel | None = None
    """None until the worker has probed."""
    steps: tuple[ProbeStep, ...] = ()
    """What was tried, in order; `error` is an errno, or -1 where a step before it failed."""
    landlock: int = 0
    """ABI; 0 where there is none."""
    own_mounts: bool = False
    own_proc: bool = False
    runs_as_nobody: bool = False
    nproc_enforced: bool = False
    own_network: bool = False
    own_root: bool = False
    zygote_tasks: int = 0
    """Must be 1: only a process with a single thread can be forked safely."""
    torch_version: str = ""
    python_version: str = ""
    imported_ms: float = 0.0
    """From the start of the worker until torch was imported."""
    ready_ms: float = 0.0
    """From the start of the worker until the first run could be asked for."""
    first_run_ms: float = 0.0
    last_run_ms: float = 0.0
    """From the command to its result."""
    spares: int = 0
    """Processes that wait for the next runs."""
    spare_failure: str = ""
    """The last line of one that could not be made ready; empty if none failed."""
    restarts: int = 0

    @property
    def unprotected(self) -> str:
        """What a program can reach of yours, and why, as sentences; empty if nothing."""
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
        """Whether a stranger's program can be run: it reaches nothing of yours."""
        return self.own_network and self.own_root

    @property
    def protection(self) -> str:
        """The level in words."""
        return _LEVEL_WORDS[self.level] if self.level else "The worker has not started yet."
