"""A part of a product is drawn by a seed that a run tells, and can be drawn again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.sampling import SEED_NAME, WHOLE_NAME

ROOT = Path(__file__).parents[1]
FILE = "tests/e2e/test_walk.py"
DRAW = (
    "from tests.support.sampling import drawn\n"
    "print(drawn(range(50), 5, 'a'), drawn('abc', 9, 'b'))"
)


def output(*command: str, **environment: str) -> str:
    """Of another process, with no seed but a named one."""
    kept = {key: value for key, value in os.environ.items() if key not in (SEED_NAME, WHOLE_NAME)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_the_same_seed_draws_the_same_part_and_another_another() -> None:
    parts = {output("-c", DRAW, **{SEED_NAME: str(seed)}) for seed in (1, 1, 2)}
    assert len(parts) == 2
    for part in parts:
        numbers, _, letters = part.strip().partition("] ")
        found = [int(number) for number in numbers.strip("[").split(", ")]
        assert len(found) == 5
        assert found == sorted(found)
        assert letters == "['a', 'b', 'c']"


def test_nothing_is_left_out_where_all_is_asked_for() -> None:
    assert output("-c", DRAW, **{WHOLE_NAME: "1"}).count(",") == 49 + 2


def test_a_run_tells_its_seed_or_that_it_is_whole() -> None:
    collect = ("-m", "pytest", "-n", "0", "--collect-only", "tests/test_sampling.py")
    assert f"{SEED_NAME}=7" in output(*collect, **{SEED_NAME: "7"})
    code = "from tests.support.sampling import describe_sampling as f; print(f())"
    assert f"{WHOLE_NAME}=1" in output("-c", code, **{WHOLE_NAME: "1"})


def test_slow_tests_are_drawn_but_for_those_of_a_file_that_is_named() -> None:
    collect = ("-m", "pytest", "-n", "0", "--collect-only", "-q")
    assert "tests collected (" in output(*collect, "tests/e2e")
    for whole in (output(*collect, "tests/e2e", **{WHOLE_NAME: "1"}), output(*collect, FILE)):
        assert "deselected" not in whole
