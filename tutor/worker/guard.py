"""Calling what a learner may have defined: a repr that raises, is endless or huge ends here.

For the engine's rooms that show values. Text that leaves here can be sent: it is valid UTF-8.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

Result = TypeVar("Result")

MAX_SECONDS = 0.25
"""How long a learner's own method may take to describe an object …"""

MAX_SECONDS_IN_ALL = 2.0
"""… and all of them together; after that nothing is described any more."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
_name_of_type: Callable[[type], str] = vars(type)["__name__"].__get__
_object_repr = object.__repr__
_as_text = str.__str__


class _TimeBudget:
    """What is left of it in this process."""

    def __init__(self) -> None:
        self.seconds = MAX_SECONDS_IN_ALL


_time_budget = _TimeBudget()
_clock = time.monotonic


class _TooSlow(BaseException):
    """Not an Exception, so that the learner's `except Exception` does not swallow it."""


def type_name(obj: object) -> str:
    """The name of the real type, whatever its metaclass or `__class__` say."""
    return clean(_name_of_type(type(obj)), 100)


def class_name(kind: type) -> str:
    """The name of a class, whatever its metaclass says."""
    return clean(_name_of_type(kind), 100)


def clean(text: str, limit: int) -> str:
    """An exact str of at most `limit` characters without lone surrogates."""
    plain = _as_text(text)[:limit]
    if plain.isascii():
        return plain
    return plain.encode("utf-8", "replace").decode("utf-8")


def without_colours(text: str) -> str:
    """PyTorch writes parts of some messages in bold."""
    return _COLOURS.sub("", text)


def safe_repr(obj: object, limit: int) -> str | None:
    """repr(thing) without addresses; None if it raises, takes too long or is over the limit."""
    if type(obj).__repr__ is _object_repr:
        return f"<{type_name(obj)} object>"
    text = call_in_time(lambda: repr(obj))
    if text is None or len(text) > limit:
        return None
    return _ADDRESS.sub("", clean(text, limit))


def safe_str(obj: object, limit: int) -> str:
    """str(thing), cut; empty if it raises or takes too long."""
    return clean(call_in_time(lambda: str(obj)) or "", limit)


def call_in_time(call: Callable[[], Result]) -> Result | None:
    """None if it fails in any way. Only a main thread has a clock that can interrupt."""
    if threading.current_thread() is not threading.main_thread():
        return _result_or_none(call)
    if _time_budget.seconds <= 0:
        return None
    started = _clock()
    before = signal.signal(signal.SIGALRM, _time_is_up)
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS, 0.05)  # again and again: one may be swallowed
    try:
        return _result_or_none(call)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        _time_budget.seconds -= _clock() - started


def _result_or_none(call: Callable[[], Result]) -> Result | None:
    try:
        return call()
    except BaseException:
        return None


def _time_is_up(number: int, frame: FrameType | None) -> None:
    """Only what is called may be interrupted, and only there: raised a moment before or after, when
    a busy machine comes to it late, this would be an error of ours. The timer rings again."""
    outer = frame.f_back if frame is not None else None
    while outer is not None and outer.f_code is not _result_or_none.__code__:
        outer = outer.f_back
    if outer is not None:
        raise _TooSlow
