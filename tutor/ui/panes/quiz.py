"""The pane Quiz: a question, and after the verdict the right answer and its reasons."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget

from tutor.course.model import QuizMode, QuizStep
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.verdict import Verdict
from tutor.session.questions import feedback
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.question_form import HowLine, QuestionForm

HOW: dict[QuizMode, str] = {
    "true-false": "Up and Down move, t marks true, f false. Enter checks all.",
    "one": "A number key chooses, or Up, Down and Enter. Enter again checks.",
    "many": "Number keys choose and take back, or Up, Down, Space. Enter checks.",
    "number": "Type a number. Enter checks it.",
    "shape": "Type a shape, such as (3, 4). Enter checks it.",
}


DONE = "Done. {key:next_step} goes on to the next step. {key:reset} asks again."


class QuizPane(Pane):
    """The pane with the question; the screen reads the answer for a check.

    The order of the statements comes from the state. An answer that was not judged yet is kept
    until the app ends.
    """

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("quiz", timeline, marks=marks)
        self._form = QuestionForm("quiz", marks=marks)
        self._scroll = VerticalScroll(self._form, can_focus=False)
        self._how = HowLine(self._scroll, marks=marks, id="quiz-how")
        self._step: QuizStep | None = None
        self._shown_question: QuizStep | None = None
        """The step with its options in screen order, which verdicts number."""
        self._answers: dict[str, QuizAnswer] = {}
        """Answers to quizzes left since the app started, by step id."""

    def compose(self) -> ComposeResult:
        yield self._scroll
        yield self._how

    def on_resize(self) -> None:
        self._how.fit_later()

    def draw(self, old: State | None, new: State) -> None:
        step = new.step if isinstance(new.step, QuizStep) else None
        if step is not None:
            is_done = new.step_done and not new.is_asked_again
            self._how.say(self.marks.fill(DONE) if is_done else HOW[step.mode])
        if old is None or old.step is not new.step:
            if self._step is not None:
                self._answers[self._step.id] = self.answer
            self._step = self._shown_question = None
            if step is not None:
                self._show_quiz(step, new)
        elif step is not None and new.question is not old.question:
            self._ask(step, new, QuizAnswer())
        elif new.verdict is not None and new.verdict is not old.verdict:
            self._show_feedback(new.verdict)

    def focus_target(self) -> Widget:
        return self._form.target

    @property
    def answer(self) -> QuizAnswer:
        return self._form.answer

    def _show_quiz(self, step: QuizStep, state: State) -> None:
        self._ask(step, state, self._answers.get(step.id) or _accepted(step, state))
        if state.step_done and self._shown_question is not None:
            verdict = grade_quiz(self._shown_question, self._form.answer_on_screen)
            if verdict.accepted:
                self._show_feedback(verdict)

    def _ask(self, step: QuizStep, state: State, kept: QuizAnswer) -> None:
        order = state.question.order if state.question is not None else ()
        self._step = step
        self._shown_question = self._form.ask(step, order=order, kept=kept)

    def _show_feedback(self, verdict: Verdict) -> None:
        if self._shown_question is not None:
            judged = self._form.answer_on_screen.judged
            self._form.show_feedback(feedback(self._shown_question, judged, verdict))


def _accepted(step: QuizStep, state: State) -> QuizAnswer:
    """Return an earlier start's answer if it was right, or an empty one."""
    answered = state.progress.quiz.get(step.id)
    if answered is None or answered.verdict != "accept":
        return QuizAnswer()
    return QuizAnswer(answered.judged, answered.text)
