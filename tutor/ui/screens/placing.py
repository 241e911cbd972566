"""Gives each part of the desk the columns and rows that were worked out for it.

Only numbers stand here: how parts stand beside or above each other is told by `desk.tcss`.
"""

from __future__ import annotations

from textual.dom import DOMNode

from tutor.ui.screens.arrangement import ABOVE, BELOW, CHARTS, Look, visible_panes
from tutor.ui.screens.room import Room, drawer_of

FRAME = 4
"""Rows around what is scrolled: the frame, and the lines below that say what to do."""


def give_room(desk: DOMNode, look: Look, room: Room) -> None:
    """Sets the numbers, and takes away those of the layout before."""
    shown = visible_panes(look)
    desk.set_class(room.spread, "spread")
    _set_grid(desk, look, room, charting=bool(shown & set(CHARTS)))
    _set_heights(desk, look, room)
    page = (look.display.is_page or look.stacked) and not look.single
    for one in desk.query("#lesson, #work"):
        one.styles.width = room.lesson if page else None
    for one in desk.query("#verdict, #output, #hints"):
        one.styles.height = room.below if _is_given_rows(look, shown) else None
    split = not look.single and set(CHARTS) <= shown
    for one in desk.query("#loss"):
        one.styles.width = room.curve if split and look.size == "medium" else None
        one.styles.height = room.curve if split and look.size == "wide" else None
    for one in desk.query("#charts"):
        one.styles.height = room.below if look.peeking_at_curve else None


def _set_grid(desk: DOMNode, look: Look, room: Room, *, charting: bool) -> None:
    for body in desk.query("#body"):
        if look.single or look.stacked or look.display.is_page:
            return
        drawer = drawer_of(look, room) if charting else 0
        beside = charting and look.size == "wide"
        body.styles.grid_columns = (
            f"{room.lesson} 1fr {room.charts}" if beside else f"{room.lesson} 1fr"
        )
        body.styles.grid_rows = f"1fr {drawer}" if drawer else "1fr"


def _set_heights(desk: DOMNode, look: Look, room: Room) -> None:
    """On a page text and quiz are as high as they need to be, and leave room for the verdict."""
    for names, part in (("#lesson", room.text), ("#quiz", room.quiz)):
        for one in desk.query(names):
            one.styles.max_height = part if look.stacked else None
        for one in desk.query(f"{names} > VerticalScroll"):
            one.styles.max_height = part - FRAME if look.stacked else None


def _is_given_rows(look: Look, shown: frozenset[str]) -> bool:
    """Whether what stands below has a fixed height: else as many rows as it needs, or all."""
    if look.stacked or not shown & set(BELOW) or not shown & set(ABOVE):
        return False
    return not (look.single and look.display.is_question)
