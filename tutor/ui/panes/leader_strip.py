"""The strip that Esc opens: letters and their commands, for keys or clicks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet

from textual import events
from textual.content import Content
from textual.geometry import Size

from tutor.course.kinds import KindOrNone
from tutor.session.commands import NAMED, offered_commands
from tutor.session.state import State
from tutor.ui.borrowed_focus import FocusBorrower
from tutor.ui.keys import PANE_DIGITS, action_of, command_of_letter, letter_names


class LeaderStrip(FocusBorrower, can_focus=True):
    """A list of letters; it has the focus while it is shown, so that the editor gets no letter."""

    def __init__(self, act: Callable[[str], Awaitable[None]]) -> None:
        """Make a hidden strip.

        `act` is called with the screen action of a letter, or "" if it has none. It is awaited, so
        that the key after the letter goes to what the action opens.
        """
        super().__init__(id="leader-strip")
        self.auto_links = False  # letters keep their colour
        self._act = act
        self._kind: KindOrNone = "none"
        self._parts: list[Content] = []
        self._panes: list[Content] = []
        self.display = False

    def show_letters(
        self,
        kind: KindOrNone,
        panes: Sequence[str],
        state: State,
        *,
        without: AbstractSet[str] = frozenset(),
    ) -> None:
        """Show the letters of the live commands, and the panes with their numbers.

        `without` names the commands that have no effect in this layout.
        """
        self._kind = kind
        offered = [each for each in offered_commands(kind, state) if each.name not in without]
        self._parts = [
            _part(letter_names(each.name), each.label).stylize(f"@click=choose({each.name!r})")
            for each in offered
            if each.letters
        ]
        self._panes = [
            _part(str(number), name.capitalize()).stylize(f"@click=go({number})")
            for number, name in enumerate(panes, 1)
            if len(panes) > 1
        ]
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def _lines(self, width: int) -> list[Content]:
        return [*flow(self._parts, width), *flow(self._panes, width)]

    async def on_key(self, event: events.Key) -> None:
        """Run the key's command; every key closes the strip."""
        event.stop()
        event.prevent_default()
        name = command_of_letter(event.character or "") or command_of_letter(event.key)
        if event.key in PANE_DIGITS:
            await self._act(f"pane({event.key})")
        elif name is not None and self._kind in NAMED[name].on:
            await self._act(action_of(name))
        else:
            await self._act("")

    async def action_go(self, number: int) -> None:
        await self._act(f"pane({number})")

    async def action_choose(self, name: str) -> None:
        await self._act(action_of(name))


def flow(parts: Sequence[Content], width: int) -> list[Content]:
    lines: list[Content] = []
    for part in parts:
        if lines and lines[-1].cell_length + 2 + part.cell_length <= width:
            lines[-1] = Content("  ").join([lines[-1], part])
        else:
            lines.append(part)
    return lines


def _part(letter: str, label: str) -> Content:
    return Content.assemble((letter, "bold $accent"), f" {label}")
