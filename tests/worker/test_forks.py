"""The budget of forks: free up to the limit of tasks, slow above it, and refilled in time."""

from __future__ import annotations

import pytest

from tutor.worker.forks import make_limiter


class _Time:
    """Stands still, unless somebody sleeps."""

    def __init__(self) -> None:
        self.now = 5.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_a_few_forks_cost_nothing() -> None:
    time = _Time()
    before_fork = make_limiter(8, time.clock, time.sleep)
    for _ in range(8 + 16):
        before_fork()
    assert time.slept == []


def test_a_flood_of_forks_is_slow() -> None:
    time = _Time()
    before_fork = make_limiter(8, time.clock, time.sleep)
    for _ in range(8 + 16 + 40):
        before_fork()
    assert len(time.slept) == 40
    assert sum(time.slept) == pytest.approx(40 / 20)


def test_many_at_once_wait_longer_but_not_for_ever() -> None:
    time = _Time()
    slept: list[float] = []
    before_fork = make_limiter(0, time.clock, slept.append)
    for _ in range(16 + 100):
        before_fork()
    assert slept == sorted(slept)
    assert slept[-1] == 1.0


def test_time_refills_it() -> None:
    time = _Time()
    before_fork = make_limiter(4, time.clock, time.sleep)
    for _ in range(20):
        before_fork()
    time.now += 60
    for _ in range(20):
        before_fork()
    assert time.slept == []
    before_fork()
    assert len(time.slept) == 1
