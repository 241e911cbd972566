"""Names of actions in texts: in plain mode, the commands that perform them."""

from __future__ import annotations

import re

from tutor.session.actions import ACTIONS
from tutor.session.words.key_names import KeyNames

_COMMANDS = {
    "ask": "ask",
    "attempts": "attempts",
    "back": "back",
    "check": "check",
    "edit": "edit",
    "write": "save",
    "givens": "given",
    "help": "help",
    "hint": "hint",
    "ladder": "solution",
    "more_time": "time",
    "next_step": "next",
    "outline": "outline",
    "pause": "pause",
    "picture": "figure",
    "previous_step": "back",
    "printed": "output",
    "quit": "quit",
    "report": "report",
    "reset": "reset",
    "review": "review",
    "run": "run",
    "shapes": "shapes",
    "step_epoch": "phase epoch",
    "step_phase": "phase",
    "step_step": "phase step",
    "stop": "stop",
    "task": "task",
    "terms": "word",
    "undo": "undo",
}
"""Command for each action that plain mode has."""

INTERRUPT = "Ctrl+C"
"""Key that a terminal turns into the interrupt signal; no action uses it in plain mode."""

ELSEWHERE = "a key of the app"
"""Replacement for the key of every action without a command."""


def command_names() -> KeyNames:
    """Return the commands that replace `{key:NAME}` in texts."""
    actions = {*_COMMANDS, *(action.name for action in ACTIONS)}
    names = {
        name: f"the command {_COMMANDS[name]}" if name in _COMMANDS else ELSEWHERE
        for name in actions
    }
    return names | {f"{name}.all": said for name, said in names.items()}


def _typed(found: re.Match[str]) -> str:
    return "Type the command" if found[1] == "P" else "type the command"


def with_capitals(text: str) -> str:
    """Capitalise a command that begins a sentence, and let it be typed, not pressed."""
    text = re.sub(r"\b([Pp])ress the command\b", _typed, text)
    return re.sub(r"(^|[.!?:] )the command\b", r"\1The command", text)
