"""How a run ended, from what the warden, the learner process and the client each know. Pure."""

from __future__ import annotations

import re
import signal
from typing import NamedTuple

from tutor.wire.control import Ended
from tutor.wire.events import Executed, Outcome

_TRACE_LINE = re.compile(r'"exercise\.py", line (\d{1,9})\D')
_CPU_LIMIT = 2.0
"""Times the wall-clock limit; from there on SIGKILL is the kernel's own, for CPU time."""


class ExitEvidence(NamedTuple):
    """Everything there is."""

    ended: Ended | None
    """None if the warden died without a word."""
    up: bool
    """Whether the learner process was ever ready for its command."""
    seconds: float
    """The limit of the time, with all that it may have been given in addition."""
    executed: Executed | None = None
    complete: bool = False
    """Whether all was answered and `Done` came, in this order."""
    output_exceeded: bool = False
    """Whether it printed more than it may."""
    protocol_error: str = ""
    """What was wrong with the channel."""
    last_words: str = ""
    """The last line on stderr."""


class ExitReason(NamedTuple):
    """The outcome, and a word on it where the outcome alone says too little."""

    outcome: Outcome
    detail: str = ""


def classify(evidence: ExitEvidence) -> ExitReason:
    """A decision of the warden holds, whatever the learner process claims of itself."""
    ended = evidence.ended
    if ended is None or ended.decision == "app-gone":
        return ExitReason("lost", "The process that watched the program ended unexpectedly.")
    if ended.decision != "none" and ended.decision != "unfinished":
        return ExitReason(ended.decision)
    if evidence.output_exceeded:
        return ExitReason("output")
    if evidence.protocol_error:
        return ExitReason(
            "crashed", f"The program wrote to the tutor's own channel: {evidence.protocol_error}."
        )
    if not evidence.up:
        said = f" It said: {evidence.last_words}" if evidence.last_words else ""
        return ExitReason("lost", f"The process for the program could not be made ready.{said}")
    if evidence.complete and evidence.executed and ended.exit_code == 0:
        return ExitReason(evidence.executed.outcome)
    return _by_exit_code(ended, evidence.seconds)


def _by_exit_code(ended: Ended, seconds: float) -> ExitReason:
    if ended.exit_code >= 0:
        return ExitReason("exited", str(ended.exit_code))
    number = -ended.exit_code
    killed_by_limit = number == signal.SIGKILL and ended.cpu_seconds >= seconds * _CPU_LIMIT
    if number == signal.SIGXCPU or killed_by_limit:
        return ExitReason("timeout", "CPU time")
    return ExitReason("crashed", _signal_name(number))


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def line_in_trace(trace: str) -> int | None:
    """The innermost line of exercise.py in what faulthandler told; None if it did not."""
    match = _TRACE_LINE.search(trace)
    return int(match.group(1)) if match else None
