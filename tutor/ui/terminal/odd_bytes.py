"""Bytes from the terminal that are no UTF-8.

A terminal set to an older encoding sends them for every accented letter, and what is pasted may
hold them. Textual takes one for an error of the app and ends it.
"""

from __future__ import annotations

import codecs
from functools import partial

from textual.drivers import linux_driver


def take_any_bytes() -> None:
    """From now on such a byte is read as U+FFFD, which is seen and can be taken out again."""
    linux_driver.getincrementaldecoder = _forgiving  # type: ignore[attr-defined,assignment] # the name under which Textual calls it


def _forgiving(encoding: str) -> partial[codecs.IncrementalDecoder]:
    return partial(codecs.getincrementaldecoder(encoding), "replace")
