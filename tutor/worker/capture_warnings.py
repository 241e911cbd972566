"""The Python warnings of a run, each once, with the learner's line that caused it."""

from __future__ import annotations

import warnings
from typing import TextIO

from tutor.wire.events import WarningFacts
from tutor.worker.guard import class_name, clean, safe_str, without_colours
from tutor.worker.stack import EXERCISE_FILE, learner_line

MAX_WARNINGS = 100
MAX_MESSAGE = 1_000


class WarningCapture:
    """The collector of a run's warnings, none of which is written to stderr."""

    def __init__(self) -> None:
        self._facts: dict[WarningFacts, None] = {}

    def listen(self) -> None:
        """Collect every warning of this process from now on, also one that was given before."""
        warnings.resetwarnings()
        warnings.simplefilter("always")
        warnings.showwarning = self._take

    def facts(self) -> tuple[WarningFacts, ...]:
        """Return the different warnings, each once, in order."""
        return tuple(self._facts)

    def _take(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if len(self._facts) >= MAX_WARNINGS:
            return
        learner_line_number = learner_line()
        if learner_line_number is None and filename == EXERCISE_FILE:
            # A warning of the compiler: nothing runs yet, so that no line is on the stack.
            learner_line_number = lineno
        text = clean(message, MAX_MESSAGE) if isinstance(message, str) else ""
        text = without_colours(text or safe_str(message, MAX_MESSAGE))
        self._facts.setdefault(WarningFacts(class_name(category), text, learner_line_number))
