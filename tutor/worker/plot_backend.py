"""The backend that matplotlib loads in a learner's program: figures go to the app as data.

It draws like Agg where a program asks for pixels, and shows nothing itself. `show` does not block,
and a pause takes no time. Only a program may import this module, by `MPLBACKEND`.
"""

from __future__ import annotations

from typing import Any

from matplotlib import is_interactive
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from tutor.worker.plot_reading import read_figure
from tutor.worker.plot_reporter import CURRENT

_print_figure = FigureCanvasBase.print_figure


def _show(*figures: object) -> None:
    if CURRENT.reporter is not None:
        CURRENT.reporter.show(*figures)


class FigureManager(FigureManagerBase):
    """A figure of pyplot; `show` sends it to the app."""

    def show(self) -> None:
        """Send the figure to the app, which shows it; the program goes on."""
        _show(self.canvas.figure)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Send all figures of pyplot.

        Other backends wait until the windows are closed. This one closes the figures at once, so
        that the next plot is in a new figure.
        """
        managers = Gcf.get_all_fig_managers()
        _show(*(manager.canvas.figure for manager in managers))
        waits = not is_interactive() if block is None else block
        if waits:
            Gcf.destroy_all()


class FigureCanvas(FigureCanvasAgg):
    """A canvas in memory, which has no events to wait for."""

    manager_class = FigureManager

    def draw(self) -> None:
        """Draw the pixels, which the program has asked for, and send the figure."""
        super().draw()  # type: ignore[no-untyped-call] # matplotlib has no types here
        self._send_if_managed()

    def draw_idle(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 # as in the base class
        """Send the figure, and draw no pixels."""
        self._send_if_managed()

    def start_event_loop(self, timeout: float = 0) -> None:
        """Return at once: `plt.pause` shows the figure, and costs no time."""

    def _send_if_managed(self) -> None:
        if self.manager is not None:
            _show(self.figure)


def _open_figures() -> list[object]:
    return [manager.canvas.figure for manager in Gcf.get_all_fig_managers()]


def _print_and_show(canvas: FigureCanvasBase, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
    """Write the file, and send the figure, which may be closed at once."""
    _show(canvas.figure)
    return _print_figure(canvas, *args, **kwargs)


if CURRENT.reporter is not None:
    CURRENT.reporter.connect(read_figure, _open_figures)
    FigureCanvasBase.print_figure = _print_and_show  # type: ignore[method-assign, assignment]
