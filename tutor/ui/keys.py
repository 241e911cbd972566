"""Keys: their actions in the editor and the panes, and their names for people.

The keys of commands are in `tutor.session.commands`; all other keys are here. `tutor.ui.remapping`
merges the changes of config.toml into both tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from tutor.session.commands import COMMANDS, NAMED, CommandRow, live_commands

if TYPE_CHECKING:
    from textual.binding import BindingType

    from tutor.session.words.key_names import KeyNames

UserKeys = Mapping[str, tuple[str, ...]]
"""Direct keys by command, for commands whose keys the learner changed."""

NO_USER_KEYS: UserKeys = MappingProxyType({})

LEADER = "escape"
"""The key before a letter."""

NO_KEY = "no-key"
"""Prefix of a key that no terminal sends, for the binding of a command without a key. Textual's
keymap changes bindings but makes none: without a binding the learner could give such a command no
key."""


class EditorKeys(Struct, frozen=True):
    """A row of the editor's table: the keys of one action."""

    name: str
    keys: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    """Keys that act when they are pressed a second time, right after the first."""
    action: str = ""
    """Textual's name of the action; "" if it equals `name`."""
    is_basic: bool = False
    """True if all editors share these keys; help lists them in one line, and they stay fixed."""


EDITOR_KEYS: tuple[EditorKeys, ...] = (
    EditorKeys("undo", ("ctrl+z", "super+z")),
    EditorKeys("redo", ("ctrl+y", "super+y", "ctrl+shift+z", "shift+super+z")),
    EditorKeys("cut", ("ctrl+x", "super+x")),
    EditorKeys("copy", ("ctrl+c", "super+c")),
    EditorKeys("paste", ("ctrl+v",)),
    EditorKeys("find", ("ctrl+f",), action="open_bar('find')"),
    EditorKeys("replace", ("ctrl+r",), action="open_bar('replace')"),
    EditorKeys("go_to_line", ("ctrl+g",), action="open_bar('line')"),
    EditorKeys("next_blank", ("ctrl+down",)),
    EditorKeys("previous_blank", ("ctrl+up",)),
    EditorKeys("next_mistake", ("shift+f2", "ctrl+right_square_bracket")),
    EditorKeys("complete", ("ctrl+space", "ctrl+@")),
    EditorKeys("documentation", ("shift+f1", "ctrl+backslash")),
    EditorKeys("select_all", twice=("ctrl+a",)),
    EditorKeys("move_line_up", ("alt+up",)),
    EditorKeys("move_line_down", ("alt+down",)),
    EditorKeys("duplicate_line", ("alt+shift+down",)),
    EditorKeys("delete_line", ("ctrl+shift+k",)),
    EditorKeys("toggle_comment", ("ctrl+slash", "ctrl+underscore", "ctrl+7")),
    EditorKeys("indent", ("tab",)),
    EditorKeys("dedent", ("shift+tab",)),
    EditorKeys("word_left", ("ctrl+left", "alt+b"), action="cursor_word_left"),
    EditorKeys("word_right", ("ctrl+right", "alt+f"), action="cursor_word_right"),
    EditorKeys("line_start", ("home", "ctrl+a"), action="cursor_line_start"),
    EditorKeys("line_end", ("end", "ctrl+e"), action="cursor_line_end"),
    EditorKeys("text_start", ("ctrl+home",)),
    EditorKeys("text_end", ("ctrl+end",)),
    EditorKeys("delete_word_left", ("ctrl+w", "ctrl+backspace", "alt+backspace")),
    EditorKeys("delete_word_right", ("ctrl+delete", "alt+delete", "alt+d")),
    EditorKeys("delete_right", ("delete", "ctrl+d")),
    EditorKeys("delete_to_start_of_line", ("ctrl+u", "super+backspace")),
    EditorKeys("delete_to_end_of_line", ("ctrl+k",), action="delete_to_end_of_line_or_delete_line"),
    *(
        EditorKeys(f"cursor_{key}", (key,), is_basic=True)
        for key in ("left", "right", "up", "down")
    ),
    EditorKeys("cursor_page_up", ("pageup",), is_basic=True),
    EditorKeys("cursor_page_down", ("pagedown",), is_basic=True),
    EditorKeys("delete_left", ("backspace",), is_basic=True),
    *(
        EditorKeys(f"select_{key}", (f"shift+{key}",), action=f"cursor_{name}(True)", is_basic=True)
        for key, name in (
            *((key, key) for key in ("left", "right", "up", "down")),
            ("home", "line_start"),
            ("end", "line_end"),
        )
    ),
    EditorKeys(
        "select_word_left", ("ctrl+shift+left",), action="cursor_word_left(True)", is_basic=True
    ),
    EditorKeys(
        "select_word_right", ("ctrl+shift+right",), action="cursor_word_right(True)", is_basic=True
    ),
    EditorKeys("select_to_start", ("ctrl+shift+home",), action="text_start(True)", is_basic=True),
    EditorKeys("select_to_end", ("ctrl+shift+end",), action="text_end(True)", is_basic=True),
)
"""Keys of the editor's actions; `tutor.ui.editor.editor_words` describes them."""


