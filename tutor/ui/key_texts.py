"""The tables of keys in words: what help shows, and the table of the README."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.session.actions import ACTIONS, Action, is_live
from tutor.ui.editor.editor_words import EDITOR_WORDS
from tutor.ui.keys import (
    DIGITS_ALONE,
    EDITOR_KEYS,
    GO_TO_PANE,
    NO_USER_KEYS,
    PANE_KEYS,
    EditorKeys,
    UserKeys,
    direct_names,
    key_name,
    letter_names,
)

GROUPS: dict[str, str] = {
    "Editor": "edit reset watch write",
    "Run": (
        "run run_selection ask stop more_time pause step_phase step_step step_epoch shapes picture "
        "printed"
    ),
    "Panes": (
        "next_pane previous_pane zoom wider narrower taller shorter usual_sizes task givens redraw"
    ),
}
"""The actions by what they are about, by name; all others are about the lesson."""

LESSON = "Lesson"
PROGRAM = "Program"
"""What that group is called beside a program of the learner's own."""
BASICS = (
    "The arrows move the cursor, and with Shift they select. A double click "
    "selects a word, a third click the line."
)


def help_markdown(user_keys: UserKeys = NO_USER_KEYS, *, own_program: bool = False) -> str:
    """Return each action with its keys, as Markdown lists, one for each group.

    With `own_program`, the actions of lessons are left out: there they do nothing. A table would
    not fit into 80 columns.
    """
    blocks = []
    for group in (LESSON, *GROUPS):
        actions = [
            each for each in _actions_of(group) if not own_program or is_live(each.name, "try")
        ]
        lines = [_action_line(action, user_keys) for action in actions]
        if group == "Editor":
            lines += [f"- {BASICS}", *_editor_lines(user_keys)]
        if group == "Panes":
            lines.append(f"- **Pane** ({DIGITS_ALONE}, or Esc 1-9): {GO_TO_PANE}")
            lines += [f"- **{row.panes}** ({' '.join(row.keys)}): {row.does}" for row in PANE_KEYS]
        title = PROGRAM if own_program and group == LESSON else group
        blocks.append("\n".join([f"**{title}**", "", *lines]))
    return "\n\n".join(blocks)


def key_table_markdown() -> str:
    """Return the table of keys for the README, in Markdown."""
    rows = []
    for group in (LESSON, *GROUPS):
        rows.append(f"| **{group}** | | |")
        rows += [
            f"| {action.label}: {action.tooltip} "
            f"| {direct_names(action.name)} | {letter_names(action.name)} |"
            for action in _actions_of(group)
        ]
        if group == "Editor":
            rows.append(f"| {BASICS} | | |")
            rows += [
                f"| {label}: {tooltip} `{row.name}` | {editor_key_names(row)} | |"
                for row, label, tooltip in _worded()
            ]
        if group == "Panes":
            rows.append(f"| Pane: {GO_TO_PANE} | {DIGITS_ALONE} | 1-9 |")
            rows += [f"| {row.panes}: {row.does} | {', '.join(row.keys)} | |" for row in PANE_KEYS]
    return "\n".join(["| action | keys | Esc, then |", "|---|---|---|", *rows, ""])


def editor_key_names(row: EditorKeys, user_keys: UserKeys = NO_USER_KEYS) -> str:
    """Return, for people, the keys of an action of the editor, without the Mac's Command."""
    keys = [key for key in user_keys.get(row.name, row.keys) if "super" not in key.split("+")]
    return ", ".join([*map(key_name, keys), *(f"{key_name(key)} twice" for key in row.twice)])


def _actions_of(group: str) -> Iterator[Action]:
    named = {name: key for key, names in GROUPS.items() for name in names.split()}
    return (action for action in ACTIONS if named.get(action.name, LESSON) == group)


def _action_line(action: Action, user_keys: UserKeys) -> str:
    direct = direct_names(action.name, user_keys)
    letters = letter_names(action.name)
    after_esc = f"Esc {letters}" if letters else ""
    keys = " or ".join(part for part in (direct, after_esc) if part)
    return f"- **{action.label}** ({_as_markdown(keys)}): {action.tooltip}"


def _editor_lines(user_keys: UserKeys) -> Iterator[str]:
    for row, label, tooltip in _worded():
        yield f"- **{label}** ({_as_markdown(editor_key_names(row, user_keys))}): {tooltip}"


def _as_markdown(keys: str) -> str:
    """Return the names of keys so that one that ends with a backslash keeps it."""
    return keys.replace("\\", "\\\\")


def _worded() -> Iterator[tuple[EditorKeys, str, str]]:
    return ((row, *EDITOR_WORDS[row.name]) for row in EDITOR_KEYS if not row.is_basic)
