"""The keys that go back along a run, step by step, for the panes that show the step looked at."""

from __future__ import annotations

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tutor.session.timeline import MAX_LOSSES

FAR = 10
"""Steps that `<` and `>` move by."""


class MoveRequested(Message):
    """The learner wants to look at another step, so many on or, below 0, back. Not at which one:
    keys may come faster than the cursor moves."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by


BY_STEPS: list[BindingType] = [
    Binding("left", "move(-1)", "Step back"),
    Binding("right", "move(1)", "Step on"),
    Binding("less_than_sign", f"move({-FAR})", "Ten steps back"),
    Binding("greater_than_sign", f"move({FAR})", "Ten steps on"),
]
TO_ENDS: list[BindingType] = [
    Binding("home", f"move({-MAX_LOSSES})", "First step"),
    Binding("end", f"move({MAX_LOSSES})", "End"),
]
KEYS_TO_MOVE = frozenset(binding.key for binding in Binding.make_bindings([*BY_STEPS, *TO_ENDS]))


class StepNavigation(Widget):
    """For a pane with some of these bindings."""

    def action_move(self, by: int) -> None:
        """Looks at another step; past the last one, at the end."""
        self.post_message(MoveRequested(by))
