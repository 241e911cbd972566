"""The line below the editor, with the cursor's position and the nearest mistake.

For the pane that owns the editor. It is a separate line: in the border, it would have the whole
frame drawn with every key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content

from tutor.session.words.key_names import fill_known_keys, guard
from tutor.ui.editor.area import EditorMessage
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.marker_watch import MarkerWatch
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic
from tutor.ui.words import inline

if TYPE_CHECKING:
    from tutor.completion.call_tips import CallTip

HOW_TO_MOVE = "Shift with Up or Down moves a line, Space removes it"
"""Help while lines can only be moved."""
REFUSALS: Mapping[type[EditorMessage], str] = {
    CodeEditor.PasteRefused: (
        "{event.characters:,} characters are too many to paste: the code may have {event.limit:,}."
    ),
    CodeEditor.WritingRefused: HOW_TO_MOVE,
    CodeEditor.LineStays: "Lines {event.first} to {event.last} can be moved, the others stay",
}
"""Warning for each message of the editor about a refusal."""
ONE_LINE = "Only one line fits here: the other pasted lines were left out."
HOW_TO_TAKE = "Tab takes the name, Up and Down choose"
"""Help while the list of names is open."""
WATCHED = "The code is edited in {name}. {{key:watch}} ends that."
"""Note while a file on disk replaces the editor."""
SHOW_TASK = "{key:task} shows the task"
NEXT_MISTAKE = "{{key:next_mistake}}: line {line}"
"""Note while the cursor is on a line without a mistake."""
WHOLE_MISTAKE = "{key:next_mistake}: more"
"""Note after a mistake's message that was cut off."""
NO_BLANK = "There is no blank in the code."
NO_MISTAKE = "No mistake was found without running the code."

MISTAKE_ROWS = 3
"""Maximum rows of a mistake's message after the learner asked for the next mistake."""


class BufferLine(StableStatic):
    """A line about the text in the editor."""

    def __init__(self, editor: CodeEditor, markers: MarkerWatch, marks: Marks) -> None:
        super().__init__(one_row=True, id="code-line")
        self.room = 0
        """Columns for text."""
        self.is_alone = False
        """True if the pane is alone on screen; the line then names the key for the task."""
        self.told = ""
        """Text that takes precedence over everything else; "" for none."""
        self.watched = ""
        """Name of the file that replaces the editor; "" for none."""
        self.tip: CallTip | None = None
        """Signature of the call around the cursor; it takes precedence over mistakes."""
        self.offers_names = False
        """True while the list of names is open; its help takes precedence over mistakes."""
        self._editor = editor
        self._markers = markers
        self._marks = marks
        self._asked_at: tuple[int, int] | None = None
        """Position of the cursor after the learner asked for the next mistake."""
        self._rows = 1

    async def show_next_mistake(self) -> None:
        self._asked_at = None
        if await self._markers.go_to_next():
            self._asked_at = self._editor.cursor_location
            self.show_place()
        else:
            self.update_if_changed(NO_MISTAKE)

    def warn(self, words: str) -> None:
        """Show a warning until the cursor moves."""
        self.update_if_changed(Content.styled(f"{self._marks.warning} {words}", "bold $warning"))

    def show_place(self) -> None:
        """Show the message at the cursor's line or the nearest one, else the position."""
        words = self._words()
        rows = MISTAKE_ROWS if self._is_asked() else 1
        if rows > 1 or self._rows > 1:
            self._rows = rows
            self.give_rows(str(words), self.room, rows)
        self.update_if_changed(words)

    def _is_asked(self) -> bool:
        return self._asked_at == self._editor.cursor_location

    def _words(self) -> Content | str:
        editor = self._editor
        if self.told:
            return self.told
        if self.watched:
            note = WATCHED.format(name=guard(self.watched))
            return self._with_task(fill_known_keys(note, self._marks.keys))
        if editor.error_line and not self._is_error_visible():
            return self._with_task(
                f"{editor.mark_glyph} line {editor.error_line}: {editor.error_message}"
            )
        if editor.fixed is not None:
            return self._with_task(HOW_TO_MOVE)
        if self.tip is not None:
            before, argument, after = self.tip.fitted(self.room, self._marks.ellipsis)
            return Content.assemble(before, (argument, "bold underline"), after)
        if self.offers_names:
            return HOW_TO_TAKE
        row, column = editor.cursor_location
        mistake = self._markers.at(row)
        if mistake:
            return Content.styled(self._fitting(inline(mistake).plain), "bold $warning")
        words = f"Ln {row + 1}, Col {column + 1}"
        marked = self._markers.row_after(row)
        if marked is not None:
            next_one = self._marks.fill(NEXT_MISTAKE.format(line=marked + 1))
            words += f"{self._marks.dot}{editor.marks.mistake} {next_one}"
        return self._with_task(words)

    def _fitting(self, mistake: str) -> str:
        """Return a mistake's message, or its beginning and the key for the rest."""
        words = f"{self._editor.marks.mistake} {mistake}"
        if self._is_asked() or cell_len(words) <= self.room:
            return words
        more = f"{self._marks.ellipsis} {self._marks.fill(WHOLE_MISTAKE)}"
        begun = Content(words).truncate(max(0, self.room - cell_len(more))).plain.rstrip()
        return f"{begun}{more}"

    def _with_task(self, words: str) -> str:
        """Append the key for the task if the pane is alone on screen."""
        return words + f"{self._marks.dot}{self._marks.fill(SHOW_TASK)}" * self.is_alone

    def _is_error_visible(self) -> bool:
        """Return True if the marked line is on screen, where its message is visible."""
        first = self._editor.first_row
        return self._editor.error_line - 1 in range(first, first + self._editor.size.height)
