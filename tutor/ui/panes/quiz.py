"""The pane Quiz: a question to answer, and under each statement what is right and why."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget

from tutor.course.model import QuizMode, QuizStep
from tutor.grading.quiz import QuizAnswer, grade_quiz
from tutor.grading.verdict import Verdict
from tutor.progress.fold import Progress
from tutor.session.quizzes import feedback
from tutor.session.state import State
from tutor.ui.pane import Pane
from tutor.ui.question_form import QuestionForm
from tutor.ui.said import Said
from tutor.ui.signs import Signs

HOW: dict[QuizMode, str] = {
    "true-false": "Up and Down move, t says true, f false. Enter checks all.",
    "one": "A number key chooses, or Up, Down and Space. Enter checks.",
    "many": "Number keys choose and take back, or Up, Down, Space. Enter checks.",
    "number": "Type a number. Enter checks it.",
    "shape": "Type a shape, such as (3, 4). Enter checks it.",
}


DONE = "Done. {key:next_step} goes on to the next step. {key:reset} asks again."


class QuizPane(Pane):
    """Holds the answer; the screen asks for it when Check is pressed.

    Statements are shuffled anew with each attempt: after a wrong answer, when the quiz is shown
    again; a new start of the app is none. What was answered stays for as long as the app runs.
    """

    class AnswerSubmitted(Message):
        """The answer is to be judged."""

    class Shuffled(Message):
        """The statements stand in another order, which is to be kept."""

        def __init__(self, step: QuizStep, times: int) -> None:
            super().__init__()
            self.step = step
            self.times = times

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("quiz", signs=signs)
        self._how = Said("", id="quiz-how")
        self._form = QuestionForm("quiz", signs=signs)
        self._step: QuizStep | None = None
        self._shown: QuizStep | None = None
        """The same, with its options as they stand on screen."""
        self._answers: dict[str, QuizAnswer] = {}
        """By step: what was said of quizzes that are not on screen."""
        self._again = False
        """Whether a quiz that is done is answered once more."""
        self._shuffled: dict[str, int] = {}
        """By step: how often its statements were shuffled anew."""
        self._missed: set[str] = set()
        """Quizzes that were answered wrongly since."""

    def compose(self) -> ComposeResult:
        """What is asked, what to answer, and by which keys."""
        yield VerticalScroll(self._form, can_focus=False)
        yield self._how

    def draw(self, old: State | None, new: State) -> None:
        """Shows another quiz; after a verdict, what is right and why."""
        self._again &= old is not None and old.step is new.step
        if new.verdict is not None and new.verdict.accepted:
            self._again = False
        if isinstance(new.step, QuizStep):
            done = new.step_done and not self._again
            self._how.say(self.signs.fill(DONE) if done else HOW[new.step.mode])
        if old is None or old.step is not new.step:
            self._put_away()
            if isinstance(new.step, QuizStep):
                self._show_quiz(new.step, done=new.step_done)
        elif new.verdict is not None and new.verdict is not old.verdict:
            self._show_feedback(new.verdict)

    def focus_target(self) -> Widget:
        """The statements, or the field."""
        return self._form.target

    def recall(self, progress: Progress) -> None:
        """Takes what earlier sittings left: accepted answers, and the order of statements."""
        for step, answered in progress.quiz.items():
            if answered.verdict == "accept":
                self._answers[step] = QuizAnswer(answered.judged, answered.text)
        self._shuffled.update(progress.shuffled)

    @property
    def answer(self) -> QuizAnswer:
        """What has been answered so far; options by their number in the file."""
        return self._form.answer

    def judge(self) -> Verdict:
        """The verdict on it; statements are named by their numbers on screen."""
        assert self._shown
        return grade_quiz(self._shown, self._form.answer_on_screen)

    def begin_again(self) -> None:
        """Takes the answer away and shuffles: another attempt."""
        if self._step is not None:
            self._again = True
            self._how.say(HOW[self._step.mode])
            self._shuffle(self._step)
            self._ask(self._step, QuizAnswer())

    def on_question_form_submitted(self) -> None:
        """Enter judges it."""
        self.post_message(self.AnswerSubmitted())

    def _put_away(self) -> None:
        if self._step is not None:
            self._answers[self._step.id] = self.answer
        self._step = self._shown = None

    def _shuffle(self, step: QuizStep) -> None:
        self._missed.discard(step.id)
        self._shuffled[step.id] = times = self._shuffled.get(step.id, 0) + 1
        self.post_message(self.Shuffled(step, times))

    def _show_quiz(self, step: QuizStep, *, done: bool) -> None:
        if step.id in self._missed:
            self._shuffle(step)
        self._ask(step, self._answers.get(step.id, QuizAnswer()))
        if done and (verdict := self.judge()).accepted:
            self._show_feedback(verdict)

    def _ask(self, step: QuizStep, kept: QuizAnswer) -> None:
        self._step = step
        self._shown = self._form.ask(step, attempt=self._shuffled.get(step.id, 0), kept=kept)

    def _show_feedback(self, verdict: Verdict) -> None:
        if self._shown is None:
            return
        if verdict.kind == "reject":
            self._missed.add(self._shown.id)
        judged = self._form.answer_on_screen.judged
        self._form.tell(feedback(self._shown, judged, verdict))
