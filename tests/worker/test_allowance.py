"""Tests of the share of a training's time that reports may take."""

from __future__ import annotations

import pytest

from tutor.worker.allowance import Allowance


@pytest.mark.parametrize(
    ("worked", "passed", "granted"),
    [(1.0, 1.0, 0.01), (1.0, 5.0, 0.01), (0.01, 1.0, 0.01)],
    ids=["idle machine", "busy machine", "a program that sleeps"],
)
def test_the_share_is_one_of_processor_time_unless_the_program_sleeps(
    worked: float, passed: float, granted: float
) -> None:
    clocks = [0.0, 0.0]
    allowance = Allowance(0.01, 0.0, lambda: clocks[0], lambda: clocks[1])
    clocks[:] = worked, passed
    allowance.spend(worked - granted - 0.001)
    assert allowance.wait() == pytest.approx(0.1)
