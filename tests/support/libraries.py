"""The names of the installed libraries, as the worker tells them to the app."""

from __future__ import annotations

from functools import cache

from tutor.completion.library import Library, read_library
from tutor.wire.values import SequenceValue, TextValue


@cache
def installed_library() -> Library:
    """Return them; it imports torch, so that a test has it in the group of those that do."""
    from tutor.worker.library_index import library_index

    lines = library_index()
    return read_library(SequenceValue("list", len(lines), tuple(map(TextValue, lines))))
