"""When things are kept: soon after a key, before a run, every few seconds for the place.

Timers live only while something waits to be kept.
"""

from __future__ import annotations

from collections.abc import Callable

from textual.screen import Screen
from textual.timer import Timer

from tutor.course.model import Step
from tutor.progress.fold import Place
from tutor.session.events import AnswerChanged, DraftKept, NoticeGiven
from tutor.ui.screens.keeping import Keeper, Kept

SAVE_AFTER_S = 1.0
"""From the first change after a save to the next save."""

PLACE_AFTER_S = 3.0
"""From moving the cursor to recording the place."""

Tell = Callable[[AnswerChanged | DraftKept | NoticeGiven], None]


class Saver:
    """One per screen; the keeper does the writing."""

    def __init__(
        self,
        screen: Screen[None],
        keeper: Keeper,
        tell: Tell,
        place: Callable[[], Place | None],
        typed: Callable[[], tuple[Step, str] | None],
    ) -> None:
        """`typed` gives what an editor holds and was not taken from it yet."""
        keeper.typed = typed
        self._screen = screen
        self._keeper = keeper
        self._tell = tell
        self._place = place
        self._save_timer: Timer | None = None
        self._place_timer: Timer | None = None

    def change(self) -> None:
        """The buffer changed."""
        self._keeper.take_typed()
        self._tell(AnswerChanged())
        self.keep_soon()

    def tidy(self) -> None:
        """Merges what earlier apps left behind, in a thread."""
        self._screen.run_worker(self._keeper.tidy(), group="tidy")

    def keep_soon(self) -> None:
        """Saves a little later, together with what else comes until then."""
        if self._save_timer is None:
            self._save_timer = self._screen.set_timer(SAVE_AFTER_S, self.keep)

    def keep(self) -> None:
        """Saves now, in a thread."""
        if self._save_timer is not None:
            self._save_timer.stop()
            self._save_timer = None
        self._keeper.take_typed()
        self._screen.run_worker(self._keep(), group="keep")

    def place_soon(self) -> None:
        """Records the place a little later."""
        if self._place_timer is None:
            self._place_timer = self._screen.set_timer(PLACE_AFTER_S, self.keep_place)

    def keep_place(self) -> None:
        """Records where the learner is."""
        if self._place_timer is not None:
            self._place_timer.stop()
            self._place_timer = None
        place = self._place()
        if place is not None:
            self._keeper.stand_at(place)
            self.keep_soon()

    def finish(self) -> None:
        """The last save; waits for the disk."""
        place = self._place()
        if place is not None:
            self._keeper.stand_at(place)
        self._keeper.close()

    async def _keep(self) -> None:
        kept: Kept = await self._keeper.keep()
        self._tell(DraftKept(kept.problem))
        if kept.note:
            self._tell(NoticeGiven(kept.note))
        if kept.problem or self._keeper.waits:
            self.keep_soon()
