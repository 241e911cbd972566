"""Names that the last run left, with their shapes, for completions.

Only tensors, layers and numbers: the worker sends no other values of a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from tutor.completion.library import ARRAY, PYTHON, TENSOR
from tutor.completion.referents import RunName
from tutor.wire.events import InventoryEntry
from tutor.wire.values import ArrayValue, ModuleValue, TensorValue


def run_names(entries: Iterable[InventoryEntry]) -> dict[str, RunName]:
    """Return the class and shape of each value in an inventory, by its code."""
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
