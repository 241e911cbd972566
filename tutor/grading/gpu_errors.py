"""Errors of programs that ask for a graphics card: there is none, or its memory is used up.

Neither makes an answer wrong: on another machine, or a minute later, the same program would be
judged. Only a program that asked for more than its share is to blame.
"""

from __future__ import annotations

import re

from tutor.grading.explanations.unavailable import NO_CARD
from tutor.grading.verdict import Verdict
from tutor.wire.events import ErrorFacts, Observation

_OUT_OF_MEMORY = re.compile(
    r"CUDA out of memory|CUDA error: out of memory|CUBLAS_STATUS_ALLOC_FAIL"
)
_SIZE = r"(\d+(?:\.\d+)?) (bytes|KiB|MiB|GiB)"
_ASKED = re.compile(rf"Tried to allocate {_SIZE}")
_ALLOWED = re.compile(rf"{_SIZE} allowed")
_HELD = re.compile(rf"Of the allocated memory {_SIZE} is allocated by PyTorch")
_RESERVED = re.compile(rf"{_SIZE} is reserved by PyTorch but unallocated")
_UNITS = {"bytes": 1.0, "KiB": 1024.0, "MiB": 1024.0**2, "GiB": 1024.0**3}

NO_CARD_HERE = (
    "The program needs a graphics card, but none is available here. Nothing was judged. "
    'Let it run without one as well: `device = "cuda" if torch.cuda.is_available() else '
    '"cpu"`, and then `.to(device)` instead of `.cuda()`.'
)
CARD_IS_FULL = (
    "The graphics card had no memory left for the program{at}: others use it as well. That is not "
    "your fault and does not count. Try again in a while."
)
TOO_MUCH = (
    "The program asked for more than {memory} MB of the graphics card's memory{at}. Look for a "
    "very large tensor, a batch that is too large, or a list that keeps losses without `.item()`."
)


def lacks_card(error: ErrorFacts | None) -> bool:
    """Return True if the program raised because it can use no graphics card."""
    return error is not None and re.search(NO_CARD, error.message) is not None


def verdict_without_card(error: ErrorFacts, evidence: tuple[str, ...]) -> Verdict:
    """Return the verdict for a missing card, with the evidence; it does not judge the answer."""
    return Verdict(
        "not-attempted",
        "no-such-device",
        NO_CARD_HERE,
        evidence=evidence,
        line=error.line,
        error=error.type_name,
    )


def ran_out_of_card_memory(observation: Observation) -> bool:
    """Return True if the program got no more memory on the graphics card."""
    error = observation.executed.error if observation.executed is not None else None
    return (
        observation.outcome == "memory"
        and error is not None
        and _OUT_OF_MEMORY.search(error.message) is not None
    )


def found_card_full(observation: Observation) -> bool:
    """Return True if others used the memory of the graphics card that the program requested."""
    return ran_out_of_card_memory(observation) and not asked_for_too_much(observation)


def asked_for_too_much(observation: Observation) -> bool:
    """Return True if it asked for more than its share, however much others left.

    Without numbers in the message that is unknown, and the program is not blamed.
    """
    error = observation.executed.error if observation.executed is not None else None
    if error is None:
        return False
    asked, allowed = _bytes(_ASKED, error.message), _bytes(_ALLOWED, error.message)
    if asked is None or allowed is None:
        return False
    held = sum(_bytes(each, error.message) or 0.0 for each in (_HELD, _RESERVED))
    return asked + held > allowed


def _bytes(pattern: re.Pattern[str], message: str) -> float | None:
    found = pattern.search(message)
    return float(found[1]) * _UNITS[found[2]] if found is not None else None
