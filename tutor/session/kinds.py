"""The kinds of step that a session handles in a way of their own, one row each.

The course's table of kinds says what such a step has, grading's says how answers are judged. This
one says what differs while a learner is at the step, and what the journal keeps of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from tutor.course.kinds import KindOrNone, kind_name
from tutor.course.model import Step
from tutor.progress.entries import AnswerJudged, Entry, QuizAnswered, StepRead, digest_of
from tutor.session.events import VerdictReached
from tutor.session.state import State

Entries = tuple[Entry, ...]


class Handling(Struct, frozen=True, kw_only=True):
    """The actions of a session on steps of one kind."""

    is_done_by_reading: bool = False
    """True if the step is done once the learner goes on."""
    is_in_journal: bool = True
    """True if the journal keeps that the learner was there, and where."""
    is_reshuffled: bool = False
    """True if its options stand in another order each time that it is asked again."""
    entries: Callable[[State, Step, VerdictReached], Entries] = lambda *_: ()
    """Returns the journal entries of a current verdict on the step."""


def _quiz_entries(_state: State, step: Step, event: VerdictReached) -> Entries:
    answer, kind = event.answer, event.verdict.kind
    if answer is None:
        return ()
    return (QuizAnswered(step=step.id, verdict=kind, judged=answer.judged, text=answer.text),)


def _guess_entries(state: State, step: Step, event: VerdictReached) -> Entries:
    """Return the entries of the first guess, which also ends the step if it is wrong.

    Later guesses count for nothing: the learner has seen the answer by then.
    """
    if step.id in state.done:
        return ()
    missed = event.prediction_result is not None and not event.verdict.accepted
    read = (StepRead(step=step.id),) if missed else ()
    return (*_quiz_entries(state, step, event), *read)


def _code_entries(state: State, step: Step, event: VerdictReached) -> Entries:
    source = state.activity.source if state.activity is not None else ""
    return (
        AnswerJudged(
            step=step.id,
            verdict=event.verdict.kind,
            slug=event.verdict.slug or "",
            digest=digest_of(source),
            milliseconds=event.verdict.milliseconds,
        ),
    )


KINDS: Mapping[KindOrNone, Handling] = {
    "read": Handling(is_done_by_reading=True),
    "quiz": Handling(is_reshuffled=True, entries=_quiz_entries),
    "predict": Handling(entries=_guess_entries),
    "code": Handling(entries=_code_entries),
    "order": Handling(entries=_code_entries),
    "try": Handling(is_in_journal=False),
}


def handling_of(step: Step | None) -> Handling:
    return KINDS.get(kind_name(step), Handling())
