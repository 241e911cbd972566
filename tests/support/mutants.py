"""The rows of `tests/mutants.txt`: small faults put into the code by hand, and the tests that must
see each of them. Reads and applies; runs nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "mutants.txt"


class DoesNotApply(Exception):
    """The code has changed: the row's text is not there, or not once. The text says which."""


@dataclass(frozen=True)
class Mutant:
    """One row. `old` stands exactly once in `file`, a path below the root."""

    number: int
    """From 1, in the order of the list."""
    why: str
    """What would go wrong for the learner."""
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    """Names of pytest; all cases of a parametrized test where none is named."""

    def applied_to(self, text: str) -> str:
        """Give the file's text with the fault in it. Raises DoesNotApply."""
        found = text.count(self.old)
        if found != 1:
            raise DoesNotApply(f"its old text stands {found} times in {self.file}")
        return text.replace(self.old, self.new)


def read_mutants(path: Path = LIST) -> list[Mutant]:
    """Read all rows. Raises ValueError that names the row that cannot be read."""
    blocks = [block.splitlines() for block in path.read_text().split("\n\n")]
    rows = [lines for lines in blocks if any(line.startswith("file:") for line in lines)]
    return [_read_row(number, lines) for number, lines in enumerate(rows, 1)]


def choose(
    mutants: Sequence[Mutant], numbers: Sequence[int], sample: int, seed: int
) -> list[Mutant]:
    """Take the rows of these numbers, or as many by chance as `sample` says, or else all."""
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