FIELD_ACTIONS: Mapping[str, str] = {
    "alt+b": "cursor_left_word",
    "alt+f": "cursor_right_word",
    "alt+d": "delete_right_word",
    "alt+delete": "delete_right_word",
    "ctrl+delete": "delete_right_word",
}
"""The editor's keys for words, in one-row fields, where Textual binds none of them."""

SAME_KEYS: Mapping[str, tuple[str, str]] = {
    "shift+enter": ("enter", "\r"),
    "shift+\r": ("enter", "\r"),
    "shift+backspace": ("backspace", "\x7f"),
}
"""Keys that only some terminals distinguish: the other key, and the character it sends."""

OPENING_FIELDS = ("find", "replace", "go_to_line")
"""Actions of the editor that open a field; text typed after their keys goes to the field."""

LEAVING_FIELDS = ("enter", "tab", "shift+tab")
"""Keys that lead from such a field to another one, or back to the editor."""


class PaneKeys(Struct, frozen=True):
    """Keys that act only while one of these panes has the focus."""

    panes: str
    keys: tuple[str, ...]
    does: str
    """A full sentence, shown in help and docs/keys.md."""


PANE_KEYS: tuple[PaneKeys, ...] = (
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("Left", "Right", "<", ">"),
        "Go back or forward by one step, or by ten.",
    ),
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("Home", "End"),
        "Go to the first step, or to the last.",
    ),
    PaneKeys("Loss, Map, Tensors, Model", ("Space",), "Play the run step by step, or stop it."),
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("j",),
        "Go to a step number, or to the first step with a loss below a number.",
    ),
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("d",),
        "Compare the step with the last one, or stop comparing.",
    ),
    PaneKeys("Loss", ("l",), "Switch the logarithmic scale on or off."),
    PaneKeys("Loss", ("[", "]"), "Show the previous or next optimizer's curve."),
    PaneKeys(
        "Loss",
        ("n",),
        "Add a curve of numbers that the program kept or printed. Press it again for the next.",
    ),
    PaneKeys("Map", ("x",), "Show or hide a mark, with the model's prediction there."),
    PaneKeys("Map", ("Up", "Down", "Left", "Right"), "Move the mark. A click moves it, too."),
    PaneKeys("Map", ("Enter", "Backspace"), "Add a point at the mark; remove all points."),
    PaneKeys("Tensors", ("[", "]"), "Select the previous or next tensor."),
    PaneKeys("Plot", ("[", "]"), "Select the previous or next plot."),
    PaneKeys("Tensors", ("m",), "Show numbers, or only shades."),
    PaneKeys("Tensors", ("g",), "Show only the values, the gradient or the last change."),
    PaneKeys("Tensors", ("h",), "Show a histogram, or the values."),
    PaneKeys("Tensors", ("k",), "Show the next column's histogram."),
    PaneKeys("Model", ("Up", "Down"), "Scroll through the layers."),
    PaneKeys("Model", ("h",), "Show histograms of the layers' outputs, or numbers."),
    PaneKeys("Model", ("c",), "Show the confusion matrix, or numbers."),
    PaneKeys("Model", ("i",), "Show the model's 8 by 8 input images, or numbers."),
)

PANE_DIGITS = "123456789"
"""Keys that go to the pane of that number: after Esc, or outside code and answers."""
DIGITS_ALONE = "1-9 outside code and answers"
"""Description of the digits without Esc."""
GO_TO_PANE = "Go to the pane with that number."

_COMMAND_OF_LETTER = {letter: row.name for row in COMMANDS for letter in row.letters}

LETTERS = tuple(_COMMAND_OF_LETTER)
"""Keys that act after Esc, apart from the digits."""

