"""What a program printed, as text that does nothing to a terminal. Pure; used by `output`.

Of the control characters only newline and tab leave. Escape sequences vanish, also when they come
in pieces. A carriage return goes back to the start of the line, as progress bars expect. Characters
that are invisible or turn the direction of writing become U+FFFD, so that they are seen.
"""

from __future__ import annotations

import codecs
import re

_STRING = r"[^\x07\x1b\x90\x98\x9b-\x9f\n]*"
"""Inside of an operating system command and its kin. A newline ends it, unlike in a terminal: a
program that forgot the end would print nothing more."""

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    rf"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]){_STRING}(?:\x07|\x1b\\|\x9c)?"
    r"|\x1b[ -/]*[0-~]?"
)
_BEGUN = re.compile(
    r"(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*"
    rf"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]){_STRING}\x1b?"
    r"|\x1b[ -/]*)\Z"
)
"""A sequence at the end of the text of which more may come."""

_MAX_SEQUENCE = 4096
_MAX_LINE = 4096
"""Characters of a line with carriage returns that are kept back until the line ends."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""All but newline and tab, and the carriage return, which has a meaning of its own."""
_INVISIBLE = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
_SPECIAL = re.compile(f"[\r{_CONTROL.pattern[1:-1]}{_INVISIBLE.pattern[1:]}")


class PlainText:
    """Decodes and filters one stream, piece by piece."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        """The start of an escape sequence whose end has not come yet."""
        self._line: str | None = None
        """The current line, kept back if a carriage return has come in it."""
        self._column = 0
        self._rewritten = False
        self._open = False
        """Whether a part of the current line has left already: it cannot be written over."""

    def feed(self, data: bytes) -> str:
        """The text that is certain now."""
        return self._filter(self._decoder.decode(data))

    def finish(self) -> str:
        """The rest. Nothing may be fed after it."""
        text = self._filter(self._decoder.decode(b"", final=True))
        self._begun = ""
        return text + self._release()

    def _filter(self, text: str) -> str:
        text = self._begun + text
        self._begun = ""
        if self._line is None and not _SPECIAL.search(text):
            self._note_open(text)
            return text
        if (begun := _BEGUN.search(text)) and len(begun.group()) <= _MAX_SEQUENCE:
            self._begun = begun.group()
            text = text[: begun.start()]
        text = _INVISIBLE.sub("\ufffd", _SEQUENCE.sub("", text))
        return self._overwrite(_CONTROL.sub("", text))

    def _note_open(self, text: str) -> None:
        if text:
            self._open = not text.endswith("\n")

    def _overwrite(self, text: str) -> str:
        """Lets carriage returns write over what stands in their line."""
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
        """The kept line; on a line of its own, if it would have written over what has left."""
        line, self._line, self._column = self._line or "", None, 0
        apart = self._rewritten and self._open and line
        self._rewritten = False
        self._note_open(line)
        return f"\n{line}" if apart else line
