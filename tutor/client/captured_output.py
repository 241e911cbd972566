"""The output of a run: filtered, counted, bounded, and thinned out for the screen."""

from __future__ import annotations

from collections import deque

from tutor.client.output_filter import OutputFilter

_HEAD = 16 * 1024
"""Characters stored from the start."""
_TAIL = 48 * 1024
"""Characters stored from the end."""


class CapturedOutput:
    """Start and end of one output stream of a run."""

    def __init__(self) -> None:
        self._filter = OutputFilter()
        self._head = ""
        self._tail: deque[str] = deque()
        self._tail_length = 0
        self._dropped = 0
        self.read = 0
        """Number of bytes taken."""

    def take(self, data: bytes) -> str:
        """Take bytes, and return the text that can be shown now."""
        self.read += len(data)
        return self._keep(self._filter.feed(data))

    @property
    def held(self) -> str:
        """The text held back until now."""
        return self._filter.held

    def finish(self) -> str:
        """Return the text held back until now; nothing may be taken after it."""
        return self._keep(self._filter.finish())

    def text(self) -> str:
        """Return the start and the end of the output, or all of it if it is short."""
        tail = "".join(self._tail)
        dropped = self._dropped + max(len(tail) - _TAIL, 0)
        if not dropped:
            return self._head + tail
        return f"{self._head}\n… {dropped:,} characters not kept …\n{tail[-_TAIL:]}"

    def _keep(self, text: str) -> str:
        free = _HEAD - len(self._head)
        self._head += text[:free]
        if rest := text[free:]:
            self._tail.append(rest)
            self._tail_length += len(rest)
        while self._tail and self._tail_length - len(self._tail[0]) >= _TAIL:
            piece = self._tail.popleft()
            self._tail_length -= len(piece)
            self._dropped += len(piece)
        return text


class FloodFilter:
    """A filter that passes the start of a flood, and then only the end of each batch."""

    _WHOLE = 256 * 1024
    """Characters that pass before anything is left out."""
    _PER_BATCH = 8 * 1024
    """Characters of each text that pass after that."""

    def __init__(self) -> None:
        self._remaining = self._WHOLE

    def thin(self, text: str) -> str:
        """Return the text, or its end below a line with the number of characters left out."""
        if len(text) <= self._remaining:
            self._remaining -= len(text)
            return text
        self._remaining = 0
        if len(text) <= self._PER_BATCH:
            return text
        missing = len(text) - self._PER_BATCH
        return f"\n… {missing:,} characters not shown …\n{text[-self._PER_BATCH :]}"
