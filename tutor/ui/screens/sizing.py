"""The sizes that the learner gives the panes, by key or by dragging a border. For the desk."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from textual.geometry import Region

from tutor.progress.pane_sizes import Sizes, remember_sizes, remembered_sizes
from tutor.ui.screens.arrangement import BELOW, CHARTS, Look, visible_panes
from tutor.ui.screens.room import Part, Room, Way, drawer_of, layout_name, moved_part, room_for

NOT_THAT_WAY = "This pane cannot be made {way} here."
AS_AT_FIRST = "The panes have their usual sizes again."
NOT_KEPT = "The sizes hold until the app ends: {reason}."


class Grip(Struct, frozen=True):
    """A border that is held by the mouse."""

    part: Part
    cells: int
    """What the part had when it was taken hold of."""
    x: int
    y: int
    """Where that was."""
    per_column: int = 0
    per_row: int = 0
    """How the part changes while the mouse moves right or down."""


class Sizing:
    """One per desk. What is kept is what fits, so another start finds nothing that does not."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._kept = remembered_sizes(data)

    def room(self, look: Look, columns: int, rows: int) -> Room:
        """What each part has now."""
        return room_for(look, self._of(look), columns, rows)

    def move(self, look: Look, way: Way, columns: int, rows: int) -> str:
        """Makes the pane looked at larger or smaller; if that cannot be, says so."""
        before = self.room(look, columns, rows)
        moved = moved_part(look, way)
        if moved is None:
            return NOT_THAT_WAY.format(way=way)
        part, by = moved
        self.give(look, part, cells_of(before, part) + by, columns, rows)
        if self.room(look, columns, rows) == before:
            return NOT_THAT_WAY.format(way=way)
        return self.keep()

    def give(self, look: Look, part: Part, cells: int, columns: int, rows: int) -> None:
        """Gives a part that many cells, or as many as there is room for."""
        wanted = replace(self._of(look), **{part: max(1, cells)})
        fitting = cells_of(room_for(look, wanted, columns, rows), part)
        self._kept[layout_name(look)] = replace(wanted, **{part: fitting})

    def drag(self, look: Look, grip: Grip, x: int, y: int, columns: int, rows: int) -> None:
        """Moves a border with the mouse; `keep` is for when it is let go."""
        by = (x - grip.x) * grip.per_column + (y - grip.y) * grip.per_row
        self.give(look, grip.part, grip.cells + by, columns, rows)

    def reset(self, look: Look) -> str:
        """The usual sizes, for the layout that is on screen."""
        self._kept.pop(layout_name(look), None)
        return self.keep() or AS_AT_FIRST

    def keep(self) -> str:
        """Writes them down; a sentence if that failed."""
        try:
            remember_sizes(self._data, self._kept)
        except OSError as error:
            return NOT_KEPT.format(reason=error.strerror or error)
        return ""

    def _of(self, look: Look) -> Sizes:
        return self._kept.get(layout_name(look), Sizes())


def cells_of(room: Room, part: Part) -> int:
    """What the part has."""
    return {
        "lesson": room.lesson,
        "charts": room.charts,
        "below": room.below,
        "curve": room.curve,
    }[part]


def grip_at(look: Look, room: Room, x: int, y: int, columns: int, rows: int) -> Grip | None:
    """The border at a place, counted from the corner of all panes; each is two cells thick."""
    for part, region, per_column, per_row in _borders(look, room, columns, rows):
        if region.contains(x, y):
            return Grip(part, cells_of(room, part), x, y, per_column, per_row)
    return None


_Border = tuple[Part, Region, int, int]


def _borders(look: Look, room: Room, columns: int, rows: int) -> list[_Border]:
    if look.single or look.stacked or look.display.is_page:
        return []
    shown = visible_panes(look)
    charting = bool(shown & set(CHARTS))
    both = set(CHARTS) <= shown
    drawer = drawer_of(look, room) if charting else 0
    height, right = rows - drawer, columns
    found: list[_Border] = []
    if charting and look.size == "wide":
        right = columns - room.charts
        found.append(("charts", Region(right - 1, 0, 2, rows), -1, 0))
        found.append(("curve", Region(right, room.curve - 1, room.charts, 2), 0, 1))
    elif charting:
        found.append(("charts", Region(0, height - 1, columns, 2), 0, -1))
        if both:
            found.append(("curve", Region(room.curve - 1, height, 2, drawer), 1, 0))
    found.append(("lesson", Region(room.lesson - 1, 0, 2, height), 1, 0))
    if shown & set(BELOW):
        top = height - room.below
        found.append(("below", Region(room.lesson, top - 1, right - room.lesson, 2), 0, -1))
    return found
