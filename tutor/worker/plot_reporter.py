"""Sends the figures that the program plots to the app, without knowing matplotlib.

`plot_backend`, which matplotlib loads, passes figures to this module, and `show_plot` plain ones.
They are read and sent at most five times a second while the program runs, and once more at its end,
when they are also kept for a picture.
"""

from __future__ import annotations

import importlib
import pickle
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from msgspec.structs import replace

from tutor.wire.events import FiguresKept, PlotsDrawn
from tutor.wire.plotted import MAX_FIGURES, MAX_KEPT, MAX_PICKLE, KeptFigure, PlotFigure
from tutor.worker.channel_protocol import EventChannel

SEND_EVERY = 0.2
"""Seconds."""

ReadFigure = Callable[[object, int], PlotFigure]
"""Reads a figure of matplotlib under a number."""

_PYPLOT = "matplotlib.pyplot"
_BACKEND = "tutor.worker.plot_backend"
_dumps = pickle.dumps


class PlotReporter:
    """The figures of one run, in the order in which they were first shown."""

    def __init__(
        self, channel: EventChannel, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._channel = channel
        self._clock = clock
        self._thread = threading.get_ident()
        self._figures: list[object] = []
        self._first = 1
        """The number of the first figure in `_figures`."""
        self._read: ReadFigure | None = None
        self._open: Callable[[], list[object]] = list
        self._next = 0.0

    def connect(self, read: ReadFigure, open_figures: Callable[[], list[object]]) -> None:
        """Take the functions of a backend that was loaded: one reads, the other lists figures."""
        self._read, self._open = read, open_figures

    def show(self, *figures: object) -> None:
        """Add shown or changed figures, and send all if `SEND_EVERY` has passed."""
        for figure in figures:
            self._add(figure)
        now = self._clock()
        if now >= self._next and threading.get_ident() == self._thread:
            self._send(self._channel.offer)
            self._next = self._clock() + SEND_EVERY

    def finish(self) -> None:
        """Send all figures as they are at the end, even those that were never shown.

        A program may have chosen another backend, whose figures are then first seen here.
        """
        if self._read is None and _PYPLOT in sys.modules:
            with suppress(Exception):
                importlib.import_module(_BACKEND)
        with suppress(Exception):  # the program may have changed pyplot
            for figure in self._open():
                self._add(figure)
        if self._figures:
            self._send(self._channel.send)
            self._channel.send(FiguresKept(self._kept()))

    def _add(self, figure: object) -> None:
        if all(figure is not each for each in self._figures):
            self._figures.append(figure)
            if len(self._figures) > MAX_FIGURES:
                del self._figures[0]
                self._first += 1

    def _send(self, send: Callable[[PlotsDrawn], object]) -> None:
        numbered = enumerate(self._figures, self._first)
        # a program must not fail because its figures cannot be read
        with suppress(Exception):
            send(PlotsDrawn(tuple(self._plain(figure, number) for number, figure in numbered)))

    def _plain(self, figure: object, number: int) -> PlotFigure:
        if isinstance(figure, PlotFigure):
            return replace(figure, number=number)
        assert self._read is not None
        return self._read(figure, number)

    def _kept(self) -> tuple[KeptFigure, ...]:
        kept: list[KeptFigure] = []
        left = MAX_KEPT
        for number, figure in enumerate(self._figures, self._first):
            if isinstance(figure, PlotFigure):
                continue  # it has no other picture
            try:
                pickled = _dumps(figure, protocol=5)
            except Exception:
                continue  # the figure has an object that cannot leave this process
            if len(pickled) <= min(left, MAX_PICKLE):
                left -= len(pickled)
                kept.append(KeptFigure(number, pickled))
        return tuple(kept)


class _Current:
    """The reporter of the program that runs in this process."""

    def __init__(self) -> None:
        self.reporter: PlotReporter | None = None


CURRENT = _Current()
