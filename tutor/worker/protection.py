"""Chooses the mechanisms that isolate a program from everything else on this machine.

They are probed by using them, in a child of the zygote's first process, before anything large is
imported. The probe must try all of them: on some systems `unshare` succeeds, and only the mounts
after it fail.
"""

from __future__ import annotations

import errno
import os
import pwd
import sys
from collections.abc import Callable, Iterator

from msgspec import Struct

from tutor.wire.control import Launch, ProbeStep, Protected, ProtectionLevel
from tutor.worker import landlock, namespaces, private_root, tree
from tutor.worker.visible_files import VisibleFiles

_USER, _FORK, _NESTED, _MOUNTS, _MEMORY, _PROC, _NETWORK, _ROOT = _STEPS = (
    "user namespace",
    "pid namespace",
    "nested pid namespace",
    "own mounts",
    "memory file systems",
    "own /proc",
    "own network",
    "own root folder",
)
_NEEDED_FOR_NAMESPACES = (_USER, _FORK, _NESTED)
NOT_REACHED = -1
"""Stands in place of an errno where a step before it failed."""


class Account(Struct, frozen=True):
    """A user id and a group id under which learner programs run."""

    user: int
    group: int


def choose(launch: Launch) -> Protected:
    """Return the best protection that works on this machine and that `launch` allows.

    The probe forks, so this process must have a single thread.
    """
    steps = _probe(launch.scratch) if launch.protection == "auto" else ()
    worked = {step.name for step in steps if step.error == 0}
    version = landlock.abi() if launch.protection != "limits-only" else 0
    isolated = worked.issuperset(_NEEDED_FOR_NAMESPACES)
    mounts = isolated and {_MOUNTS, _MEMORY} <= worked
    level: ProtectionLevel = (
        "namespaces"
        if isolated
        else "landlock-signals"
        if version >= landlock.SCOPES_SIGNALS
        else "limits-only"
    )
    root = os.getuid() == 0
    runs_as_nobody = level != "namespaces" and root and nobody_account() is not None
    return Protected(
        level=level,
        steps=steps,
        landlock=version,
        mounts=mounts,
        proc=mounts and _PROC in worked,
        nobody=runs_as_nobody,
        nproc=runs_as_nobody or not root,
        network=isolated and _NETWORK in worked,
        root=mounts and _ROOT in worked,
    )


def nobody_account() -> Account | None:
    """Return the account of `nobody`, None if it could not read what Python imports."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return None
    return account_if_readable(Account(entry.pw_uid, entry.pw_gid))


def account_if_readable(account: Account) -> Account | None:
    """Return the account if it can read what Python has imported and may import, else None."""
    folders = [path for path in sys.path if os.path.isdir(path)]
    modules = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
    files = [path for path in modules if isinstance(path, str) and os.path.isabs(path)]
    return account if _run_in_child(lambda: _read_as(account, folders, files)) == 0 else None


def become_account(account: Account) -> None:
    """Give up being root for good, and become this account. Only root may call it."""
    os.setgroups([])
    os.setresgid(account.group, account.group, account.group)
    os.setresuid(account.user, account.user, account.user)


def _read_as(account: Account, folders: list[str], files: list[str]) -> None:
    become_account(account)
    for folder in folders:
        os.listdir(folder)
    for file in files:
        if not os.access(file, os.R_OK):
            raise PermissionError(errno.EACCES, "not readable", file)


def _run_in_child(work: Callable[[], None]) -> int:
    """Do the work in a forked child; return 0, or the errno with which it failed, at most 255.

    The work may change its process for good, as entering a namespace does.
    """
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except OSError as error:
            os._exit(error.errno or 255)
        except BaseException:
            os._exit(255)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _probe(scratch: str) -> tuple[ProbeStep, ...]:
    """Try every step in child processes, and return the result of each."""
    reader, writer = os.pipe()
    _run_in_child(lambda: _try_outside(writer, scratch))
    os.close(writer)
    with open(reader, "rb") as file:
        errors = dict(_read_steps(file.read()))
    return tuple(ProbeStep(name, errors.get(name, NOT_REACHED)) for name in _STEPS)


def _read_steps(text: bytes) -> Iterator[tuple[str, int]]:
    for line in text.decode().splitlines():
        name, _, error = line.rpartition("\t")
        yield name, int(error)


def _try(writer: int, name: str, work: Callable[[], object]) -> bool:
    """Try one step and write its errno to the pipe; return True if it worked."""
    try:
        work()
    except OSError as error:
        os.write(writer, f"{name}\t{error.errno}\n".encode())
        return False
    os.write(writer, f"{name}\t0\n".encode())
    return True


def _try_outside(writer: int, scratch: str) -> None:
    """Try what the zygote's first process does, and in a child that is pid 1 the rest."""
    if _try(writer, _USER, namespaces.enter_user_and_pid):
        error = _run_in_child(lambda: _try_inside(writer, scratch))
        os.write(writer, f"{_FORK}\t{error}\n".encode())


def _try_inside(writer: int, scratch: str) -> None:
    """Try what the zygote and a learner process do, nested as these will be."""
    own_namespace = namespaces.open_own_pid_namespace()

    def nested() -> None:
        if namespaces.fork_into_new(own_namespace) == 0:
            _try_mounts(writer, scratch)
            os._exit(0)
        tree.reap(wait=True)

    _try(writer, _NESTED, nested)


def _try_mounts(writer: int, scratch: str) -> None:
    def mount_memory() -> None:
        namespaces.mount_tmpfs(scratch, 1)
        namespaces.mount_tmpfs("/dev/shm", 1)

    def enter_network() -> None:
        namespaces.enter_own_ipc()
        namespaces.enter_own_network()

    _try(writer, _NETWORK, enter_network)
    _try(writer, _MOUNTS, namespaces.enter_own_mounts)
    _try(writer, _MEMORY, mount_memory)
    _try(writer, _PROC, namespaces.mount_proc)
    _try(writer, _ROOT, lambda: private_root.enter(VisibleFiles(("/usr",), ()), scratch))
