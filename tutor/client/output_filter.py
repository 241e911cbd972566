"""The filter for a program's output: pieces of bytes go in, text that is safe to show comes out.

Of the control characters only newline and tab pass. Escape sequences vanish, also when they come in
pieces. A carriage return goes back to the start of the line, as progress bars expect, and the
sequence for it a line up, as bars within bars expect. Characters that are invisible or change the
direction of reading become U+FFFD, so that they are seen.
"""

from __future__ import annotations

import codecs
import re

from tutor.text import drop_hidden, is_plain, strip_escapes

_MAX_LINE = 4096
"""Maximum characters of a line with carriage returns that are held back until it ends."""
_MAX_LINES = 8
"""Maximum number of lines that are held back together: so many bars can be within each other."""
_UP = "\v"
"""Stands for the sequence that moves a line up; vertical tabs of the program are dropped."""
_UP_SEQUENCE = re.compile("\x1b\\[([0-9]?)A")
_MOVE = f"[\r{_UP}]"
_TOKEN = re.compile(f"[\r\n{_UP}]|[^\r\n{_UP}]+")


class OutputFilter:
    """A decoder and filter for one stream, which comes in pieces."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        """Start of an unfinished escape sequence."""
        self._held: list[str] = []
        """Lines held back, since later text may overwrite them; empty while nothing moves back."""
        self._row = self._column = 0
        """Place in the held lines where the next character goes."""
        self._moves_up = False
        """True once the program has moved up a line: then several lines are held back."""
        self._is_line_new = False
        """True after a newline in held lines: text without a move ends them."""
        self._open = False
        """True if a part of the current line has been returned: it cannot be overwritten."""

    @property
    def held(self) -> str:
        """The lines that later bytes may change."""
        return "\n".join(self._held)

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
        if not self._held and is_plain(text):
            return self._pass_on(text)
        text = _UP_SEQUENCE.sub(lambda up: _UP * int(up[1] or 1), text.replace(_UP, ""))
        text, self._begun = strip_escapes(text)
        self._moves_up = self._moves_up or _UP in text
        pieces = []
        while text:
            if not self._held:
                move = re.search(_MOVE, text)
                line = text.rfind("\n", 0, move.start()) + 1 if move else len(text)
                pieces.append(self._pass_on(drop_hidden(text[:line], "\ufffd")))
                text = text[line:]
                self._held = [""] if text else []
            elif token := _TOKEN.match(text):
                pieces.append(self._put(token[0]))
                text = text[token.end() :]
        return "".join(pieces)

    def _pass_on(self, text: str) -> str:
        if text:
            self._open = not text.endswith("\n")
        return text

    def _put(self, token: str) -> str:
        """Do what the token does to the held lines, and return those that end by it."""
        if token == "\n":
            return self._end_line()
        if token == _UP:
            self._row = max(0, self._row - 1)
        elif token == "\r":
            self._column = 0
        elif self._is_line_new and self._row == len(self._held) - 1:
            self._held.pop()
            return self._release() + "\n" + self._pass_on(drop_hidden(token, "\ufffd"))
        else:
            text, line = drop_hidden(token, "\ufffd"), self._held[self._row]
            line = line.ljust(self._column)
            end = self._column + len(text)
            self._held[self._row] = line[: self._column] + text + line[end:]
            self._column = end
        self._is_line_new = False
        return self._release() if len(self._held[self._row]) > _MAX_LINE else ""

    def _end_line(self) -> str:
        if not self._moves_up or self._row + 1 == _MAX_LINES:
            return self._release() + self._pass_on("\n")
        self._row, self._column, self._is_line_new = self._row + 1, 0, True
        if self._row == len(self._held):
            self._held.append("")
        return ""

    def _release(self) -> str:
        """Return the held lines; below a line of which a part has been returned already."""
        while len(self._held) > 1 and not self._held[-1].strip():
            self._held.pop()  # a bar that has removed itself
        text, self._held = "\n".join(self._held), []
        self._row, self._column, self._is_line_new = 0, 0, False
        is_apart = self._open and text
        self._pass_on(text)
        return f"\n{text}" if is_apart else text
