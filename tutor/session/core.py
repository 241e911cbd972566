"""The tutor without a screen: everything a learner can do, for whatever front end.

One state, moved by events and by nothing else; listeners are told of each move. The parts do what
takes time or touches the disk, and say what came of it in events. A part gets what it needs, never
this class; only this file knows them all. No front end is imported here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.course.model import Course, Step
from tutor.paths import Places
from tutor.progress.fold import Progress
from tutor.session.answers import Answers
from tutor.session.autosave import Autosaver
from tutor.session.background import Background
from tutor.session.events import (
    BufferReplaced,
    CourseRead,
    CourseRequested,
    Event,
    NoticeGiven,
    ProgressRead,
    StepEntered,
    StepRead,
    StepShown,
    TaskFailed,
)
from tutor.session.opening import Opening, first_open_step
from tutor.session.reduce import advance
from tutor.session.runs import RunController
from tutor.session.solution_help import SolutionHelp, scaffold_of
from tutor.session.state import ReplacedBuffer, State
from tutor.session.store import LearnerStore, SaveResult
from tutor.session.timeline import Timeline
from tutor.session.worker_keep_alive import WorkerKeepAlive

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.session.words.key_names import KeyNames

StateListener = Callable[[State, State], None]
Unsubscribe = Callable[[], None]

NO_KEYS: KeyNames = {}
"""Of a front end without keys: texts keep what they have in place of them."""

THE_END = "That was the last step. {key:outline} shows what is still open."
THE_BEGINNING = "This is the first step."


class TutorSession:
    """One learner at one course. It belongs to one asyncio loop from `open` to `close`."""

    def __init__(
        self,
        places: Places,
        config: Config,
        *,
        make_client: Callable[[OnState], Client],
        now: Callable[[], datetime],
        problems: Sequence[str] = (),
        start_at: str | None = None,
        keys: KeyNames = NO_KEYS,
    ) -> None:
        """`make_client` is called once, when a worker is first needed; `problems` are those that
        were told before; `start_at` is the step to begin with; `keys` names those of the front
        end, for the texts of lessons."""
        self._start_at = start_at
        self._keys = keys
        self._opening = Opening(places, problems, start_at)
        self._listeners: list[StateListener] = []
        self._events: deque[Event] = deque()
        self._is_dispatching = False
        self._has_shown_step = False
        """Whether there is more on screen than what was glanced at for the first frame."""
        self._has_whole_course = False
        """Whether all of the course was read."""
        self._renamed: dict[str, str] = {}
        """Ids that steps had once, and their own; known when all of it is."""
        self._store = LearnerStore(places.data, now)
        self._background = Background(lambda error: self.dispatch(TaskFailed(error)))
        course, step = self._opening.likely_start or (Course(title=""), None)
        self.state = State(course=course, step=step)
        self.timeline = Timeline(self._get_state, self.dispatch)
        self.drafts = Autosaver(self._get_state, self.dispatch, self._store, self._background)
        self.worker = WorkerKeepAlive(self._get_state, self.dispatch, self._background, make_client)
        self.runs = RunController(
            self._get_state,
            self.dispatch,
            worker=self.worker,
            timeline=self.timeline,
            drafts=self.drafts,
            background=self._background,
            caps=config.limits,
            course=self._read_whole_course,
        )
        self.answers = Answers(
            self._get_state,
            self.dispatch,
            runs=self.runs,
            worker=self.worker,
            drafts=self.drafts,
        )
        self.help = SolutionHelp(
            self._get_state, self.dispatch, drafts=self.drafts, store=self._store
        )

    def subscribe(self, listener: StateListener) -> Unsubscribe:
        """Have the listener told the state before and after each move; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def dispatch(self, event: Event) -> None:
        """Move the state on and tell everybody. An event that a listener raises waits until the
        one before it has been told to all."""
        self._events.append(event)
        if self._is_dispatching:
            return
        self._is_dispatching = True
        try:
            while self._events:
                self._apply(self._events.popleft())
        finally:
            self._is_dispatching = False

    async def open(
        self, *, enter: bool = True, settled: Callable[[], Awaitable[object]] | None = None
    ) -> None:
        """Show the first step at once; read the rest of the course, and start the worker, after
        that. Return when all is read.

        Without `enter` the learner is not there yet: `go_to` that step says so. `settled` is
        awaited before what can wait: a front end has the step drawn, and keys taken, first.
        """
        progress = self._opening.read_progress()
        self.dispatch(ProgressRead(self._current_progress()))
        step = self._opening.first_step(progress)
        if step is not None:
            self.dispatch(self._course_read())
        else:
            self._read_whole_course()
            step = first_open_step(self.state.course, self.state.progress, self._start_at)
        self._show(step, enter=enter)
        if settled is not None:
            await settled()
        self.worker.wake(asked=False)
        await self._opening.read_on()
        self._read_whole_course()
        await self._store.compact()

    def go_to(self, step_id: str) -> None:
        """Go to the step of the id. To the one that is on screen if nobody has come to it yet."""
        if self.state.step is not None and step_id == self.state.step.id:
            if self._has_shown_step and not self.state.is_entered:
                self.dispatch(StepEntered())
            return
        chosen = self._read_whole_course().find(step_id)
        if chosen is not None:
            self._leave()
            self._show(chosen, enter=True)

    def move(self, delta: int) -> None:
        """Go on or back by so many steps. A step that is only read is done with going on."""
        if delta > 0:
            self.dispatch(StepRead())
        steps = self._read_whole_course().steps()
        ids = [step.id for step in steps]
        if self.state.step is None or self.state.step.id not in ids:
            return
        index = ids.index(self.state.step.id) + delta
        if 0 <= index < len(steps):
            self.go_to(ids[index])
        else:
            self.dispatch(NoticeGiven(THE_END if delta > 0 else THE_BEGINNING))

    def save_now(self) -> SaveResult:
        """Save all that was handed over, and wait for the disk. Needs no loop: for signals, a
        hang-up, a crash."""
        return self._store.save_now()

    async def close(self) -> None:
        """Save all, end the worker, and leave no task behind."""
        self.drafts.stop()
        self._store.close()
        await self._background.close()
        await self.worker.close()

    def _get_state(self) -> State:
        return self.state

    def _apply(self, event: Event) -> None:
        old = self.state
        self.state, entries = advance(old, event)
        for entry in entries:
            self._store.record(entry)
        if isinstance(event, CourseRequested):
            self._read_whole_course()
        if self.state is not old:
            for listener in tuple(self._listeners):
                listener(old, self.state)

    def _read_whole_course(self) -> Course:
        whole = self._opening.read_whole()
        if not self._has_whole_course:
            self._has_whole_course = True
            self._renamed = whole.renamed
            if whole.renamed:
                self.dispatch(ProgressRead(self._current_progress()))
            self.dispatch(self._course_read())
        return whole.course

    def _course_read(self) -> CourseRead:
        course = self._opening.read_whole().course if self._has_whole_course else self.state.course
        return CourseRead(course, self._opening.problems, is_whole=self._has_whole_course)

    def _current_progress(self) -> Progress:
        return self._opening.progress_with(self._renamed, self._store.recorded)

    def _leave(self) -> None:
        self.runs.leave_step()
        self.drafts.save()
        self.timeline.forget()

    def _show(self, step: Step | None, *, enter: bool) -> None:
        from tutor.session.words.lesson_keys import fill_step  # a first frame does without

        self._has_shown_step = True
        step = fill_step(step, self._keys) if step is not None else None
        self.dispatch(StepShown(step))
        if step is None:
            return
        if kind_of(step).has_program:
            self._load_draft(step)
        self.worker.observe_ahead(step)
        if enter:
            self.dispatch(StepEntered())

    def _load_draft(self, step: Step) -> None:
        draft = self.drafts.load(step)
        text = draft.text if draft is not None else None
        text = scaffold_of(step) if text is None else text
        self.dispatch(BufferReplaced(ReplacedBuffer(step.id, text, "opened")))
        if draft is not None and draft.note:
            from tutor.session.words.key_names import guard

            self.dispatch(NoticeGiven(guard(draft.note)))
