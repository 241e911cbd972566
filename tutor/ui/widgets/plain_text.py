"""Making text from elsewhere safe to show: escape sequences, control characters, line ends. Pure.

For what programs print, and for what is pasted into the editor.
"""

from __future__ import annotations

import re

ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC: titles, links
    r"|\x1b[PX^_][^\x1b]*\x1b\\"
    r"|\x1b(?:[ -/]+[0-~]|[0-OQ-WYZ\\`-~])"
    r"|\x1b(?=\x1b)"  # nothing follows it but the next one
)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?|[ -/]*)?$")
MAX_ESCAPE = 256
"""Characters kept of a sequence whose end has not arrived; a longer one is no sequence."""

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u2028-\u202e\u2066-\u2069]"
)
"""Control characters but tab and line ends; zero-width ones; those that turn the reading order."""

LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")


def strip_escapes(text: str) -> tuple[str, str]:
    """The text without terminal escape sequences, and the beginning of one that is unfinished.

    Put what is left over before the next piece of text.
    """
    if "\x1b" not in text:
        return text, ""
    text = ESCAPES.sub("", text)
    unfinished = UNFINISHED.search(text)
    if unfinished is None:
        return text, ""
    rest = text[unfinished.start() :]
    return (text, "") if len(rest) > MAX_ESCAPE else (text[: unfinished.start()], rest)


def unify_line_ends(text: str) -> str:
    r"""All line ends as `\n`. Form feeds and their like, which also part lines, become spaces."""
    return re.sub("[\x0b\x0c\x1c-\x1e\x85]", " ", LINE_ENDS.sub("\n", text))


def clean_paste(text: str, tab: str = "    ") -> str:
    """Text from the clipboard as an editor takes it in.

    Line ends become `\\n`, tabs become spaces, what cannot be seen is left out. Quotation marks and
    non-breaking spaces stay: they are visible, and Python says what is wrong with them.
    """
    text, _ = strip_escapes(text)
    return INVISIBLE.sub("", LINE_ENDS.sub("\n", text)).replace("\t", tab)
