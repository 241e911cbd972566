"""The file names under which programs are compiled, and finding their lines on a stack."""

from __future__ import annotations

import os
import re
import sys
from types import FrameType

from tutor.wire.question_code import QUESTION_FILE

BEFORE_FILE = "before.py"
GIVEN_FILE = "given.py"
EXERCISE_FILE = "exercise.py"

_LINE_END = re.compile("\r\n|\r|\n")
_WORKER_FOLDER = os.path.dirname(__file__) + os.sep


def is_worker_file(filename: str) -> bool:
    """Return True if the file is the worker's own, so that its frames are not shown."""
    return filename.startswith(_WORKER_FOLDER) or filename == QUESTION_FILE


def split_lines(source: str) -> list[str]:
    """Split the text into lines as Python counts them.

    `str.splitlines` ends a line at a form feed and some other characters, too.
    """
    return _LINE_END.split(source)


def learner_line(start: FrameType | None = None) -> int | None:
    """Return the innermost line of exercise.py on a stack, None if there is none.

    The stack is that of the frame `start`, or of the caller.
    """
    frame: FrameType | None = start or sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename == EXERCISE_FILE:
            return frame.f_lineno
        frame = frame.f_back
    return None
