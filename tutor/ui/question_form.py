"""A form for a question: statements to judge or choose, or a field; and the line below it.

For the panes Quiz and Predict. It judges nothing: the panes pass in the feedback.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tutor.grading.quiz import QuizAnswer
from tutor.session.questions import (
    Question,
    in_order,
    question_of,
    to_file_order,
    to_shown_order,
)
from tutor.ui.marks import Marks
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.choices import Choices
from tutor.ui.words import inline

MAX_LENGTH = 60
"""Maximum characters of a number or shape in the field."""


MORE_BELOW = "More below."


class HowLine(StableStatic):
    """The last line of a pane with a question: the live keys, and a note if there is more below."""

    def __init__(self, scroll: VerticalScroll, *, marks: Marks, id: str) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._scroll = scroll
        self._words = ""
        self._tells_more = True
        self._more = f"{marks.down} {MORE_BELOW} "

    def on_mount(self) -> None:
        self.watch(self._scroll, "scroll_y", self.fit, init=False)
        self.watch(self._scroll, "virtual_size", self.fit_later, init=False)

    def say(self, words: str, *, tells_more: bool = True) -> None:
        """Show the live keys; without `tells_more`, they mention scrolling themselves."""
        self._words, self._tells_more = words, tells_more
        self.fit()

    def fit(self) -> None:
        is_cut = self._scroll.scroll_y < self._scroll.max_scroll_y
        more = (self._more, "bold") if is_cut and self._tells_more else ""
        self.update_if_changed(Content.assemble(more, self._words))

    def fit_later(self) -> None:
        self.call_after_refresh(self.fit)


class QuestionForm(Vertical):
    """A question and its answer; answers use the file's order of options."""

    DEFAULT_CSS = """
    QuestionForm {
        height: auto;
        & > .question { height: auto; text-style: bold; margin-bottom: 1; }
        & > Input {
            width: 100%;
            max-width: 40;
            margin-bottom: 1;
            border: round $border-blurred;
            background: $background;
            &:focus { border: round $border; }
        }
    }
    """

    @dataclass
    class Submitted(Message):
        """Posted on Enter, or at each stroke on the pad, to have the answer judged."""

        drawing: str = ""

    class Changed(Message):
        """Posted when the answer changes."""

    def __init__(self, name: str, *, marks: Marks) -> None:
        """Create the parts, with names that begin with the pane's `name`."""
        super().__init__(id=f"{name}-form")
        self._question = StableStatic("", id=f"{name}-question", classes="question")
        self._marks = marks
        self._choices = Choices(glyphs=marks.glyphs, id=f"{name}-choices")
        self._field = Input(id=f"{name}-field", max_length=MAX_LENGTH)
        self._order: tuple[int, ...] = ()

    def compose(self) -> ComposeResult:
        yield self._question
        yield self._choices
        yield self._field

    def ask(self, step: Question, *, order: tuple[int, ...], kept: QuizAnswer) -> Question:
        """Show the question with the answer `kept`; return it in screen order.

        `order` holds, for each place on screen, the number of the option in the file.
        """
        shown = in_order(step, order)
        self._order = order
        self._question.update_if_changed(inline(self._marks.transcribe(question_of(step))))
        self._choices.display = bool(step.options)
        self._field.display = not step.options
        self._field.value = kept.text
        self._field.cursor_position = len(kept.text)
        if step.mode != "number" and step.mode != "shape":
            texts = [self._marks.transcribe(option.text) for option in shown.options]
            self._choices.show(texts, mode=step.mode)
            self._choices.show_judged(to_shown_order(kept.judged, order))
        return shown

    @property
    def target(self) -> Widget:
        return self._choices if self._choices.display else self._field

    @property
    def answer(self) -> QuizAnswer:
        if self._choices.display:
            return QuizAnswer(judged=to_file_order(self._choices.judged, self._order))
        return QuizAnswer(text=self._field.value)

    @property
    def answer_on_screen(self) -> QuizAnswer:
        """The current answer; options by their index on screen, as in verdicts."""
        if self._choices.display:
            return QuizAnswer(judged=dict(self._choices.judged))
        return QuizAnswer(text=self._field.value)

    def in_shown_order(self, step: Question) -> Question:
        """Return `step` with its options in the order on screen.

        `step` may hold more than the shown question: after a run, the right options.
        """
        return in_order(step, self._order)

    def freeze(self, *, locked: bool) -> None:
        self._choices.locked = locked
        if not self._choices.display:
            self._field.display = not locked

    def show_feedback(
        self, feedback: Mapping[int, tuple[bool, str]], *, follow: bool = True
    ) -> None:
        """Show feedback by index on screen under statements; remove all earlier feedback.

        Feedback is True for a right answer, with the reason. With `follow`, the current statement
        stays visible.
        """
        told = {n: (right, self._marks.transcribe(why)) for n, (right, why) in feedback.items()}
        self._choices.show_feedback(told)
        if feedback and follow:
            self.call_after_refresh(self._show_current)

    def on_choices_submit_requested(self, event: Choices.SubmitRequested) -> None:
        event.stop()
        self.post_message(self.Submitted())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Submitted())

    def on_choices_judged(self, event: Choices.Judged) -> None:
        event.stop()
        if event.index in self._choices.feedback and self._choices.mode != "one":
            feedback = dict(self._choices.feedback)
            del feedback[event.index]
            self._choices.show_feedback(feedback)
        self.post_message(self.Changed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    def _show_current(self) -> None:
        """Scroll to the current statement, which feedback may have moved off screen."""
        if self._choices.rows:
            self._choices.rows[self._choices.current].scroll_visible(animate=False)
