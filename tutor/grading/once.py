"""Work out once what follows from a step and its author's programs, and keep it for later answers.

Only for frozen values that outlive an answer, and never for what a learner's program gave: all
arguments are kept. They are told apart by identity, since to compare or hash a whole step would
cost as much as what is spared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_MOST = 1_024
"""Results that are kept of one function."""


def once_for_each(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Return the function with its results kept for the last `_MOST` arguments that were new.

    The arguments are kept as well, so that no other object can have the identity of one of them.
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
