"""A root folder of the worker's own, in which there is only what programs may read.

Made once, by the zygote, so that a run inherits it: a Landlock rule can allow a file or not, but a
socket in /run or /tmp, the user's bus or an ssh agent say, can only be kept from a program by not
being there. Whoever makes it must be single-threaded, and have mounts of its own to make.
"""

from __future__ import annotations

import os
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
"""Folders that programs expect to be there."""
_MEGABYTES = 4
"""Of folders and places to mount over; no file holds anything."""


def enter(visible: VisibleFiles, scratch: str) -> None:
    """Move this process into a new root with those files, read-only, and with `scratch` as it is.

    Its mounts are no longer those of anybody else. Raises OSError; then the root may be half made,
    but is not entered.
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
    target = root + scratch
    os.makedirs(target, exist_ok=True)
    os.makedirs(f"{root}/proc", exist_ok=True)
    linux.make_read_only(root)
    linux.mount(scratch, target, "", linux.MS_BIND)
    _mount_proc(root)
    linux.enter_root(root)


def _show(root: str, path: str) -> None:
    """Mounts may lie below it, which the kernel does not let a process without them leave out."""
    target = root + path
    try:
        _make_mount_point(target, folder=os.path.isdir(path))
        linux.mount(path, target, "", linux.MS_BIND | linux.MS_REC)
    except PermissionError:
        pass  # not even ours to see, so it is not needed


def _make_mount_point(target: str, *, folder: bool) -> None:
    if os.path.lexists(target):
        return
    if folder:
        os.makedirs(target)
        return
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.close(os.open(target, os.O_CREAT | os.O_CLOEXEC, 0o644))


def _hide(root: str, path: str) -> None:
    """An empty folder lies over it. A file that stands alone is covered by /dev/null."""
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
    """That of this pid namespace. A container that hides parts of /proc allows no new one, but the
    same one once more."""
    try:
        namespaces.mount_proc(f"{root}/proc")
    except OSError:
        linux.mount("/proc", f"{root}/proc", "", linux.MS_BIND | linux.MS_REC)
