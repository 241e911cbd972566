"""The table of endings."""

from __future__ import annotations

import signal

import pytest

from tutor.client.exit_reason import ExitEvidence, ExitReason, classify, line_in_trace
from tutor.wire.control import Decision, Ended
from tutor.wire.events import WROTE_TO_PIPE


def _ended(
    decision: Decision = "none", exit_code: int = 0, cpu: float = 0.1, trace: str = ""
) -> Ended:
    return Ended(decision, exit_code, cpu_seconds=cpu, trace=trace)


@pytest.mark.parametrize("decision", ["timeout", "memory", "processes", "output", "stopped"])
def test_what_the_warden_decided_holds_whatever_the_program_claims(decision: Decision) -> None:
    evidence = ExitEvidence(_ended(decision), up=True, seconds=5)
    assert classify(evidence).outcome == decision


@pytest.mark.parametrize(
    ("exit_code", "cpu", "ending"),
    [
        (0, 0.1, ExitReason("exited", "0")),
        (7, 0.1, ExitReason("exited", "7")),
        (-signal.SIGSEGV, 0.1, ExitReason("crashed", "SIGSEGV")),
        (-signal.SIGKILL, 0.1, ExitReason("crashed", "SIGKILL")),
        (-signal.SIGKILL, 12.0, ExitReason("timeout", "CPU time")),
        (-signal.SIGXCPU, 9.0, ExitReason("timeout", "CPU time")),
        (-63, 0.1, ExitReason("crashed", "signal 63")),
    ],
)
def test_an_end_without_a_word(exit_code: int, cpu: float, ending: ExitReason) -> None:
    assert classify(ExitEvidence(_ended("none", exit_code, cpu), up=True, seconds=5)) == ending


def test_the_tutors_own_faults() -> None:
    assert classify(ExitEvidence(None, up=True, seconds=5)).outcome == "lost"
    assert classify(ExitEvidence(_ended("app-gone"), up=True, seconds=5)).outcome == "lost"
    assert classify(ExitEvidence(_ended("none", 1), up=False, seconds=5)).outcome == "lost"


def test_what_the_client_saw() -> None:
    ended = _ended("unfinished", -9)
    garbled = ExitEvidence(
        ended, up=True, seconds=5, protocol_error="a message that cannot be read"
    )
    assert classify(garbled).outcome == "crashed"
    assert classify(garbled).detail == f"{WROTE_TO_PIPE}: a message that cannot be read."
    assert classify(ExitEvidence(_ended(), True, 5, output_exceeded=True)) == ExitReason("output")


@pytest.mark.parametrize(
    ("trace", "line"),
    [
        ('  File "exercise.py", line 12 in f\n  File "exercise.py", line 3 in <module>\n', 12),
        ('  File "/lib/random.py", line 7 in g\n  File "exercise.py", line 4 in <module>\n', 4),
        ('  File "exercise.py", line ', None),
        ('"exercise.py", line 99999999999999999999999\n', None),
        ("", None),
    ],
)
def test_where_it_stood(trace: str, line: int | None) -> None:
    assert line_in_trace(trace) == line
