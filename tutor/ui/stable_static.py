"""Text that is sent to the terminal only when it says something else than before. For panes."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class StableStatic(Static):
    """Panes may say the same with every change of the session: it costs nothing."""

    def __init__(
        self,
        text: str = "",
        *,
        one_row: bool = False,
        id: str | None = None,  # noqa: A002  # Textual's name for it
        classes: str | None = None,
    ) -> None:
        """`one_row`: its height is fixed by the style sheet, so that nothing else moves."""
        super().__init__(Content(text), id=id, classes=classes)
        self._content = Content(text)
        self._one_row = one_row

    @property
    def shown_content(self) -> Content:
        """What stands there."""
        return self._content

    def update_if_changed(self, words: Content | str) -> None:
        """Shows the words. In a str no markup is read."""
        new = Content(words) if isinstance(words, str) else words
        if not new.is_same(self._content):
            self._content = new
            self.update(new, layout=not self._one_row)
