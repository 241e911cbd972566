"""The tensors that a program trains, and its optimizers, each with a curve of losses of its own.

An optimizer that is made anew for the same parameters continues the curve of the one before.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from tutor.worker.guard import type_name
from tutor.worker.shown_losses import MAX_OPTIMIZERS
from tutor.worker.step_log import parameters_of
from tutor.worker.tensor_numbers import size_in_bytes
from tutor.worker.torch_private import Outputs, graph_leaves
from tutor.worker.trace import Tensors
from tutor.worker.trained_names import ScopedName, scoped_names_of

MAX_LEAF_BYTES = 16 * 1024 * 1024
"""Maximum bytes of all parameters, if they are copied at each backward pass."""
_ALTERNATING = 16
"""Steps of others after which a new optimizer is not one that takes turns with them."""
_GRAPH_NODES = 2_000
"""Maximum number of nodes of a graph that are searched for leaves."""


class OptimizerKind(NamedTuple):
    """An optimizer's class and parameters, by which it is recognised."""

    type_name: str
    parameters: int
    first: Callable[[], Tensor | None]
    """Returns its first parameter, None once that is gone."""


class Trained:
    """The optimizers and trained tensors of one part of a program."""

    def __init__(self) -> None:
        self.optimizers: list[torch.optim.Optimizer] = []
        """The optimizers that have stepped, at most `MAX_OPTIMIZERS`."""
        self.kinds: list[OptimizerKind] = []
        """The kind of optimizer of each curve."""
        self.names: dict[int, ScopedName] = {}
        """The program's names of the tensors; looked up only if there is a listener."""
        self.leaves_of = 0
        """The number of the backward, from 1, at which the leaves were looked up last."""
        self.are_leaves_renewed = False
        """True if each backward pass has new leaves: an update by hand replaces the tensors."""
        self._indices: dict[int, int] = {}
        """The curve of each optimizer, by its `id`."""
        self._left_out: set[int] = set()
        """The `id` of each optimizer beyond the limit, since a look-up of names takes 0.1 ms."""
        self._parameters: dict[int, Tensor] = {}
        self._leaves: Tensors = ()

    def index_of(self, optimizer: torch.optim.Optimizer, steps: int, *, is_named: bool) -> int:
        """Return the index of the optimizer's curve; all after `MAX_OPTIMIZERS` share one.

        With `is_named` the names of its parameters are looked up when it is new. The parameters of
        one that is new after many `steps` come first: what was trained before is of less interest.
        """
        index = self._indices.get(id(optimizer))
        if index is not None:
            return index
        parameters = parameters_of(optimizer)
        first = weakref.ref(parameters[0]) if parameters else _nothing
        kind = OptimizerKind(type_name(optimizer), len(parameters), first)
        index = 0
        for known in self.kinds:
            if known[:2] == kind[:2] and known.first() is first():
                break
            index += 1
        if index == len(self.kinds) < MAX_OPTIMIZERS:
            self.kinds.append(kind)
        if is_named and id(optimizer) not in self._left_out:
            self._name(parameters)
        if len(self.optimizers) >= MAX_OPTIMIZERS:
            self._left_out.add(id(optimizer))
        else:
            self.optimizers.append(optimizer)
            self._indices[id(optimizer)] = index
            own, others = {id(each): each for each in parameters}, self._parameters
            is_later = steps > _ALTERNATING
            self._parameters = own | others if is_later else others | own
        return index

    def _name(self, parameters: Tensors) -> None:
        """Look up the names of these, and drop the tensors that had the names before.

        A function that is called for each learning rate makes a new network each time.
        """
        new = tuple(each for each in parameters if id(each) not in self._parameters)
        names = scoped_names_of(new) if new else {}
        taken = {*names.values()}
        for tensor in [each for each, name in self.names.items() if name in taken]:
            if tensor not in names:
                del self.names[tensor]
                self._parameters.pop(tensor, None)
        self.names |= names
        if taken:
            self.optimizers = [
                each
                for each in self.optimizers
                if any(id(parameter) in self._parameters for parameter in parameters_of(each))
            ]
            self._indices = {id(each): self._indices[id(each)] for each in self.optimizers}

    def tensors(self) -> Tensors:
        return tuple(self._parameters.values()) if self.optimizers else self._leaves

    def look_up_leaves(self, outputs: Outputs, backward: int) -> None:
        """Find the leaves of the backward of that number, which has just ended.

        They come in the order in which the program has them; none if they are too large to be
        copied.
        """
        leaves = leaves_of(outputs)
        self.leaves_of = backward
        if leaves and {*map(id, leaves)} != {*map(id, self._leaves)}:
            self.are_leaves_renewed = bool(self._leaves)
            self.names = dict(scoped_names_of(leaves))
            by_id = {id(leaf): leaf for leaf in leaves}
            found = [by_id.pop(number) for number in self.names]
            self._leaves = (*found, *by_id.values())


def _nothing() -> None:
    return None


def leaves_of(outputs: Outputs) -> Tensors:
    """Return the leaves below these outputs; none if they are too large to be copied."""
    leaves = tuple(graph_leaves(outputs, _GRAPH_NODES))
    return leaves if size_in_bytes(leaves) <= MAX_LEAF_BYTES else ()
