"""The reducer without the journal entries that it makes."""

from __future__ import annotations

from tutor.session.events import Event, advance
from tutor.session.state import State


def reduce(state: State, event: Event) -> State:
    return advance(state, event)[0]
