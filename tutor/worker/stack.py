"""The names under which programs are compiled, and where on a stack the learner's lines are."""

from __future__ import annotations

import os
import re
import sys
from types import FrameType

GIVEN_FILE = "given.py"
EXERCISE_FILE = "exercise.py"
QUESTION_FILE = "<question>"

_LINE_END = re.compile("\r\n|\r|\n")
_WORKER_FOLDER = os.path.dirname(__file__) + os.sep


def is_worker_file(filename: str) -> bool:
    """Whether a frame of that file is the worker's own, and so of no interest to a learner."""
    return filename.startswith(_WORKER_FOLDER) or filename == QUESTION_FILE


def split_lines(source: str) -> list[str]:
    """As Python counts them: a form feed or another odd character ends none."""
    return _LINE_END.split(source)


def learner_line(start: FrameType | None = None) -> int | None:
    """The innermost line of exercise.py on the stack of the caller, or of `start`."""
    frame: FrameType | None = start or sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == EXERCISE_FILE:
            return frame.f_lineno
        frame = frame.f_back
    return None
