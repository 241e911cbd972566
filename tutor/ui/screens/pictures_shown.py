"""Pictures of figures and plots: show their paths, and open them in the learner's viewer.

Part of the lesson screen. Results are shown in the status line.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tutor.course.model import Step
from tutor.session.plot_pictures import plot_picture
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
PICTURE_LISTED = "The path of the picture is below the figure's title."


def show_picture(screen: LessonScreen, step: Step) -> None:
    """Open the picture of the plot if it is current, or if the step has no figure; else of that."""
    workspace = screen.panes
    plot = workspace.panes.get("plot")
    is_meant = workspace.layout_state.pane == "plot" or not step.figures
    if plot is None or not screen.tutor.timeline.current.figures or not is_meant:
        _show_figure(workspace, screen.setup.places.images, screen.tutor.notify)
        return
    work = _show_plot(screen, step, cast("PlotPane", plot).figure_number)
    screen.run_worker(work, group="picture", exclusive=True)


async def _show_plot(screen: LessonScreen, step: Step, number: int) -> None:
    tutor, data = screen.tutor, screen.setup.places.data
    screen.tutor.notify(PICTURE_IS_DRAWN)
    picture = await plot_picture(
        tutor.timeline, tutor.worker.client, data, number, f"{step.id}-{number}"
    )
    if isinstance(picture, str):
        screen.tutor.notify(picture)
        return
    opens = open_picture(picture, os.environ)
    words = PICTURE_OPENED if opens else PICTURE_IS_AT
    screen.tutor.notify(words.format(path=guard(str(picture))))


def _show_figure(workspace: Workspace, images: Path, tell: Callable[[str], None]) -> None:
    """Open the picture of a figure, and show its path under the title."""
    figures = list(workspace.lesson.query(FigureView))
    if not figures:
        tell(NO_FIGURE)
        return
    focused = [each for each in figures if each is workspace.screen.focused]
    unnamed = [each for each in figures if not each.note]
    figure = (*focused, *unnamed, *figures)[0]
    picture = images / f"{figure.figure.name}.png"
    if not picture.is_file():
        tell(NO_PICTURE)
        return
    figure.note = f"Picture: {picture.absolute()}"
    if workspace.layout_state.pane != "lesson":
        workspace.goto("lesson")
    workspace.screen.call_after_refresh(figure.scroll_visible, animate=False, top=True)
    tell(PICTURE_OPENS if open_picture(picture, os.environ) else PICTURE_LISTED)
