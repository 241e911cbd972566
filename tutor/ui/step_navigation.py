"""Keys that move all views to a training step of a run, and what the screen is asked for by them.

For the panes that show the step under the cursor: Loss, Map, Tensors and Model.
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


class PlaceRequested(Message):
    """The learner points to a place of the run: a share of it, and how wide that place is."""

    def __init__(self, share: float, width: float) -> None:
        super().__init__()
        self.share = share
        self.width = width


class PlayRequested(Message):
    """The cursor is to move by itself, or to stop if it does."""


class FindRequested(Message):
    """The learner wants to say which step to go to."""


class ComparisonRequested(Message):
    """Views are to show how far the step is from the end, or no longer."""


class CurveRequested(Message):
    """The learner wants to look at the curve of that number."""

    def __init__(self, curve: int) -> None:
        super().__init__()
        self.curve = curve


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
PLAY_KEY = "space"
SCRUB_BINDINGS: list[BindingType] = [
    Binding(PLAY_KEY, "play", "Play"),
    Binding("j", "find", "Go to"),
    Binding("d", "compare", "Compare"),
]
KEYS_TO_MOVE = frozenset(
    binding.key for binding in Binding.make_bindings([*STEP_BINDINGS, *END_BINDINGS])
)


class StepNavigation(Widget):
    """A base class for panes that have some of these bindings."""

    def action_move(self, delta: int) -> None:
        """Ask for the cursor to be moved by `delta` steps; past the last one is the end."""
        self.post_message(MoveRequested(delta))

    def action_play(self) -> None:
        """Ask for the cursor to move by itself, or to stop."""
        self.post_message(PlayRequested())

    def action_find(self) -> None:
        """Ask for the prompt that goes to a step."""
        self.post_message(FindRequested())

    def action_compare(self) -> None:
        """Ask for a comparison with the end, or for none."""
        self.post_message(ComparisonRequested())
