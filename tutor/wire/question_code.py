"""The code of a question: compiled once by the app, for the many processes that evaluate it.

It goes from the app to a learner process, never back: bytes that a learner's program may have
written must not be loaded as code. Both run the same Python; otherwise the learner process compiles
the expression itself.
"""

from __future__ import annotations

import functools
import importlib.util
import marshal
import warnings
from types import CodeType

from tutor.wire.commands import Ask, Question

QUESTION_FILE = "<question>"
"""The file name under which a question is compiled."""

_loads = marshal.loads
"""Saved before a program may replace it in its module."""
_MAGIC = importlib.util.MAGIC_NUMBER
"""Identifies the bytecode of one release of Python."""


def compile_question(expression: str) -> CodeType:
    """Compile the expression; raise the errors of `compile`."""
    return compile(f"({expression.strip()}\n)", QUESTION_FILE, "eval", dont_inherit=True)


@functools.lru_cache(maxsize=4096)
def question_bytes(expression: str) -> bytes:
    """Return the code of the expression as bytes; empty if it cannot be compiled.

    Its error is reported where it is evaluated.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _MAGIC + marshal.dumps(compile_question(expression))
    except Exception:
        return b""


def asked(questions: tuple[Question, ...]) -> Ask:
    """Return the command that evaluates them, with the code of each."""
    return Ask(questions, tuple(question_bytes(each.expression) for each in questions))


def read_question(data: bytes) -> CodeType | None:
    """Return the code made by `question_bytes`; None if this Python cannot run it."""
    if not data.startswith(_MAGIC):
        return None
    code: CodeType = _loads(data[len(_MAGIC) :])
    return code
