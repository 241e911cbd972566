"""An ended program whose process is kept, to evaluate expressions in its namespace.

Between two evaluations all its processes are stopped, so that it takes no processor time; its
warden still watches its memory, and ends it if the machine has too little. It is not trusted more
than a running program: an answer counts only for the pending expression, and each has a time limit
that does not depend on the program.
"""

from __future__ import annotations

import asyncio

from tutor.client.alarm import Alarm
from tutor.client.learner_process import LearnerProcess
from tutor.wire.commands import EVALUATION_MB, EVALUATION_SECONDS, Evaluate, Limits
from tutor.wire.control import Begin, Decision, Ended, Freeze, Thaw
from tutor.wire.events import ErrorFacts, Evaluated, Evaluation, EvaluationOutcome
from tutor.wire.frames import FrameError

SECONDS = EVALUATION_SECONDS + 2.0
"""Seconds after which the warden ends a program that has not ended the evaluation by itself."""
_SLACK = 3.0
"""Further seconds in which the warden has to report."""
_MORE_MB = 2 * EVALUATION_MB
"""Memory above the run's limit that processes may hold while an expression is evaluated."""
_MORE_TASKS = 8
RETIRED_SECONDS = 0.5
"""Seconds for which a retired process may stay: its end takes processor time from the run that has
just begun."""

ON_CARD = Evaluation("on-card", is_last=True)
GONE = Evaluation("gone", is_last=True)
BUSY = Evaluation("busy")
NO_TEXT = Evaluation("raised", error=ErrorFacts("UnicodeEncodeError", "surrogates not allowed"))
"""Python's error for half of a surrogate pair, which cannot be sent to the process."""
_OUTCOMES: dict[Decision, EvaluationOutcome] = {
    "timeout": "timeout",
    "memory": "memory",
    "processes": "processes",
}


class KeptProgram:
    """The process of one program after its `Done`."""

    def __init__(self, process: LearnerProcess, limits: Limits) -> None:
        """Stop the waiting process; `limits` are those of the run."""
        self._process = process
        self._limits = Begin(SECONDS, limits.memory_mb + _MORE_MB, limits.tasks + _MORE_TASKS)
        self._alarm = Alarm(self.forget)
        self._number = 0
        self._answer: asyncio.Future[Evaluation] | None = None
        """Result of the pending evaluation; None if there is none."""
        self._is_retired = False
        process.send_to_warden(Freeze())

    async def evaluate(self, expression: str, columns: int) -> Evaluation:
        """Evaluate an expression; if cancelled, end the program."""
        if self._answer is not None:
            return BUSY
        if self._process.closed or self._is_retired:
            return GONE
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self._process.send(Evaluate(self._number, expression, columns))
            # new limits restart the clock, which stands still while the process is stopped
            self._process.send_to_warden(Thaw())
            self._process.send_to_warden(self._limits)
            self._alarm.set(SECONDS + _SLACK)
            return await self._answer
        except FrameError:
            return NO_TEXT
        except asyncio.CancelledError:
            self.forget()
            raise
        finally:
            self._answer = None
            self._alarm.clear()

    def take(self, event: Evaluated) -> None:
        """Take an answer, which may be forged; drop it if it is not the expected one."""
        if event.number == self._number and self._conclude(event.evaluation):
            self._process.send_to_warden(Freeze())

    def end(self, ended: Ended | None) -> None:
        """Handle the end of the process, reported by its warden or with the whole worker."""
        if ended is None:
            self._conclude(GONE)
        else:
            self._conclude(Evaluation(_OUTCOMES.get(ended.decision, "ended"), is_last=True))

    def retire(self) -> None:
        """Answer no more, and end the process soon."""
        self._is_retired = True
        self._conclude(GONE)
        asyncio.get_running_loop().call_later(RETIRED_SECONDS, self.forget)

    def forget(self) -> None:
        """End the process and a pending evaluation."""
        self._process.close()
        self._conclude(GONE)

    def _conclude(self, evaluation: Evaluation) -> bool:
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(evaluation)
        return True
