"""Prepares a program's import of matplotlib, and does not charge the program for its time.

matplotlib gets a settings folder just before the import, not earlier, since most programs never
use it. The app learns when the import begins and ends. After Agg, which a program may choose as
its backend, the tutor's backend is loaded, too: it hears of the files that are written.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import ModuleType

from tutor.wire.events import LibraryLoaded, LibraryLoading
from tutor.worker.channel_protocol import EventChannel

PACKAGE = "matplotlib"
BACKEND = "tutor.worker.plot_backend"
_AGG = f"{PACKAGE}.backends.backend_agg"
_WATCHED = (PACKAGE, f"{PACKAGE}.pyplot", _AGG)
_SETTINGS = "MPLCONFIGDIR"
_FOLDER = ".matplotlib"
_FONT_LISTS = "fontlist"
"""The beginning of the names of matplotlib's font lists."""


class ImportWatch(importlib.abc.MetaPathFinder):
    """The first module finder; it wraps the specs of other finders to time slow imports."""

    def __init__(self, channel: EventChannel) -> None:
        self._channel = channel
        self._depth = 0

    def install(self) -> None:
        """Become the first finder for every module that is not imported yet."""
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a timed spec for a module whose import takes long, else None."""
        if fullname not in _WATCHED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            if fullname == PACKAGE:
                _make_settings_folder()
            spec.loader = _TimedLoader(spec.loader, self)
        return spec

    def begin(self) -> None:
        """Tell the app that an import begins, unless it is part of another one."""
        self._depth += 1
        if self._depth == 1:
            self._channel.offer(LibraryLoading())

    def end(self) -> None:
        """Tell the app that the import has ended."""
        self._depth -= 1
        if self._depth == 0:
            self._channel.offer(LibraryLoaded())


class _TimedLoader(importlib.abc.Loader):
    """A loader that reports the beginning and the end of a module's import."""

    def __init__(self, loader: importlib.abc.Loader, watch: ImportWatch) -> None:
        self._loader = loader
        self._watch = watch

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # the module keeps its own loader, so that it finds its data files
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._watch.begin()
        try:
            self._loader.exec_module(module)
            if module.__name__ == _AGG:
                with suppress(Exception):  # the program may have changed matplotlib
                    importlib.import_module(BACKEND)
        finally:
            self._watch.end()


def _make_settings_folder() -> None:
    """Make a writable settings folder for matplotlib, with its earlier list of fonts.

    Without it, matplotlib makes a temporary folder, warns each time, and reads all fonts.
    """
    shared = os.environ.get(_SETTINGS, "")
    with suppress(OSError):
        folder = os.path.abspath(_FOLDER)
        os.makedirs(folder, exist_ok=True)
        os.environ[_SETTINGS] = folder
        for name in os.listdir(shared) if shared else ():
            if name.startswith(_FONT_LISTS):
                with suppress(FileExistsError):
                    os.symlink(os.path.join(shared, name), os.path.join(folder, name))
