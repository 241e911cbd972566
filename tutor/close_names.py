"""Known names that are close to a missing one, since it may be misspelt.

Worker and app share this module, so that a name in a run and the same name in the text of a program
get the same suggestions. It knows no other part of the tutor.
"""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Iterable
from functools import lru_cache

MAX_NAMES = 3
MAX_NAME = 100
"""Maximum characters of a name for which suggestions are searched."""
CUTOFF = 0.65
"""Minimum similarity of a suggested name of the program, as `difflib` measures it."""
CUTOFF_OF_OTHERS = 0.75
"""Minimum similarity of other names: `hex` is no help for `exp`."""
_BUILTINS = tuple(name for name in vars(builtins) if not name.startswith("_"))


def close_to_name(name: str, own: Iterable[str]) -> tuple[str, ...]:
    """Return the program's `own` names, and then the builtins, that are close to a name.

    The closest come first.
    """
    some = close_names(name, own)
    others = close_names(name, _BUILTINS, CUTOFF_OF_OTHERS)
    return tuple(dict.fromkeys(some + others))[:MAX_NAMES]


def close_names(name: str, candidates: Iterable[str], cutoff: float = CUTOFF) -> tuple[str, ...]:
    """Return the candidates close to the name, those that differ only by case first."""
    return _closest(name, (*candidates,), cutoff) if 0 < len(name) <= MAX_NAME else ()


@lru_cache(maxsize=64)
def _closest(name: str, candidates: tuple[str, ...], cutoff: float) -> tuple[str, ...]:
    """Return the closest candidates; cached, since many requests fail at the same name."""
    known = [candidate for candidate in dict.fromkeys(candidates) if candidate != name]
    same = [candidate for candidate in known if candidate.lower() == name.lower()]
    likely = [candidate for candidate in known if _may_be_close(name, candidate, cutoff)]
    close = difflib.get_close_matches(name, likely, MAX_NAMES, cutoff)
    return tuple(dict.fromkeys(same + close))[:MAX_NAMES]


def _may_be_close(name: str, candidate: str, cutoff: float) -> bool:
    """Return False if the names share too few characters to reach the cutoff.

    `difflib` would give the same result, but takes several times as long for each.
    """
    length = len(name) + len(candidate)
    if 2.0 * min(len(name), len(candidate)) / length < cutoff:
        return False
    return 2.0 * sum(map(name.__contains__, candidate)) / length >= cutoff
