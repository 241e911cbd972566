"""What one stream of a run printed: filtered, counted, and kept within bounds."""

from __future__ import annotations

from collections import deque

from tutor.client.output_filter import OutputFilter

_HEAD = 16 * 1024
_TAIL = 48 * 1024
"""Characters kept of the start and of the end."""


class CapturedOutput:
    """One stream of one run."""

    def __init__(self) -> None:
        self._filter = OutputFilter()
        self._head = ""
        self._tail: deque[str] = deque()
        self._tail_length = 0
        self._dropped = 0
        self.read = 0
        """Bytes."""

    def take(self, data: bytes) -> str:
        """The text that can be shown now."""
        self.read += len(data)
        return self._keep(self._filter.feed(data))

    def finish(self) -> str:
        """The rest of the text that can be shown."""
        return self._keep(self._filter.finish())

    def text(self) -> str:
        """Start and end of all that was taken; whole if it is short."""
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
    """Thins out what is shown of a flood: all of the start, then the end of each batch."""

    _WHOLE = 256 * 1024
    _PER_BATCH = 8 * 1024

    def __init__(self) -> None:
        self._remaining = self._WHOLE

    def thin(self, text: str) -> str:
        """The text, or its last lines with a word on how much is missing."""
        if len(text) <= self._remaining:
            self._remaining -= len(text)
            return text
        self._remaining = 0
        if len(text) <= self._PER_BATCH:
            return text
        missing = len(text) - self._PER_BATCH
        return f"\n… {missing:,} characters not shown …\n{text[-self._PER_BATCH :]}"
