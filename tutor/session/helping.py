"""What help with a step does to the state: the solution bit by bit, and answers given with it.

Part of `reduce`.
"""

from __future__ import annotations

from msgspec.structs import replace

from tutor.course.ladder import Help
from tutor.session.events import SolutionShown
from tutor.session.state import State


def solution_shown(state: State, event: SolutionShown) -> State:
    """So much of it is in sight; none of it, when it was hidden."""
    if event.help == Help():
        return replace(state, help=event.help, notice="")
    return replace(state, help=event.help, latest="hints", notice="")


def helped_after_right_answer(state: State) -> frozenset[str]:
    """The steps done with help, once the one on screen was answered rightly."""
    if state.step is None:
        return state.helped
    here = frozenset({state.step.id})
    if not state.help.rung:
        return state.helped - here
    return state.helped if state.step_done else state.helped | here
