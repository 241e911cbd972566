"""What every test stands on: the same colours, and the same examples, on every machine.

At the root, because Textual reads its environment when it is imported, and a test anywhere may be
the first to import it.
"""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import settings
from pytest_asyncio import is_async_test

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


MAX_TESTS = {
    "tests/authoring/batch/": 8,
    "tests/client/": 60,
    "tests/content/test_experiments.py": 12,
    "tests/content/test_measured_claims.py": 5,
    "tests/e2e/": 8,
    "tests/hostile/": 24,
    "tests/node/": 5,
    "tests/test_cli.py::TestWithAWorker::": 6,
    "tests/ui/snapshots/": 24,
    "tests/worker/test_layer_watch.py": 12,
    "tests/worker/test_lazy_compiler.py": 2,
    "tests/worker/test_training_programs.py": 24,
}
"""The most tests of one run in a file or class; or in a folder, of those that start processes or
make pictures."""

MAX_APP_TESTS = 2
"""The most tests of one run that start an app, in each other file of `tests/ui/`."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Draw the slow tests, and let a parallel run begin with the long groups.

    A run that names a file has all of its tests. Long groups come first so that no process ends
    long after another.
    """
    if not any(".py" in argument for argument in config.args):
        left_out = set(items).difference(_drawn_items(items))
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _drawn_items(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Yield all items but the slow ones that the seed leaves to other runs."""
    slow = defaultdict[str, list[pytest.Item]](list)
    for item in items:
        slow[_sampled_as(item)].append(item)
    yield from slow.pop("", ())
    for name, candidates in slow.items():
        yield from sampling.drawn(candidates, MAX_TESTS.get(name, MAX_APP_TESTS), name)


def _sampled_as(item: pytest.Item) -> str:
    """Return the folder or file of a slow test; "" for a test of every run."""
    is_slow = is_async_test(item) or item.get_closest_marker("process")
    place = next((each for each in MAX_TESTS if item.nodeid.startswith(each)), "")
    if place and (is_slow or ".py" in place or place == "tests/e2e/"):
        return place
    is_of_ui = item.nodeid.startswith("tests/ui/")
    return item.nodeid.partition("::")[0] if is_of_ui and is_slow else ""


def _rank(item: pytest.Item) -> int:
    mark = item.get_closest_marker("xdist_group")
    return LONGEST.index(mark.args[0]) if mark and mark.args[0] in LONGEST else len(LONGEST)


def pytest_report_header() -> str:
    """How to have the same samples again."""
    return sampling.describe_sampling()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests with real processes mostly wait."""
    return (os.cpu_count() or 1) + 1
