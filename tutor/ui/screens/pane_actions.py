"""The actions that only move about on the desk. Mixed into the lesson screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.ui.screens.desk import Desk


class PaneActions:
    """Nothing happens while there is no desk."""

    desk: Desk | None
    """The panes, once there are some."""

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

    def action_task(self) -> None:
        """To the task and back."""
        if self.desk is not None:
            self.desk.toggle_task()

    def action_givens(self) -> None:
        """All lines of the givens, or the first ones."""
        if self.desk is not None:
            self.desk.code.toggle_givens()
