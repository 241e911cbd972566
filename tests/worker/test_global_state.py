"""Settings of a whole process that a command asks for."""

from __future__ import annotations

import os

import pytest
import torch

from tutor.worker.global_state import use_threads

pytestmark = pytest.mark.xdist_group("torch")


@pytest.mark.parametrize(("asked", "cores", "used"), [(1, 8, []), (4, 8, [4]), (8, 4, [3])])
def test_one_core_is_left_to_the_app(
    monkeypatch: pytest.MonkeyPatch, asked: int, cores: int, used: list[int]
) -> None:
    told: list[int] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {*range(cores)})
    monkeypatch.setattr(torch, "set_num_threads", told.append)
    use_threads(asked)
    assert told == used
