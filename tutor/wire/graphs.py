"""The data of the view Graph: the operations that `backward` walks through, from a loss back."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

MAX_ROWS = 100
MAX_NAMES = 20
"""Maximum number of parameters that are named as out of reach."""

GraphName = Annotated[str, Meta(max_length=120)]


class GraphRow(Struct, frozen=True, array_like=True):
    """An operation, or a leaf at the end of the record."""

    depth: int
    """Number of branches that lead to it from the way along most operations."""
    name: GraphName
    shape: Annotated[tuple[int, ...], Meta(max_length=8)] | None = None
    """Shape of a leaf; None for an operation."""
    gradient: float | None = None
    """The leaf's gradient: of one number its value, else the largest without its sign. None before
    any `backward`."""
    is_repeated: bool = False
    """True if an earlier row has it, too, with all that follows it."""


class GraphDescribed(Struct, frozen=True, tag="graph"):
    """The graph of the loss that the program has computed last."""

    name: GraphName
    """The variable that holds the loss."""
    loss: float
    rows: Annotated[tuple[GraphRow, ...], Meta(max_length=MAX_ROWS)]
    is_cut: bool = False
    """True if there are more rows than these."""
    unreached: Annotated[tuple[GraphName, ...], Meta(max_length=MAX_NAMES)] = ()
    """Parameters of the program that the record does not lead to."""
