"""The table of keys: which of them do an action, and how they are called for people.

Bindings, footer, strip, help and the README's table are made of it and of `tutor.session.actions`.
Every action has a row. What config.toml changes is laid over it in `tutor.ui.remapping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct
from textual.binding import Binding, BindingType

from tutor.session.actions import ACTIONS, Action, live_actions

if TYPE_CHECKING:
    from tutor.session.words.key_names import KeyNames

UserKeys = Mapping[str, tuple[str, ...]]
"""All direct keys of an action, where they are not those of the table."""

NO_USER_KEYS: UserKeys = MappingProxyType({})

LEADER = "escape"

NO_KEY = "no-key"
"""Begins what stands for a key in the binding of an action that has none, so that the learner can
give it one: Textual's keymap changes bindings, and makes none. No terminal sends it."""


class ActionKeys(Struct, frozen=True):
    """The keys that do one action."""

    name: str
    """That of the action."""
    keys: tuple[str, ...] = ()
    """Live even while the editor has the focus."""
    letters: tuple[str, ...] = ()
    """Keys that act after Esc."""
    plain_keys: tuple[str, ...] = ()
    """Live only where no text is typed."""
    in_footer: bool = False


KEYS: tuple[ActionKeys, ...] = (
    ActionKeys("help", keys=("f1",), letters=("h",), plain_keys=("question_mark",), in_footer=True),
    ActionKeys("hint", keys=("f2",), letters=("t",), in_footer=True),
    ActionKeys("ladder", letters=("l",)),
    ActionKeys("edit", keys=("f3",), letters=("e",)),
    ActionKeys("check", keys=("f4", "ctrl+t"), letters=("c",), in_footer=True),
    ActionKeys("run", keys=("f5", "ctrl+j"), letters=("r",), in_footer=True),
    ActionKeys("next_pane", keys=("f6",), letters=("tab",), in_footer=True),
    ActionKeys("previous_pane", keys=("shift+f6",), letters=("shift+tab",)),
    ActionKeys("zoom", keys=("f7",), letters=("z",)),
    ActionKeys("wider", letters=(">",)),
    ActionKeys("narrower", letters=("<",)),
    ActionKeys("taller", letters=("+",)),
    ActionKeys("shorter", letters=("-",)),
    ActionKeys("usual_sizes", letters=("=",)),
    ActionKeys("next_step", keys=("f8", "ctrl+n"), letters=("n",), in_footer=True),
    ActionKeys("previous_step", keys=("shift+f8",), letters=("p",)),
    ActionKeys("stop", keys=("f9",), letters=("s",), in_footer=True),
    ActionKeys("more_time", letters=("m",)),
    ActionKeys("pause", letters=("enter",)),
    ActionKeys("step_phase", letters=(".",)),
    ActionKeys("palette", keys=("f10", "ctrl+p"), letters=("space",)),
    ActionKeys("task", letters=("a",)),
    ActionKeys("givens", letters=("g",)),
    ActionKeys("picture", letters=("v",)),
    ActionKeys("printed", letters=("f",)),
    ActionKeys("outline", letters=("o", "/")),
    ActionKeys("terms", letters=("w",)),
    ActionKeys("report", letters=("!",)),
    ActionKeys("reset", letters=("0",)),
    ActionKeys("redraw", keys=("ctrl+l",)),
    ActionKeys("quit", keys=("ctrl+q",), letters=("q",)),
)

PANE_DIGITS = "123456789"
"""After Esc, each goes to the pane of that number."""

_BY_NAME = {row.name: row for row in KEYS}
_ACTION_OF_LETTER = {letter: row.name for row in KEYS for letter in row.letters}

LETTERS = tuple(_ACTION_OF_LETTER)
"""All keys that act after Esc, apart from the digits."""

_KEY_LABELS = {
    "escape": "Esc",
    "question_mark": "?",
    "space": "Space",
    "tab": "Tab",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def keys_of(name: str) -> ActionKeys:
    """Look up the row of an action."""
    return _BY_NAME[name]


def action_of_letter(key: str) -> str | None:
    """Name the action that the key does after Esc."""
    return _ACTION_OF_LETTER.get(key)


def lesson_bindings() -> list[BindingType]:
    """Make the bindings of the lesson screen. Those of `keys` win over the focused widget."""
    return _bindings_of(ACTIONS)


def start_bindings() -> list[BindingType]:
    """Make those of the start: what can be done where there is no step."""
    return _bindings_of(live_actions("none"))


def _bindings_of(actions: Iterable[Action]) -> list[BindingType]:
    bindings: list[BindingType] = [Binding(LEADER, "leader", "Keys", priority=True, id="leader")]
    for action in actions:
        row = keys_of(action.name)
        bindings += _bindings(action, row.keys, priority=True, suffix="")
        bindings += _bindings(action, row.plain_keys, priority=False, suffix=".plain")
    return bindings


def key_name(key: str) -> str:
    """Write the key as it stands on a keyboard: `ctrl+j` is Ctrl+J, `f5` is F5."""
    parts = key.split("+")
    return "+".join(_KEY_LABELS.get(part) or part.capitalize() for part in parts)


def direct_keys(name: str, user_keys: UserKeys = NO_USER_KEYS) -> tuple[str, ...]:
    """List the keys that do the action while the editor has the focus."""
    return user_keys.get(name, keys_of(name).keys)


def direct_names(name: str, user_keys: UserKeys = NO_USER_KEYS) -> str:
    """Write all keys of the action that need no Esc, for people."""
    return ", ".join(map(key_name, direct_keys(name, user_keys) + keys_of(name).plain_keys))


def letter_names(name: str) -> str:
    """Write what to press after Esc, for people: letters stay small, as they are typed."""
    return ", ".join(map(_letter_name, keys_of(name).letters))


def key_names(user_keys: UserKeys = NO_USER_KEYS) -> KeyNames:
    """Call each action's key by a name, for texts with `{key:NAME}`: the first of the keys that
    need no Esc, and under `NAME.all` each of them."""
    names: dict[str, str] = {}
    for row in KEYS:
        direct = [key_name(key) for key in direct_keys(row.name, user_keys)]
        direct = direct or [f"Esc, {_letter_name(row.letters[0])}"]
        names[row.name] = direct[0]
        names[f"{row.name}.all"] = " or ".join(filter(None, [", ".join(direct[:-1]), direct[-1]]))
    return names


def key_table_markdown() -> str:
    """Make the table of keys as it stands in the README."""
    rows = [
        f"| {action.label}: {action.tooltip} "
        f"| {direct_names(action.name)} | {letter_names(action.name)} |"
        for action in ACTIONS
    ]
    return "\n".join(
        [
            "| action | keys | Esc, then |",
            "|---|---|---|",
            *rows,
            "| Pane: Go to the pane of that number. | | 1-9 |",
            "| Loss, Tensors: Look at the step before or after, ten off, the first one, the end. "
            "| Left, Right, <, >, Home, End | |",
            "| Tensors: Pick the tensor before or after. | [, ] | |",
            "",
        ]
    )


def _letter_name(letter: str) -> str:
    return letter if len(letter) == 1 else key_name(letter)


def _bindings(
    action: Action, keys: Iterable[str], *, priority: bool, suffix: str
) -> list[BindingType]:
    joined = ",".join(keys)
    if not joined and suffix:
        return []
    return [
        Binding(
            joined or f"{NO_KEY}-{action.name}",
            action.name,
            action.label,
            tooltip=action.tooltip,
            priority=priority,
            id=action.name + suffix,
        )
    ]
