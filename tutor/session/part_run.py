"""Which lines of the learner's program a run is of, where it is not of all of them."""

from __future__ import annotations

from msgspec import Struct


class PartRun(Struct, frozen=True):
    """Some lines of a program that run alone, each under the number that it has in the whole."""

    whole: str
    """The learner's whole text, of which the others do not run."""
    first: int
    """The first line of those that run, from 1."""
    last: int
