"""Keys that move the cursor along the training steps of a run.

For the panes that show the step under the cursor, Loss and Tensors.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tutor.session.timeline import MAX_LOSSES

LONG_MOVE = 10
"""Training steps that `<` and `>` move by."""


class MoveRequested(Message):
    """The learner wants to move the cursor by `delta` training steps; below 0 is back.

    It holds no target step: keys may come faster than the cursor moves, and two of them would ask
    for the same one.
    """

    def __init__(self, delta: int) -> None:
        super().__init__()
        self.delta = delta


STEP_BINDINGS: list[BindingType] = [
    Binding("left", "move(-1)", "Step back"),
    Binding("right", "move(1)", "Step on"),
    Binding("less_than_sign", f"move({-LONG_MOVE})", "Ten steps back"),
    Binding("greater_than_sign", f"move({LONG_MOVE})", "Ten steps on"),
]
END_BINDINGS: list[BindingType] = [
    Binding("home", f"move({-MAX_LOSSES})", "First step"),
    Binding("end", f"move({MAX_LOSSES})", "End"),
]
KEYS_TO_MOVE = frozenset(
    binding.key for binding in Binding.make_bindings([*STEP_BINDINGS, *END_BINDINGS])
)


class StepNavigation(Widget):
    """A base class for panes that have some of these bindings."""

    def action_move(self, delta: int) -> None:
        """Ask for the cursor to be moved by `delta` steps; past the last one is the end."""
        self.post_message(MoveRequested(delta))
