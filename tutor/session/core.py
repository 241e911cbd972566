"""The tutor without a screen: everything a learner can do, for any front end.

The `Hub` holds one frozen state, which only events change; listeners hear of each change. Its parts
do what takes time or touches the disk. Each part takes the hub whole, and finds the state and the
other parts there; it is imported and made when it is first used, since the first frame needs none
of them. `TutorSession` is the hub that moves between steps. It must not import a front end.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

from msgspec.structs import replace

from tutor.config import Config
from tutor.course.kinds import kind_of
from tutor.course.model import CourseOutline, Step
from tutor.paths import Places
from tutor.progress.entries import Entry, StepRead
from tutor.progress.fold import Place
from tutor.session import late
from tutor.session.events import (
    EntryMade,
    Event,
    FieldsSet,
    GoalsReached,
    Settable,
    StepEntered,
    StepShown,
    VerdictReached,
    advance,
)
from tutor.session.opening import Opening
from tutor.session.state import ReplacedBuffer, State

if TYPE_CHECKING:
    from tutor.client.interface import Client, OnState
    from tutor.progress.own_files import OpenedProgram
    from tutor.session.store import SaveResult
    from tutor.session.words.key_names import KeyNames

THE_END = "That was the last step. {key:next_step} shows the end of the course."
LESSON_END = "That was the last step of this lesson. {key:next_step} shows what comes next."
THE_BEGINNING = "This is the first step."
WAY_BACK = "{key:back} leads back to where you were."
NO_WAY_BACK = "You came here step by step. {key:previous_step} goes to the step before."
CANNOT_BE_SHOWN = "cannot be shown. {key:help} says why."

MAX_PLACES = 20

StateListener = Callable[[State, State], None]
Unsubscribe = Callable[[], None]
Work = Coroutine[Any, Any, None]

NO_KEYS: KeyNames = {}
"""The key names of a front end without keys: texts keep their `{key:…}` placeholders."""


class Background:
    """The background tasks of one session, in named groups that can be cancelled together.

    A bare asyncio task swallows its exception until somebody asks for it. Here each is handed on
    at once, so that the front end can save and end with it.
    """

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._tasks: dict[asyncio.Task[None], str] = {}

    def start(self, work: Work, group: str = "") -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = group
        task.add_done_callback(self._done)

    def restart(self, work: Work, group: str) -> None:
        self.cancel(group)
        self.start(work, group)

    def cancel(self, group: str) -> None:
        for task, task_group in tuple(self._tasks.items()):
            if task_group == group:
                task.cancel()

    async def close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            self._on_error(error)


class Hub:
    """The state of one session, and the parts that move it on."""

    store = cached_property(late.store)
    timeline = cached_property(late.timeline)
    drafts = cached_property(late.drafts)
    worker = cached_property(late.worker)
    runs = cached_property(late.runs)
    answers = cached_property(late.answers)
    help = cached_property(late.solution_help)
    file_watch = cached_property(late.file_watch)
    own_file = cached_property(late.own_file)
    """The file of the learner's own program, there even if it has none; None in a course."""

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
        """Read only what the first frame shows.

        `make_client` is called once, when a worker is first needed. `problems` are sentences about
        what was found wrong before, such as in the config. `start_at` is the id of the step to
        begin with, None for where the learner was last. `own` is a program of the learner's own, in
        place of the course, of which nothing is read then. `keys` holds the front end's names of
        keys, which are filled into the texts of lessons.
        """
        self.places = places
        self.data = places.data
        self.caps = config.limits
        self.make_client = make_client
        self.now = now
        self.problems = tuple(problems)
        self.start_at = start_at
        self.own = own
        self.keys = keys
        self.background = Background(lambda error: self.set(failure=error))
        self._listeners: list[StateListener] = []
        self._events: deque[Event] = deque()
        self._is_dispatching = False
        self._way_back: deque[Place] = deque(maxlen=MAX_PLACES)
        """The places from which jumps led away, the newest last."""
        self._has_whole_outline = False
        """True once the state has been given the whole outline of the course."""
        first: tuple[CourseOutline, Step | None] | None
        first = (CourseOutline(title=""), own.step) if own else self.opening.likely_start
        course, step = first or (CourseOutline(title=""), None)
        self.state = State(course=course, is_exam=config.exam)
        self.state = replace(self.state, step=self.with_own_answers(step))

    @cached_property
    def opening(self) -> Opening:
        return Opening(self.places, self.problems, self.start_at)

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

    def set(self, **fields: Unpack[Settable]) -> None:
        """Set fields of the state, after the events that wait.

        The values must not have been computed from the state: by the time that they are set, an
        event of a listener may have changed it.
        """
        self.dispatch(FieldsSet(fields))

    def notify(self, text: str, *, of_run: bool = False) -> None:
        """Put a sentence into the status line; an empty one removes the sentence before.

        `{key:NAME}` in it is filled when it is shown; text that others wrote must go through
        `guard` first. `of_run` is for what is true only while the program runs.
        """
        self.set(notice=text, notice_of_run=of_run)

    def record(self, entry: Entry) -> None:
        """Keep in the journal what changes nothing else of the state."""
        self.dispatch(EntryMade(entry))

    def read_outline(self, *, whole: bool) -> None:
        """Read the titles of all steps, or only of those around the one on screen, at once."""
        if whole:
            self.opening.read_whole()
        elif not self.opening.is_whole:
            self.opening.read_near(self.state.step_id or None)
        self.take_outline()

    def take_outline(self) -> None:
        """Give the state the outline as far as it is read, unless it has all of it already."""
        opening = self.opening
        if opening.is_whole and not self._has_whole_outline:
            self._has_whole_outline = True
            if opening.renamed():
                self.set(progress=self.opening.progress_with(self.store.recorded))
        outline = opening.outline
        if outline is not self.state.course or self._has_whole_outline != self.state.is_whole:
            self.set(course=outline, problems=opening.problems, is_whole=self._has_whole_outline)

    def with_own_answers(self, step: Step | None) -> Step | None:
        """Return the step with what the learner answered in the earlier steps that it uses."""
        if step is None or not step.used:
            return step
        return late.with_own_answers(step, self.store, withhold=self.state.is_exam)

    def _apply(self, event: Event) -> None:
        old = self.state
        self.state, entries = advance(old, event)
        for entry in entries:
            self.store.record(entry)
        verdict = event.verdict if isinstance(event, VerdictReached | GoalsReached) else None
        if entries and verdict is not None and verdict.program:
            assert old.step is not None  # else there is no entry
            self.store.keep_answer(old.step, verdict.program)
        if self.state is not old:
            for listener in tuple(self._listeners):
                listener(old, self.state)
        if isinstance(event, VerdictReached) and event.verdict.accepted:
            self.answers.experiments.find_soon()


