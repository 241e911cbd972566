"""Names and tooltips of the editor's actions, for help, menu and docs/keys.md."""

from __future__ import annotations

from typing import NamedTuple


class EditorWords(NamedTuple):
    """The name and tooltip of an action."""

    label: str
    tooltip: str
    """A full sentence."""


EDITOR_WORDS: dict[str, EditorWords] = {
    "undo": EditorWords("Undo", "Take the last edit back, also a Reset."),
    "redo": EditorWords("Redo", "Do again what was taken back."),
    "cut": EditorWords("Cut", "Cut the selection; without one, the line."),
    "copy": EditorWords("Copy", "Copy the selection, or the line, to the clipboard."),
    "paste": EditorWords("Paste", "Insert what was copied; a whole line goes above this one."),
    "find": EditorWords(
        "Find",
        "Find words: Enter or Down the next, Up the one before. Tab leads to the options for "
        "capitals, whole words and regular expressions, and Space sets one.",
    ),
    "replace": EditorWords(
        "Replace",
        "Replace what is found; a second time all of it at once.",
    ),
    "go_to_line": EditorWords("Go to line", "Go to a line by its number."),
    "next_blank": EditorWords("Next blank", "Select the next blank of the task; typing fills it."),
    "previous_blank": EditorWords("Blank before", "Select the blank before."),
    "next_mistake": EditorWords(
        "Next mistake", "Go to the next mistake that can be told before a run, and say what it is."
    ),
    "complete": EditorWords(
        "Complete", "Offer names for the beginning at the cursor, or tell the arguments of a call."
    ),
    "documentation": EditorWords(
        "Documentation", "Show what the name at the cursor is, and its documentation."
    ),
    "select_all": EditorWords("Select all", "Select the whole text."),
    "move_line_up": EditorWords("Line up", "Move the line, or the selected lines, up."),
    "move_line_down": EditorWords("Line down", "Move the line, or the selected lines, down."),
    "duplicate_line": EditorWords("Duplicate", "Put the line, or the selected lines, there twice."),
    "delete_line": EditorWords("Delete line", "Delete the line, or the selected lines."),
    "toggle_comment": EditorWords("Comment", "Comment lines out, or in again."),
    "indent": EditorWords("Indent", "Indent selected lines; complete a name; else add spaces."),
    "dedent": EditorWords("Dedent", "Move lines one level out."),
    "word_left": EditorWords("Word left", "Go to the start of the word."),
    "word_right": EditorWords("Word right", "Go to the end of the word."),
    "line_start": EditorWords("Line start", "Go to the start of the line."),
    "line_end": EditorWords("Line end", "Go to the end of the line."),
    "text_start": EditorWords("Text start", "Go to the start of the text."),
    "text_end": EditorWords("Text end", "Go to the end of the text."),
    "delete_word_left": EditorWords("Delete word", "Delete back to the start of the word."),
    "delete_word_right": EditorWords("Delete next word", "Delete up to the end of the word."),
    "delete_right": EditorWords("Delete", "Delete the character at the cursor."),
    "delete_to_start_of_line": EditorWords("Delete to start", "Delete the line up to the cursor."),
    "delete_to_end_of_line": EditorWords(
        "Delete to end", "Delete the rest of the line; twice at its start, the whole line."
    ),
}
