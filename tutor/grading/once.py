"""Compute results that depend only on a step and its author's programs once, and cache them.

Only for frozen values that outlive an answer, and never for results of a learner's program: all
arguments stay in memory. They are compared by identity, since comparing or hashing a whole step
would cost as much as is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_MOST = 1_024
"""Maximum results cached for one function."""


def once_for_each(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Cache the function's results for the last `_MOST` arguments.

    The arguments are kept as well, so that no other object can get the identity of one of them.
    """
    kept: dict[tuple[int, ...], tuple[object, Result]] = {}

    @wraps(function)
    def kept_or_worked_out(*arguments: Arguments.args, **named: Arguments.kwargs) -> Result:
        key = tuple(map(id, (*arguments, *named.values())))
        known = kept.get(key)
        if known is None:
            known = (arguments, named), function(*arguments, **named)
            if len(kept) >= _MOST:
                del kept[next(iter(kept))]
            kept[key] = known
        return known[1]

    return kept_or_worked_out