class TutorSession(Hub):
    """One learner's work on one course, bound to one asyncio loop from `open` to `close`."""

    _has_shown_step = False
    """False while only the header of a step is shown, read for the first frame."""

    async def open(
        self,
        *,
        enter: bool = True,
        settled: Callable[[], Awaitable[object]] | None = None,
        prepared: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Show the first step, then start the worker and read the outline of the course.

        Without `enter` the learner has not come to the step yet, as behind a start screen; `go_to`
        with its id enters it. `settled` is awaited before everything that can wait, so that a front
        end can draw the step and take keys first; `prepared` once the worker starts, which takes
        longest, before the rest of the course is read.
        """
        if self.own is not None and self.own_file is not None:
            self.set(problems=self.problems)
            self._show(self.own.step, enter=True)
            self.own_file.tell_restored()
        else:
            self._show(self._first_step(), enter=enter)
        if settled is not None:
            await settled()
        self.worker.wake(asked=False)
        if prepared is not None:
            await prepared()
        if self.own is None:
            await self.opening.read_on(self.state.step_id or None, awaited=False)
            self.take_outline()
        await asyncio.to_thread(late.compact, self.data)

    def go_to(self, step_id: str, *, leaving: Place | None = None) -> None:
        """Show the step with this id and enter it; do nothing if the course has no such step.

        The step on screen is only entered, if the learner has not come to it yet. If the step
        cannot be used, a notice is given. The way back leads to `leaving`, if it is given.
        """
        if self.state.step is not None and step_id == self.state.step.id:
            if self._has_shown_step and not self.state.is_entered:
                self.dispatch(StepEntered())
            return
        if self.opening.outline.find(step_id) is None or not self._go_to_first_of([step_id]):
            return
        if leaving is not None:
            self._way_back.append(leaving)
            self.set(way_back=tuple(self._way_back))
            if not self.state.notice:
                self.notify(WAY_BACK)

    def take_way_back(self) -> Place | None:
        """Take the place that was left last from the way back, and return it.

        None if there is no way back; a notice says so.
        """
        if not self._way_back:
            self.notify(NO_WAY_BACK)
            return None
        place = self._way_back.pop()
        self.set(way_back=tuple(self._way_back))
        return place

    def move(self, delta: int) -> bool:
        """Go `delta` steps on, or back if it is negative; return False if there is none.

        A notice says so, too. A lesson's last step has none after it: what comes after a lesson is
        the learner's to choose, and `go_to` leads there.
        Going on marks a step that is only read as done. Steps that cannot be used are passed over:
        one broken file would else bar the way to all steps after it.
        """
        step = self.state.step
        if delta > 0 and step is not None and kind_of(step).is_only_read:
            self.record(StepRead(step=step.id))
        ids = [each.id for each in self.opening.outline.steps()]
        if step is None or step.id not in ids:
            return True
        lessons = self.opening.outline.lessons[:-1]
        if delta > 0 and any(each.steps and each.steps[-1].id == step.id for each in lessons):
            self.notify(LESSON_END)
            return False
        index = ids.index(step.id) + delta
        wanted = ids[index:] if delta > 0 else ids[: index + 1][::-1] if index >= 0 else []
        has_moved = self._go_to_first_of(wanted)
        if not has_moved:
            self.notify(THE_END if delta > 0 else THE_BEGINNING)
        return has_moved

    def save_now(self) -> SaveResult:
        """Save all text and entries handed over so far, and wait for the disk.

        It needs no event loop, so that it can be called on a signal, a hang-up or a crash.
        """
        return self.store.save_now()

    async def close(self) -> None:
        self.drafts.stop()
        self.store.close()
        await self.background.close()
        await self.worker.close()

    def _first_step(self) -> Step | None:
        progress = self.opening.read_progress()
        self.set(progress=self.opening.progress_with(self.store.recorded))
        step = self.opening.first_step(progress)
        if step is not None:
            self.set(problems=self.opening.problems)
            return step
        self.opening.read_whole()
        self.take_outline()
        step = self.opening.first_open_step(self.state.progress)
        self.take_outline()
        return step

    def _go_to_first_of(self, ids: Sequence[str]) -> bool:
        """Show the first of these steps that can be used; return False if none can.

        A notice names those before it.
        """
        broken: list[str] = []
        for step_id in ids:
            step = self.opening.load(step_id)
            if step is not None:
                self.runs.leave_step()
                self.drafts.save()
                self.timeline.forget()
                self._show(step, enter=True)
                break
            broken.append(step_id)
        self.take_outline()
        if broken:
            steps = f"The step {broken[0]}" if len(broken) == 1 else f"{len(broken)} steps"
            self.notify(f"{steps} {CANNOT_BE_SHOWN}")
        return len(broken) < len(ids)

    def _show(self, step: Step | None, *, enter: bool) -> None:
        self._has_shown_step = True
        if step is not None:
            step = self.with_own_answers(late.filled(step, self.keys))
        self.dispatch(StepShown(step))
        if step is None:
            return
        if kind_of(step).has_program:
            text, draft = self.drafts.first_text(step)
            self.set(replaced=ReplacedBuffer(step.id, text, "opened"))
            if draft is not None and draft.note:
                self.notify(late.guard(draft.note))
        self.worker.observe_ahead(step)
        if enter:
            self.dispatch(StepEntered())
