"""Random samples of test cases that are too many for every run.

One seed draws them all; a run prints it at its beginning. `NNTUTOR_SEED` draws the same samples
again, and with `NNTUTOR_WHOLE=1` nothing is left out.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

SEED_NAME = "NNTUTOR_SEED"
WHOLE_NAME = "NNTUTOR_WHOLE"

Row = TypeVar("Row")

# In the environment, so that all processes of a parallel run draw the same samples.
os.environ.setdefault(SEED_NAME, str(random.SystemRandom().randrange(2**32)))
SEED = int(os.environ[SEED_NAME])
WHOLE = os.environ.get(WHOLE_NAME) == "1"


def drawn(rows: Sequence[Row], max_rows: int, name: str) -> list[Row]:
    """Return a sample of at most `max_rows` rows, in their order; all under `NNTUTOR_WHOLE`.

    Samples with different names are drawn independently.
    """
    if WHOLE or max_rows >= len(rows):
        return list(rows)
    places = random.Random(f"{SEED} {name}").sample(range(len(rows)), max_rows)
    return [rows[place] for place in sorted(places)]


def describe_sampling() -> str:
    """Return the line that a run of the tests begins with."""
    if WHOLE:
        return f"{WHOLE_NAME}=1: nothing is left out"
    return f"samples are drawn with {SEED_NAME}={SEED}"
