"""The tutor without a screen: everything a learner can do, for any front end.

`TutorSession` holds one frozen state, which only events change; listeners are told of each change.
Its parts do what takes time or touches the disk, and dispatch events about the result. A part gets
what it needs, never the `TutorSession`: only this module knows all parts. Each is imported and made
when it is first used, since a first frame needs none of them. It must not import a front end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.course.model import CourseOutline, Exercise, Step
from tutor.paths import Places
from tutor.progress.fold import Place, Progress
from tutor.session.background import Background
from tutor.session.events import (
    BufferReplaced,
    CourseRead,
    Event,
    NoticeGiven,
    OutlineRequested,
    ProgressRead,
    StepEntered,
    StepShown,
    TaskFailed,
    VerdictReached,
)
from tutor.session.opening import Opening
from tutor.session.state import ReplacedBuffer, State

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.progress.own_files import OpenedProgram
    from tutor.session.answers import Answers
    from tutor.session.autosave import Autosaver
    from tutor.session.experimenting import Experiments
    from tutor.session.file_watch import FileWatch
    from tutor.session.known_names import KnownNames
    from tutor.session.moving import Moving
    from tutor.session.own_program import OwnProgramFile
    from tutor.session.reviewing import Reviewing
    from tutor.session.runs import RunController
    from tutor.session.solution_help import SolutionHelp
    from tutor.session.store import LearnerStore, SaveResult
    from tutor.session.timeline import Timeline
    from tutor.session.words.key_names import KeyNames
    from tutor.session.worker_keep_alive import WorkerKeepAlive

StateListener = Callable[[State, State], None]
Unsubscribe = Callable[[], None]

NO_KEYS: KeyNames = {}
"""The key names of a front end without keys: texts keep their `{key:…}` placeholders."""


class TutorSession:
    """One learner's work on one course, bound to one asyncio loop from `open` to `close`."""

    def __init__(
        self,
        places: Places,
        config: Config,
        *,
        make_client: Callable[[OnState], Client],
        now: Callable[[], datetime],
        problems: Sequence[str] = (),
        start_at: str | None = None,
        own: OpenedProgram | None = None,
        keys: KeyNames = NO_KEYS,
    ) -> None:
        """Read only what the first frame shows; `open` does the rest.

        `make_client` is called once, when a worker is first needed. `problems` are sentences about
        what was found wrong before, such as in the config. `start_at` is the id of the step to
        begin with, None for where the learner was last. `own` is a program of the learner's own, in
        place of the course, of which nothing is read then. `keys` holds the front end's names of
        keys, which are filled into the texts of lessons.
        """
        self._start_at = start_at
        self._own = own
        self._keys = keys
        self._problems = tuple(problems)
        self._places = places
        self._listeners: list[StateListener] = []
        self._events: deque[Event] = deque()
        self._is_dispatching = False
        self._has_shown_step = False
        """Whether a whole step has been shown, not only the header read for the first frame."""
        self._has_whole_outline = False
        """Whether the state has been given the whole outline of the course."""
        self._data = places.data
        self._now = now
        self._background = Background(lambda error: self.dispatch(TaskFailed(error)))
        first: tuple[CourseOutline, Step | None] | None
        first = (CourseOutline(title=""), own.step) if own else self._opening.likely_start
        course, step = first or (CourseOutline(title=""), None)
        self._is_exam = config.exam
        own_step = self._with_own_answers(step)
        self.state = State(course=course, is_exam=self._is_exam, step=own_step)
        self._make_client = make_client
        self._caps = config.limits

    @cached_property
    def _opening(self) -> Opening:
        return Opening(self._places, self._problems, self._start_at)

    @cached_property
    def _store(self) -> LearnerStore:
        from tutor.session.store import LearnerStore

        return LearnerStore(self._data, self._now)

    @cached_property
    def timeline(self) -> Timeline:
        """The runs of the step, and what they recorded."""
        from tutor.session.timeline import Timeline

        return Timeline()

    @cached_property
    def drafts(self) -> Autosaver:
        """The part that keeps the learner's texts and place."""
        from tutor.session.autosave import Autosaver

        return Autosaver(
            self._get_state,
            self.dispatch,
            self._store,
            self._background,
            own_file=self._own_file(),
        )

    @cached_property
    def worker(self) -> WorkerKeepAlive:
        """The part that starts the worker and keeps it awake."""
        from tutor.session.worker_keep_alive import WorkerKeepAlive

        return WorkerKeepAlive(self._get_state, self.dispatch, self._background, self._make_client)

    @cached_property
    def runs(self) -> RunController:
        """The part that runs programs."""
        from tutor.session.runs import RunController

        return RunController(
            self._get_state,
            self.dispatch,
            worker=self.worker,
            timeline=self.timeline,
            drafts=self.drafts,
            background=self._background,
            caps=self._caps,
            other_exercises=self._other_exercises,
        )

    @cached_property
    def answers(self) -> Answers:
        """The part that judges answers to questions."""
        from tutor.session.answers import Answers

        return Answers(
            self._get_state,
            self.dispatch,
            runs=self.runs,
            worker=self.worker,
            drafts=self.drafts,
            experiments=self._experiments,
            review=self._reviewing,
            make_file_watch=self._make_file_watch,
        )

    def _make_file_watch(self) -> FileWatch:
        from tutor.session.file_watch import FileWatch

        return FileWatch(
            self._get_state,
            self.dispatch,
            subscribe=self.subscribe,
            runs=self.runs,
            drafts=self.drafts,
            background=self._background,
            data=self._data,
        )

    @cached_property
    def _reviewing(self) -> Reviewing:
        from tutor.session.reviewing import Reviewing, ReviewSource

        source = ReviewSource(
            entries=lambda: self._opening.entries_with(self._store.recorded),
            read_entries=self._store.read_entries,
            renamed=self._opening.renamed,
            load=self._load_for_review,
        )
        return Reviewing(
            self._get_state,
            self.dispatch,
            source=source,
            worker=self.worker,
            drafts=self.drafts,
            background=self._background,
            caps=self._caps,
            now=self._now,
        )

    def _load_for_review(self, step_id: str) -> Step | None:
        from tutor.session.words.lesson_keys import fill_step

        step = self._opening.load(step_id)
        return fill_step(step, self._keys) if step is not None else None

    @cached_property
    def _experiments(self) -> Experiments:
        from tutor.session.experimenting import Experiments

        return Experiments(
            self._get_state,
            self.dispatch,
            runs=self.runs,
            worker=self.worker,
            background=self._background,
            caps=self._caps,
        )

    @cached_property
    def help(self) -> SolutionHelp:
        """The part that shows hints, solutions, past answers and names, and begins a step again."""
        from tutor.session.solution_help import SolutionHelp

        return SolutionHelp(
            self._get_state,
            self.dispatch,
            drafts=self.drafts,
            store=self._store,
            names=self._known_names,
        )

    @cached_property
    def _known_names(self) -> KnownNames:
        from tutor.session.known_names import KnownNames

        return KnownNames(
            client=lambda: self.worker.client,
            timeline=self.timeline,
            earlier_exercises=self._opening.earlier_exercises,
        )

    @cached_property
    def _moving(self) -> Moving:
        from tutor.session.moving import Moving

        return Moving(
            self._get_state,
            self.dispatch,
            opening=self._opening,
            show=self._change_step,
            take_outline=self._take_outline,
        )

    def _own_file(self) -> OwnProgramFile | None:
        if self._own is None:
            return None
        from tutor.session.own_program import OwnProgramFile

        return OwnProgramFile(self.dispatch, opened=self._own, store=self._store, data=self._data)

    def subscribe(self, listener: StateListener) -> Unsubscribe:
        """Call the listener with the states before and after each change, until unsubscribed."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def dispatch(self, event: Event) -> None:
        """Apply the event to the state and tell every listener.

        An event that a listener dispatches waits until all listeners have been told of this one:
        otherwise those that come later would see the changes in the wrong order.
        """
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
        self,
        *,
        enter: bool = True,
        settled: Callable[[], Awaitable[object]] | None = None,
        prepared: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Show the first step, then start the worker and read the outline of the course.

        Without `enter` the learner has not come to the step yet, as behind a start screen; `go_to`
        with its id says when. `settled` is awaited before everything that can wait, so that a front
        end can draw the step and take keys first; `prepared` once the worker starts, which takes
        longest, before the rest of the course is read.
        """
        if self._own is not None:
            await self._open_own(self._own.step, settled, prepared)
            return
        progress = self._opening.read_progress()
        self.dispatch(ProgressRead(self._current_progress()))
        step = self._opening.first_step(progress)
        if step is not None:
            self.dispatch(self._course_read(self.state.course))
        else:
            self._opening.read_whole()
            self._take_outline()
            step = self._opening.first_open_step(self.state.progress)
            self._take_outline()
        self._show(step, enter=enter)
        if settled is not None:
            await settled()
        self.worker.wake(asked=False)
        if prepared is not None:
            await prepared()
        await self._opening.read_on(step.id if step is not None else None, awaited=False)
        self._take_outline()
        await self._store.compact()

    async def _open_own(
        self,
        step: Step,
        settled: Callable[[], Awaitable[object]] | None,
        prepared: Callable[[], Awaitable[object]] | None,
    ) -> None:
        self.dispatch(CourseRead(self.state.course, self._problems, is_whole=False))
        self._show(step, enter=True)
        if self.drafts.own_file is not None:
            self.drafts.own_file.tell_restored()
        if settled is not None:
            await settled()
        self.worker.wake(asked=False)
        if prepared is not None:
            await prepared()
        await self._store.compact()

    def go_to(self, step_id: str, *, leaving: Place | None = None) -> None:
        """Show the step with this id and enter it; do nothing if the course has no such step.

        The step on screen is only entered, if the learner has not come to it yet. Of a step that
        cannot be used, a notice is given. A way leads back to the place that is being left, if it
        is given.
        """
        if self.state.step is not None and step_id == self.state.step.id:
            if self._has_shown_step and not self.state.is_entered:
                self.dispatch(StepEntered())
            return
        self._moving.go_to(step_id, leaving)

    def move(self, delta: int) -> bool:
        """Go `delta` steps on, or back if it is negative; return False if there is none.

        A notice says so, too. A lesson's last step has none after it: what comes after a lesson is
        the learner's to choose, and `go_to` leads there.
        Going on marks a step that is only read as done. Steps that cannot be used are passed over.
        """
        return self._moving.move(delta)

    def save_now(self) -> SaveResult:
        """Save all text and entries handed over so far, and wait for the disk.

        It needs no event loop, so that it can be called on a signal, a hang-up or a crash.
        """
        return self._store.save_now()

    async def close(self) -> None:
        """Save everything, cancel the background tasks and end the worker."""
        self.drafts.stop()
        self._store.close()
        await self._background.close()
        await self.worker.close()

    def _get_state(self) -> State:
        return self.state

    def _apply(self, event: Event) -> None:
        from tutor.session.reduce import advance  # not for the first frame

        old = self.state
        self.state, entries = advance(old, event)
        for entry in entries:
            self._store.record(entry)
        if entries and isinstance(event, VerdictReached) and event.verdict.program:
            assert old.step is not None  # else there is no entry
            self._store.keep_answer(old.step, event.verdict.program)
        if isinstance(event, OutlineRequested):
            self._read_outline_for(event)
        if self.state is not old:
            for listener in tuple(self._listeners):
                listener(old, self.state)
        if isinstance(event, VerdictReached) and event.verdict.accepted:
            self._experiments.find_soon()

    def _read_outline_for(self, event: OutlineRequested) -> None:
        if event.whole:
            self._opening.read_whole()
        elif not self._opening.is_whole:
            self._opening.read_near(self.state.step.id if self.state.step is not None else None)
        self._take_outline()

    def _take_outline(self) -> None:
        """Give the state the outline as far as it is read, unless it has all of it already."""
        if self._opening.is_whole and not self._has_whole_outline:
            self._has_whole_outline = True
            if self._opening.renamed():
                self.dispatch(ProgressRead(self._current_progress()))
        outline = self._opening.outline
        if outline is not self.state.course or self._has_whole_outline != self.state.is_whole:
            self.dispatch(self._course_read(outline))

    def _course_read(self, outline: CourseOutline) -> CourseRead:
        return CourseRead(outline, self._opening.problems, is_whole=self._has_whole_outline)

    def _current_progress(self) -> Progress:
        return self._opening.progress_with(self._opening.renamed(), self._store.recorded)

    async def _other_exercises(self, step: Step) -> Sequence[Exercise]:
        await self._opening.read_on(step.id, awaited=True)
        return self._opening.other_exercises(step)

    def _change_step(self, step: Step) -> None:
        self._leave()
        self._show(step, enter=True)

    def _leave(self) -> None:
        self.runs.leave_step()
        self.drafts.save()
        self.timeline.forget()

    def _show(self, step: Step | None, *, enter: bool) -> None:
        from tutor.session.words.lesson_keys import fill_step  # not needed for the first frame

        self._has_shown_step = True
        step = fill_step(step, self._keys) if step is not None else None
        step = self._with_own_answers(step)
        self.dispatch(StepShown(step))
        if step is None:
            return
        if kind_of(step).has_program:
            self._load_draft(step)
        self.worker.observe_ahead(step)
        if enter:
            self.dispatch(StepEntered())

    def _with_own_answers(self, step: Step | None) -> Step | None:
        """Return the step with what the learner answered in the earlier steps that it uses."""
        if step is None or not step.used:
            return step
        from tutor.course.used_answers import (  # few steps use any
            with_own,
            with_solutions_withheld,
        )

        step = with_own(step, self._store.own_answer)
        return with_solutions_withheld(step) if self._is_exam else step

    def _load_draft(self, step: Step) -> None:
        text, draft = self.drafts.first_text(step)
        self.dispatch(BufferReplaced(ReplacedBuffer(step.id, text, "opened")))
        if draft is not None and draft.note:
            from tutor.session.words.key_names import guard

            self.dispatch(NoticeGiven(guard(draft.note)))
