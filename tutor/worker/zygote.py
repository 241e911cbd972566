"""The process that imports the engine once, and forks the wardens of all runs.

Importing torch takes more than a second, and forking a process that has it a few milliseconds. The
zygote must never run a learner's code nor read a program, and it must stay single-threaded: a fork
of a process with threads may hang in the child.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import msgspec

from tutor.wire import control
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
from tutor.worker import (
    fork_requests,
    large_pages,
    linux,
    memory,
    namespaces,
    private_root,
    protection,
    seccomp,
    tree,
    warden,
)
from tutor.worker.fork_requests import ForkRequest
from tutor.worker.learner import RunEnvironment
from tutor.worker.protection import Account
from tutor.worker.tree import Reaped
from tutor.worker.visible_files import VisibleFiles, visible_files

_PROGRAMS_ACCOUNT = Account(namespaces.PROGRAMS_ID, namespaces.PROGRAMS_ID)
"""The account under which a worker of root runs programs in its user namespace."""

_SHUTDOWN_S = 1.5
"""Seconds that wardens have for ending their runs after the app has gone."""


def run_zygote(app: socket.socket, launch: Launch) -> NoReturn:
    """Run a zygote, in a process that has imported nothing large yet, and exit.

    The namespaces are entered before torch is imported, which may start a second thread: for a
    process with two, the kernel refuses a user namespace.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    linux.die_with_parent()
    memory.open_limits()
    protected = protection.choose(launch)
    tasks = _count_user_tasks(protected)
    two_ids = protected.level == "namespaces" and _enter_namespaces(app)
    linux.adopt_orphans()
    linux.name_process("nnt-zygote")
    _send(app, protected)
    started = time.monotonic()
    engine = _load_engine(app, launch.engine, started)
    environment = _apply_sandbox(launch, protected, engine, tasks, two_ids=two_ids)
    _send(app, environment.protected)
    # In the namespace of a run its warden is pid 1, as this process is here. An app outside is 0.
    seccomp.protect([pid for pid in (os.getpid(), os.getppid()) if pid])
    # Frozen objects are left alone by a collection in a fork: it would write to each of them, and
    # so copy 72 MB of memory instead of 2.
    gc.collect()
    gc.freeze()
    large_pages.use()
    _send(app, Warmed(_ms_since(started), _count_own_tasks()))
    _Zygote(app, launch, environment).serve_requests()
    os._exit(0)


def _send(app: socket.socket, message: FromZygote) -> None:
    try:
        app.send(control.encode(message))
    except OSError:
        os._exit(0)  # the app has gone


def _enter_namespaces(app: socket.socket) -> bool:
    """Enter a user and a pid namespace, and return in a child that is pid 1 of the latter.

    Return True if there is a second id in the user namespace, under which programs can run. The
    calling process only waits, and passes the exit status on: it is still in the old pid namespace,
    to which the kernel would not let it return, as `namespaces.fork_into_new` must for each run.
    """
    two_ids = namespaces.enter_user_and_pid()
    pid = os.fork()
    if pid == 0:
        linux.die_with_parent()
        return two_ids
    app.close()  # with a copy open here, the app would not see the zygote's end
    linux.name_process("nnt-waiter")
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os._exit(code if code >= 0 else 128 - code)


def _load_engine(app: socket.socket, name: str, started: float) -> ModuleType:
    try:
        engine = importlib.import_module(name)
        version = engine.load()
        _send(app, Loaded(str(version), _ms_since(started)))
        engine.warm()
    except Exception as error:  # another worker would fail in the same way, so this one says so
        _send(app, Unusable(f"{type(error).__name__}: {error}"))
        os._exit(0)
    return engine


def _apply_sandbox(
    launch: Launch, protected: Protected, engine: ModuleType, tasks: int, *, two_ids: bool
) -> RunEnvironment:
    """Enter a root with the files for programs only, and return what all runs have in common.

    It must come when everything is imported: from here on little else can be.
    """
    sys.path += launch.shown  # at the end: no file there takes the place of a module
    fonts = (launch.fonts,) if launch.fonts else ()
    visible = visible_files((*launch.shown, *fonts), launch.hidden)
    rules = None if protected.root or not protected.landlock else _landlock_rules(visible)
    if protected.root:
        try:
            private_root.enter(visible, launch.scratch, launch.gpu.devices if launch.gpu else ())
        except OSError:  # the probe could do it, so one of these files must be the reason
            protected = msgspec.structs.replace(protected, root=False)
            rules = _landlock_rules(visible) if protected.landlock else None
    account = protection.nobody_account() if protected.nobody else None
    if two_ids and (account := protection.account_if_readable(_PROGRAMS_ACCOUNT)):
        protected = msgspec.structs.replace(protected, nobody=True, nproc=True)
    return RunEnvironment(
        protected=protected,
        account=account,
        engine=engine,
        scratch=launch.scratch,
        tasks=tasks,
        network=False,
        shown=launch.shown,
        readable=rules,
        gpu=launch.gpu,
    )


