"""The table of keys: which keys do an action, and what people call them.

Bindings, footer, strip, help and the README's table are made of it and of `tutor.session.actions`;
no key is written anywhere else. Every action has a row. What config.toml changes is laid over the
table in `tutor.ui.remapping`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct

from tutor.session.actions import ACTIONS, Action, live_actions

if TYPE_CHECKING:
    from textual.binding import BindingType

    from tutor.session.words.key_names import KeyNames

UserKeys = Mapping[str, tuple[str, ...]]
"""The direct keys by the name of their action, for actions whose keys the learner changed."""

NO_USER_KEYS: UserKeys = MappingProxyType({})

LEADER = "escape"
"""The key before a letter."""

NO_KEY = "no-key"
"""The beginning of a key that no terminal sends, for the binding of an action without a key.
Textual's keymap changes bindings but makes none: without a binding the learner could give such an
action no key."""


class ActionKeys(Struct, frozen=True):
    """A row of the table: the keys that do one action."""

    name: str
    """The name of the action."""
    keys: tuple[str, ...] = ()
    """Keys that act even while the editor has the focus."""
    letters: tuple[str, ...] = ()
    """Keys that act after Esc."""
    plain_keys: tuple[str, ...] = ()
    """Keys that act only where no text is typed."""
    in_footer: bool = False
    """Shown in the last line, where there is room."""


KEYS: tuple[ActionKeys, ...] = (
    ActionKeys("help", keys=("f1",), letters=("h",), plain_keys=("question_mark",), in_footer=True),
    ActionKeys("hint", keys=("f2",), letters=("t",), in_footer=True),
    ActionKeys("ladder", letters=("l",)),
    ActionKeys("edit", keys=("f3",), letters=("e",)),
    ActionKeys("check", keys=("f4", "ctrl+t"), letters=("c",), in_footer=True),
    ActionKeys("run", keys=("f5", "ctrl+j"), letters=("r",), in_footer=True),
    ActionKeys("run_selection", letters=("j",)),
    ActionKeys("ask", keys=("ctrl+f5",), letters=("i",)),
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
    ActionKeys("step_step", letters=(",",)),
    ActionKeys("step_epoch", letters=(";",)),
    ActionKeys("palette", keys=("f10", "ctrl+p"), letters=("space",)),
    ActionKeys("task", letters=("a",)),
    ActionKeys("experiment", letters=("x",)),
    ActionKeys("attempts", letters=("y",)),
    ActionKeys("givens", letters=("g",)),
    ActionKeys("shapes", letters=("d",)),
    ActionKeys("picture", letters=("v",)),
    ActionKeys("printed", letters=("f",)),
    ActionKeys("outline", letters=("o", "/")),
    ActionKeys("terms", letters=("w",)),
    ActionKeys("review", letters=("u",)),
    ActionKeys("back", letters=("b",)),
    ActionKeys("report", letters=("!",)),
    ActionKeys("reset", letters=("0",)),
    ActionKeys("watch", letters=("*",)),
    ActionKeys("write", keys=("ctrl+s",), letters=("k",), in_footer=True),
    ActionKeys("redraw", keys=("ctrl+l",)),
    ActionKeys("quit", keys=("ctrl+q",), letters=("q",)),
)


class EditorKeys(Struct, frozen=True):
    """A row of the editor's table: the keys of one of its actions."""

    name: str
    keys: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    """Keys that do it when they are pressed a second time, right after the first."""
    action: str = ""
    """What the widget calls it, where that is not its name."""
    is_basic: bool = False
    """Whether all editors have it on these keys: it is told in one line, and keeps them."""


