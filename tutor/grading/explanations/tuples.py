"""Explain errors about several results for one tensor, and NumPy's functions on tensors."""

from __future__ import annotations

import re

from tutor.grading.explanations.rows import ExplanationRow, Match, tensors
from tutor.wire.events import ErrorFacts

_WITH_PLACES = {
    "cummax": "",
    "cummin": "",
    "kthvalue": "",
    "max": "argmax",
    "median": "",
    "min": "argmin",
    "mode": "",
    "sort": "argsort",
    "topk": "",
}
"""Functions that give values and their indices, and the one that gives the indices alone."""


def _several(match: Match, error: ErrorFacts) -> str:
    name = match.group(1)
    if name not in _WITH_PLACES:
        full = name.replace("linalg_", "linalg.")
        return (
            f"`torch.{full}` returns several tensors, but one is needed here. Choose one, as in "
            "`result[0]`, or give each its own name on the left of `=`."
        )
    with_dim = " with a `dim`" if name in ("max", "min", "median") else ""
    alone = _WITH_PLACES[name]
    more = f" For the indices alone, use `torch.{alone}(…)`." if alone else ""
    return (
        f"`torch.{name}`{with_dim} returns two tensors: the values and their indices. Choose the "
        f"one you need: put `.values` or `.indices` after it.{more}"
    )


_IN_NUMPY = r"numpy\b"

_AXIS = re.compile(r"\baxis\s*=\s*(-?\d+)")


def _reduction(match: Match, error: ErrorFacts) -> str:
    """Return the advice to use the tensor's own method.

    NumPy calls that method with arguments of its own, which nobody wrote.
    """
    called = match.group(1)
    operand = next((t.name for t in tensors(error) if t.name.isidentifier()), "")
    axis = _AXIS.search(error.source_line)
    # With a `dim`, `max` and `min` give a pair; `amax` and `amin` give the values alone.
    name = f"a{called}" if axis and called in ("max", "min") else called
    dim = f"dim={axis.group(1)}" if axis else ""
    return (
        f"`np.{called}` is for NumPy arrays, and {f'`{operand}`' if operand else 'this'} is a "
        f"tensor. Use the tensor's own: `{operand or 't'}.{name}({dim})`."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(r"torch\.return_types\.(\w+)", "pair-not-tensor", _several),
    ExplanationRow(
        r"can only concatenate tuple \(not \"([\w.]+)\"\) to tuple",
        "pair-not-tensor",
        "The left side of `+` is a tuple: several values in one. `torch.max(x, dim=1)` returns a "
        "tuple of values and indices: choose `.values` or `.indices`. A comma at the end of a "
        "line also makes a tuple.",
    ),
    ExplanationRow(
        r"(\w+)\(\) got an unexpected keyword argument '(?:axis|keepdims|dtype|out|ddof)'",
        "numpy-on-tensor",
        _reduction,
        inside=_IN_NUMPY,
    ),
    ExplanationRow(
        r"(\w+)\(\) received an invalid combination of arguments",
        "numpy-on-tensor",
        _reduction,
        inside=_IN_NUMPY,
    ),
    ExplanationRow(
        r"(\w+)\(\): argument '(?:dim|axis)' must be int, not NoneType",
        "numpy-on-tensor",
        _reduction,
        inside=_IN_NUMPY,
    ),
    ExplanationRow(
        r"invalid index of a 0-dim tensor",
        "not-indexable",
        "This tensor is a single number and has no entries, so `[0]` has nothing to take. "
        "Older programs write `loss.data[0]`: today it is `loss.item()`.",
    ),
)
