"""What a program did while it trained, as expressions of a lesson see it: `trace`.

`trace` is about the learner's part; `trace.given` about the givens'. Tensors in it are copies
without a history.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

Tensors: TypeAlias = tuple[Tensor, ...]


@dataclass(frozen=True)
class StepRecord:
    """One optimizer step. The three tuples have one entry for each parameter, in its order.

    They are filled for the first 200 steps, of large models for fewer.
    """

    optimizer: str
    """Class name."""
    lr: float
    """Of the first group."""
    parameters: Tensors
    """The parameters themselves, for their identity."""
    before: Tensors = ()
    gradient: tuple[Tensor | None, ...] = ()
    """Read after the step, so that a closure's counts; None where there is none."""
    after: Tensors = ()


@dataclass(frozen=True)
class Trace:
    """What one part of a program did."""

    backwards: int = 0
    """Passes of backward() and autograd.grad()."""
    steps: int = 0
    """Optimizer steps."""
    zero_grads: int = 0
    events: tuple[str, ...] = ()
    """"backward", "grad", "step", "zero_grad" in order, up to 10,000 of them."""
    losses: tuple[float, ...] = ()
    """The scalar of the last backward before each optimizer step; without steps, of each backward.
    After 200,000 only every hundredth."""
    step_log: tuple[StepRecord, ...] = ()
    """Of the first 1,000 steps."""
    warnings: str = ""
    """One a line: "Category: message"."""
    printed: str = ""
    """The beginning of what went to stdout, up to 64 KiB."""
    assigned: tuple[str, ...] = ()
    """Names bound at the top level."""
    error: str = ""
    """"Class: message" of what ended it, else empty."""
    given: Trace | None = None
