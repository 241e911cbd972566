"""The names that texts have for actions: in plain mode the words of its commands."""

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
"""For each action that plain mode has, its command."""

INTERRUPT = "Ctrl+C"
"""What a terminal itself makes the signal of that stops a program: no action has it here."""

ELSEWHERE = "a key of the app"
"""What stands for the key of any other action."""


def command_names() -> KeyNames:
    """Return what fills `{key:NAME}` in texts: the command that does the same."""
    actions = {*_COMMANDS, *(action.name for action in ACTIONS)}
    names = {
        name: f"the command {_COMMANDS[name]}" if name in _COMMANDS else ELSEWHERE
        for name in actions
    }
    return names | {f"{name}.all": said for name, said in names.items()}


def _typed(found: re.Match[str]) -> str:
    return "Type the command" if found[1] == "P" else "type the command"


def with_capitals(text: str) -> str:
    """Return the text with a capital where a command, as it is called, begins a sentence.

    Commands are typed, and not pressed.
    """
    text = re.sub(r"\b([Pp])ress the command\b", _typed, text)
    return re.sub(r"(^|[.!?:] )the command\b", r"\1The command", text)
