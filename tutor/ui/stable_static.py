"""A Static that repaints only when its text changes. For panes and screens.

Panes set their text with every change of the state. A plain Static would repaint each time, and
every repaint sends bytes to the terminal.
"""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StableStatic(Static):
    """Text that may be set again and again: equal content is not repainted."""

    def __init__(
        self,
        text: str = "",
        *,
        one_row: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """Show `text`, without markup.

        `one_row` is True if the style sheet fixes the height, so that a change needs no new layout
        of the screen.
        """
        super().__init__(Content(text), id=id, classes=classes)
        self._content = Content(text)
        self._one_row = one_row

    @property
    def shown_content(self) -> Content:
        return self._content

    def update_if_changed(self, words: Content | str) -> None:
        new = Content(words) if isinstance(words, str) else words
        if not new.is_same(self._content):
            before, self._content = self._content, new
            self.update(new, layout=not self._one_row and self._needs_layout(before, new))

    def _needs_layout(self, before: Content, new: Content) -> bool:
        width, rules = self.size.width, self.styles.get_rules()
        if self.styles.is_auto_width:
            return True
        if not width:  # hidden, or not laid out yet: a layout comes when it is shown
            return False
        return before.get_height(rules, width) != new.get_height(rules, width)

    def give_rows(self, words: str, width: int, most: int) -> None:
        """Set the height to the rows of `words` at that width, from 1 to `most`.

        For texts of `one_row` that may need more: their height changes only here.
        """
        rows = len(Content(words).wrap(width)) if width > 0 else 1
        self.styles.height = max(1, min(rows, most))
