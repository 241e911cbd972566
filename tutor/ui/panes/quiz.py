"""The pane Quiz: the statements to judge, or a field for a number or a shape."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tutor.course.model import QuizMode, QuizStep
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.verdict import Verdict
from tutor.progress.fold import Progress
from tutor.session.quizzes import (
    feedback,
    in_order,
    question_of,
    shuffled,
    to_file_order,
    to_shown_order,
)
from tutor.session.state import State
from tutor.ui.pane import Pane
from tutor.ui.said import Said
from tutor.ui.signs import Signs
from tutor.ui.widgets.choices import Choices
from tutor.ui.words import inline

HOW: dict[QuizMode, str] = {
    "true-false": "Up and Down move, t says true, f false. Enter checks all.",
    "one": "A number key chooses, or Up, Down and Space. Enter checks.",
    "many": "Number keys choose and take back, or Up, Down, Space. Enter checks.",
    "number": "Type a number. Enter checks it.",
    "shape": "Type a shape, such as (3, 4). Enter checks it.",
}


DONE = "Done. F8 goes on to the next step."


class QuizPane(Pane):
    """Holds the answer; the screen asks for it when Check is pressed.

    Statements are shuffled anew with each attempt: after a wrong answer, when the quiz is shown
    again. What was answered stays for as long as the app runs.
    """

    class AnswerSubmitted(Message):
        """The answer is to be judged."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("quiz", signs=signs)
        self._how = Said("", id="quiz-how")
        self._question = Said("", id="quiz-question")
        self._choices = Choices(glyphs=signs.glyphs, id="choices")
        self._field = Input(id="quiz-field")
        self._step: QuizStep | None = None
        self._order: tuple[int, ...] = ()
        self._answers: dict[str, QuizAnswer] = {}
        """By step: what was said of quizzes that are not on screen."""
        self._attempts: dict[str, int] = {}

    def compose(self) -> ComposeResult:
        """What is asked, what to answer, and by which keys."""
        yield VerticalScroll(self._question, self._choices, self._field, can_focus=False)
        yield self._how

    def draw(self, old: State | None, new: State) -> None:
        """Shows another quiz; after a verdict, what is right and why."""
        if isinstance(new.step, QuizStep):
            self._how.say(DONE if new.step_done else HOW[new.step.mode])
        if old is None or old.step is not new.step:
            self._put_away()
            if isinstance(new.step, QuizStep):
                self._show_quiz(new.step, done=new.step_done)
        elif new.verdict is not None and new.verdict is not old.verdict:
            self._show_feedback(new.verdict)

    def focus_target(self) -> Widget:
        """The statements, or the field."""
        return self._choices if self._choices.display else self._field

    def recall(self, progress: Progress) -> None:
        """Takes what earlier sittings left: accepted answers, and how often each was tried."""
        for step, answered in progress.quiz.items():
            if answered.verdict == "accept":
                self._answers[step] = QuizAnswer(answered.judged, answered.text)
        self._attempts.update(progress.attempts)

    @property
    def answer(self) -> QuizAnswer:
        """What has been answered so far; options by their number in the file."""
        if self._choices.display:
            return QuizAnswer(judged=to_file_order(self._choices.judged, self._order))
        return QuizAnswer(text=self._field.value)

    def judge(self) -> Verdict:
        """The verdict on it; statements are named by their numbers on screen."""
        assert self._step
        if self._choices.display:
            return grade_quiz(self._step, QuizAnswer(judged=dict(self._choices.judged)))
        return grade_quiz(self._step, self.answer)

    def on_choices_submit_requested(self, event: Choices.SubmitRequested) -> None:
        """Enter among the statements judges them."""
        event.stop()
        self.post_message(self.AnswerSubmitted())

    def on_choices_judged(self, event: Choices.Judged) -> None:
        """What was told of a statement holds no more when something else is said of it."""
        event.stop()
        if event.index in self._choices.feedback and self._choices.mode != "one":
            told = dict(self._choices.feedback)
            del told[event.index]
            self._choices.show_feedback(told)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field judges it."""
        event.stop()
        self.post_message(self.AnswerSubmitted())

    def _put_away(self) -> None:
        if self._step is not None:
            self._answers[self._step.id] = self.answer
        self._step = None

    def _show_quiz(self, step: QuizStep, *, done: bool) -> None:
        typed = step.mode in ("number", "shape")
        self._order = shuffled(step, self._attempts.get(step.id, 0))
        self._step = in_order(step, self._order)
        self._question.say(inline(question_of(step)))
        self._choices.display = not typed
        self._field.display = typed
        kept = self._answers.get(step.id, QuizAnswer())
        self._field.value = kept.text
        if step.mode != "number" and step.mode != "shape":
            self._choices.show([option.text for option in self._step.options], mode=step.mode)
            self._choices.show_judged(to_shown_order(kept.judged, self._order))
        if done and (verdict := self.judge()).accepted:
            self._show_feedback(verdict)

    def _show_feedback(self, verdict: Verdict) -> None:
        if self._step is None:
            return
        if verdict.kind == "reject":
            self._attempts[self._step.id] = self._attempts.get(self._step.id, 0) + 1
        if self._choices.display:
            self._choices.show_feedback(feedback(self._step, self._choices.judged, verdict))
            self.call_after_refresh(self._show_current)

    def _show_current(self) -> None:
        """What was told under the statement may have pushed it out of sight."""
        if self._choices.rows:
            self._choices.rows[self._choices.current].scroll_visible(animate=False)
