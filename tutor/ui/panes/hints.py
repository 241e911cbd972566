"""The pane Hints: the ladder, as far as it was asked for. Earlier hints stay."""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget

from tutor.course.model import CodeStep, QuizStep
from tutor.session.state import State
from tutor.ui.pane import Pane
from tutor.ui.signs import Signs

EMPTY = "No hint is shown yet. F2 shows the first one."


class HintsPane(Pane):
    """The newest hint is scrolled to."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("hints", signs=signs)
        self._scroll = VerticalScroll(id="hints-scroll")

    def compose(self) -> ComposeResult:
        """One text for each hint."""
        yield self._scroll

    def draw(self, old: State | None, new: State) -> None:
        """Shows one more, or those of another step."""
        if old is None or old.step is not new.step or old.hints != new.hints:
            self.fill_with(partial(self._fill, hint_texts(new)))

    def focus_target(self) -> Widget:
        """The text, to be scrolled."""
        return self._scroll

    async def _fill(self, texts: tuple[str, ...]) -> None:
        from tutor.ui.widgets.markdown import Markdown  # slow to import: the editor comes first

        await self._scroll.remove_children()
        shown = [Markdown(text, open_links=False) for text in texts]
        await self._scroll.mount_all(shown)
        self.call_after_refresh(self._scroll.scroll_to_widget, shown[-1], animate=False, top=True)


def hint_texts(state: State) -> tuple[str, ...]:
    """The hints on screen, numbered; the last says whether there are more."""
    if not isinstance(state.step, CodeStep | QuizStep) or not state.hints:
        return (EMPTY,)
    total = len(state.step.hints)
    more = "F2 shows the next one." if state.hints < total else "There are no more."
    shown = [
        f"**Hint {number} of {total}.** {hint.strip()}"
        for number, hint in enumerate(state.step.hints[: state.hints], 1)
    ]
    return (*shown[:-1], f"{shown[-1]}\n\n{more}")