EDITOR_KEYS: tuple[EditorKeys, ...] = (
    EditorKeys("undo", ("ctrl+z", "super+z")),
    EditorKeys("redo", ("ctrl+y", "super+y", "ctrl+shift+z", "shift+super+z")),
    EditorKeys("cut", ("ctrl+x", "super+x")),
    EditorKeys("copy", ("ctrl+c", "super+c")),
    EditorKeys("paste", ("ctrl+v",)),
    EditorKeys("find", ("ctrl+f",)),
    EditorKeys("replace", ("ctrl+r",)),
    EditorKeys("go_to_line", ("ctrl+g",)),
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
"""What the editor does with keys; `tutor.ui.editor.editor_words` says it in words."""


FIELD_ACTIONS: Mapping[str, str] = {
    "alt+b": "cursor_left_word",
    "alt+f": "cursor_right_word",
    "alt+d": "delete_right_word",
    "alt+delete": "delete_right_word",
    "ctrl+delete": "delete_right_word",
}
"""What the editor's keys for words do in fields of one row, to which Textual gives none of them."""

SAME_KEYS: Mapping[str, tuple[str, str]] = {
    "shift+enter": ("enter", "\r"),
    "shift+\r": ("enter", "\r"),
    "shift+backspace": ("backspace", "\x7f"),
}
"""Keys that only some terminals tell from another one: that key, and the character it sends."""

OPENING_FIELDS = ("find", "replace", "go_to_line")
"""The editor's actions that open a field: what is typed after their keys is meant for that."""

LEAVING_FIELDS = ("enter", "tab", "shift+tab")
"""Keys that lead from such a field to another one, or back to the editor."""


class PaneKeys(Struct, frozen=True):
    """Keys that act only while one of these panes has the focus."""

    panes: str
    keys: tuple[str, ...]
    does: str
    """A sentence, shown in help and README."""


PANE_KEYS: tuple[PaneKeys, ...] = (
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("Left", "Right", "<", ">"),
        "Look at the step before or after, or ten off.",
    ),
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("Home", "End"),
        "Look at the first step, or at the end again.",
    ),
    PaneKeys("Loss, Map, Tensors, Model", ("Space",), "Play the run step by step, or stop."),
    PaneKeys(
        "Loss, Map, Tensors, Model",
        ("j",),
        "Go to a step by its number, or to the first with a loss below one.",
    ),
    PaneKeys("Loss, Map, Tensors, Model", ("d",), "Compare the step with the end, or not."),
    PaneKeys("Loss", ("l",), "Draw the losses on a logarithmic scale, or not."),
    PaneKeys("Loss", ("[", "]"), "Look at the curve of the optimizer before or after."),
    PaneKeys("Loss", ("n",), "Draw numbers that the program has kept or printed; again: the next."),
    PaneKeys("Map", ("x",), "Show a mark and what the model answers there, or take it away."),
    PaneKeys("Map", ("Up", "Down", "Left", "Right"), "Move the mark; a click moves it, too."),
    PaneKeys("Map", ("Enter", "Backspace"), "Put a point where the mark is; take all away."),
    PaneKeys("Tensors", ("[", "]"), "Pick the tensor before or after."),
    PaneKeys("Plot", ("[", "]"), "Pick the plot before or after."),
    PaneKeys("Tensors", ("m",), "Show numbers, or shades alone."),
    PaneKeys("Tensors", ("g",), "Show the values, the gradient or the last change alone."),
    PaneKeys("Tensors", ("h",), "Show how often each size of number occurs, or the values."),
    PaneKeys("Tensors", ("k",), "Show that of one column after the other."),
    PaneKeys("Model", ("Up", "Down"), "Look at the layers above or below."),
    PaneKeys("Model", ("h",), "Show histograms of what the layers gave, or numbers."),
    PaneKeys("Model", ("c",), "Show which class the model takes for which, or numbers."),
    PaneKeys("Model", ("i",), "Show pictures of 8 by 8 that the model was given, or numbers."),
)

PANE_DIGITS = "123456789"
"""Keys that go to the pane of that number: after Esc, and where they do not belong to code or to an
answer."""
DIGITS_ALONE = "1-9 outside code and answers"
"""What texts say of the second."""
GO_TO_PANE = "Go to the pane of that number."

_BY_NAME = {row.name: row for row in KEYS}
_ACTION_OF_LETTER = {letter: row.name for row in KEYS for letter in row.letters}

LETTERS = tuple(_ACTION_OF_LETTER)
"""The keys that act after Esc, apart from the digits."""

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


