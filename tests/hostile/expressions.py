"""Hostile and accident-prone expressions, asked of a program that has ended."""

from __future__ import annotations

from typing import NamedTuple

from tutor.wire.events import EvaluationOutcome


class Asked(NamedTuple):
    """One expression, and what may come of it."""

    id: str
    expression: str
    outcomes: tuple[EvaluationOutcome, ...]
    ends_all: bool = False
    """Whether what the program had left may be gone with it."""


OS = "__import__('os')"
ASKED = (
    Asked("endless", "all(iter(lambda: True, False))", ("timeout",), True),
    Asked("forks", f"[{OS}.fork() for _ in range(200)]", ("processes", "timeout", "ended"), True),
    Asked(
        "leaves a process that nobody finds",
        f"{OS}.fork() or {OS}.setsid() or __import__('time').sleep(600)",
        ("value",),
    ),
    Asked("prints a lot", "[print('x' * 10**6) for _ in range(50)] and None", ("value",)),
    Asked("is a long text", "'x' * 10**7", ("value",)),
    Asked("prints past Python", f"{OS}.write(1, b'x' * 10**6)", ("value",)),
    Asked("takes all memory", "bytearray(10**11)", ("memory",)),
    Asked("takes all memory in a tensor", "torch.ones(10**10)", ("memory",)),
    Asked("ends its process", f"{OS}._exit(3)", ("ended",)),
    Asked("crashes", "__import__('ctypes').string_at(0)", ("ended",)),
    Asked("kills the program", f"{OS}.kill({OS}.getppid(), 9)", ("ended",), True),
    Asked("kills all that it can", f"{OS}.kill(-1, 9)", ("ended",), True),
    Asked("stops the program", f"{OS}.kill({OS}.getppid(), 19)", ("value", "timeout"), True),
    Asked("writes what is no message", f"{OS}.write(3, b'x' * 99)", ("value", "ended"), True),
    Asked("closes all", f"{OS}.closerange(0, 256)", ("ended",)),
    Asked("replaces functions", "setattr(torch, 'sum', None)", ("value",)),
    Asked("changes what was left", "x.zero_() is x", ("value",)),
    Asked("hides its value", "type('T', (), {'__repr__': lambda s: 1 / 0})()", ("raised",)),
    Asked("has deep brackets", "(" * 900, ("raised",)),
    Asked("has a null character", "x\0", ("raised",)),
    Asked("is half a character", "'\\ud800'", ("value",)),
    Asked("prints half a character", "print('\\ud800\\x1b[2J')", ("value",)),
)
