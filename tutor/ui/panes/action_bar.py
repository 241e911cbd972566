"""The last line: the keys of the most needed actions.

It is made from the tables of actions and keys and names no key itself.
"""

from __future__ import annotations

from textual.content import Content

from tutor.course.kinds import KindOrNone
from tutor.session.actions import Action, offered_actions
from tutor.ui.keys import UserKeys, direct_keys, key_name, keys_of
from tutor.ui.stable_static import StableStatic

LEFT_OUT_FIRST = ("stop", "help", "hint", "run")
"""Actions that a short line leaves out, in this order. Esc shows all of them."""


class ActionBar(StableStatic):
    """A line of keys and what they do; a click acts like the key."""

    def __init__(self, user_keys: UserKeys) -> None:
        super().__init__(one_row=True, id="action-bar")
        self._user_keys = user_keys
        self._kind: KindOrNone = "none"
        self._busy = False

    def show_actions(self, kind: KindOrNone) -> None:
        """Show the actions that are offered on a step of the kind, and Esc for the others."""
        self._kind = kind
        self._fit()

    def show_busy(self, *, busy: bool) -> None:
        """Show the actions for while a program runs or is checked, or the others."""
        if busy != self._busy:
            self._busy = busy
            self._fit()

    def on_resize(self) -> None:
        """Show as many actions as there is room for."""
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width
        shown = [
            action
            for action in offered_actions(self._kind, busy=self._busy)
            if keys_of(action.name).in_footer
        ]
        line = self._line(shown)
        for name in LEFT_OUT_FIRST:
            if not width or line.cell_length <= width:
                break
            shown = [action for action in shown if action.name != name]
            line = self._line(shown)
        self.update_if_changed(line)

    def _line(self, actions: list[Action]) -> Content:
        more = Content.styled("Esc", "bold $accent") + Content(" More")
        return Content("  ").join([*map(self._labelled_key, actions), more])

    def _labelled_key(self, action: Action) -> Content:
        first = direct_keys(action.name, self._user_keys)[0]
        key = Content.styled(key_name(first), "bold $accent")
        label = Content.styled(action.label, f"@click=screen.{action.name}")
        return Content(" ").join([key, label])
