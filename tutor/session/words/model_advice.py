"""A sentence about what to look at in the models of a run, or why there is nothing to see.

For the model pane. The most telling thing is said first, and only that: an error, what is not a
number, what does not learn, and otherwise what goes in and out.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from tutor.grading.wording import counted
from tutor.session.state import State
from tutor.session.words.inventory_text import shape_text
from tutor.session.words.model_text import (
    MAX_CHARACTERS,
    LayerRow,
    brief,
    clean_name,
    layer_words,
    percent,
    share_text,
    trained_first,
)
from tutor.text import printable
from tutor.wire.events import ErrorFacts
from tutor.wire.models import ModelDescription, ModelsDescribed

EMPTY = (
    "Nothing to show yet. After a run the layers of the model are listed here, with the shapes "
    "that pass through them."
)
BUSY = "Nothing to show yet: no model has been called."
NONE = "The program made no model and bound no tensor, so there are no shapes to show."

LITTLE_GRADIENT = 1e-3
"""Share of the last gradient below which that of the first layer is worth a sentence."""
MUCH_DEAD = 0.5
"""Share of a layer's units from which on it is worth a sentence that they are dead."""
MUCH_SATURATED = 0.5
LARGE_UPDATE = 0.1
SMALL_UPDATE = 1e-6


def models_words(described: ModelsDescribed, error: ErrorFacts | None) -> str:
    for say in (_failure_words, _trouble_words, _flow_words):
        for model in trained_first(described):
            if words := say(model, error):
                return words
    called = [model for model in described.models if model.called]
    if not called and described.models:
        return "The program has not called this model. Its layers are listed as they were made."
    return ""


def source_words(described: ModelsDescribed, *, is_over: bool) -> str:
    """Say so where the numbers are of a step that lies before the end of the run; else ""."""
    if not is_over or not 0 < described.step < described.total:
        return ""
    return (
        f"Heard last in step {described.step:,} of {described.total:,}. "
        "With this pane open, a run is heard more often."
    )


def _failure_words(model: ModelDescription, error: ErrorFacts | None) -> str:
    if not model.failed:
        return ""
    failed = next((layer for layer in model.layers if layer.failed), None)
    if failed is None:
        message = f": {_message(error)}" if error is not None else "."
        return f"The call of {model.name or 'the model'} ended with an error{message}"
    name = f"{clean_name(failed.name)}, {layer_words(failed)}"
    takes = failed.weight[1] if failed.type_name == "Linear" and len(failed.weight) == 2 else None
    if takes is not None and failed.took and failed.took[-1] != takes:
        gets = failed.took[-1]
        return (
            f"It stops at {name}: it takes {counted(takes, 'number')} a row and gets {gets}. "
            f"Linear({gets}, {failed.weight[0]}) would fit."
        )
    return f"It stops at {name}" + (f": {_message(error)}" if error is not None else ".")


def _message(error: ErrorFacts) -> str:
    first = error.message.strip().partition("\n")[0][:MAX_CHARACTERS]
    return printable(first or error.type_name)


def _trouble_words(model: ModelDescription, _error: ErrorFacts | None) -> str:
    for find in (_not_finite, _stuck, _dead, _vanishing, _saturated, _uncalled, _updates):
        if words := find(model):
            return words
    return ""


def _not_finite(model: ModelDescription) -> str:
    for layer in model.layers:
        if layer.activations is not None and layer.activations.not_finite:
            return f"{clean_name(layer.name)} is the first layer that gives nan or infinity."
    return ""


def _stuck(model: ModelDescription) -> str:
    updates = [layer.update for layer in model.layers if layer.update is not None]
    if not any(updates):
        return ""
    for layer in model.layers:
        if layer.update == 0 and layer.gradient and layer.frozen_numbers < layer.numbers:
            return (
                f"{clean_name(layer.name)} has a gradient and does not move: "
                "its parameters are not in the optimizer."
            )
    return ""


def _dead(model: ModelDescription) -> str:
    for layer in model.layers:
        numbers = layer.activations
        if numbers is not None and (numbers.dead or 0) >= MUCH_DEAD:
            share = share_text(numbers.dead or 0)
            gave = layer.gave or ()
            rows = f"all {gave[0]:,} rows" if len(gave) > 1 else "every row"
            return (
                f"{clean_name(layer.name)}: {share} of its units give 0 for {rows} asked here. "
                "For these they are dead: no gradient passes through them."
            )
    return ""


def _vanishing(model: ModelDescription) -> str:
    known = [layer for layer in model.layers if layer.gradient and isfinite(layer.gradient)]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    share = (first.gradient or 0.0) / (last.gradient or 1.0)
    if share >= LITTLE_GRADIENT:
        return ""
    return (
        f"The gradient of {clean_name(first.name)} is {brief(share)} of that of "
        f"{clean_name(last.name)}: the first layers hardly learn."
    )


def _saturated(model: ModelDescription) -> str:
    for layer in model.layers[:-1]:
        numbers = layer.activations
        if numbers is not None and (numbers.saturated or 0) >= MUCH_SATURATED:
            share = share_text(numbers.saturated or 0)
            return (
                f"{clean_name(layer.name)}: {share} of its numbers lie at its limits, "
                "where its slope is nearly 0."
            )
    return ""


def _uncalled(model: ModelDescription) -> str:
    left = [layer for layer in model.layers if not layer.calls]
    if not model.called or not left:
        return ""
    return f"{clean_name(left[0].name)} was not called: nothing passes through it."


def _updates(model: ModelDescription) -> str:
    known = [layer for layer in model.layers if layer.update]
    if not known:
        return ""
    most = max(known, key=lambda layer: layer.update or 0.0)
    update = most.update or 0.0
    if update > LARGE_UPDATE:
        return (
            f"One step moves {clean_name(most.name)} by {percent(update)} of its length. "
            "That is much: the learning rate may be too large."
        )
    if update < SMALL_UPDATE:
        return (
            f"One step moves no layer by more than {percent(update)} of its length. "
            "The learning rate may be too small."
        )
    return f"One step moves {clean_name(most.name)} the most: by {percent(update)} of its length."


def _flow_words(model: ModelDescription, _error: ErrorFacts | None) -> str:
    called = [layer for layer in model.layers if layer.calls]
    if not called or called[0].took is None or called[-1].gave is None:
        return ""
    took, gave = shape_text(called[0].took), shape_text(called[-1].gave)
    return f"{took} goes in, {gave} comes out; each row tells what a layer makes of it."


def lines_words(rows: Sequence[LayerRow]) -> str:
    if rows and rows[-1].kind == "failed":
        return f"The shapes that the lines bound, up to {rows[-1].name}, which raised an error."
    return "The program has no model. These are the shapes that its lines bound."


def no_models_words(state: State) -> str:
    if state.activity is not None:
        return BUSY
    if state.ending is not None or (state.latest == "verdict" and state.verdict is not None):
        return NONE
    return EMPTY
