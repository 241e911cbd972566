"""What there is to review today: the schedule's items, as far as the course can ask about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    """What is due, and the steps that it comes from."""

    def __init__(
        self,
        entries: Iterable[Entry],
        renamed: Mapping[str, str],
        load: Callable[[str], Step | None],
        now: datetime,
    ) -> None:
        """Find it, for the day of `now`.

        `load` reads a step of the course, and returns None if there is none that can be used.
        """
        self._load = load
        self._steps: dict[str, Step | None] = {}
        self.record: ReviewRecord = fold_review(entries, renamed)
        """What the journals say of the review."""
        self.items: tuple[ReviewItem, ...] = due_today(self.record, now, self._concept_of)
        """What is to be asked, in order."""
        self.is_put_off = is_put_off(self.record, now)
        """Whether the learner wants no review today."""

    def step_of(self, item: ReviewItem) -> Step | None:
        """Return the step that an item comes from."""
        if item.step not in self._steps:
            self._steps[item.step] = self._load(item.step)
        return self._steps[item.step]

    def _concept_of(self, item: ReviewItem) -> str | None:
        step = self.step_of(item)
        if step is None or not can_ask(step, item.idea):
            return None
        return step.concepts[0] if step.concepts else step.id


def find_due(places: Places, now: datetime) -> DueItems:
    """Read the journals and the course, and return what is due on the day of `now`."""
    opening = Opening(places)
    opening.read_progress()
    opening.read_whole()
    return DueItems(opening.entries_with(()), opening.renamed(), opening.load, now)


def can_ask(step: Step, idea: str) -> bool:
    """Return True if there is a question about this wrong idea, or about the step if it is ""."""
    if kind_of(step).has_question:
        return not idea
    programs = (item for item in step.misconceptions if item.wrong or item.example)
    return any(idea in ("", item.id) for item in programs)
