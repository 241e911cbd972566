"""Judges the program while nothing is typed, so that the next check has its result at once."""

from __future__ import annotations

import asyncio
import time

from tutor.client.interface import Client
from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep, Step
from tutor.grading.length import too_long
from tutor.session import late
from tutor.session.core import Hub
from tutor.session.streaming import StreamingRunner, capped, kept
from tutor.wire.commands import Execute, Question
from tutor.wire.events import Observation

PAUSE_S = 0.3
"""Seconds without a change after which a check may begin: within a word there are fewer."""

REST = 9.0
"""Time without such checks after each, in multiples of what it took: a tenth of one core at most
goes into them, however long somebody types."""

QUICK_MS = 50.0
"""Milliseconds that each run of the step's own solution may take, for its programs to be run."""

MAX_LENGTH = 8_000
"""Characters of a program that is checked so: to take a longer one apart would halt the keys."""

_GROUP = "check ahead"


class ChecksAhead:
    """The checks that nobody has asked for, while nothing is typed; at most one at a time.

    Their verdicts are dropped. What stays is that the client has run the program, and gives those
    runs to the check that is asked for: it comes to the same verdict in the same way, without a
    wait for processes. Programs that take long are left alone: a training would cost battery at
    each pause.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._rested_at = 0.0
        self._checked: tuple[Step, str] | None = None

    def has_checked(self, source: str) -> bool:
        if self._checked is None:
            return False
        step, checked = self._checked
        return step is self._hub.state.step and checked == source

    def changed(self, step: Step, source: str) -> None:
        """Take a change of the program: forget what the one before gave, and check it soon."""
        self.forget()
        if not isinstance(step, CodeStep) or step.network or step.gpu:
            return
        if len(source) <= MAX_LENGTH:
            self._hub.background.start(self._check(step, source), _GROUP)

    def stop(self) -> None:
        """Begin no check, and no more runs of one that is under way; its runs are kept.

        They are for the activity that begins now, if it is a check.
        """
        self._checked = None
        self._hub.background.cancel(_GROUP)

    def forget(self) -> None:
        self.stop()
        if self._hub.worker.client is not None:
            self._hub.worker.client.forget_ahead()

    async def _check(self, step: Step, source: str) -> None:
        await asyncio.sleep(max(PAUSE_S, self._rested_at - time.monotonic()))
        client = self._hub.worker.client
        if client is None or self._hub.state.activity is not None or not client.can_run_ahead:
            return
        begun = time.monotonic()
        try:
            runs = await client.observe_all(late.grading_of(step).author_commands(step)[0])
            if all(run.outcome == "finished" and run.milliseconds <= QUICK_MS for run in runs):
                begun = time.monotonic()
                await self._judge(step, source, client)
        except Exception:
            pass  # a fault of the tutor is told by the check that is asked for
        finally:
            ended = time.monotonic()
            self._rested_at = ended + REST * (ended - begun)

    async def _judge(self, step: Step, source: str, client: Client) -> None:
        judge = late.grading_of(step).judge_program
        others = await self._hub.opening.other_exercises(step)
        if judge is not None and client.can_run_ahead and _is_whole(source):
            await judge(step, source, _RunnerAhead(client, self._hub.caps), others)
            self._checked = (step, source)


def _is_whole(source: str) -> bool:
    """Return True if the program is Python: at most pauses it is not yet."""
    try:
        return not too_long(source) and bool(parse_program(source).body)
    except NotPython:
        return False


class _RunnerAhead(StreamingRunner, frozen=True):
    """A runner for grading whose runs of the learner's program are kept for a later check."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return await self.client.observe_ahead(kept(capped(command, self.caps)), questions)
