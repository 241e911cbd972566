"""The learner's keys from config.toml, merged into the tables of app and editor.

A key is added to those of an action, or replaces them (`only`). A key that is taken already, or
that no terminal sends, is ignored and reported; the others work. For `tutor.ui.app` and
`tutor.ui.user_settings`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from tutor.session.commands import COMMANDS, CommandRow
from tutor.ui.keys import (
    EDITOR_KEYS,
    LEADER,
    EditorKeys,
    editor_binding_id,
    key_name,
)

_EDITING = """
    alt+backspace backspace ctrl+a ctrl+backspace ctrl+c ctrl+d ctrl+e ctrl+k ctrl+left ctrl+right
    ctrl+shift+a ctrl+shift+end ctrl+shift+home ctrl+shift+left ctrl+shift+right ctrl+u ctrl+v
    ctrl+w ctrl+x delete down end enter home left pagedown pageup right shift+down shift+end
    shift+home shift+left shift+right shift+up super+backspace super+c up
"""
EDITING = frozenset(_EDITING.split())
"""The keys of input fields, and those that all editors have. Listed here, since the fields are slow
to import. No other action can have them."""

ARRIVES_AS = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": LEADER,
}
"""Keys that terminals cannot distinguish from another key, with that key."""

_BEGINNINGS = ("alt+left_square_bracket", "alt+shift+o")
"""Keys that send the prefix of function keys."""

_ALIASES = {
    "esc": LEADER,
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "bksp": "backspace",
    "control": "ctrl",
    "strg": "ctrl",
    "option": "alt",
    "cmd": "super",
}
_ROWS: tuple[CommandRow | EditorKeys, ...] = (
    *COMMANDS,
    *(row for row in EDITOR_KEYS if not row.is_basic),
)
"""Actions with changeable keys: those of the app, and those of the editor."""

_MODIFIERS = ("alt", "ctrl", "shift", "super")
_SIGN_NAMES = {
    "?": "question_mark",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
    "/": "slash",
    "\\": "backslash",
    "_": "underscore",
    "^": "circumflex_accent",
}
_NAMES = """
    escape enter tab space backspace delete insert home end pageup pagedown up down left right
"""
_NAMED = frozenset((*_NAMES.split(), *_SIGN_NAMES.values()))


class Mistake(NamedTuple):
    """An ignored key of config.toml, or all keys of an unknown action."""

    action: str
    """The name in config.toml."""
    reason: str


class Remapped(NamedTuple):
    """The keys that the learner changed, and the mistakes in config.toml."""

    keys: dict[str, tuple[str, ...]]
    """Direct keys of each action with changed keys, including those of the table."""
    mistakes: tuple[Mistake, ...]

    def keymap(self) -> dict[str, str]:
        """Return the keys by binding id, for Textual's keymap.

        Some bindings are also the app's, with ids that begin with `app.`, so that they act over a
        dialog.
        """
        joined = {name: ",".join(keys) for name, keys in self.keys.items()}
        of_editor = {row.name for row in EDITOR_KEYS} & joined.keys()
        return {
            editor_binding_id(name) if name in of_editor else prefix + name: keys
            for name, keys in joined.items()
            for prefix in ("", "app.")
        }


def remap(user_keys: Mapping[str, tuple[str, ...]], only: Set[str] = frozenset()) -> Remapped:
    """Merge the learner's keys into the table.

    `user_keys` are keys by action, as written in config.toml; `only` names the actions whose table
    keys are replaced.
    """
    mistakes = [
        Mistake(name, _unknown_action(name)) for name in user_keys if _find_action(name) is None
    ]
    changed = [(name, action) for name in user_keys if (action := _find_action(name)) is not None]
    # first the actions that give up keys, which others may take
    changed.sort(key=lambda pair: pair[0] not in only)
    cleared = {action.name for name, action in changed if name in only}
    taken = dict(_reserved_keys(cleared))
    keys: dict[str, tuple[str, ...]] = {}
    for name, action in changed:
        accepted = []
        for written in user_keys[name]:
            key = normalise_key(written)
            is_own = key in action.keys
            reason = "" if is_own else _refusal(key, written, action.name, taken)
            if reason:
                mistakes.append(Mistake(name, reason))
            else:
                accepted.append(key)
        kept = () if name in only and accepted else action.keys
        keys[action.name] = tuple(dict.fromkeys((*kept, *accepted)))
        taken |= dict.fromkeys(keys[action.name], action.name)
    return Remapped({n: k for n, k in keys.items() if k}, tuple(mistakes))


def normalise_key(written: str) -> str:
    """Return Textual's name of the key: `Ctrl-O` and `control+o` are `ctrl+o`."""
    parts = [part.strip() for part in written.replace("-", "+").split("+")]
    *modifiers, base = [_ALIASES.get(part.lower(), part) for part in parts]
    if len(base) == 1 and not modifiers:
        return _SIGN_NAMES.get(base, base)
    base = _SIGN_NAMES.get(base, base.lower())
    return "+".join([*sorted(modifier.lower() for modifier in modifiers), base])


def _reserved_keys(cleared: Set[str]) -> Iterator[tuple[str, str]]:
    """Yield the remaining keys of the tables, each with its action."""
    yield LEADER, "the strip of letters"
    for action in _ROWS:
        if action.name not in cleared:
            yield from ((key, action.name) for key in action.keys)


def _refusal(key: str, written: str, name: str, taken: Mapping[str, str]) -> str:
    """Return the reason why `key` cannot run the action `name`, or "".

    `written` is the key in config.toml; `taken` maps keys to their present meaning.
    """
    *modifiers, base = key.split("+")
    if not _is_key(modifiers, base):
        return f"{written} is not a key; keys are written as in ctrl+o, f12 or alt+left"
    if (same := ARRIVES_AS.get(key)) is not None:
        return f"{key} arrives as {key_name(same)}, so the two cannot be told apart"
    if key in EDITING:
        return f"{key} already edits text"
    if taken.get(key, name) != name:
        return f"{key} is taken by {taken[key]} already"
    if base in _SIGN_NAMES.values() or len(base) == 1 or base == "space":
        if not modifiers or modifiers == ["shift"]:
            return f"{key} types text; combine it with ctrl"
        if key in _BEGINNINGS:
            return f"{written} arrives as the beginning of other keys, such as the arrows"
    return ""


def _is_key(modifiers: Iterable[str], base: str) -> bool:
    known = base in _NAMED or (len(base) == 1 and base.isprintable())
    function = base[:1] == "f" and base[1:].isdigit() and 1 <= int(base[1:]) <= 24
    return (known or function) and all(modifier in _MODIFIERS for modifier in modifiers)


def _find_action(name: str) -> CommandRow | EditorKeys | None:
    wanted = name.replace("-", "_")
    return next((action for action in _ROWS if action.name == wanted), None)


def _unknown_action(name: str) -> str:
    names = [action.name for action in _ROWS]
    matches = difflib.get_close_matches(name.replace("-", "_"), names, n=1)
    known = f"did you mean `{matches[0]}`?" if matches else f"known are {', '.join(names)}"
    return f"is not an action: {known}"
