"""A sentence about what to look at in the models of a run, or why there is nothing to see.

For the model pane. The most telling thing is said first, and only that: an error, what is not a
number, what does not learn, and otherwise what goes in and out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    models = trained_first(described)
    for find in (_failures, _troubles, _flow):
        for model in models:
            if words := next(find(model, error), ""):
                return words
    if models and not any(model.called for model in models):
        return "The program has not called this model. Its layers are listed as they were made."
    return ""


def has_trouble(described: ModelsDescribed) -> bool:
    """Return True if layers of the trained model fail to learn: only this view shows why."""
    return any(
        next(find(model), "")
        for model in trained_first(described)[:1]
        for find in (_failing_layers, _slow_layers)
    )


def source_words(described: ModelsDescribed, *, is_over: bool) -> str:
    """Name the step of the numbers if the run went on after it."""
    if not is_over or not 0 < described.step < described.total:
        return ""
    heard = f"Last update: step {described.step:,} of {described.total:,}."
    if has_trouble(described):
        return heard
    return f"{heard} With this pane open, a run sends more updates."


def _failures(model: ModelDescription, error: ErrorFacts | None) -> Iterator[str]:
    if not model.failed:
        return
    message = "."
    if error is not None:
        first = error.message.strip().partition("\n")[0][:MAX_CHARACTERS]
        message = f": {printable(first or error.type_name)}"
    failed = next((layer for layer in model.layers if layer.failed), None)
    if failed is None:
        yield f"The call of {model.name or 'the model'} ended with an error{message}"
        return
    name = f"{clean_name(failed.name)}, {layer_words(failed)}"
    takes = failed.weight[1] if failed.type_name == "Linear" and len(failed.weight) == 2 else None
    if takes is not None and failed.took and failed.took[-1] != takes:
        gets = failed.took[-1]
        yield (
            f"It stops at {name}: it takes {counted(takes, 'number')} a row and gets {gets}. "
            f"Linear({gets}, {failed.weight[0]}) would fit."
        )
    yield f"It stops at {name}{message}"


def _troubles(model: ModelDescription, _error: ErrorFacts | None) -> Iterator[str]:
    yield from _failing_layers(model)
    yield from _slow_layers(model)
    left = [layer for layer in model.layers if not layer.calls]
    if model.called and left:
        yield f"{clean_name(left[0].name)} was not called: nothing passes through it."
    known = [(layer.update, layer.name) for layer in model.layers if layer.update]
    if known:
        update, name = max(known, key=lambda each: each[0])
        advice = ""
        if update > LARGE_UPDATE:
            advice = " That is large: the learning rate may be too large."
        elif update < SMALL_UPDATE:
            advice = " That is small: the learning rate may be too small."
        yield f"Largest relative update: {clean_name(name)}, {percent(update)} per step.{advice}"


def _failing_layers(model: ModelDescription) -> Iterator[str]:
    for layer in model.layers:
        if layer.activations is not None and layer.activations.not_finite:
            yield f"{clean_name(layer.name)} is the first layer that gives nan or infinity."
    moves = any(layer.update for layer in model.layers)
    for layer in model.layers:
        learns = layer.gradient and layer.frozen_numbers < layer.numbers
        if moves and layer.update == 0 and learns:
            yield (
                f"{clean_name(layer.name)} has a gradient and does not move: "
                "its parameters are not in the optimizer."
            )
    for layer in model.layers:
        dead = layer.activations.dead or 0 if layer.activations is not None else 0
        if dead >= MUCH_DEAD:
            gave = layer.gave or ()
            rows = f"all {gave[0]:,} rows" if len(gave) > 1 else "every row"
            yield (
                f"{clean_name(layer.name)}: {share_text(dead)} of its units give 0 for {rows} "
                "asked here. For these they are dead: no gradient passes through them."
            )


def _slow_layers(model: ModelDescription) -> Iterator[str]:
    known = [layer for layer in model.layers if layer.gradient and isfinite(layer.gradient)]
    if len(known) > 1:
        first, last = known[0], known[-1]
        share = (first.gradient or 0.0) / (last.gradient or 1.0)
        if share < LITTLE_GRADIENT:
            yield (
                f"The gradient of {clean_name(first.name)} is {brief(share)} of that of "
                f"{clean_name(last.name)}: the first layers hardly learn."
            )
    for layer in model.layers[:-1]:
        saturated = layer.activations.saturated or 0 if layer.activations is not None else 0
        if saturated >= MUCH_SATURATED:
            yield (
                f"{clean_name(layer.name)}: {share_text(saturated)} of its numbers lie at its "
                "limits, where its slope is nearly 0."
            )


def _flow(model: ModelDescription, _error: ErrorFacts | None) -> Iterator[str]:
    called = [layer for layer in model.layers if layer.calls]
    if called and called[0].took is not None and called[-1].gave is not None:
        took, gave = shape_text(called[0].took), shape_text(called[-1].gave)
        yield f"{took} goes in, {gave} comes out; each row shows what a layer makes of it."


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
