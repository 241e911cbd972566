"""The tables of keys as text, for help and docs/keys.md."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.session.commands import COMMANDS, EDITOR, GROUPS, LESSON, PANES, CommandRow
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

PROGRAM = "Program"
"""The lesson's group of commands beside a program of the learner's own."""
BASICS = (
    "Arrows move the cursor; with Shift they select. A double click selects a word, a triple "
    "click the line."
)


def help_markdown(user_keys: UserKeys = NO_USER_KEYS, *, own_program: bool = False) -> str:
    """Return each command with its keys, as Markdown lists, one for each group.

    `own_program` leaves out the commands of lessons, which have no effect there. A table would not
    fit into 80 columns.
    """
    blocks = []
    for group in GROUPS:
        lines = [
            _command_line(command, user_keys)
            for command in _commands_of(group)
            if not own_program or "try" in command.on
        ]
        if group == EDITOR:
            lines += [f"- {BASICS}", *_editor_lines(user_keys)]
        if group == PANES:
            lines.append(f"- **Pane** ({DIGITS_ALONE}, or Esc 1-9): {GO_TO_PANE}")
            lines += [f"- **{row.panes}** ({' '.join(row.keys)}): {row.does}" for row in PANE_KEYS]
        title = PROGRAM if own_program and group == LESSON else group
        blocks.append("\n".join([f"**{title}**", "", *lines]))
    return "\n\n".join(blocks)


def key_table_markdown() -> str:
    rows = []
    for group in GROUPS:
        rows.append(f"| **{group}** | | |")
        rows += [
            f"| {command.label}: {command.tip} `{command.name}` "
            f"| {direct_names(command.name)} | {letter_names(command.name)} |"
            for command in _commands_of(group)
        ]
        if group == EDITOR:
            rows.append(f"| {BASICS} | | |")
            rows += [
                f"| {label}: {tooltip} `{row.name}` | {editor_key_names(row)} | |"
                for row, label, tooltip in _worded()
            ]
        if group == PANES:
            rows.append(f"| Pane: {GO_TO_PANE} | {DIGITS_ALONE} | 1-9 |")
            rows += [f"| {row.panes}: {row.does} | {', '.join(row.keys)} | |" for row in PANE_KEYS]
    return "\n".join(["| action | keys | Esc, then |", "|---|---|---|", *rows, ""])


def editor_key_names(row: EditorKeys, user_keys: UserKeys = NO_USER_KEYS) -> str:
    """Return the readable keys of an editor action, without the Mac's CommandRow."""
    keys = [key for key in user_keys.get(row.name, row.keys) if "super" not in key.split("+")]
    return ", ".join([*map(key_name, keys), *(f"{key_name(key)} twice" for key in row.twice)])


def _commands_of(group: str) -> Iterator[CommandRow]:
    return (command for command in COMMANDS if command.group == group)


def _command_line(command: CommandRow, user_keys: UserKeys) -> str:
    direct = direct_names(command.name, user_keys)
    letters = letter_names(command.name)
    after_esc = f"Esc {letters}" if letters else ""
    keys = " or ".join(part for part in (direct, after_esc) if part)
    return f"- **{command.label}** ({_as_markdown(keys)}): {command.tip}"


def _editor_lines(user_keys: UserKeys) -> Iterator[str]:
    for row, label, tooltip in _worded():
        yield f"- **{label}** ({_as_markdown(editor_key_names(row, user_keys))}): {tooltip}"


def _as_markdown(keys: str) -> str:
    """Return the names of keys, with a trailing backslash kept in Markdown."""
    return keys.replace("\\", "\\\\")


def _worded() -> Iterator[tuple[EditorKeys, str, str]]:
    return ((row, *EDITOR_WORDS[row.name]) for row in EDITOR_KEYS if not row.is_basic)
