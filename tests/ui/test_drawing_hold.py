"""A key and what it leads to are drawn at once, and never later than in a moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from textual.widget import Widget

from tests.support.wait import eventually
from tutor.ui.screens.drawing_hold import DrawingHold


class Held:
    """A widget with its screen and app, as far as the hold needs them."""

    def __init__(self) -> None:
        self.app = self.screen = self
        self.batches = 0
        """Batches that are under way."""
        self.drawn = 0

    @contextmanager
    def batch_update(self) -> Iterator[None]:
        self.batches += 1
        yield
        self.batches -= 1

    def check_idle(self) -> None:
        assert not self.batches
        self.drawn += 1


async def test_it_draws_when_the_outcome_is_there() -> None:
    screen = Held()
    hold = DrawingHold(cast("Widget", screen))
    hold.begin()
    hold.begin()
    assert (screen.batches, screen.drawn) == (1, 0)
    hold.end()
    hold.end()
    assert (screen.batches, screen.drawn) == (0, 1)


async def test_it_draws_after_a_moment_in_any_case() -> None:
    screen = Held()
    DrawingHold(cast("Widget", screen)).begin()
    await eventually(lambda: screen.drawn, "the screen to be drawn")
    assert screen.batches == 0
