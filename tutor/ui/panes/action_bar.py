"""The last line: the keys of the most needed actions, made from the table of actions."""

from __future__ import annotations

from textual.content import Content

from tutor.ui.actions import Action, StepKind, key_name, live_actions
from tutor.ui.said import Said


class ActionBar(Said):
    """A click acts like the key."""

    def __init__(self) -> None:
        super().__init__(one_row=True, id="action-bar")

    def show_actions(self, kind: StepKind) -> None:
        """Those that are live on a step of the kind, and Esc for all the others."""
        shown = [_one(action) for action in live_actions(kind) if action.in_footer]
        more = Content.styled("Esc", "bold $accent") + Content(" More")
        self.say(Content("  ").join([*shown, more]))


def _one(action: Action) -> Content:
    key = Content.styled(key_name(action.keys[0]), "bold $accent")
    label = Content.styled(action.label, f"@click=screen.{action.name}")
    return Content(" ").join([key, label])
