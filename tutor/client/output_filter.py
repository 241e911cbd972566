"""The filter for a program's output: pieces of bytes go in, text that is safe to show comes out.

Of the control characters only newline and tab pass. Escape sequences vanish, also when they come in
pieces. A carriage return goes back to the start of the line, as progress bars expect. Characters
that are invisible or change the direction of reading become U+FFFD, so that they are seen.
"""

from __future__ import annotations

import codecs

from tutor.text import drop_hidden, is_plain, strip_escapes

_MAX_LINE = 4096
"""Maximum characters of a line with carriage returns that are held back until it ends."""


class OutputFilter:
    """A decoder and filter for one stream, which comes in pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        """Start of an unfinished escape sequence."""
        self._line: str | None = None
        """Current line, held back if it has had a carriage return; else None."""
        self._column = 0
        """Column in the held line where the next character goes."""
        self._rewritten = False
        """True if the held line has had a carriage return."""
        self._open = False
        """True if a part of the current line has been returned: it cannot be overwritten."""

    def feed(self, data: bytes) -> str:
        """Filter further bytes, and return the text that no later byte can change."""
        return self._filter(self._decoder.decode(data))

    def finish(self) -> str:
        """Return the rest of the text; nothing may be fed after it."""
        text = self._filter(self._decoder.decode(b"", final=True))
        self._begun = ""
        return text + self._release()

    def _filter(self, text: str) -> str:
        text = self._begun + text
        self._begun = ""
        if self._line is None and is_plain(text):
            self._note_open(text)
            return text
        text, self._begun = strip_escapes(text)
        return self._overwrite(drop_hidden(text, "\ufffd"))

    def _note_open(self, text: str) -> None:
        if text:
            self._open = not text.endswith("\n")

    def _overwrite(self, text: str) -> str:
        """Return complete lines in which text after a carriage return overwrites the start."""
        if self._line is None and "\r" not in text:
            self._note_open(text)
            return text
        *whole, last = text.split("\n")
        pieces = []
        for line in whole:
            self._write(line)
            pieces.append(self._release() + "\n")
            self._open = False
        if self._line is not None or "\r" in last:
            self._write(last)
            if len(self._line or "") > _MAX_LINE:
                pieces.append(self._release())
        else:
            pieces.append(last)
            self._note_open(last)
        return "".join(pieces)

    def _write(self, text: str) -> None:
        line, column = self._line or "", self._column
        for number, part in enumerate(text.split("\r")):
            if number:
                column = 0
            if part:
                line = line[:column] + part + line[column + len(part) :]
                column += len(part)
            self._rewritten = self._rewritten or number > 0
        self._line, self._column = line, column

    def _release(self) -> str:
        """Return the held line; on a new line if it would overwrite text already returned."""
        line, self._line, self._column = self._line or "", None, 0
        apart = self._rewritten and self._open and line
        self._rewritten = False
        self._note_open(line)
        return f"\n{line}" if apart else line
