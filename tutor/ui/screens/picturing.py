"""The picture of a figure: where its file is, and its viewer. Mixed into the lesson screen."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tutor.session.events import NoticeGiven

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.session.events import Event
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.opening import Setting
    from tutor.ui.widgets.figure import Figure

    Base = Screen[None]
else:
    Base = object

NO_FIGURE = "This step has no figure."
NO_PICTURE = "There is no picture of this figure."
OPENS = "The picture opens in your viewer."
TOLD = "Where the picture is stands under the title of the figure."


class PictureActions(Base):
    """Nothing happens while there is no desk."""

    desk: Desk | None
    setting: Setting

    if TYPE_CHECKING:

        def tell(self, event: Event) -> None:
            """Moves the session on."""

    def action_picture(self) -> None:
        """Tells where the picture of a figure is, and opens it; of several, one after the other."""
        figure = self._figure()
        if self.desk is None or figure is None:
            self.tell(NoticeGiven(NO_FIGURE))
            return
        picture = self.setting.places.images / f"{figure.figure.name}.png"
        if not picture.is_file():
            self.tell(NoticeGiven(NO_PICTURE))
            return
        from tutor.ui.viewer import open_picture  # rarely needed

        figure.told = f"Picture: {picture.absolute()}"
        if self.desk.look.pane != "lesson":
            self.desk.goto("lesson")
        self.call_after_refresh(figure.scroll_visible, animate=False, top=True)
        self.tell(NoticeGiven(OPENS if open_picture(picture, os.environ) else TOLD))

    def _figure(self) -> Figure | None:
        """The one with the focus, else the first whose picture was not told yet."""
        if self.desk is None:
            return None
        from tutor.ui.widgets.figure import Figure

        figures = list(self.desk.lesson.query(Figure))
        for figure in figures:
            if figure is self.focused:
                return figure
        return next((each for each in figures if not each.told), figures[0] if figures else None)
