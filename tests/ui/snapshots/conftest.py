"""Pictures of screens. They are made on one release of Python, and compared on that alone.

To make them anew: `pytest -n0 tests/ui/snapshots --snapshot-update`. Look at what changed before
it is committed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Awaitable, Callable

import pytest
from pytest_textual_snapshot import SVGImageExtension, normalize_svg
from syrupy.assertion import SnapshotAssertion
from syrupy.exceptions import SnapshotDoesNotExist

from tests.support.pictures import difference
from tests.support.tutor_app import text_of_picture
from tests.support.wait import eventually
from tutor.session.run_events import SecondPassed
from tutor.ui.app import TutorApp

MADE_ON = (3, 11)
PATIENCE_S = 8.0
"""A picture that is not as it was by then is another one."""

MAKE_ANEW = "If that is meant: pytest -n0 tests/ui/snapshots --snapshot-update, and look at it."

STILL_S = 0.5
"""A picture that stays the same for longer than any drawing is put off is the last one."""

collect_ignore_glob = [] if sys.version_info[:2] == MADE_ON else ["test_*.py"]

Compare = Callable[[TutorApp], Awaitable[None]]


def pytest_configure(config: pytest.Config) -> None:
    """Another release would make pictures that differ for no reason of ours."""
    if config.getoption("--snapshot-update") and sys.version_info[:2] != MADE_ON:
        made_on = ".".join(map(str, MADE_ON))
        raise pytest.UsageError(f"snapshots are made on Python {made_on}")


@pytest.fixture(autouse=True)
def _no_second_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is looked at has just begun, however slow the machine."""
    stale = SecondPassed(-1)
    monkeypatch.setattr("tutor.session.runs.SecondPassed", lambda run_id: stale)


@pytest.fixture
def looks_as_before(request: pytest.FixtureRequest, snapshot: SnapshotAssertion) -> Compare:
    """Compares the app with its picture, or makes one; tells in text what differs."""
    pictures = snapshot.use_extension(SVGImageExtension)
    makes_anew = bool(request.config.getoption("--snapshot-update"))

    async def compare(app: TutorApp) -> None:
        before = _kept(pictures)
        seen = await _seen(app, None if makes_anew else before)
        if pictures == seen:
            return
        told = difference(before, seen) if before else f"No picture:\n{text_of_picture(seen)}"
        pytest.fail(f"{told}\n{MAKE_ANEW}", pytrace=False)

    return compare


def _kept(pictures: SnapshotAssertion) -> str | None:
    try:
        return str(
            pictures.extension.read_snapshot(
                test_location=pictures.test_location, index=pictures.index, session_id=""
            )
        )
    except SnapshotDoesNotExist:
        return None


async def _seen(app: TutorApp, expected: str | None) -> str:
    """The picture, once it is the one expected; else once it stands still."""
    begun = since = time.monotonic()
    last = ""

    def is_settled() -> bool:
        nonlocal last, since
        now = time.monotonic()
        seen = normalize_svg(app.export_screenshot(title="nntutor"))
        if seen != last:
            last, since = seen, now
        if expected is None:
            return now - since > STILL_S
        return seen == expected or now - begun > PATIENCE_S

    await eventually(is_settled, "a picture", PATIENCE_S + 20)
    return last
