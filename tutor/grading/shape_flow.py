"""Show the shapes on their way through a model up to the layer that failed, as evidence."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.grading.show import show_shape
from tutor.grading.wording import counted
from tutor.wire.events import LayerShapes

MAX_LAYERS_BEFORE = 4
"""Layers shown before the one that failed."""


def shape_flow(layers: Sequence[LayerShapes]) -> tuple[str, ...]:
    """Return one line a layer, in columns; none if no layer failed.

    For example: `model[0] Linear(16, 8) (1, 16) → (1, 8)`.
    """
    if not layers or not layers[-1].failed:
        return ()
    shown = layers[-MAX_LAYERS_BEFORE - 1 :]
    names = max(len(layer.name) for layer in shown)
    kinds = max(len(_describe_layer(layer)) for layer in shown)
    left_out = len(layers) - len(shown)
    first = (f"({counted(left_out, 'layer')} before)",) if left_out else ()
    rows = (
        f"{layer.name:{names}}  {_describe_layer(layer):{kinds}}  {_describe_flow(layer)}"
        for layer in shown
    )
    return (*first, *(row.rstrip() for row in rows))


def _describe_layer(layer: LayerShapes) -> str:
    takes = _width(layer)
    return f"Linear({takes}, {layer.weight[0]})" if takes is not None else layer.type_name


def _width(layer: LayerShapes) -> int | None:
    """Return the numbers that a row must have for the layer; None if unknown."""
    return layer.weight[1] if layer.type_name == "Linear" and len(layer.weight) == 2 else None


def _describe_flow(layer: LayerShapes) -> str:
    took = show_shape(layer.took) if layer.took is not None else "?"
    if not layer.failed:
        return f"{took} → {show_shape(layer.gave) if layer.gave is not None else '?'}"
    takes = _width(layer)
    if takes is None or layer.took is None or layer.took[-1:] == (takes,):
        return f"{took} fails here"
    return f"{took} does not fit: it takes {counted(takes, 'number')}"
