"""A run of a learner's program as a conversation: the questions, and the messages that count.

The learner process is not trusted. A message counts only in its turn: `Executed` once, then one
answer for each question in order, then `Done`. Any other message is dropped, so that a forged
`Done` neither ends a run nor saves one that continues from its deadline. A program that forges the
whole conversation in the right order could as well have forged the result.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from msgspec import structs

from tutor.client.batches import EventBatches
from tutor.client.kept_program import GONE, ON_CARD, KeptProgram
from tutor.client.learner_process import LearnerProcess
from tutor.client.run import OnOverdue, Run
from tutor.client.transcript import Transcript
from tutor.wire.commands import Bind, Execute, Question, StepLength, WatchViews
from tutor.wire.control import Ended, Used
from tutor.wire.events import (
    Answer,
    Answered,
    Done,
    Evaluated,
    Evaluation,
    Executed,
    FiguresKept,
    FromLearner,
    InventoryTaken,
    LibraryLoaded,
    LibraryLoading,
    LossesRecorded,
    Observation,
    OutputWritten,
    PadShown,
    ParametersGiven,
    Paused,
    PlotsDrawn,
    ProgressShown,
    ResourcesUsed,
    RunEnded,
    RunEvent,
    StartRecorded,
    StepRecorded,
    TrainingNoted,
)
from tutor.wire.frames import FrameError
from tutor.wire.graphs import GraphDescribed
from tutor.wire.maps import DecisionMap, FittedCurve, NoMap, SurfaceDrawn
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.question_code import asked

_BUDGET_WATCHED = 256 * 1024
"""Budget of a watched run (see `ProcessListener`): a flood must leave the app time to draw."""

_VIEW_OF: dict[type[RunEvent], str] = {
    InventoryTaken: "tensors",
    DecisionMap: "map",
    FittedCurve: "map",
    ModelsDescribed: "model",
    PadShown: "pad",
    GraphDescribed: "graph",
    SurfaceDrawn: "surface",
}
"""The view that shows each kind of event."""


class LearnerRun(Run):
    """A run of a learner's program, whose events are passed on in batches.

    Implements `tutor.client.interface.RunHandle`.
    """

    def __init__(
        self,
        command: Execute,
        questions: tuple[Question, ...],
        on_overdue: OnOverdue,
        transcript: Transcript | None = None,
    ) -> None:
        """Prepare a run; with a `transcript` it is watched, and its events must be read.

        The transcript gets all output. Without one, events are dropped, and only the observation is
        left.
        """
        super().__init__(command, on_overdue)
        self._questions = questions
        self._asked = False
        self._answers: list[Answer] = []
        self._steps = 0
        self._views: set[str] = set()
        """Views that got data."""
        self._transcript = transcript
        self.is_watched = transcript is not None
        self._batches = EventBatches()
        self._progress = ""
        self._last_usage: tuple[float, float] | None = None
        """CPU seconds in the last report, and its time; None before the first."""
        self._kept: KeptProgram | None = None
        """The program after the run, if it is kept."""
        self._is_forgotten = False
        """True if nobody will ask for the program's values, perhaps before its end."""

    @property
    def budget(self) -> int:
        """Bytes that may be read of one descriptor in 20 ms."""
        return _BUDGET_WATCHED if self.is_watched else super().budget

    async def events(self) -> AsyncIterator[tuple[RunEvent, ...]]:
        """Yield batches, the last of which ends with `RunEnded`; if closed early, end the run."""
        try:
            ended = False
            while not ended:
                batch = await self._batches.next()
                ended = bool(batch) and isinstance(batch[-1], RunEnded)
                yield batch
        finally:
            self.leave()

    def leave(self) -> None:
        """End the run unless it is over: nobody waits for it any more."""
        if not self.over.is_set():
            self.abandon()

    def pause(self, number: int) -> None:
        """Pause before the next phase of the training, or anywhere if there is no phase."""
        if not self.over.is_set():
            self.pausing.hold(number)

    def step_phase(self, number: int, length: StepLength = "phase") -> None:
        """Continue to the next phase, step or epoch of the training, and pause there."""
        if not self.over.is_set():
            self.pausing.step_phase(number, length)

    def resume(self) -> None:
        """Continue, and withdraw any request to pause."""
        if not self.over.is_set():
            self.pausing.resume()

    def watch(self, views: tuple[str, ...]) -> None:
        """Report these views of the command during the run, and no others.

        A program that has not begun gets them with its command.
        """
        if self.over.is_set() or self._executed is not None:
            return
        if isinstance(self.command, Execute):  # the run may begin again, in another process
            self.command = structs.replace(self.command, watched=views)
        if self._process is not None:
            self._process.send(WatchViews(views))

    def bind(self, numbers: dict[str, int | float]) -> None:
        """Bind names of the program to numbers before its next training step."""
        if not self.over.is_set() and self._process is not None:
            self._process.send(Bind(numbers))

    async def evaluate(self, expression: str, columns: int = 0) -> Evaluation:
        """Evaluate an expression in the ended program; if cancelled, end it."""
        if self._kept is None:
            return ON_CARD if self.command.gpu else GONE
        return await self._kept.evaluate(expression, columns)

    def retire(self) -> None:
        """Stop asking the program, and do not keep it after its end: another run has begun."""
        self._is_forgotten = True
        if self._kept is not None:
            self._kept.retire()

    def forget(self) -> None:
        """Release the program after its end: nobody will ask for its values."""
        self._is_forgotten = True
        if self._kept is not None:
            self._kept.forget()

    def on_event(self, event: FromLearner) -> None:
        """Handle a message of the learner process; drop it if it is out of turn."""
        if not self.over.is_set():
            self._take(event)
        elif self._kept is not None and isinstance(event, Evaluated):
            self._kept.take(event)

    def _take(self, event: FromLearner) -> None:
        match event:
            case Executed() if self._executed is None:
                if event.outcome == "stopped" and not self._interrupted:
                    # raised by the program itself, since nobody has interrupted it
                    event = structs.replace(event, outcome="raised")
                self._executed = event
                self.pausing.resume()  # there is nothing left to pause
                self._queue(event, urgent=True)
                # later, so that forged answers from the same read are dropped
                asyncio.get_running_loop().call_soon(self._ask)
            case Answered(index=index, answer=answer) if self._expects(index):
                self._answers.append(answer)
            case Done() if self._asked and len(self._answers) == len(self._questions):
                self._finish()
            case LossesRecorded(first=first, losses=losses):
                self._steps = first + len(losses)
                self._note_view("loss", event)
            case (
                InventoryTaken()
                | DecisionMap()
                | FittedCurve()
                | ModelsDescribed()
                | PadShown()
                | GraphDescribed()
                | SurfaceDrawn()
            ):
                self._note_view(_VIEW_OF[type(event)], event)
            case (
                TrainingNoted()
                | StepRecorded()
                | ParametersGiven()
                | StartRecorded()
                | NoMap()
                | AnswersCounted()
                | PlotsDrawn()
                | FiguresKept()
            ):
                self._queue(event)
            case LibraryLoading():
                self._imports.begin()
            case LibraryLoaded():
                self._imports.end()
            case Paused():
                self.pausing.on_event(event)

    def on_exit(self, ended: Ended | None) -> None:
        """Conclude the run from the warden's report, or note that the kept program is gone."""
        if self._kept is not None:
            self._kept.end(ended)
        super().on_exit(ended)

    def _let_go(self, process: LearnerProcess) -> None:
        is_kept = isinstance(self.command, Execute) and self.command.keep
        # the warden of an interrupted run is ending it already
        if is_kept and not (self._interrupted or self._is_forgotten):
            self._kept = KeptProgram(process, self.command.limits)
        else:
            super()._let_go(process)

    def _note_view(self, view: str, event: RunEvent) -> None:
        self._views.add(view)
        self._queue(event)

    def on_usage(self, used: Used) -> None:
        """Report the memory in use, and the share of the CPU since the last report."""
        now = time.monotonic()
        seconds, before = self._last_usage or (0.0, self._started)
        self._last_usage = (used.cpu_seconds, now)
        share = max(used.cpu_seconds - seconds, 0.0) / max(now - before, 0.1)
        if not self.over.is_set():
            self._queue(ResourcesUsed(round(used.memory_mb), round(100 * share)))

    def _on_paused(self, paused: Paused) -> None:
        self._queue(paused, urgent=True)

    def _expects(self, index: int) -> bool:
        return self._asked and index == len(self._answers) < len(self._questions)

    def _ask(self) -> None:
        if self._process and not self.over.is_set():
            self._asked = True
            if self._interrupted:
                self._questions = ()  # nobody judges it: an empty `Ask` ends the process
            try:
                self._process.send(asked(self._questions))
            except FrameError as error:
                self.give_up(f"The questions cannot be asked: {error}.")

    def _show(self, stream: int, text: str) -> None:
        if text and self._transcript is not None:
            self._transcript.add(text)
            self._queue(OutputWritten("stderr" if stream else "stdout", text))
        held = self._streams[stream].held
        if held != self._progress and self._transcript is not None:
            self._progress = held
            self._queue(ProgressShown(held))

    def _conclude(self, observation: Observation) -> None:
        if self.over.is_set():
            return
        # however the program handled the interrupt, the learner has stopped it
        if self._interrupted and observation.outcome != "lost":
            observation = Observation("stopped", observation.executed, line=observation.line)
        super()._conclude(observation)
        if self.observation:
            self._queue(RunEnded(self.observation), urgent=True)

    def _with_details(self, observation: Observation) -> Observation:
        """Return the observation with answers, number of training steps, and views."""
        return structs.replace(
            super()._with_details(observation),
            answers=tuple(self._answers),
            steps=self._steps,
            views=tuple(sorted(self._views)),
        )

    def _queue(self, event: RunEvent, *, urgent: bool = False) -> None:
        if self.is_watched:
            self._batches.add(event, urgent=urgent)
