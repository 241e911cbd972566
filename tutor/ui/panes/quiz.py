"""The pane Quiz: the statements to judge, or a field for a number or a shape."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tutor.course.model import QuizMode, QuizStep
from tutor.grading.quiz import QuizAnswer
from tutor.session.state import State
from tutor.ui.pane import Pane
from tutor.ui.said import Said
from tutor.ui.signs import Signs
from tutor.ui.widgets.choices import Choices

HOW: dict[QuizMode, str] = {
    "true-false": "Say of each: true or false. F4 judges the answer.",
    "one": "Choose one. F4 judges the answer.",
    "many": "Choose all that hold. F4 judges the answer.",
    "number": "Type a number. Enter or F4 judges it.",
    "shape": "Type a shape, such as 3, 4. Enter or F4 judges it.",
}


class QuizPane(Pane):
    """Holds the answer; the screen asks for it when Check is pressed."""

    class AnswerSubmitted(Message):
        """The answer is to be judged."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("quiz", signs=signs)
        self._how = Said("", id="quiz-how")
        self._choices = Choices(glyphs=signs.glyphs, id="choices")
        self._field = Input(id="quiz-field")

    def compose(self) -> ComposeResult:
        """How to answer, then what to answer."""
        yield VerticalScroll(self._how, self._choices, self._field, can_focus=False)

    def draw(self, old: State | None, new: State) -> None:
        """Shows another quiz; an accepted one shows which statements hold."""
        if isinstance(new.step, QuizStep) and (old is None or old.step is not new.step):
            self._show_quiz(new.step)

    def focus_target(self) -> Widget:
        """The statements, or the field."""
        return self._choices if self._choices.display else self._field

    @property
    def answer(self) -> QuizAnswer:
        """What has been answered so far."""
        if self._choices.display:
            return QuizAnswer(judged=dict(self._choices.judged))
        return QuizAnswer(text=self._field.value)

    def on_choices_submit_requested(self, event: Choices.SubmitRequested) -> None:
        """Enter among the statements judges them."""
        event.stop()
        self.post_message(self.AnswerSubmitted())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field judges it."""
        event.stop()
        self.post_message(self.AnswerSubmitted())

    def _show_quiz(self, step: QuizStep) -> None:
        typed = step.mode in ("number", "shape")
        self._how.say(HOW[step.mode])
        self._choices.display = not typed
        self._field.display = typed
        self._field.value = ""
        if step.mode != "number" and step.mode != "shape":
            self._choices.show([option.text for option in step.options], mode=step.mode)
