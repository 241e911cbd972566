"""The files that a program may read: Python and its packages, the system's libraries, little else.

Paths are only listed here. `private_root` shows them in a root of the worker's own, and where there
can be none, `landlock` allows them. Other files cannot be read, such as the home folder, the
lessons with their solutions, and other users' files in /tmp and /run.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

import tutor

_SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt"),
    *("/nix/store", "/gnu/store", "/sys"),
)
_ETC_NAMES = (
    *("alternatives", "fonts", "ssl", "pki", "ca-certificates", "terminfo"),
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "timezone", "locale.conf"),
    *("passwd", "group", "nsswitch.conf", "hosts", "resolv.conf", "host.conf", "gai.conf"),
    *("protocols", "services", "mime.types", "os-release", "debian_version", "inputrc"),
)
"""Names in /etc. Others may hold secrets, which a worker of root could read."""

_PREFIX_PARTS = ("bin", "include", "lib", "lib64", "share", "etc", "pyvenv.cfg", "conda-meta")
"""Names in the folder of a Python or a virtual environment. The whole folder is not shown, since an
environment may have been made in the home folder itself."""

_TUTOR_PARTS = ("__init__.py", "control_group.py", "files.py", "wire", "worker")
"""Names in this package that a forked process may still import. The lessons lie beside them."""

_CHECKOUT_PARTS = ("lessons", "tests")
"""Names in a checkout of this project that hold solutions."""

_SHARED_FOLDERS = ("site-packages", "dist-packages")
"""Names of folders that contain other packages beside this one; any other is a checkout of it."""


class VisibleFiles(NamedTuple):
    """Absolute paths of files and folders to show or to hide.

    Of those that contain a file, the longest decides about it.
    """

    shown: tuple[str, ...]
    hidden: tuple[str, ...]

    def ordered(self) -> Iterator[tuple[str, bool]]:
        """Yield each path that changes something, outer ones first, with True if it is shown."""
        decided: dict[str, bool] = {}
        for path in sorted({*self.shown, *self.hidden}, key=lambda path: (path.count("/"), path)):
            shown = path not in self.hidden
            if shown != _decision_on(path, decided):
                decided[path] = shown
                yield path, shown

    def allowed(self) -> Iterator[str]:
        """Yield paths that together contain all that is shown and nothing that is hidden.

        They are for rules that can only allow: a folder with something hidden in it is replaced by
        its other children. A rule on a link holds for what it leads to.
        """
        hidden = [path for path, shown in self.ordered() if not shown]
        for path, shown in self.ordered():
            if shown:
                yield from _paths_without(os.path.realpath(path), hidden)


def visible_files(extra: Iterable[str], hidden: Iterable[str]) -> VisibleFiles:
    """Return the files that programs of this process may read.

    `extra` are further folders to show. `hidden` is never shown, except files that Python itself
    needs, and neither are the lessons and the tests of this project. Call this when everything has
    been imported: modules and libraries that were loaded from unusual places are shown, too.
    """
    hides = {path for name in (*hidden, *_own_paths()) for path in _written_and_resolved(name)}
    outside = {path for path in extra if not covers(hides, os.path.realpath(path))}
    shown = {*_system_paths(), *_python_paths(), *filter(os.path.exists, outside)}
    covered = VisibleFiles(tuple(shown), ())
    shown |= {path for path in _loaded_files() if not covers(covered.shown, path)}
    ours = _paths_for_runs()
    return VisibleFiles(tuple(shown | ours), tuple(hides - ours))


def covers(folders: Iterable[str], path: str) -> bool:
    """Return True if the path is one of the folders or lies in one."""
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _decision_on(path: str, decided: dict[str, bool]) -> bool:
    """Return True if the innermost decided folder that contains the path is shown.

    If none contains it, it is hidden.
    """
    return next(
        (decided[folder] for folder in map(str, Path(path).parents) if folder in decided), False
    )


def _paths_without(path: str, hidden: list[str]) -> Iterator[str]:
    if path in hidden:
        return
    if not any(covers([path], other) for other in hidden):
        yield path
        return
    try:
        children = sorted(os.listdir(path))
    except OSError:
        return
    for child in children:
        place = os.path.join(path, child)
        if not os.path.islink(place):
            yield from _paths_without(place, hidden)
        elif not any(_overlap(os.path.realpath(place), other) for other in hidden):
            yield place


def _overlap(one: str, other: str) -> bool:
    return covers([one], other) or covers([other], one)


def _written_and_resolved(path: str) -> set[str]:
    """Return the path as it is written and with links resolved, as far as they exist."""
    written = os.path.abspath(path)
    return {name for name in (written, os.path.realpath(written)) if os.path.exists(name)}


def _system_paths() -> set[str]:
    settings = [f"/etc/{name}" for name in _ETC_NAMES]
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    named = [*_SYSTEM, *settings, *(path for path in libraries if _excludes_home(path))]
    return {path for name in named for path in _written_and_resolved(name)}


def _python_paths() -> set[str]:
    prefixes = {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix}
    parts = [os.path.join(prefix, part) for prefix in prefixes for part in _PREFIX_PARTS]
    entries = [path for path in sys.path if _excludes_home(path) and not _is_project_root(path)]
    binary = os.path.dirname(os.path.realpath(sys.executable))
    return {path for name in (*parts, *entries, binary) for path in _written_and_resolved(name)}


def _excludes_home(path: str) -> bool:
    """Return True if the path is absolute and the home folder does not lie in it."""
    if not os.path.isabs(path):
        return False
    home = os.path.realpath(os.path.expanduser("~"))
    return not covers([os.path.realpath(path).rstrip("/")], home)


def _is_project_root(entry: str) -> bool:
    """Return True if an entry of sys.path is a checkout of this project."""
    root = os.path.dirname(os.path.dirname(os.path.realpath(tutor.__file__)))
    return os.path.realpath(entry) == root and os.path.basename(root) not in _SHARED_FOLDERS


def _paths_for_runs() -> set[str]:
    """Return the paths in this package that a forked process may still import."""
    package = os.path.dirname(tutor.__file__)
    return {
        path for name in _TUTOR_PARTS for path in _written_and_resolved(os.path.join(package, name))
    }


def _own_paths() -> Iterator[str]:
    """Yield this package, copies of it, and the lessons and tests in their checkouts.

    A plain install is separate from its checkout; an editable one leaves a copy of the lessons in
    the folder of packages.
    """
    folders = {os.path.dirname(os.path.dirname(tutor.__file__)), *sys.path, _installed_from()}
    for folder in filter(os.path.isabs, folders):
        package = os.path.join(folder, "tutor")
        if any(os.path.isdir(os.path.join(package, name)) for name in ("worker", "content")):
            yield package
            if os.path.basename(folder) not in _SHARED_FOLDERS:
                yield from (os.path.join(folder, name) for name in _CHECKOUT_PARTS)


def _installed_from() -> str:
    """Return the folder that pip installed this package from; empty if that is not known."""
    try:
        text = metadata.distribution("nntutor").read_text("direct_url.json")
        url = urlsplit(json.loads(text or "{}").get("url", ""))
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return ""
    return url2pathname(url.path) if url.scheme == "file" else ""


def _loaded_files() -> set[str]:
    """Return the files of modules and shared libraries that this process has loaded, all over."""
    modules = (getattr(module, "__file__", None) for module in tuple(sys.modules.values()))
    files = {path for path in modules if isinstance(path, str) and os.path.isabs(path)}
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        fields = (line.rstrip("\n").split(maxsplit=5) for line in maps)
        files |= {parts[5] for parts in fields if len(parts) == 6 and parts[5].startswith("/")}
    package = os.path.dirname(tutor.__file__)
    outside = {path for path in files if not covers([package], path) and os.path.isfile(path)}
    return {path for path in outside if not path.startswith(("/dev/", "/memfd:", "/proc/"))}
