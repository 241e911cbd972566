"""Finds the cause of a nan or infinite loss just before its backward pass.

The search happens once in a run, among the program's tensors and the operations of the loss's
graph. Only certain causes are reported.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.wire.events import BreakReason, LossBroken
from tutor.worker.guard import clean
from tutor.worker.source_names import line_binding
from tutor.worker.stack import learner_line
from tutor.worker.torch_private import failed_operation, is_tensor, without_overrides
from tutor.worker.trained_names import ScopedNames, named_tensors, running_variables

MAX_LOOKED_BACK = 50
"""Number of earlier losses that are compared."""
GROWTH = 10.0
"""Ratio of the last loss to the smallest one above which the learning rate counts as too large."""
_MAX_NAME = 100
_MAX_TENSORS = 300
_MAX_ELEMENTS = 5_000_000
_GRAPH_NODES = 2_000


class Before(NamedTuple):
    """The training before the step that is in progress."""

    step: int
    """The step, counted from 1."""
    losses: Sequence[float]
    trained: Sequence[Tensor]
    names: ScopedNames
    """The program's names of the trained tensors."""
    rate: float
    """The learning rate; 0 if it is not known."""


class _Bad(NamedTuple):
    name: str
    tensor: Tensor
    line: int | None


def broken_loss(output: Tensor, loss: float, before: Before) -> LossBroken:
    """Return the known facts about a nan or infinite loss, and its origin."""
    line = learner_line(sys._getframe(1))
    with torch.no_grad(), without_overrides():
        bad = sorted(_bad_tensors(line), key=lambda each: each.line or 0)
        trained = [each for each in before.trained if _is_bad(each)]
        operation = failed_operation(output, _GRAPH_NODES)
        first, reason = _first(bad, trained, operation, before, loss)
    name, name_line = (first.name, first.line) if first is not None else ("", None)
    return LossBroken(
        before.step, loss, line, clean(name, _MAX_NAME), name_line, reason, before.rate
    )


def _first(
    bad: Sequence[_Bad],
    trained: Sequence[Tensor],
    operation: tuple[str, Tensor | None] | None,
    before: Before,
    loss: float,
) -> tuple[_Bad | None, BreakReason]:
    """Return the tensor that was broken first, and the reason."""
    weights = {*map(id, trained)}
    grows = _grows(before.losses)
    if trained:
        names = [before.names[number].path for number in weights if number in before.names]
        named = next((each for each in bad if id(each.tensor) in weights), None)
        found = named or (_Bad(names[0], trained[0], None) if names else None)
        return found, "rate" if grows else "weights"
    computed = next((each for each in bad if each.tensor.grad_fn is not None), None)
    if operation is not None and (reason := _reason(*operation)):
        return computed, reason
    plain = (each for each in bad if not each.tensor.requires_grad)
    data = next((each for each in plain if bool(each.tensor.isnan().any())), None)
    if data is not None:
        return data, "data"
    return computed, "rate" if grows and math.isinf(loss) else ""


def _grows(losses: Sequence[float]) -> bool:
    """Return True if the last loss is the largest, over `GROWTH` times the smallest."""
    finite = [loss for loss in losses if math.isfinite(loss)]
    if len(finite) < 2:
        return False
    low = min(map(abs, finite))
    return finite[-1] == max(finite) and finite[-1] > GROWTH * low


def _reason(operation: str, saved: Tensor | None) -> BreakReason:
    if operation in ("Log", "Log2", "Log10") and saved is not None:
        return "log of a negative number" if bool((saved < 0).any()) else "log of 0"
    if operation in ("Div", "Reciprocal"):
        return "division by 0"
    if operation == "Exp":
        return "overflow of exp"
    return "root of a negative number" if operation == "Sqrt" else ""


def _bad_tensors(line: int | None) -> Iterator[_Bad]:
    seen: set[int] = set()
    for variables in reversed(running_variables(sys._getframe(2))):
        for name, tensor in named_tensors(variables):
            if id(tensor) in seen or len(seen) >= _MAX_TENSORS:
                continue
            seen.add(id(tensor))
            if _is_bad(tensor):
                yield _Bad(name, tensor, line_binding(name, line))


def _is_bad(tensor: object) -> bool:
    if not is_tensor(tensor) or tensor.layout is not torch.strided:
        return False
    if not tensor.dtype.is_floating_point or tensor.numel() > _MAX_ELEMENTS or tensor.is_meta:
        return False
    return not bool(tensor.isfinite().all())
