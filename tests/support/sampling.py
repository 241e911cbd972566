"""Products too large for every run: a part of each is drawn by one seed, which a run tells at its
beginning. `NNTUTOR_SEED` draws the same part again, and with `NNTUTOR_WHOLE=1` nothing is left out.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

SEED_NAME = "NNTUTOR_SEED"
WHOLE_NAME = "NNTUTOR_WHOLE"

Row = TypeVar("Row")

os.environ.setdefault(SEED_NAME, str(random.SystemRandom().randrange(2**32)))  # for all processes
SEED = int(os.environ[SEED_NAME])
WHOLE = os.environ.get(WHOLE_NAME) == "1"


def drawn(rows: Sequence[Row], max_rows: int, name: str) -> list[Row]:
    """So many of the rows, in their order; all under NNTUTOR_WHOLE. `name` tells draws apart, so
    that each takes a part of its own."""
    if WHOLE or max_rows >= len(rows):
        return list(rows)
    places = random.Random(f"{SEED} {name}").sample(range(len(rows)), max_rows)
    return [rows[place] for place in sorted(places)]


def describe_sampling() -> str:
    """The line that a run begins with."""
    if WHOLE:
        return f"{WHOLE_NAME}=1: nothing is left out"
    return f"samples are drawn with {SEED_NAME}={SEED}"
