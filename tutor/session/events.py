"""The events that change a session's state, and the entries of the journal that they make.

An event is frozen data, named in the past tense. Only its `apply` makes a new state. That must stay
pure, so that the same events always give the same state: no clock, no disk, no client. The events
of runs are in `run_events`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias, TypedDict

from msgspec import Struct
from msgspec.structs import replace

from tutor.course.help_levels import Help
from tutor.course.kinds import kind_of
from tutor.course.model import CourseOutline, Step, StepBase
from tutor.grading.verdict import PredictionResult, Verdict
from tutor.progress import entries
from tutor.progress.entries import Entry
from tutor.progress.fold import Place, Progress, add_entries
from tutor.session.state import (
    Cursor,
    OpenExperiment,
    QuestionState,
    ReplacedBuffer,
    State,
    Watched,
)
from tutor.wire.events import WorkerStateChanged

if TYPE_CHECKING:
    from tutor.grading.experiments import Experiment, ExperimentResult
    from tutor.grading.quiz import QuizAnswer
    from tutor.session.reviewing import Review

Entries = tuple[Entry, ...]

WORKER_BACK = "The worker ended, the process that runs your code. A new one is ready."


class StateEvent(Struct, frozen=True):
    """A change that happened."""

    def apply(self, state: State) -> State:
        """Return the state after the event, or `state` itself if the event does not fit it."""
        return state


Event: TypeAlias = StateEvent | WorkerStateChanged


def advance(state: State, event: Event) -> tuple[State, Entries]:
    """Return the state after the event, and the journal entries that the event makes.

    The new state's progress already includes these entries.
    """
    if isinstance(event, WorkerStateChanged):
        return _worker(state, event), ()
    made = _entries_of(state, event)
    moved = event.apply(state)
    if made:
        moved = replace(moved, progress=add_entries(moved.progress, made))
    return moved, made


class Settable(TypedDict, total=False):
    """The fields of the state that may be set to a value whatever the state is."""

    course: CourseOutline
    is_whole: bool
    problems: tuple[str, ...]
    progress: Progress
    replaced: ReplacedBuffer
    watched: Watched | None
    review: Review | None
    way_back: tuple[Place, ...]
    unsaved: bool
    save_problem: str
    unwritten: bool
    guess: str
    experiments: tuple[Experiment, ...]
    curve: int
    slow_link: bool
    notice: str
    notice_of_run: bool
    failure: Exception


class FieldsSet(StateEvent, frozen=True):
    """Fields of the state have got values that do not depend on the state."""

    fields: Settable

    def apply(self, state: State) -> State:
        return replace(state, **self.fields)


class EntryMade(StateEvent, frozen=True):
    """The learner did something that only the journal keeps."""

    entry: Entry


class StepShown(StateEvent, frozen=True):
    """Another step is on screen."""

    step: Step | None

    def apply(self, state: State) -> State:
        step = self.step
        missed = step is not None and step.id in state.missed
        return replace(
            state,
            step=step,
            watched=None,
            is_entered=False,
            question=_question(state, step, shuffle=missed),
            is_asked_again=False,
            missed=state.missed - {step.id} if step is not None else state.missed,
            activity=None,
            versions=state.next_versions,
            reported=frozenset(),
            inventory=0,
            told={},
            told_before={},
            cursor=None,
            compares=False,
            curve=None,
            ending=None,
            verdict=None,
            prediction_result=None,
            goals={},
            guess=None,
            pad=None,
            experiments=None,
            experiment=None,
            latest="nothing",
            notice="",
            worker_message=state.message_after_action,
        )


class StepEntered(StateEvent, frozen=True):
    """The learner has come to the step that is on screen."""

    def apply(self, state: State) -> State:
        return replace(state, is_entered=True)


class VerdictReached(StateEvent, frozen=True):
    """An answer was judged."""

    verdict: Verdict
    run_id: int | None = None
    prediction_result: PredictionResult | None = None
    answer: QuizAnswer | None = None
    """The answer to a question; None for a program, or if the journal is not to keep it."""

    def is_current(self, state: State) -> bool:
        """Return True if it is about the step on screen and the activity under way.

        A verdict without a run is current only while nothing is under way.
        """
        current = state.activity.run_id if state.activity is not None else None
        return state.step is not None and self.run_id == current

    def apply(self, state: State) -> State:
        if state.step is None or not self.is_current(state):
            return state
        guessed = kind_of(state.step).is_guessed
        missed = kind_of(state.step).is_reshuffled and self.verdict.kind == "reject"
        unseen = "nothing" if self.prediction_result else state.latest
        return replace(
            state,
            activity=None,
            verdict=self.verdict,
            judged=state.activity.source if state.activity is not None else "",
            prediction_result=self.prediction_result,
            is_asked_again=state.is_asked_again and not self.verdict.accepted,
            missed=state.missed | {state.step.id} if missed else state.missed,
            latest=unseen if guessed else "verdict",
            notice="",
        )


class GoalsReached(StateEvent, frozen=True):
    """A run of a lab was judged."""

    step: str
    goals: Mapping[int, str]
    """All goals reached since the lab was opened, as the state keeps them."""
    verdict: Verdict | None = None
    """The verdict if this run reached the last goal."""

    def apply(self, state: State) -> State:
        if state.step is None or state.step.id != self.step:
            return state
        return replace(state, goals=self.goals, verdict=self.verdict or state.verdict)


class DrawingChanged(StateEvent, frozen=True):
    """The learner has drawn on the pad."""

    cells: str

    def apply(self, state: State) -> State:
        if state.pad is None:
            return state
        return replace(state, pad=replace(state.pad, cells=self.cells))


class PadAnswered(StateEvent, frozen=True):
    """The model of the last run was asked about the drawing.

    Its answer is shown even if the learner has drawn on: the next one follows.
    """

    shares: tuple[float, ...] = ()
    words: str = ""
    """A sentence about why there are no shares."""

    def apply(self, state: State) -> State:
        if state.pad is None or state.activity is not None:
            return state
        return replace(state, pad=replace(state.pad, shares=self.shares, words=self.words))


class ExperimentShown(StateEvent, frozen=True):
    """A wrong program is on screen, to be guessed about."""

    number: int
    """Its place among the experiments of the step, from 0."""

    def apply(self, state: State) -> State:
        if self.number not in range(len(state.experiments or ())):
            return state
        return replace(state, experiment=OpenExperiment(self.number), notice="")


class ExperimentEnded(StateEvent, frozen=True):
    """The run of a wrong program has ended."""

    run_id: int
    number: int
    guess: int
    result: ExperimentResult | None
    """None if nothing came out of it, since it was stopped or could not be run."""

    def apply(self, state: State) -> State:
        if state.activity is None or state.activity.run_id != self.run_id:
            return state
        shown = state.experiment
        if shown is not None and shown.number == self.number and self.result is not None:
            shown = replace(shown, guess=self.guess, result=self.result)
        return replace(state, activity=None, experiment=shown, notice="")


class StepBegunAgain(StateEvent, frozen=True):
    """The learner took the answer back, to give it once more."""

    def apply(self, state: State) -> State:
        if state.activity is not None:
            return state
        return replace(
            state,
            question=_question(state, state.step, shuffle=True),
            is_asked_again=True,
            missed=state.missed - {state.step.id} if state.step is not None else state.missed,
            verdict=None,
            prediction_result=None,
            ending=None,
            latest="nothing",
            notice="",
        )


class HintShown(StateEvent, frozen=True):
    """One more hint is on screen."""

    def apply(self, state: State) -> State:
        return replace(state, latest="hints", notice="")


class SolutionShown(StateEvent, frozen=True):
    """Another part of the step's solution is on screen."""

    help: Help
    """The part on screen; its level is empty after a clean start, which hides the solution."""

    def apply(self, state: State) -> State:
        return replace(state, latest="hints" if self.help.level else state.latest, notice="")


