"""The last line: the keys of the most important commands.

It is built from the table of commands and names no key itself.
"""

from __future__ import annotations

from textual.content import Content

from tutor.course.kinds import KindOrNone
from tutor.session.commands import CommandRow, offered_commands
from tutor.session.state import State
from tutor.ui.keys import LEADER, UserKeys, action_of, direct_keys, key_name
from tutor.ui.stable_static import StableStatic

LEFT_OUT_FIRST = ("stop", "help", "hint", "run")
"""Commands that a short line leaves out, in this order. Esc shows all of them."""


class ActionBar(StableStatic):
    """A line of keys and what they do; a click acts like the key."""

    def __init__(self, user_keys: UserKeys) -> None:
        super().__init__(one_row=True, id="action-bar")
        self.auto_links = False  # keys keep their colour
        self._user_keys = user_keys
        self._offered: list[CommandRow] = []

    def show_commands(self, kind: KindOrNone, state: State) -> None:
        offered = [each for each in offered_commands(kind, state) if each.in_footer]
        if offered != self._offered:
            self._offered = offered
            self._fit()

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        width = self.content_size.width
        shown = self._offered
        line = self._line(shown)
        for name in LEFT_OUT_FIRST:
            if not width or line.cell_length <= width:
                break
            shown = [command for command in shown if command.name != name]
            line = self._line(shown)
        self.update_if_changed(line)

    def _line(self, commands: list[CommandRow]) -> Content:
        entries = [
            (direct_keys(each.name, self._user_keys)[0], each.label, action_of(each.name))
            for each in commands
        ]
        entries.append((LEADER, "More", "leader"))
        return Content("  ").join(_entry(*entry) for entry in entries)


def _entry(key: str, label: str, action: str) -> Content:
    whole = Content.assemble((key_name(key), "bold $accent"), f" {label}")
    return whole.stylize(f"@click=screen.{action}")
