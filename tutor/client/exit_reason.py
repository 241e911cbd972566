"""The end of a run, concluded from the knowledge of warden, learner process and client."""

from __future__ import annotations

import re
import signal
from typing import NamedTuple

from tutor.wire.control import Ended
from tutor.wire.events import WROTE_TO_PIPE, Outcome

_TRACE_LINE = re.compile(r'"exercise\.py", line (\d{1,9})\D')
_CPU_LIMIT = 2.0
"""Multiple of the wall-clock limit; a SIGKILL after that much CPU time is that of RLIMIT_CPU."""


class ExitEvidence(NamedTuple):
    """All facts about the end of a run."""

    ended: Ended | None
    """Report of the warden; None if it died without one."""
    up: bool
    """True if the learner process ever was ready for its command."""
    seconds: float
    """Time limit, with all possible extensions."""
    output_exceeded: bool = False
    """True if it printed more than its limit allows."""
    protocol_error: str = ""
    """Error in the bytes on the channel; empty if there was none."""
    last_words: str = ""
    """Last line on stderr; empty if there is none."""


class ExitReason(NamedTuple):
    """The outcome, with a detail if the outcome alone is too vague."""

    outcome: Outcome
    detail: str = ""


def classify(evidence: ExitEvidence) -> ExitReason:
    """Return the reason; a decision of the warden outweighs the learner process's claims."""
    ended = evidence.ended
    if ended is None or ended.decision == "app-gone":
        return ExitReason("lost", "The process that watched the program ended unexpectedly.")
    if ended.decision != "none" and ended.decision != "unfinished":
        return ExitReason(ended.decision)
    if evidence.output_exceeded:
        return ExitReason("output")
    if evidence.protocol_error:
        return ExitReason("crashed", f"{WROTE_TO_PIPE}: {evidence.protocol_error}.")
    if not evidence.up:
        quote = f" Its last words: {evidence.last_words}" if evidence.last_words else ""
        return ExitReason("lost", f"The process for the program could not be prepared.{quote}")
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
    """Return the innermost line of exercise.py in a faulthandler trace; None without one."""
    match = _TRACE_LINE.search(trace)
    return int(match.group(1)) if match else None
