"""Keys that move all views to a training step of a run, and the messages they post.

For the panes that show the step under the cursor: Loss, Map, Tensors and Model.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from tutor.session.timeline import MAX_LOSSES

LONG_MOVE = 10
"""Training steps that `<` and `>` move by."""


@dataclass
class MoveRequested(Message):
    """Posted to move the cursor by `delta` training steps, back if negative.

    It has no target step: keys may come faster than the cursor moves, and two keys would then
    request the same step.
    """

    delta: int


@dataclass
class PlaceRequested(Message):
    """Posted to move to a place of the run: a share of it, and the width of that place."""

    share: float
    width: float


class PlayRequested(Message):
    """Posted to start moving the cursor automatically, or to stop it."""


class FindRequested(Message):
    """Posted to open the prompt for a step."""


class ComparisonRequested(Message):
    """Posted to turn the comparison with the end on or off."""


@dataclass
class CurveRequested(Message):
    """Posted to select the curve of that number."""

    curve: int


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
    """A base class for panes with some of these bindings."""

    def action_move(self, delta: int) -> None:
        self.post_message(MoveRequested(delta))

    def action_play(self) -> None:
        self.post_message(PlayRequested())

    def action_find(self) -> None:
        self.post_message(FindRequested())

    def action_compare(self) -> None:
        self.post_message(ComparisonRequested())