class AnswerChanged(StateEvent, frozen=True):
    """The learner edited the answer."""

    def apply(self, state: State) -> State:
        step = state.step
        unwritten = step is not None and not kind_of(step).has_task and bool(step.file.name)
        if state.unsaved and unwritten <= state.unwritten:
            return state
        return replace(state, unsaved=True, unwritten=unwritten)


class CursorMoved(StateEvent, frozen=True):
    """The learner looks at another optimizer step of the run."""

    step: int
    """Counted from 1; 0 stands for the end of the run."""
    playing: bool = False
    asked: bool = False

    def apply(self, state: State) -> State:
        cursor = Cursor(self.step, self.playing, self.asked) if self.step > 0 else None
        return state if cursor == state.cursor else replace(state, cursor=cursor)


class ComparisonSwitched(StateEvent, frozen=True):
    """Views are to show how far the step looked at is from the end, or no longer."""

    def apply(self, state: State) -> State:
        return replace(state, compares=not state.compares)


def _worker(state: State, event: WorkerStateChanged) -> State:
    message = state.worker_message
    if event.phase == "restarting":
        message = event.reason
    elif event.phase == "ready":
        message = WORKER_BACK if message else ""
    elif event.phase in ("failed", "asleep", "unreachable"):
        message = ""
    return replace(state, worker=event, worker_message=message)


