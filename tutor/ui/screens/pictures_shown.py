"""Pictures of figures and plots: show their paths, and open them in the learner's viewer.

Part of the lesson screen. Results are shown in the status line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tutor.course.model import Step
from tutor.session.plot_pictures import PlotPictures
from tutor.session.words.key_names import guard
from tutor.ui.charts.figure import FigureView
from tutor.ui.panes.plot import PlotPane
from tutor.ui.screens.workspace import Workspace
from tutor.ui.viewer import open_picture

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

NO_FIGURE = "This step has no figure."
NO_PICTURE = "There is no picture of this figure."
PICTURE_OPENS = "The picture opens in your viewer."
PICTURE_IS_DRAWN = "The picture is being drawn."
PICTURE_OPENED = "The picture opens in your viewer: {path}"
PICTURE_IS_AT = "The picture is in {path}"
PICTURE_LISTED = "The title of the figure has the place of the picture under it."


def show_picture(screen: LessonScreen, step: Step) -> None:
    """Open the picture of the plot or figure that is meant."""
    tutor, tell = screen.tutor, screen.notify_learner
    plot = _plot_shown(screen.panes, step, has_figures=bool(tutor.timeline.current.figures))
    if plot is None:
        _show_figure(screen.panes, screen.setup.places.images, tell)
        return
    pictures = PlotPictures(tutor.timeline, lambda: tutor.worker.client, screen.setup.places.data)
    name = f"{step.id}-{plot.figure_number}"
    work = show_plot(pictures, plot.figure_number, name, tell)
    screen.run_worker(work, group="picture", exclusive=True)


def _plot_shown(workspace: Workspace, step: Step, *, has_figures: bool) -> PlotPane | None:
    """Return the pane Plot if it is current, or if it has the only pictures.

    `has_figures` is True if the run has drawn any.
    """
    plot = workspace.panes.get("plot")
    if plot is None or not has_figures:
        return None
    is_meant = workspace.layout_state.pane == "plot" or not step.figures
    return cast("PlotPane", plot) if is_meant else None


async def show_plot(
    pictures: PlotPictures, number: int, name: str, tell: Callable[[str], None]
) -> None:
    """Draw the picture of a plot and open it, or show its path."""
    tell(PICTURE_IS_DRAWN)
    picture = await pictures.make(number, name)
    if isinstance(picture, str):
        tell(picture)
        return
    opens = open_picture(picture, os.environ)
    tell((PICTURE_OPENED if opens else PICTURE_IS_AT).format(path=guard(str(picture))))


def _show_figure(workspace: Workspace, images: Path, tell: Callable[[str], None]) -> None:
    """Open the picture of a figure, and show its path under the title."""
    figure = _figure(workspace)
    if figure is None:
        tell(NO_FIGURE)
        return
    picture = images / f"{figure.figure.name}.png"
    if not picture.is_file():
        tell(NO_PICTURE)
        return
    figure.note = f"Picture: {picture.absolute()}"
    if workspace.layout_state.pane != "lesson":
        workspace.goto("lesson")
    workspace.screen.call_after_refresh(figure.scroll_visible, animate=False, top=True)
    tell(PICTURE_OPENS if open_picture(picture, os.environ) else PICTURE_LISTED)


def _figure(workspace: Workspace) -> FigureView | None:
    """Return the focused figure, else the first without a path under its title."""
    figures = list(workspace.lesson.query(FigureView))
    for figure in figures:
        if figure is workspace.screen.focused:
            return figure
    unnamed = (figure for figure in figures if not figure.note)
    return next(unnamed, figures[0] if figures else None)
