"""The record of a program's training that the expressions of a lesson see as `trace`.

`trace` is about the learner's part, `trace.given` about the givens. Except in `parameters`, the
tensors in it are detached copies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from torch import Tensor

Tensors: TypeAlias = tuple[Tensor, ...]


@dataclass(frozen=True)
class StepRecord:
    """One optimizer step.

    `before`, `gradient` and `after` have one entry for each entry of `parameters`. All four are
    filled for the first 200 steps, or fewer if the model is large, and are empty for later steps.
    """

    optimizer: str
    """The class name of the optimizer, such as "Adam"."""
    lr: float
    """The learning rate of the first parameter group; nan if it has none."""
    parameters: Tensors
    """The parameters themselves, not copies, so that one can be found by its identity."""
    before: Tensors = ()
    """The values before the step."""
    gradient: tuple[Tensor | None, ...] = ()
    """The gradients after the step, so that those computed by a closure count; None for a parameter
    without one."""
    after: Tensors = ()
    """The values after the step."""
    index: int = 0
    """The optimizer's place in `Trace.optimizers`."""


@dataclass(frozen=True)
class OptimizerTrace:
    """The losses and steps of one optimizer.

    A new optimizer for the same parameters continues the record of the one before.
    """

    optimizer: str
    """The class name of the optimizer, such as "Adam"."""
    losses: tuple[float, ...] = ()
    """The loss that belongs to each of its steps."""
    step_log: tuple[StepRecord, ...] = ()
    """Its steps among the first 1,000 of all."""


@dataclass(frozen=True)
class Trace:
    """The record of one part of a program: the learner's, or the givens."""

    backwards: int = 0
    """The number of backward passes, by backward() and by autograd.grad()."""
    steps: int = 0
    """The number of optimizer steps."""
    zero_grads: int = 0
    """The number of calls of zero_grad(), of optimizers and of modules."""
    events: tuple[str, ...] = ()
    """The first 10,000 events in order, each "backward", "grad", "step" or "zero_grad"."""
    losses: tuple[float, ...] = ()
    """The scalar of the last backward before each optimizer step, or if no optimizer stepped, of
    each backward. Where two backward passes come before the steps of two optimizers, each step has
    the one that reaches its parameters. After the first 200,000 the smallest and the largest of
    each hundred are kept, and the last."""
    step_log: tuple[StepRecord, ...] = ()
    """The first 1,000 optimizer steps."""
    optimizers: tuple[OptimizerTrace, ...] = ()
    """The first 8 optimizers that stepped, in that order, each with its own losses and steps."""
    warnings: str = ""
    """The Python warnings, one a line, as "Category: message"."""
    printed: str = ""
    """The first 64 KiB of what was written to stdout."""
    assigned: tuple[str, ...] = ()
    """The names that the part bound at the top level."""
    error: str = ""
    """The exception that ended the program, as "Class: message"; empty if none did."""
    given: Trace | None = None
    """The record of the givens; None in `trace.given` itself."""
