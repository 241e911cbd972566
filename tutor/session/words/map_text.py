"""The map of a run in words: what it shows, what to look at, or why there is none."""

from __future__ import annotations

from tutor.session.recorded import RecordedMaps, RunMap
from tutor.session.state import State
from tutor.wire.maps import POINT_BYTES, DecisionMap, FittedCurve

EMPTY = (
    "No map yet. A run that calls a model with two inputs, or with one, draws here what the model "
    "answers."
)
BUSY = "No map yet: it comes with the first step of the training, or at the end of the run."
NOTHING = "The run called no model with two inputs or one, so there is no map."
LETTERS = "oxabcdefghijklmnpqrstuvwyz"
"""The letters of the classes: o and x if there are two, else from a on."""
SURE, UNSURE = 0.9, 0.6
"""Probabilities of the winning class from which the model is sure, and below which it is not."""

_REASONS: dict[str, str] = {
    "no-model": NOTHING,
    "width": "The model takes {detail} numbers a row. A map needs two inputs, a curve one.",
    "parts": "The layers are called one by one, and no module holds them all: nothing to ask.",
    "by-hand": (
        "No module was called. `show_map(predict, x, y)` in the loop draws the map of any "
        "function that predicts from points."
    ),
    "number": "The model does not seem to answer with classes, so there is no map.",
    "apart": "The model cannot be asked without disturbing the run: it uses {detail}.",
    "slow": "The model takes too long to be asked for a whole map.",
    "failed": "The model raised {detail} when it was asked for the map.",
}


def map_words(
    shown: RunMap, state: State, steps: int, dot: str = " · ", end: RunMap | None = None
) -> str:
    """Say in one line of which step the map is, and how many points the model gets right.

    `end` is the last map, if that is to be compared.
    """
    words = f"step {shown.step}"
    if steps and (state.cursor is not None or state.activity is None):
        words += f" of {steps}"
    if isinstance(shown, DecisionMap) and shown.known:
        words += f"{dot}right: {shown.right} of {shown.known}"
        if isinstance(end, DecisionMap) and end.known == shown.known:
            words += f", at the end {end.right} ({end.right - shown.right:+d})"
    return words if steps or not isinstance(shown, DecisionMap) or shown.known else "untrained"


def look_words(shown: RunMap, *, coloured: bool = True) -> str:
    if isinstance(shown, FittedCurve):
        return (
            "Line: what the model gives. Crosses: the data."
            if shown.points
            else ("Line: what the model gives for each input.")
        )
    undecided = "Light: the model is undecided."
    if not coloured:
        fields = "Empty: o. Filled: x. Half-way: undecided."
        undecided = fields if shown.classes == 2 else "Blank: the model is undecided."
    wrong = " Inverse: points that it gets wrong." if _mistakes(shown) else ""
    return undecided + wrong


def told_words(shown: RunMap) -> str:
    if isinstance(shown, FittedCurve):
        count = len(shown.points) // POINT_BYTES
        left, right = shown.bounds.left, shown.bounds.right
        return f"A curve over {left:.3g} to {right:.3g}; {count} points."
    places = len(shown.winners)
    shares = [shown.winners.count(number) / places for number in range(shown.classes)]
    unsure = sum(1 for sure in shown.sureness if sure < 255 * UNSURE) / places
    parts = [
        f"{letter_of(number, shown.classes)} on {share:.0%}"
        for number, share in enumerate(shares)
        if share
    ]
    return f"The model answers {', '.join(parts)} of the area; undecided on {unsure:.0%}."


def place_words(place: tuple[float, ...], number: float, winner: int = 0, classes: int = 0) -> str:
    """Say what the model gives at a place; with classes, which one and how sure it is of it."""
    at = ", ".join(f"{each:.2f}" for each in place)
    if not classes:
        return f"({at}): {number:.3g}"
    return f"({at}): {letter_of(winner, classes)} {number:.2f}"


def no_map_words(state: State, maps: RecordedMaps) -> str:
    if maps.reason is not None:
        detail = "".join(each for each in maps.reason.detail if each.isprintable())[:40]
        return _REASONS[maps.reason.why].format(detail=detail or "something else")
    if state.activity is not None:
        return BUSY
    return NOTHING if state.ending is not None else EMPTY


def letter_of(number: int, classes: int) -> str:
    return LETTERS[number] if classes == 2 else chr(ord("a") + min(number, 25))


def _mistakes(shown: DecisionMap) -> list[int]:
    points = shown.points
    return [
        at
        for at in range(0, len(points), POINT_BYTES)
        if points[at + 4] < shown.classes and points[at + 4] != points[at + 5]
    ]
