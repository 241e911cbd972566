"""A root folder of the worker's own, which contains only what programs may read.

The zygote makes it once, and every run inherits it. Landlock would not do: it has no rule for
connecting to sockets in /run or /tmp, such as those of the user's bus or of an ssh agent, which can
only be kept from a program by not being there. The process that makes it must be single-threaded
and be allowed to mount, as it is in a user namespace of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress

from tutor.worker import linux, namespaces
from tutor.worker.visible_files import VisibleFiles

_FOLDER = "root"
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = (
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
)
_EMPTY_FOLDERS = ("tmp", "run", "home", "var", "dev/shm")
"""Folders that programs expect to exist."""
_MEGABYTES = 4
"""Size of the root's file system, which holds only folders and mount points."""


def enter(visible: VisibleFiles, scratch: str, devices: Iterable[str] = ()) -> None:
    """Move this process into a new root with those files, read-only, and with `scratch` as it is.

    `devices` are further device files that some runs may use. The process gets mounts of its own.
    Raises OSError if the root cannot be made; it is then not entered, and may be half made.
    """
    namespaces.enter_own_mounts()
    root = os.path.join(scratch, _FOLDER)
    os.makedirs(root, exist_ok=True)
    namespaces.mount_tmpfs(root, _MEGABYTES, mode=0o755)
    for path, shown in visible.ordered():
        if shown:
            _show(root, path)
        else:
            _hide(root, path)
    _make_devices(root)
    for path in filter(os.path.exists, devices):
        _show(root, path)
    target = root + scratch
    os.makedirs(target, exist_ok=True)
    os.makedirs(f"{root}/proc", exist_ok=True)
    linux.make_read_only(root)
    linux.mount(scratch, target, "", linux.MS_BIND)
    _mount_proc(root)
    linux.enter_root(root)


def _show(root: str, path: str) -> None:
    """Mount the path at its place below the new root, with all mounts beneath it.

    A process in a new user namespace may not leave these out: what they cover would come to light.
    """
    target = root + path
    try:
        _make_mount_point(target, folder=os.path.isdir(path))
        linux.mount(path, target, "", linux.MS_BIND | linux.MS_REC)
    except PermissionError:
        pass  # the worker itself cannot read it, and so does not need it


def _make_mount_point(target: str, *, folder: bool) -> None:
    if os.path.lexists(target):
        return
    if folder:
        os.makedirs(target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o644))


def _hide(root: str, path: str) -> None:
    """Cover a folder with an empty one, and a file with /dev/null."""
    target = root + path
    if os.path.isdir(target):
        namespaces.mount_tmpfs(target, _MEGABYTES, mode=0o755)
    elif os.path.exists(target):
        linux.mount("/dev/null", target, "", linux.MS_BIND)


def _make_devices(root: str) -> None:
    for name in _EMPTY_FOLDERS:
        os.makedirs(f"{root}/{name}", exist_ok=True)
    for name in _DEVICES:
        _show(root, f"/dev/{name}")
    for name, behind in _LINKS:
        with suppress(FileExistsError):
            os.symlink(behind, f"{root}/dev/{name}")


def _mount_proc(root: str) -> None:
    """Mount the /proc of this pid namespace, or the present one if that is refused.

    A container that hides parts of its /proc allows no new one, but the same one once more.
    """
    try:
        namespaces.mount_proc(f"{root}/proc")
    except OSError:
        linux.mount("/proc", f"{root}/proc", "", linux.MS_BIND | linux.MS_REC)
