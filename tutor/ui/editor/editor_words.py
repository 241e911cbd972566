"""Names and tooltips of the editor's actions, for help, menu and docs/keys.md."""

from __future__ import annotations

from typing import NamedTuple


class EditorWords(NamedTuple):
    """The name and tooltip of an action."""

    label: str
    tooltip: str
    """A full sentence."""


EDITOR_WORDS: dict[str, EditorWords] = {
    "undo": EditorWords("Undo", "Undo the last edit, including a Reset."),
    "redo": EditorWords("Redo", "Redo the last undone edit."),
    "cut": EditorWords("Cut", "Cut the selection, or the line."),
    "copy": EditorWords("Copy", "Copy the selection, or the line."),
    "paste": EditorWords("Paste", "Paste. A whole line goes above the current one."),
    "find": EditorWords(
        "Find",
        "Find text: Enter or Down for the next match, Up for the previous one. Tab goes to the "
        "options: case, whole words, regular expressions. Space switches one.",
    ),
    "replace": EditorWords(
        "Replace",
        "Replace the match; press it again to replace all.",
    ),
    "go_to_line": EditorWords("Go to line", "Go to a line number."),
    "next_blank": EditorWords("Next blank", "Select the next blank. Typing fills it."),
    "previous_blank": EditorWords("Blank before", "Select the previous blank."),
    "next_mistake": EditorWords("Next mistake", "Go to the next marked mistake, and explain it."),
    "complete": EditorWords(
        "Complete", "Complete the name at the cursor, or show a call's arguments."
    ),
    "documentation": EditorWords(
        "Documentation", "Show the value and documentation of the name at the cursor."
    ),
    "select_all": EditorWords("Select all", "Select all the code."),
    "move_line_up": EditorWords("Line up", "Move the line or the selected lines up."),
    "move_line_down": EditorWords("Line down", "Move the line or the selected lines down."),
    "duplicate_line": EditorWords("Duplicate", "Duplicate the line or the selected lines."),
    "delete_line": EditorWords("Delete line", "Delete the line or the selected lines."),
    "toggle_comment": EditorWords("Comment", "Comment or uncomment lines."),
    "indent": EditorWords(
        "Indent", "Indent the selected lines, complete a name, or insert spaces."
    ),
    "dedent": EditorWords("Dedent", "Dedent the lines."),
    "word_left": EditorWords("Word left", "Go to the start of the word."),
    "word_right": EditorWords("Word right", "Go to the end of the word."),
    "line_start": EditorWords("Line start", "Go to the start of the line."),
    "line_end": EditorWords("Line end", "Go to the end of the line."),
    "text_start": EditorWords("Text start", "Go to the start of the code."),
    "text_end": EditorWords("Text end", "Go to the end of the code."),
    "delete_word_left": EditorWords("Delete word", "Delete back to the start of the word."),
    "delete_word_right": EditorWords("Delete next word", "Delete to the end of the word."),
    "delete_right": EditorWords("Delete", "Delete the character at the cursor."),
    "delete_to_start_of_line": EditorWords("Delete to start", "Delete to the start of the line."),
    "delete_to_end_of_line": EditorWords(
        "Delete to end", "Delete to the end of the line; twice at its start, the whole line."
    ),
}
