"""The models of a run as they were described at some of its steps.

A `RunRecord` of the timeline owns it. It keeps few: each description is made of one step alone.
"""

from __future__ import annotations

from bisect import bisect_left

from tutor.wire.models import AnswersCounted, ModelsDescribed

MAX_KEPT = 100
"""Descriptions kept; when there are more, every second one is dropped, but not the newest."""


class RecordedModels:
    """The descriptions of one run's models, in the order of their steps."""

    def __init__(self) -> None:
        self._kept: list[ModelsDescribed] = []
        self._answers: list[AnswersCounted] = []

    def add(self, event: ModelsDescribed) -> None:
        if event.step < 0:
            return
        at = bisect_left(self._kept, event.step, key=_step)
        if at < len(self._kept) and self._kept[at].step == event.step:
            self._kept[at] = event
        else:
            self._kept.insert(at, event)
        if len(self._kept) > MAX_KEPT:
            self._kept = [*self._kept[:-1:2], self._kept[-1]]

    def add_answers(self, event: AnswersCounted) -> None:
        if self._answers and self._answers[-1].step >= event.step:
            self._answers = [each for each in self._answers if each.step < event.step]
        self._answers.append(event)
        if len(self._answers) > MAX_KEPT:
            self._answers = [*self._answers[:-1:2], self._answers[-1]]

    def answers(self, step: int | None) -> AnswersCounted | None:
        if step is None or not self._answers:
            return self._answers[-1] if self._answers else None
        return min(self._answers, key=lambda each: abs(each.step - step))

    @property
    def newest(self) -> ModelsDescribed:
        """The description of the latest step; empty before the first."""
        return self._kept[-1] if self._kept else ModelsDescribed()

    def nearest(self, step: int) -> ModelsDescribed:
        return min(self._kept, key=lambda kept: abs(kept.step - step), default=ModelsDescribed())


def _step(event: ModelsDescribed) -> int:
    return event.step