def _landlock_rules(visible: VisibleFiles) -> tuple[str, ...]:
    return (*visible.allowed(), "/proc")


def _ms_since(started: float) -> float:
    return (time.monotonic() - started) * 1000


def _count_own_tasks() -> int:
    """Return the number of this process's threads, also of those that Python did not start."""
    return len(os.listdir("/proc/self/task"))


def _count_user_tasks(protected: Protected) -> int:
    """Return the processes and threads of the user who will run programs.

    They are counted as the kernel does for RLIMIT_NPROC: all on this machine.
    """
    account = protection.nobody_account() if protected.nobody else None
    user = account.user if account else os.getuid()
    mine = [path for path in Path("/proc").glob("[0-9]*") if _owner(path) == user]
    return tree.tasks([int(path.name) for path in mine])


def _owner(path: Path) -> int:
    try:
        return path.stat().st_uid
    except OSError:
        return -1


class _Zygote:
    """The zygote when it is ready: it has a warden for each request of the app, and reaps it."""

    def __init__(self, app: socket.socket, launch: Launch, environment: RunEnvironment) -> None:
        self._app = app
        self._base_environment = environment
        self._isolated = environment.protected.level == "namespaces"
        if environment.account:
            # The folders of its runs belong to another account, which must get to them.
            os.chmod(launch.scratch, 0o711)
        self._own_namespace = namespaces.open_own_pid_namespace() if self._isolated else None
        self._wardens: dict[int, int] = {}
        """By each warden's pid the descriptor that becomes readable when it ends."""

    def serve_requests(self) -> None:
        """Serve until the app has gone and nothing that was forked is left."""
        while True:
            poll = select.poll()
            poll.register(self._app.fileno(), select.POLLIN)
            for ended in self._wardens.values():
                poll.register(ended, select.POLLIN)
            ready = {descriptor for descriptor, _ in poll.poll()}
            if ready != {self._app.fileno()}:
                self._reap_wardens()
            if self._app.fileno() in ready and not self._serve_next():
                break
        self._shutdown()

    def _serve_next(self) -> bool:
        """Serve one request; return False if the app has gone."""
        try:
            request = fork_requests.receive(self._app)
        except EOFError:
            return False
        if request is not None:
            given = self._fork(request)
            request.descriptors.close()
            _send(self._app, given)
        return True

    def _fork(self, request: ForkRequest) -> Forked | NotForked:
        """Fork a warden for the request; return the answer to the app."""
        run = request.fork.run
        if (tasks := _count_own_tasks()) != 1:
            return NotForked(run, f"the worker has {tasks} threads, and may not fork")
        try:
            pid = self._fork_process()
        except OSError as error:
            return NotForked(run, f"no new process: {error.strerror}")
        if pid == 0:
            # The warden closes this descriptor itself, and its number is used anew: the destructor
            # of the socket object must not close one then.
            self._app.detach()
            warden.main(request, self._base_environment)
        self._wardens[pid] = os.pidfd_open(pid)
        return Forked(run)

    def _fork_process(self) -> int:
        if self._own_namespace is None:
            return os.fork()
        return namespaces.fork_into_new(self._own_namespace)

    def _reap_wardens(self) -> None:
        """Reap all children that have ended."""
        # There is one reaper, which waits for any child. With a second one, for one pid at a time,
        # each took what the other waited for: once in about 4,000 runs the zygote failed.
        reaped, _ = tree.reap()
        self._forget(reaped)
        if not self._isolated and reaped:
            self._sweep_orphans()

    def _sweep_orphans(self) -> None:
        """End the processes that a warden left behind when it was itself killed.

        In a pid namespace there are none: when its pid 1 dies, the kernel ends the others.
        """
        self._forget(tree.sweep(keep=frozenset(self._wardens)))

    def _forget(self, reaped: list[Reaped]) -> None:
        for child in reaped:
            if (ended := self._wardens.pop(child.pid, None)) is not None:
                os.close(ended)

    def _shutdown(self) -> None:
        """Wait for the wardens, which see the app go, too, and end their runs.

        Late runs are killed: with namespaces by the kernel, when this process exits as pid 1.
        """
        deadline = time.monotonic() + _SHUTDOWN_S
        while self._wardens and time.monotonic() < deadline:
            poll = select.poll()
            for ended in self._wardens.values():
                poll.register(ended, select.POLLIN)
            poll.poll(max(deadline - time.monotonic(), 0) * 1000)
            self._reap_wardens()
        if not self._isolated:
            self._wardens.clear()
            self._sweep_orphans()


def main(arguments: list[str]) -> NoReturn:
    """Run a zygote for `python -P -m tutor.worker DESCRIPTOR`.

    DESCRIPTOR is the number of the inherited socket to the app, whose first message is a `Launch`:
    as an argument, programs could read in /proc where lessons and data lie.
    """
    app = socket.socket(fileno=int(arguments[0]))
    app.set_inheritable(False)
    launch = control.read_launch(app.recv(control.MAX_DATAGRAM))
    sys.argv = [sys.argv[0]]
    run_zygote(app, launch)
