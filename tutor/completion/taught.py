"""The names that the lessons have used so far, which order the offered names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_NAME = re.compile(r"[^\W\d]\w*")
_IN_CODE = re.compile(r"`([^`\n]+)`")


def names_in(programs: Iterable[str]) -> Counter[str]:
    """Return all names in some programs, with their frequencies."""
    return Counter(name for program in programs for name in _NAME.findall(program))


def names_in_text(text: str) -> Counter[str]:
    """Return all names in the code of a lesson's text, with their frequencies."""
    return names_in(_IN_CODE.findall(text))
