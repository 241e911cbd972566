"""The way back from steps that outline or terms led to: a jump adds a place, a return takes one.

Front ends take a place from it, go to its step, and show the place there.
"""

from __future__ import annotations

from collections.abc import Callable

from tutor.progress.fold import Place
from tutor.session.events import Event, NoticeGiven, WayBackChanged
from tutor.session.state import State

WAY_BACK = "{key:back} leads back to where you were."
NO_WAY_BACK = "You came here step by step. {key:previous_step} goes to the step before."

MAX_PLACES = 20


def tell_way_back(state: State, left: Place, dispatch: Callable[[Event], None]) -> None:
    """Add the place that was left to the way back, and say so where nothing else is said."""
    dispatch(WayBackChanged((*state.way_back, left)[-MAX_PLACES:]))
    if not state.notice:
        dispatch(NoticeGiven(WAY_BACK))


def take_way_back(state: State, dispatch: Callable[[Event], None]) -> Place | None:
    """Take the place that was left last from the way back, and return it.

    None if there is no way back; a notice says so.
    """
    if not state.way_back:
        dispatch(NoticeGiven(NO_WAY_BACK))
        return None
    *earlier, place = state.way_back
    dispatch(WayBackChanged(tuple(earlier)))
    return place
