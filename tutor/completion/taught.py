"""The names that the lessons have used so far, by which what is offered is put in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NAME = re.compile(r"[^\W\d]\w*")
_IN_CODE = re.compile(r"`([^`\n]+)`")


def names_in(programs: Iterable[str]) -> Counter[str]:
    """Return all names in some programs, with how often each is there."""
    return Counter(name for program in programs for name in _NAME.findall(program))


def names_in_text(text: str) -> Counter[str]:
    """Return all names that stand in code in a text of a lesson, with how often each is there."""
    return names_in(_IN_CODE.findall(text))
