r"""Text from programs, files and the clipboard, made safe to show in a terminal.

Such text may hold escape sequences, control characters, and characters that are invisible or change
the direction of reading. All of the app decides here which those are: with two such lists,
characters that one part lets through would garble another. Knows no other part of the tutor.
"""

from __future__ import annotations

import re

TAB = "    "
MEGABYTE = 1024 * 1024

MAX_SEQUENCE = 4096
"""Maximum characters of an unfinished escape sequence. A longer one counts as ended."""

_STRING = r"[^\x07\x1b\x90\x98\x9b-\x9f\n]*"
"""The inside of an operating system command and its kin. A newline ends it, unlike in a terminal:
otherwise a program that forgets the end would print nothing more.
"""

# Compiled on first use and cached by `re`: a first frame does not need these.
_SEQUENCE = (
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # colours, cursor moves
    rf"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]){_STRING}(?:\x07|\x1b\\|\x9c)?"  # titles, links
    r"|\x1b[ -/]*[0-~]?"
)
_UNFINISHED = (
    r"(?:(?:\x1b\[|\x9b)[0-?]*[ -/]*"
    rf"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f]){_STRING}\x1b?"
    r"|\x1b[ -/]*)\Z"
)
_COLOURS = r"\x1b\[[0-9;:]*m"

_CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""Control characters except newline, tab and carriage return, which have a meaning in text."""
_INVISIBLE = (
    "\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_CONTROL_CHARACTER = f"[{_CONTROL}]"
_INVISIBLE_CHARACTER = f"[{_INVISIBLE}]"
_SPECIAL = f"[\r{_CONTROL}{_INVISIBLE}]"
_LINE_END = "\r\n|[\r\u2028\u2029]"
_OTHER_LINE_END = "[\x0b\x0c\x1c-\x1e\x85]"

COMMANDS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that a terminal obeys instead of showing them. None of them is a column wide."""


def is_plain(text: str) -> bool:
    """Return True if the text has no escape sequence, control or invisible character.

    Newlines and tabs are plain; a carriage return is not.
    """
    return re.search(_SPECIAL, text) is None


def strip_escapes(text: str) -> tuple[str, str]:
    """Return the text without escape sequences, and the start of an unfinished one.

    Prepend that start to the next piece of a text that comes in pieces.
    """
    rest = ""
    if (begun := re.search(_UNFINISHED, text)) and len(begun.group()) <= MAX_SEQUENCE:
        rest = begun.group()
        text = text[: begun.start()]
    return re.sub(_SEQUENCE, "", text), rest


def drop_hidden(text: str, mark: str = "") -> str:
    """Return the text without control characters, and with `mark` for each invisible one.

    Newlines, tabs and carriage returns stay.
    """
    return re.sub(_INVISIBLE_CHARACTER, mark, re.sub(_CONTROL_CHARACTER, "", text))


def unify_line_ends(text: str) -> str:
    r"""Return the text with `\n` for every line end, and spaces for form feeds and their like."""
    return re.sub(_OTHER_LINE_END, " ", re.sub(_LINE_END, "\n", text))


def clean_paste(text: str, tab: str = TAB) -> str:
    r"""Return text from the clipboard as an editor takes it in.

    Line ends become `\n`, tabs become spaces, and invisible characters are removed. Quotation marks
    and non-breaking spaces stay: they are visible, and Python reports them.
    """
    shown, _ = strip_escapes(text)
    return drop_hidden(re.sub(_LINE_END, "\n", shown)).replace("\t", tab)


def printable(text: str) -> str:
    r"""Return the text with all invisible characters written out, as in `\x1b`.

    For messages of exceptions, values and names. Newlines stay; colour sequences, which PyTorch
    writes for emphasis, are removed.
    """
    if text.isprintable():
        return text
    return "".join(
        TAB if letter == "\t" else letter if letter == "\n" else _written_out(letter)
        for letter in re.sub(_COLOURS, "", text)
    )


def one_line(text: str) -> str:
    r"""Return the text in one line, with all invisible characters written out, as in `\x1b`.

    For problems with files, which are reported one a line.
    """
    return "".join(map(_written_out, " ".join(text.split())))


def _written_out(letter: str) -> str:
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


def size_words(count: int) -> str:
    """Return a number of bytes in MB, or in kB below a megabyte, at least `1 kB`."""
    if count < MEGABYTE:
        return f"{min(-(-count // 1024), 1023)} kB"
    return f"{count / MEGABYTE:.1f} MB"
