"""The keys that go back along a run, step by step, for the panes that show the step looked at."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tutor.session.timeline import LOSSES_KEPT

LONG_MOVE = 10
"""Steps that `<` and `>` move by."""


class MoveRequested(Message):
    """The learner wants to look at another step, so many on or, below 0, back. Not at which one:
    keys may come faster than the cursor moves."""

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
    Binding("home", f"move({-LOSSES_KEPT})", "First step"),
    Binding("end", f"move({LOSSES_KEPT})", "End"),
]
KEYS_TO_MOVE = frozenset(
    binding.key for binding in Binding.make_bindings([*STEP_BINDINGS, *END_BINDINGS])
)


class StepNavigation(Widget):
    """For a pane with some of these bindings."""

    def action_move(self, delta: int) -> None:
        """Looks at another step; past the last one, at the end."""
        self.post_message(MoveRequested(delta))
