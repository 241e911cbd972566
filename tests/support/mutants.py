"""The rows of `tests/mutants.txt`: faults to put into the code, and the tests that must see them.

Rows are read and applied here; `tests.run_mutants` runs their tests.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "mutants.txt"


class DoesNotApply(Exception):
    """Raised if the old text of a row does not stand in its file exactly once."""


@dataclass(frozen=True)
class Mutant:
    """A row of the list: a fault in one file."""

    number: int
    """Counted from 1, in the order of the list."""
    why: str
    """A sentence on what would go wrong for the learner."""
    file: str
    """The path of the file below the root."""
    old: str
    """The text to replace, which must stand exactly once in the file."""
    new: str
    tests: tuple[str, ...]
    """Test ids of pytest; without parameters, an id stands for all cases of its test."""

    def applied_to(self, text: str) -> str:
        """Return the file's text with the fault in it. Raises DoesNotApply."""
        found = text.count(self.old)
        if found != 1:
            raise DoesNotApply(f"its old text stands {found} times in {self.file}")
        return text.replace(self.old, self.new)


def read_mutants(path: Path = LIST) -> list[Mutant]:
    """Return all rows of the list. Raises ValueError that names a row that cannot be read."""
    blocks = [block.splitlines() for block in path.read_text().split("\n\n")]
    rows = [lines for lines in blocks if any(line.startswith("file:") for line in lines)]
    return [_read_row(number, lines) for number, lines in enumerate(rows, 1)]


def choose(
    mutants: Sequence[Mutant], numbers: Sequence[int], sample: int, seed: int
) -> list[Mutant]:
    """Return the rows with these numbers, or `sample` random ones, or all if both are empty.

    Raises ValueError for a number without a row.
    """
    if unknown := sorted(set(numbers) - {each.number for each in mutants}):
        raise ValueError(f"there is no row {unknown[0]}: the list has {len(mutants)}")
    if numbers:
        return [each for each in mutants if each.number in numbers]
    if sample:
        drawn = random.Random(seed).sample(list(mutants), min(sample, len(mutants)))
        return sorted(drawn, key=lambda each: each.number)
    return list(mutants)


_KEYS = ("# ", "file: ", "- ", "+ ", "tests: ")


def _read_row(number: int, lines: Sequence[str]) -> Mutant:
    parts: dict[str, list[str]] = {key: [] for key in _KEYS}
    for line in lines:
        key = next((key for key in _KEYS if line.startswith(key.strip())), None)
        if key is None:
            raise ValueError(f"row {number}: a line begins with none of {_KEYS}: {line}")
        parts[key].append(line[len(key) :])
    if len(parts["file: "]) != 1 or not (parts["# "] and parts["- "] and parts["tests: "]):
        raise ValueError(f"row {number} needs a comment, one `file:`, an old text and `tests:`")
    return Mutant(
        number,
        " ".join(parts["# "]),
        parts["file: "][0].strip(),
        "\n".join(parts["- "]),
        "\n".join(parts["+ "]),
        tuple(test.strip() for test in parts["tests: "]),
    )
