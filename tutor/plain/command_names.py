"""Names of the app's commands in texts: in plain mode, the commands that do the same."""

from __future__ import annotations

import re

from tutor.session.commands import COMMANDS
from tutor.session.words.key_names import KeyNames

INTERRUPT = "Ctrl+C"
"""Key that a terminal turns into the interrupt signal; no command uses it in plain mode."""

ELSEWHERE = "a key of the app"
"""Replacement for the key of every command that plain mode does not have."""


def command_names() -> KeyNames:
    """Return the commands that replace `{key:NAME}` in texts."""
    words = {row.name: row.in_plain_mode for row in COMMANDS} | {"undo": "undo"}
    names = {name: f"the command {typed}" if typed else ELSEWHERE for name, typed in words.items()}
    return names | {f"{name}.all": said for name, said in names.items()}


def _typed(found: re.Match[str]) -> str:
    return "Type the command" if found[1] == "P" else "type the command"


def with_capitals(text: str) -> str:
    """Capitalise a command that begins a sentence, and let it be typed, not pressed."""
    text = re.sub(r"\b([Pp])ress the command\b", _typed, text)
    return re.sub(r"(^|[.!?:] )the command\b", r"\1The command", text)