def keys_of(name: str) -> ActionKeys:
    """Return the row of an action."""
    return _BY_NAME[name]


def action_of_letter(key: str) -> str | None:
    """Return the name of the action that the key does after Esc, None if there is none."""
    return _ACTION_OF_LETTER.get(key)


def lesson_bindings() -> list[BindingType]:
    """Return the bindings of the lesson screen; those of `keys` win over the focused widget."""
    from textual.binding import Binding

    digits = (
        Binding(digit, f"pane({digit})", "Pane", show=False, tooltip=GO_TO_PANE, id=f"pane.{digit}")
        for digit in PANE_DIGITS
    )
    return [*_bindings_of(ACTIONS), *digits]


def start_bindings() -> list[BindingType]:
    """Return the bindings of the start screen: the actions that need no step."""
    return _bindings_of(live_actions("none"))


def keys_that_move_focus(user_keys: UserKeys = NO_USER_KEYS) -> frozenset[str]:
    """Return the keys of the editor and its fields after which another widget takes the next."""
    rows = (row for row in EDITOR_KEYS if row.name in OPENING_FIELDS)
    opening = (key for row in rows for key in user_keys.get(row.name, row.keys))
    return frozenset((*opening, *LEAVING_FIELDS))


def editor_binding_id(name: str) -> str:
    """Return the id of the binding of an editor's action, by which its keys are changed."""
    return f"editor.{name}"


def next_step_bindings() -> list[BindingType]:
    """Return the bindings of the action that leads to the next step, for pages in between."""
    return _bindings_of(action for action in ACTIONS if action.name == "next_step")[1:]


def _bindings_of(actions: Iterable[Action]) -> list[BindingType]:
    # imported late: names of keys are needed before Textual is there
    from textual.binding import Binding

    bindings: list[BindingType] = [Binding(LEADER, "leader", "Keys", priority=True, id="leader")]
    for action in actions:
        row = keys_of(action.name)
        bindings += _bindings(action, row.keys, priority=True, suffix="")
        bindings += _bindings(action, row.plain_keys, priority=False, suffix=".plain")
    return bindings


def key_name(key: str) -> str:
    """Return the key as keyboards label it: `ctrl+j` is Ctrl+J, `f5` is F5."""
    parts = key.split("+")
    return "+".join(_KEY_LABELS.get(part) or part.capitalize() for part in parts)


def direct_keys(name: str, user_keys: UserKeys = NO_USER_KEYS) -> tuple[str, ...]:
    """Return the keys that do the action while the editor has the focus."""
    return user_keys.get(name, keys_of(name).keys)


def direct_names(name: str, user_keys: UserKeys = NO_USER_KEYS) -> str:
    """Return, for people, all keys of the action that need no Esc."""
    return ", ".join(map(key_name, direct_keys(name, user_keys) + keys_of(name).plain_keys))


def letter_names(name: str) -> str:
    """Return, for people, the keys that do the action after Esc; letters as they are typed."""
    return ", ".join(map(_letter_name, keys_of(name).letters))


def key_names(user_keys: UserKeys = NO_USER_KEYS) -> KeyNames:
    """Return what fills `{key:NAME}` in texts: the name of a key for each action.

    That is the first key that needs no Esc, or `Esc, x` where there is none. `NAME.all` has all
    keys that need no Esc.
    """
    names = {
        row.name: key_name(key)
        for row in EDITOR_KEYS
        for key in (*user_keys.get(row.name, row.keys), *row.twice)[:1]
    }
    for row in KEYS:
        direct = [key_name(key) for key in direct_keys(row.name, user_keys)]
        direct = direct or [f"Esc, {_letter_name(row.letters[0])}"]
        names[row.name] = direct[0]
        names[f"{row.name}.all"] = " or ".join(filter(None, [", ".join(direct[:-1]), direct[-1]]))
    return names


def _letter_name(letter: str) -> str:
    return letter if len(letter) == 1 else key_name(letter)


def _bindings(
    action: Action, keys: Iterable[str], *, priority: bool, suffix: str
) -> list[BindingType]:
    from textual.binding import Binding

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