def _question(state: State, step: Step | None, *, shuffle: bool) -> QuestionState | None:
    """Return the question with its options in the order of this attempt; None if there is none.

    Only a quiz is reshuffled; the options of a predict step keep their order.
    """
    if step is None or not kind_of(step).has_question:
        return None
    attempt = 0
    if kind_of(step).is_reshuffled:
        attempt = state.progress.shuffled.get(step.id, 0) + shuffle
    return QuestionState(shuffled(step, attempt))


def shuffled(step: StepBase, attempt: int) -> tuple[int, ...]:
    """Return for each place on screen the index of an option in the file.

    The order is random, but always the same for one step and attempt.
    """
    order = list(range(len(step.options)))
    random.Random(f"{step.id} {attempt}").shuffle(order)
    return tuple(order)


def _entries_of(state: State, event: StateEvent) -> Entries:
    if isinstance(event, EntryMade):
        return (event.entry,)
    step = event.step if isinstance(event, StepShown) else state.step
    if step is None:
        return ()
    kind = kind_of(step)
    match event:
        case StepShown() if kind.is_reshuffled and step.id in state.missed:
            return (_shuffled(state, step),)
        case StepBegunAgain() if kind.is_reshuffled and state.activity is None:
            return (_shuffled(state, step),)
        case StepEntered() if kind.has_task:
            return (entries.StepOpened(step=step.id),)
        case HintShown() if state.hints < state.hint_count:
            return (entries.HintShown(step=step.id, count=state.hints + 1, number=state.next_hint),)
        case SolutionShown(help=shown) if kind.has_solution and not shown.level:
            return (entries.StartedClean(step=step.id),)
        case SolutionShown(help=shown) if kind.has_solution:
            return (entries.SolutionShown(step=step.id, level=shown.level, words=shown.words),)
        case VerdictReached() if event.is_current(state):
            return _verdict_entries(state, step, event)
        case GoalsReached(verdict=verdict) if step.id == event.step and verdict is not None:
            return (_judged(step, verdict, verdict.program),)
    return ()


def _shuffled(state: State, step: Step) -> entries.QuizShuffled:
    return entries.QuizShuffled(step=step.id, times=state.progress.shuffled.get(step.id, 0) + 1)


def _judged(step: Step, verdict: Verdict, program: str) -> entries.AnswerJudged:
    return entries.AnswerJudged(
        step=step.id,
        verdict=verdict.kind,
        slug=verdict.slug or "",
        digest=entries.digest_of(program),
        milliseconds=verdict.milliseconds,
    )


def _verdict_entries(state: State, step: Step, event: VerdictReached) -> Entries:
    """Return the entries of a current verdict.

    Of guesses only the first one counts, since the learner has seen the answer by then; it ends the
    step even if it is wrong.
    """
    verdict, answer, kind = event.verdict, event.answer, kind_of(step)
    if kind.has_solution:
        return (_judged(step, verdict, state.activity.source if state.activity else ""),)
    made: Entries = ()
    if not kind.has_question or (kind.is_guessed and step.id in state.done):
        return made
    if answer is not None:
        judged, text = answer.judged, answer.text
        made = (entries.QuizAnswered(step=step.id, verdict=verdict.kind, judged=judged, text=text),)
    missed = event.prediction_result is not None and not verdict.accepted
    return (*made, entries.StepRead(step=step.id)) if missed and kind.is_guessed else made
