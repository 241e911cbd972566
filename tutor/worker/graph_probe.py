"""Describes the graph of the last loss for the view Graph, from the loss back to the leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from torch import Tensor

from tutor.wire.events import FromLearner
from tutor.wire.graphs import MAX_NAMES, MAX_ROWS, GraphDescribed, GraphRow
from tutor.worker.guard import clean
from tutor.worker.naming import named_parameters, names_of, own_names
from tutor.worker.parameter_history import KeyFrame
from tutor.worker.torch_private import is_module, is_tensor, without_overrides
from tutor.worker.view_probes import ProgramNow

MAX_NODES = 2_000
"""Maximum number of operations that are visited."""
_MAX_NAME = 120
_LOSS = "loss"

Node = Any  # torch.autograd.graph.Node, which has no attribute `variable`


class GraphProbe:
    """The probe of one run that describes graphs."""

    def look(self, program: ProgramNow) -> None:
        """Do nothing: the graph is that of the present moment."""

    def take(self, program: ProgramNow) -> Iterable[FromLearner]:
        variables = {name: each for scope in program.scopes() for name, each in scope.items()}
        with without_overrides():
            found = _last_loss(variables)
            if found is not None:
                yield described(*found, variables)

    def keep(self, frames: Sequence[KeyFrame]) -> None:
        """Do nothing: no graph of an earlier step is kept."""

    def close(self, program: ProgramNow) -> Iterable[FromLearner]:
        return self.take(program)


def _last_loss(variables: Mapping[str, object]) -> tuple[str, Tensor] | None:
    """Return `loss`, or else the last name of one number that was computed from parameters."""
    found = [
        (name, obj)
        for name, obj in own_names(variables)
        if is_tensor(obj) and obj.grad_fn is not None and obj.numel() == 1
    ]
    named = [pair for pair in found if pair[0] == _LOSS] or found[-1:]
    return named[0] if named else None


def described(name: str, loss: Tensor, variables: Mapping[str, object]) -> GraphDescribed:
    order = _visited(loss.grad_fn)
    rows = _rows(loss.grad_fn, _heights(order), variables)
    reached = {*map(id, map(_leaf, order))}
    unreached = (path for path, tensor in _parameters(variables) if id(tensor) not in reached)
    return GraphDescribed(
        clean(name, _MAX_NAME),
        float(loss.item()),
        tuple(rows[:MAX_ROWS]),
        is_cut=len(rows) > MAX_ROWS or len(order) >= MAX_NODES,
        unreached=tuple(clean(path, _MAX_NAME) for path in islice(unreached, MAX_NAMES)),
    )


def _before(node: Node) -> list[Node]:
    return [each for each, _ in node.next_functions if each is not None]


def _leaf(node: Node) -> Tensor | None:
    """Return the leaf whose gradient the node adds to; None for an operation.

    The node of an operation of the program's own may have any attribute.
    """
    return node.variable if type(node).__name__ == "AccumulateGrad" else None


def _visited(root: Node) -> list[Node]:
    """Return the operations, each after all that it was computed from."""
    order: list[Node] = []
    seen = {root}
    waiting = [(root, iter(_before(root)))]
    while waiting:
        node, following = waiting[-1]
        new = next((each for each in following if each not in seen), None)
        if new is None or len(seen) >= MAX_NODES:
            order.append(node)
            waiting.pop()
        else:
            seen.add(new)
            waiting.append((new, iter(_before(new))))
    return order


def _heights(order: Iterable[Node]) -> dict[Node, int]:
    """Return the number of operations on the longest way from each to a leaf."""
    heights: dict[Node, int] = {}
    for node in order:
        heights[node] = 1 + max((heights.get(each, 0) for each in _before(node)), default=0)
    return heights


def _rows(
    root: Node, heights: Mapping[Node, int], variables: Mapping[str, object]
) -> list[GraphRow]:
    """Return the rows from the loss on; the longest way stays at its depth, others are deeper."""
    rows: list[GraphRow] = []
    shown: set[Node] = set()
    waiting = [(root, 0)]
    while waiting and len(rows) <= MAX_ROWS:
        node, depth = waiting.pop()
        rows.append(_row(node, depth, variables, is_repeated=node in shown))
        if node in shown:
            continue
        shown.add(node)
        before = _before(node)
        longest = max(before, key=lambda each: heights.get(each, 0), default=None)
        if longest is not None:
            waiting.append((longest, depth))
            before.remove(longest)
        waiting += [(each, depth + 1) for each in reversed(before)]
    return rows


def _row(node: Node, depth: int, variables: Mapping[str, object], *, is_repeated: bool) -> GraphRow:
    leaf = _leaf(node)
    if leaf is None:
        operation = str(node.name()).rpartition("::")[2].partition("Backward")[0]
        return GraphRow(depth, clean(operation, _MAX_NAME), is_repeated=is_repeated)
    found = list(names_of(leaf, variables)) or ["a tensor without a name"]
    name = next((each for each in found if not each.isidentifier()), found[0])  # not a loop's
    gradient = leaf.grad
    number = None
    if gradient is not None and gradient.numel():
        number = float(gradient.item() if gradient.numel() == 1 else gradient.abs().max().item())
    shape = tuple(leaf.shape)[:8]
    return GraphRow(depth, clean(name, _MAX_NAME), shape, number, is_repeated=is_repeated)


def _parameters(variables: Mapping[str, object]) -> Iterable[tuple[str, Tensor]]:
    """Yield all leaves of the program that require a gradient, each once."""
    seen: set[int] = set()
    for name, obj in own_names(variables):
        pairs = [(name, obj)] if is_tensor(obj) else []
        if is_module(obj):
            pairs = [*named_parameters(name, obj)]
        for path, tensor in pairs:
            if tensor.requires_grad and tensor.is_leaf and id(tensor) not in seen:
                seen.add(id(tensor))
                yield path, tensor
