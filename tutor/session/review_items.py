"""The items to review today: those of the schedule that the course can ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.paths import Places
from tutor.progress.entries import Entry
from tutor.progress.review_schedule import (
    ReviewItem,
    ReviewRecord,
    due_today,
    fold_review,
    is_put_off,
)
from tutor.session.opening import Opening


class DueItems:
    """The items that are due, and their steps."""

    def __init__(
        self,
        entries: Iterable[Entry],
        renamed: Mapping[str, str],
        load: Callable[[str], Step | None],
        now: datetime,
    ) -> None:
        """Read the journals' entries for the day of `now`; `pieces` finds the items.

        `load` reads a step of the course, and returns None if there is none that can be used.
        """
        self._load = load
        self._now = now
        self._steps: dict[str, Step | None] = {}
        self.record: ReviewRecord = fold_review(entries, renamed)
        self.items: tuple[ReviewItem, ...] = ()
        """The items to ask about, in order, once `pieces` has found them."""
        self.is_put_off = is_put_off(self.record, now)

    def pieces(self) -> Iterator[None]:
        """Find what is to be asked, pausing after each step that is read for it."""
        unread: list[str] = []

        def concept_of(item: ReviewItem) -> str | None:
            if item.step not in self._steps:
                unread.append(item.step)
                return None
            return self._concept_of(item)

        while True:
            self.items = due_today(self.record, self._now, concept_of)
            if not unread:
                return
            self._steps[unread[0]] = self._load(unread[0])
            unread.clear()
            yield

    def step_of(self, item: ReviewItem) -> Step | None:
        """Return the step that an item comes from; None if it cannot be used."""
        return self._steps.get(item.step)

    def _concept_of(self, item: ReviewItem) -> str | None:
        step = self.step_of(item)
        if step is None or not can_ask(step, item.idea):
            return None
        return step.concepts[0] if step.concepts else step.id


def read_due(places: Places, now: datetime) -> tuple[ReviewItem, ...]:
    """Read the journals and the course, and return what is to be asked on the day of `now`."""
    opening = Opening(places)
    opening.read_progress()
    opening.read_whole()
    due = DueItems(opening.entries_with(()), opening.renamed(), opening.load, now)
    for _ in due.pieces():
        pass
    return due.items


def can_ask(step: Step, idea: str) -> bool:
    """Return True if there is a question about this wrong idea, or about the step if it is ""."""
    if kind_of(step).has_question:
        return not idea
    programs = (item for item in step.misconceptions if item.wrong or item.example)
    return any(idea in ("", item.id) for item in programs)
