"""The examination of the worker: do programs run, and how well are they isolated."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from tutor.client.worker_facts import WorkerFacts
from tutor.doctor.findings import Finding, bad, good, note
from tutor.wire.control import ProbeStep

WORKER = "Worker"
PROTECTION = "Protection"

_SCOPES_SIGNALS = 6
"""First ABI of Landlock under which a program cannot signal processes outside its tree."""

_LACKS = ((1, "files"), (2, "renames"), (3, "truncation"), (5, "devices"), (6, "signals"))
"""First ABI of Landlock that restricts something, and what it restricts."""

_SWITCHES = (
    ("user/max_user_namespaces", "0", "user.max_user_namespaces=10000"),
    ("user/max_pid_namespaces", "0", "user.max_pid_namespaces=10000"),
    ("kernel/unprivileged_userns_clone", "0", "kernel.unprivileged_userns_clone=1"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
"""Kernel switch, the value that forbids namespaces, and the setting that allows them."""

ReadSwitch = Callable[[str], str]


class SmokeTest(Struct, frozen=True):
    """The result of running a small program and stopping an endless one."""

    problem: str = ""
    """Problem as a sentence; empty if both programs went well."""
    run_ms: float = 0.0
    """Time from the request to the result."""
    stop_ms: float = 0.0
    """Time from the stop to the end of the whole program."""
    gpu: str = ""
    """Name of the graphics card that a program used; empty if none."""
    gpu_problem: str = ""
    """Why no program used one; empty if none should, or one did."""


def read_switch(name: str) -> str:
    """Return the value of a file below /proc/sys, empty if this kernel does not have it."""
    try:
        return Path("/proc/sys", name).read_text().strip()
    except OSError:
        return ""


def examine_worker(
    facts: WorkerFacts, smoke_test: SmokeTest, torch: str | None
) -> Iterator[Finding]:
    """Yield findings on the worker.

    `torch` is the installed version, None if there is none, and empty if unknown.
    """
    if torch is None:
        yield bad(WORKER, "torch is not installed.", "Install it: `pip install torch`.")
    elif not torch:
        yield bad(WORKER, facts.reason or "torch was not imported.")
    elif not facts.torch_version:
        reason = f": {facts.reason}" if facts.reason else "."
        yield bad(WORKER, f"torch {torch} is installed, but was not imported{reason}")
    else:
        seconds = facts.imported_ms / 1000
        yield good(WORKER, f"torch {facts.torch_version}, imported in {seconds:.1f} s.")
    if smoke_test.problem:
        yield bad(WORKER, smoke_test.problem)
    else:
        yield good(
            WORKER,
            f"A small program ran in {smoke_test.run_ms:.0f} ms; an endless one was stopped in "
            f"{smoke_test.stop_ms:.0f} ms.",
        )
    if smoke_test.gpu:
        yield good(WORKER, f"A program used the graphics card: {smoke_test.gpu}.")
    elif smoke_test.gpu_problem:
        yield note(
            WORKER,
            f"No program can use a graphics card: {smoke_test.gpu_problem}",
            "Steps that ask for one run on the CPU, and are judged as usual.",
        )
    if facts.zygote_tasks > 1:
        yield bad(
            WORKER,
            f"The worker has {facts.zygote_tasks} threads, so forking it is not safe.",
            "Please report this to the makers of nntutor, with the versions above.",
        )
    if facts.level is not None:
        yield _spares(facts.spares)


def _spares(number: int) -> Finding:
    if number == 0:
        return note(WORKER, "No process waits ready for the next run: results take longer.")
    waiting = "1 process waits" if number == 1 else f"{number} processes wait"
    return good(WORKER, f"{waiting} ready for the next run.")


def examine_protection(
    facts: WorkerFacts, *, root: bool, read: ReadSwitch | None = read_switch
) -> Iterator[Finding]:
    """Yield findings on what programs can reach, and on what would keep them from it.

    `read` is None if the kernel's switches cannot be read: on another machine.
    """
    if facts.level is None:
        return
    yield _level(facts, root=root)
    yield _reach(facts)
    yield from _steps(facts.steps)
    if facts.level != "namespaces" and read is not None:
        yield from _switches(read)
    yield _landlock(facts)
    if root:
        yield _root(facts)


def _reach(facts: WorkerFacts) -> Finding:
    if facts.isolated:
        return good(
            PROTECTION,
            "Programs have no network. They see only the files of Python, of the system's "
            "libraries and of the folder that nntutor was started in.",
        )
    return note(
        PROTECTION,
        facts.unprotected,
        "`nntutor grade` refuses to run other people's answers here, unless you give "
        "`--trust-answers`.",
    )


def _root(facts: WorkerFacts) -> Finding:
    account = "the account nobody" if facts.runs_as_nobody else "root"
    how = (
        "The kernel limits how many processes each can start."
        if facts.nproc_enforced
        else "The kernel does not limit root's number of processes; the worker counts them instead."
    )
    text = f"You are root, and programs run as {account}. {how}"
    return note(PROTECTION, text, "Use an ordinary account if you can.")


def _level(facts: WorkerFacts, *, root: bool) -> Finding:
    if facts.level == "namespaces":
        return good(PROTECTION, facts.protection)
    if facts.level == "limits-only" and root and not facts.runs_as_nobody:
        return bad(PROTECTION, f"{facts.protection} You are also root.", "Use an ordinary account.")
    return note(PROTECTION, facts.protection)


def _steps(steps: tuple[ProbeStep, ...]) -> Iterator[Finding]:
    """Yield a finding for each step of the probe that failed, but none for those not reached."""
    for step in steps:
        if step.error > 0:
            code = errno.errorcode.get(step.error, str(step.error))
            text = f"No {step.name}: {os.strerror(step.error)} ({code})."
            yield note(PROTECTION, text, _remark(step))


def _remark(step: ProbeStep) -> str:
    if step.error == errno.ENOSPC:
        return "Their limit is 0 here."
    if step.name == "own /proc":
        return "Containers often hide parts of it, and then forbid another."
    return ""


def _switches(read: ReadSwitch) -> Iterator[Finding]:
    settings = [setting for name, forbids, setting in _SWITCHES if read(name) == forbids]
    for setting in settings:
        yield note(
            PROTECTION,
            "This kernel forbids namespaces to ordinary users.",
            f"An administrator can allow them: `sysctl -w {setting}`.",
        )
    if not settings:
        yield note(
            PROTECTION,
            "No kernel switch forbids namespaces. A container may: Docker's default profile does.",
        )


def _landlock(facts: WorkerFacts) -> Finding:
    lacks = ", ".join(ability for abi, ability in _LACKS if facts.landlock < abi)
    if not lacks:
        return good(PROTECTION, f"Landlock {facts.landlock}: programs write to their folder only.")
    version = f"Landlock {facts.landlock}" if facts.landlock else "No Landlock"
    text = f"{version}: it does not restrict {lacks}."
    if facts.landlock < _SCOPES_SIGNALS and facts.level != "namespaces":
        text += " A program can kill your shell."
    return note(PROTECTION, text, "Linux 6.12 and later can do that.")
