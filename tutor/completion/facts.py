"""What is told of the last run, as far as it helps to write: the names it left, with their shapes.

Of tensors, layers and numbers alone: what the worker sends of a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from tutor.completion.library import ARRAY, PYTHON, TENSOR
from tutor.completion.referents import RunName
from tutor.wire.events import InventoryEntry
from tutor.wire.values import ArrayValue, ModuleValue, TensorValue


def run_names(entries: Iterable[InventoryEntry]) -> dict[str, RunName]:
    """Return what an inventory tells of each name, by the code for it."""
    return {entry.name: _told(entry) for entry in entries}


def _told(entry: InventoryEntry) -> RunName:
    value = entry.value
    match value:
        case TensorValue() | ArrayValue():
            path = TENSOR if isinstance(value, TensorValue) else ARRAY
            return RunName(
                path,
                f"{value.shape} {value.dtype}",
                has_gradient=entry.gradient_norm is not None,
                elements=prod(value.shape),
            )
        case ModuleValue():
            return RunName(f"torch.nn.{value.type_name}", value.type_name, is_module=True)
    shown = str(getattr(value, "value", ""))
    return RunName(f"{PYTHON}.{type(getattr(value, 'value', None)).__name__}", shown)
