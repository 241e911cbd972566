"""The pane Lesson: the step's text, its figures, and how to go on."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Markdown

from tutor.course.figures import FIGURES
from tutor.course.model import CodeStep, QuizStep, ReadStep, Step
from tutor.session.state import State
from tutor.ui.pane import Pane
from tutor.ui.said import Said
from tutor.ui.signs import Signs
from tutor.ui.widgets.figure import Figure


class LessonPane(Pane):
    """Text is parsed after the first frame: until then only the title stands there."""

    class Scrolled(Message):
        """Another row of the text is the first on screen."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("lesson", signs=signs)
        self._title = Said("", classes="step-title")
        self._end = Said("", classes="lesson-end")
        self._scroll = VerticalScroll(self._title, self._end, id="lesson-scroll")
        self._wanted_scroll = 0

    def compose(self) -> ComposeResult:
        """Title, then (later) text and figures, then the line that says how to go on."""
        yield self._scroll

    def on_mount(self) -> None:
        """Tells of scrolling, so that the place is kept."""
        super().on_mount()
        self.watch(self._scroll, "scroll_y", self._tell_scroll, init=False)

    def _tell_scroll(self) -> None:
        self.post_message(self.Scrolled())

    def draw(self, old: State | None, new: State) -> None:
        """Another step means other text; being done changes the last line."""
        if new.step is not None and (old is None or old.step is not new.step):
            self._title.say(_title(new.step))
            self.call_after_refresh(self._start_filling, new.step)
        self._end.say(_end_line(new))

    def focus_target(self) -> Widget:
        """The text, to be scrolled with the arrow keys."""
        return self._scroll

    @property
    def reading_row(self) -> int:
        """The first row of the text that is on screen."""
        return int(self._scroll.scroll_offset.y)

    def return_to(self, row: int) -> None:
        """Scrolls there as soon as the text is laid out."""
        self._wanted_scroll = row
        self.call_after_refresh(self._apply_scroll)

    def _start_filling(self, step: Step) -> None:
        self.run_worker(self._fill(step), exclusive=True, group="fill")

    async def _fill(self, step: Step) -> None:
        await self._scroll.query(".lesson-part").remove()
        text = Markdown(step.text, classes="lesson-part", open_links=False)
        figures = [
            Figure(name, glyphs=self.signs.glyphs, classes="lesson-part")
            for name in step.figures
            if name in FIGURES
        ]
        await self._scroll.mount(text, *figures, before=self._end)
        self._scroll.scroll_home(animate=False)
        self.call_after_refresh(self._apply_scroll)

    def _apply_scroll(self) -> None:
        if self._wanted_scroll and self._scroll.query(".lesson-part"):
            self._scroll.scroll_to(y=self._wanted_scroll, animate=False)
            self._wanted_scroll = 0


def _title(step: Step) -> str:
    return f"{step.section}  {step.title}".strip()


def _end_line(state: State) -> str:
    if state.step_done and not isinstance(state.step, ReadStep):
        return "Done. F8 goes on to the next step."
    if isinstance(state.step, CodeStep):
        return "F6 goes to the code, F4 checks it."
    if isinstance(state.step, QuizStep):
        return "F6 goes to the answers, F4 checks them."
    return "F8 goes on to the next step."
