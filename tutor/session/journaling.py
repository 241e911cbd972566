"""The journal entries that each event makes. Part of the reducer, and as pure.

The reducer folds these entries into `State.progress`, and the core records the same ones. Nothing
else may record an entry: otherwise the progress on screen and that of the next start would differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.progress.entries import (
    HintShown,
    QuizShuffled,
    ReviewAnswered,
    SolutionShown,
    StartedClean,
    StepOpened,
)
from tutor.session import events
from tutor.session.kinds import Entries, handling_of
from tutor.session.state import State


def entries_of(state: State, event: events.Event) -> Entries:
    """Return the journal entries of an event in this state; none for one that does not fit."""
    make_entries = _ENTRIES.get(type(event))
    return make_entries(state, event) if make_entries is not None else ()


def is_current_verdict(state: State, event: events.VerdictReached) -> bool:
    """Return True if the verdict is about the step on screen and the activity under way.

    A verdict without a run is current only while nothing is under way.
    """
    current = state.activity.run_id if state.activity is not None else None
    return state.step is not None and event.run_id == current


def _shown(state: State, event: events.StepShown) -> Entries:
    step = event.step
    if step is not None and handling_of(step).is_reshuffled and step.id in state.missed:
        return (_shuffled(state, step),)
    return ()


def _entered(state: State, _event: events.StepEntered) -> Entries:
    if state.step is None or not handling_of(state.step).is_in_journal:
        return ()
    return (StepOpened(step=state.step.id),)


def _begun_again(state: State, _event: events.StepBegunAgain) -> Entries:
    step = state.step
    if state.activity is None and step is not None and handling_of(step).is_reshuffled:
        return (_shuffled(state, step),)
    return ()


def _shuffled(state: State, step: Step) -> QuizShuffled:
    return QuizShuffled(step=step.id, times=state.progress.shuffled.get(step.id, 0) + 1)


def _hint(state: State, _event: events.HintShown) -> Entries:
    if state.step is None or state.hints >= state.hint_count:
        return ()
    return (HintShown(step=state.step.id, count=state.hints + 1, number=state.next_hint),)


def _solution(state: State, event: events.SolutionShown) -> Entries:
    if state.step is None or not kind_of(state.step).has_solution:
        return ()
    if not event.help.level:
        return (StartedClean(step=state.step.id),)
    return (SolutionShown(step=state.step.id, level=event.help.level, words=event.help.words),)


def _verdict(state: State, event: events.VerdictReached) -> Entries:
    if state.step is None or not is_current_verdict(state, event):
        return ()
    return handling_of(state.step).entries(state, state.step, event)


def _made(_state: State, event: events.EntryMade) -> Entries:
    return (event.entry,)


def _reviewed(_state: State, event: events.ReviewJudged) -> Entries:
    item, verdict = event.review.item, event.review.verdict
    if item is None or verdict is None:
        return ()
    return (ReviewAnswered(step=item.step, idea=item.idea, right=verdict.accepted),)


_ENTRIES: dict[type, Callable[[State, Any], Entries]] = {
    events.EntryMade: _made,
    events.StepShown: _shown,
    events.StepEntered: _entered,
    events.StepBegunAgain: _begun_again,
    events.HintShown: _hint,
    events.SolutionShown: _solution,
    events.VerdictReached: _verdict,
    events.ReviewJudged: _reviewed,
}
