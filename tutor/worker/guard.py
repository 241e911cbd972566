"""Guarded calls of a learner's methods, such as a repr that raises or never ends.

The code that describes values must call such methods only through this module. Its functions return
text without lone surrogates, so that it can be sent as UTF-8.
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
"""Seconds that one guarded call may take."""

MAX_SECONDS_IN_ALL = 2.0
"""Seconds that all guarded calls may take together; after that, none is made."""

_OF_PROGRAMS = (
    *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2),
    *(signal.SIGCHLD, signal.SIGVTALRM, signal.SIGPROF),
)
"""Signals that programs receive from others or send to themselves."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
_name_of_type: Callable[[type], str] = vars(type)["__name__"].__get__
_object_repr = object.__repr__
_as_text = str.__str__


class _TimeBudget:
    """The seconds that guarded calls may still take in this process."""

    def __init__(self) -> None:
        self.seconds = MAX_SECONDS_IN_ALL


_time_budget = _TimeBudget()
_clock = time.monotonic


class _TooSlow(BaseException):
    """The end of a guarded call; no Exception, which an `except Exception` would swallow."""


def type_name(obj: object) -> str:
    """Return the name of the object's real type, whatever its metaclass or `__class__` say."""
    return clean(_name_of_type(type(obj)), 100)


def class_name(kind: type) -> str:
    """Return the name of a class, whatever its metaclass says."""
    return clean(_name_of_type(kind), 100)


def clean(text: str, limit: int) -> str:
    """Return the text as a plain str of at most `limit` characters, without lone surrogates."""
    plain = _as_text(text)[:limit]
    if plain.isascii():
        return plain
    return plain.encode("utf-8", "replace").decode("utf-8")


def without_colours(text: str) -> str:
    """Remove escape sequences for colours and bold, which some messages of PyTorch contain."""
    return _COLOURS.sub("", text)


def safe_repr(obj: object, limit: int) -> str | None:
    """Return repr(obj) without addresses; None if it raises, takes too long or exceeds `limit`."""
    if type(obj).__repr__ is _object_repr:
        return f"<{type_name(obj)} object>"
    text = call_in_time(lambda: repr(obj))
    if text is None or len(text) > limit:
        return None
    return _ADDRESS.sub("", clean(text, limit))


def safe_str(obj: object, limit: int) -> str:
    """Return str(obj), cut to `limit` characters; "" if it raises or takes too long."""
    return clean(call_in_time(lambda: str(obj)) or "", limit)


def call_in_time(call: Callable[[], Result]) -> Result | None:
    """Return the result of the call; None if it raises or takes longer than `MAX_SECONDS`.

    Only the main thread can be interrupted: in another one the call may take any time.
    """
    if threading.current_thread() is not threading.main_thread():
        return _result_or_none(call)
    if _time_budget.seconds <= 0:
        return None
    started = _clock()
    before = signal.signal(signal.SIGALRM, _time_is_up)
    # The timer repeats, since the call may swallow the first exception by `except BaseException`.
    signal.setitimer(signal.ITIMER_REAL, MAX_SECONDS, 0.05)
    try:
        return _result_or_none(call)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        _time_budget.seconds -= _clock() - started


def call_amid_program(call: Callable[[], Result], seconds: float) -> Result | None:
    """Return the result of a call made while the program runs; None if it raises or is too slow.

    Only for the main thread. A timer that the program has set goes on afterwards, and signals that
    it may handle are delivered then: none of its handlers runs in the middle of the call.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_PROGRAMS)
    before = signal.getsignal(signal.SIGALRM)
    started = _clock()
    timer = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        signal.signal(signal.SIGALRM, _time_is_up)
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.05)
        return _result_or_none(call)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if timer[0]:
            signal.setitimer(
                signal.ITIMER_REAL, max(timer[0] - (_clock() - started), 1e-4), timer[1]
            )
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _result_or_none(call: Callable[[], Result]) -> Result | None:
    try:
        return call()
    except BaseException:
        return None


def _time_is_up(number: int, frame: FrameType | None) -> None:
    """Raise in the guarded call, and only there.

    On a busy machine the signal may arrive just before or after the call, where the exception would
    interrupt the worker's own code. Then it is ignored; the timer repeats.
    """
    outer = frame.f_back if frame is not None else None
    while outer is not None and outer.f_code is not _result_or_none.__code__:
        outer = outer.f_back
    if outer is not None:
        raise _TooSlow