_KEY_LABELS = {
    "escape": "Esc",
    "question_mark": "?",
    "space": "Space",
    "tab": "Tab",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "slash": "/",
    "underscore": "_",
    "backslash": "\\",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def command_of_letter(key: str) -> str | None:
    """Return the name of the command that the key runs after Esc, None without one."""
    return _COMMAND_OF_LETTER.get(key)


def lesson_bindings() -> list[BindingType]:
    """Return the lesson screen's bindings; `keys` precede the focused widget."""
    digits = (
        _binding(digit, f"pane({digit})", "Pane", show=False, tip=GO_TO_PANE, name=f"pane.{digit}")
        for digit in PANE_DIGITS
    )
    return [*_bindings_of(COMMANDS), *digits]


def start_bindings() -> list[BindingType]:
    """Return the bindings of the start screen: the commands that need no step."""
    return _bindings_of(live_commands("none"))


def keys_that_move_focus(user_keys: UserKeys = NO_USER_KEYS) -> frozenset[str]:
    """Return the keys of editor and fields that pass the focus to another widget."""
    rows = (row for row in EDITOR_KEYS if row.name in OPENING_FIELDS)
    opening = (key for row in rows for key in user_keys.get(row.name, row.keys))
    return frozenset((*opening, *LEAVING_FIELDS))


def editor_binding_id(name: str) -> str:
    return f"editor.{name}"


def next_step_bindings() -> list[BindingType]:
    """Return bindings of `action_next_step` to that command's keys, for other pages."""
    row = NAMED["next_step"]
    keys = ",".join(row.keys)
    return [_binding(keys, row.name, row.label, tip=row.tip, priority=True, name=row.name)]


def action_of(name: str) -> str:
    return f"command({name!r})"


def _bindings_of(commands: Iterable[CommandRow]) -> list[BindingType]:
    bindings: list[BindingType] = [_binding(LEADER, "leader", "Keys", priority=True, name="leader")]
    for command in commands:
        bindings += _bindings(command, command.keys, priority=True, suffix="")
        bindings += _bindings(command, command.plain_keys, priority=False, suffix=".plain")
    return bindings


def key_name(key: str) -> str:
    """Return the key as keyboards label it: `ctrl+j` is Ctrl+J, `f5` is F5."""
    parts = key.split("+")
    return "+".join(_KEY_LABELS.get(part) or part.capitalize() for part in parts)


def direct_keys(name: str, user_keys: UserKeys = NO_USER_KEYS) -> tuple[str, ...]:
    """Return the keys that run the command while the editor has the focus."""
    return user_keys.get(name, NAMED[name].keys)


def direct_names(name: str, user_keys: UserKeys = NO_USER_KEYS) -> str:
    """Return the readable names of all the command's keys without Esc."""
    return ", ".join(map(key_name, direct_keys(name, user_keys) + NAMED[name].plain_keys))


def letter_names(name: str) -> str:
    """Return the readable keys that run the command after Esc; letters as typed."""
    return ", ".join(map(_letter_name, NAMED[name].letters))


def key_names(user_keys: UserKeys = NO_USER_KEYS) -> KeyNames:
    """Return the values of `{key:NAME}` in texts: a key's name for each command.

    It is the first key without Esc, or `Esc, x` if there is none. `NAME.all` has all keys without
    Esc.
    """
    names = {
        row.name: key_name(key)
        for row in EDITOR_KEYS
        for key in (*user_keys.get(row.name, row.keys), *row.twice)[:1]
    }
    for row in COMMANDS:
        direct = [key_name(key) for key in direct_keys(row.name, user_keys)]
        direct = direct or [f"Esc, {_letter_name(row.letters[0])}"]
        names[row.name] = direct[0]
        names[f"{row.name}.all"] = " or ".join(filter(None, [", ".join(direct[:-1]), direct[-1]]))
    return names


def _letter_name(letter: str) -> str:
    return letter if len(letter) == 1 else key_name(letter)


def _bindings(
    command: CommandRow, keys: Iterable[str], *, priority: bool, suffix: str
) -> list[BindingType]:
    joined = ",".join(keys)
    if not joined and suffix:
        return []
    return [
        _binding(
            joined or f"{NO_KEY}-{command.name}",
            action_of(command.name),
            command.label,
            tip=command.tip,
            priority=priority,
            name=command.name + suffix,
        )
    ]


def _binding(
    keys: str,
    action: str,
    label: str,
    *,
    name: str,
    tip: str = "",
    show: bool = True,
    priority: bool = False,
) -> BindingType:
    from textual.binding import Binding  # `nntutor watch` names keys without Textual

    return Binding(keys, action, label, show=show, tooltip=tip, priority=priority, id=name)
