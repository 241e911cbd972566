"""What every test stands on: the same colours, and the same examples, on every machine.

At the root, because Textual reads its environment when it is imported, and a test anywhere may be
the first to import it.
"""

from __future__ import annotations

import os

from hypothesis import settings

from tests.support import sampling

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"
os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
for name in ("NO_COLOR", "TEXTUAL_THEME"):
    os.environ.pop(name, None)


settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


def pytest_report_header() -> str:
    """How to have the same samples again."""
    return sampling.describe_sampling()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests with real processes mostly wait."""
    return (os.cpu_count() or 1) + 1
