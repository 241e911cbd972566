"""What every test stands on: the same colours, and the same examples, on every machine.

At the root, because Textual reads its environment when it is imported, and a test anywhere may be
the first to import it.
"""

from __future__ import annotations

import gc
import os

import pytest
from hypothesis import settings

from tests.support import sampling

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
for name in ("NO_COLOR", "TEXTUAL_THEME"):
    os.environ.pop(name, None)


settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


COLLECTIONS = (10_000, 10, 50)
"""How seldom Python looks for garbage: `gc.set_threshold`. At its own pace it goes through half a
million objects of tests and libraries once in each test of the app, a third of what that takes."""


gc.disable()  # while tests are collected: they all stay


def pytest_collection_finish() -> None:
    """Leave the tests themselves out of each search for garbage, and search seldom."""
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)
    gc.enable()


LONGEST = ("terminal", "content", "torch", "process", "by keys", "hostile")
"""Groups whose tests follow each other in one process, by how long they take together."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let a parallel run begin with the long groups, so that no process ends long after another."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    return LONGEST.index(mark.args[0]) if mark and mark.args[0] in LONGEST else len(LONGEST)


def pytest_report_header() -> str:
    """How to have the same samples again."""
    return sampling.describe_sampling()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests with real processes mostly wait."""
    return (os.cpu_count() or 1) + 1
