"""The stub engine in a worker whose control group is made of files in a folder of the test."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support import stub_engine
from tests.support.stub_engine import rehearse, rehearse_training, serve, warm
from tutor.control_group import memory_limits
from tutor.worker import memory

__all__ = ["rehearse", "rehearse_training", "serve", "warm"]

FOLDER = "NNTUTOR_WORKER_TEST_FOLDER"
"""A variable of the environment with the folder that stands for /proc."""


def load() -> str:
    """Take the limits of the folder, as the worker has taken those of its own group before."""
    memory._limits = memory_limits(Path(os.environ[FOLDER]))
    return stub_engine.load()
