"""The code of a question: compiled once by the app, for the many processes that are asked it.

It goes from the app to a learner process, never back: what a learner's program could have written
must not be read as code. Both run the same Python; where they do not, the expression is compiled
where it is asked.
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
"""Kept aside: it is used after a program, which may have replaced that of its module."""
_MAGIC = importlib.util.MAGIC_NUMBER
"""What tells the code of one release of Python from that of another."""


def compile_question(expression: str) -> CodeType:
    """Return the code of the expression; raise what compiling it raises."""
    return compile(f"({expression.strip()}\n)", QUESTION_FILE, "eval", dont_inherit=True)


@functools.lru_cache(maxsize=4096)
def question_bytes(expression: str) -> bytes:
    """Return the code of the expression as bytes, empty if it cannot be compiled.

    What is wrong with it is told where it is asked.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _MAGIC + marshal.dumps(compile_question(expression))
    except Exception:
        return b""


def asked(questions: tuple[Question, ...]) -> Ask:
    """Return the command that asks them, with the code of each."""
    return Ask(questions, tuple(question_bytes(each.expression) for each in questions))


def read_question(data: bytes) -> CodeType | None:
    """Return the code that `question_bytes` has made, None if there is none for this Python."""
    if not data.startswith(_MAGIC):
        return None
    code: CodeType = _loads(data[len(_MAGIC) :])
    return code
