"""The last line: the keys of the most needed actions.

It is made from the tables of actions and keys and names no key itself.
"""

from __future__ import annotations

from textual.content import Content

from tutor.course.kinds import KindOrNone
from tutor.session.actions import Action
from tutor.session.offers import offered_actions
from tutor.session.state import State
from tutor.ui.keys import LEADER, UserKeys, direct_keys, key_name, keys_of
from tutor.ui.stable_static import StableStatic

LEFT_OUT_FIRST = ("stop", "help", "hint", "run")
"""Actions that a short line leaves out, in this order. Esc shows all of them."""


class ActionBar(StableStatic):
    """A line of keys and what they do; a click acts like the key."""

    def __init__(self, user_keys: UserKeys) -> None:
        super().__init__(one_row=True, id="action-bar")
        self.auto_links = False  # keys keep their colour
        self._user_keys = user_keys
        self._offered: list[Action] = []

    def show_actions(self, kind: KindOrNone, state: State) -> None:
        """Show the actions that are offered on a step of the kind, and Esc for the others."""
        offered = [a for a in offered_actions(kind, state) if keys_of(a.name).in_footer]
        if offered != self._offered:
            self._offered = offered
            self._fit()

    def on_resize(self) -> None:
        """Show as many actions as there is room for."""
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width
        shown = self._offered
        line = self._line(shown)
        for name in LEFT_OUT_FIRST:
            if not width or line.cell_length <= width:
                break
            shown = [action for action in shown if action.name != name]
            line = self._line(shown)
        self.update_if_changed(line)

    def _line(self, actions: list[Action]) -> Content:
        entries = [(self._first_key(each), each.label, each.name) for each in actions]
        entries.append((LEADER, "More", "leader"))
        return Content("  ").join(_entry(*entry) for entry in entries)

    def _first_key(self, action: Action) -> str:
        return direct_keys(action.name, self._user_keys)[0]


def _entry(key: str, label: str, action: str) -> Content:
    whole = Content.assemble((key_name(key), "bold $accent"), f" {label}")
    return whole.stylize(f"@click=screen.{action}")
