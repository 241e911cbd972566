"""A program that has ended and whose process is kept, to be asked for what it has left.

Between two questions all its processes are stopped, so that it takes no processor time; its warden
watches its memory as before, and ends it where the machine has too little. It is not trusted more
than a program that runs: an answer counts for the expression whose turn it is, and each has a time
limit that does not depend on it.
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
"""Seconds after these in which the warden has to report."""
_MORE_MB = 2 * EVALUATION_MB
"""Memory above the limit of the run that processes may hold while an expression is evaluated."""
_MORE_TASKS = 8
RETIRED_SECONDS = 0.5
"""Seconds for which the process of a program that is asked no more may stay: the end of one takes
processor time from the run that has just begun."""

ON_CARD = Evaluation("on-card", is_last=True)
GONE = Evaluation("gone", is_last=True)
BUSY = Evaluation("busy")
NO_TEXT = Evaluation("raised", error=ErrorFacts("UnicodeEncodeError", "surrogates not allowed"))
"""What Python says of half a surrogate pair, too, which cannot be sent to it."""
_OUTCOMES: dict[Decision, EvaluationOutcome] = {
    "timeout": "timeout",
    "memory": "memory",
    "processes": "processes",
}


class KeptProgram:
    """The process of one program, from its `Done` on."""

    def __init__(self, process: LearnerProcess, limits: Limits) -> None:
        """Stop the process where it waits; `limits` are those of the run."""
        self._process = process
        self._limits = Begin(SECONDS, limits.memory_mb + _MORE_MB, limits.tasks + _MORE_TASKS)
        self._alarm = Alarm(self.forget)
        self._number = 0
        self._answer: asyncio.Future[Evaluation] | None = None
        """Of the expression that is being evaluated; None if none is."""
        self._is_retired = False
        process.send_to_warden(Freeze())

    async def evaluate(self, expression: str, columns: int) -> Evaluation:
        """Return what comes of an expression; cancelled, end the program."""
        if self._answer is not None:
            return BUSY
        if self._process.closed or self._is_retired:
            return GONE
        self._number += 1
        self._answer = asyncio.get_running_loop().create_future()
        try:
            self._process.send(Evaluate(self._number, expression, columns))
            # the clock begins anew with the limits, and stands still once the process is stopped
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
        """Take an answer, which may be forged; drop it if it is not the one that is waited for."""
        if event.number == self._number and self._conclude(event.evaluation):
            self._process.send_to_warden(Freeze())

    def end(self, ended: Ended | None) -> None:
        """Take note that the process has ended, as its warden reports, or with all the worker."""
        if ended is None:
            self._conclude(GONE)
        else:
            self._conclude(Evaluation(_OUTCOMES.get(ended.decision, "ended"), is_last=True))

    def retire(self) -> None:
        """Answer no more, and end the process in a moment."""
        self._is_retired = True
        self._conclude(GONE)
        asyncio.get_running_loop().call_later(RETIRED_SECONDS, self.forget)

    def forget(self) -> None:
        """End the process, and with it what is being evaluated."""
        self._process.close()
        self._conclude(GONE)

    def _conclude(self, evaluation: Evaluation) -> bool:
        if self._answer is None or self._answer.done():
            return False
        self._answer.set_result(evaluation)
        return True
