"""The actions that only move about on the desk, or lend the terminal to another program. Mixed
into the lesson screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.course.model import CodeStep
from tutor.session.events import NoticeGiven

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.client.transcript import Printed
    from tutor.session.events import Event
    from tutor.ui.screens.activity import Activities
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.opening import Setting
    from tutor.ui.screens.room import Way

    Base = Screen[None]
else:
    Base = object


NOTHING_PRINTED = "There is no output to open: nothing was printed."


class PaneActions(Base):
    """Nothing happens while there is no desk."""

    activities: Activities
    desk: Desk | None
    """The panes, once there are some."""
    setting: Setting

    if TYPE_CHECKING:

        def tell(self, event: Event) -> None:
            """Moves the session on."""

    def action_next_pane(self) -> None:
        """Moves the focus on."""
        if self.desk is not None:
            self.desk.go_round(1)

    def action_previous_pane(self) -> None:
        """Moves the focus back."""
        if self.desk is not None:
            self.desk.go_round(-1)

    def action_pane(self, number: int) -> None:
        """Goes to the pane of that number."""
        if self.desk is not None:
            self.desk.goto_number(number)

    def action_zoom(self) -> None:
        """One pane alone, or all again."""
        if self.desk is not None:
            self.desk.toggle_zoom()

    def action_wider(self) -> None:
        """Moves a border of the pane, to the side."""
        self._resize_pane("wider")

    def action_narrower(self) -> None:
        """The same, the other way."""
        self._resize_pane("narrower")

    def action_taller(self) -> None:
        """Moves the border above or below it."""
        self._resize_pane("taller")

    def action_shorter(self) -> None:
        """The same, the other way."""
        self._resize_pane("shorter")

    def action_usual_sizes(self) -> None:
        """As before all moving of borders."""
        if self.desk is not None:
            self.desk.reset_sizes()

    def _resize_pane(self, way: Way) -> None:
        if self.desk is not None:
            self.desk.resize_pane(way)

    def on_desk_told(self, message: Desk.Told) -> None:
        """What the panes have to say stands in the status line."""
        self.tell(NoticeGiven(message.text))

    def action_task(self) -> None:
        """To the task and back."""
        if self.desk is not None:
            self.desk.toggle_task()

    def action_givens(self) -> None:
        """All lines of the givens, or the first ones."""
        if self.desk is not None:
            guessing = self.desk.look.kind == "predict" and self.desk.look.pane != "code"
            (self.desk.predict if guessing else self.desk.code).toggle_givens()

    def action_edit(self) -> None:
        """Hands the buffer to the learner's own editor."""
        if self.desk is not None and isinstance(self.desk.session.step, CodeStep):
            work = self._edit_outside(self.desk, self.desk.session.step)
            self.run_worker(work, group="edit", exclusive=True)

    def action_printed(self) -> None:
        """Opens the file with the output of the newest run, and says where it is."""
        client = self.activities.client
        printed = client.printed() if client is not None else None
        if printed is None:
            self.tell(NoticeGiven(NOTHING_PRINTED))
        else:
            self.run_worker(self._read_outside(printed), group="edit", exclusive=True)

    async def _read_outside(self, printed: Printed) -> None:
        from tutor.session.words.keys import guard
        from tutor.ui.screens.pager import read_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app = self.app
        if isinstance(app, CellDiff):
            await self.setting.keeper.keep()
            self.tell(NoticeGiven(guard(await read_outside(app, printed))))

    async def _edit_outside(self, desk: Desk, step: CodeStep) -> None:
        from tutor.session.words.keys import guard
        from tutor.ui.screens.external_editor import edit_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app, data = self.app, self.setting.places.data
        if not isinstance(app, CellDiff):
            return
        await self.setting.keeper.keep()
        row, _ = desk.code.cursor
        edited = await edit_outside(app, data, step.id, step.given, desk.code.source, row)
        if edited.text is not None and desk.session.step is step:
            desk.code.take_in(edited.text)
            desk.goto("code")
        self.tell(NoticeGiven(guard(edited.note)))
