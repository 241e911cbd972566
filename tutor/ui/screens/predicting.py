"""What happens on a predict step: the guess, the run that it is judged by, and the runs after it.
Mixed into the lesson screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from tutor.course.model import Asking, PredictStep
from tutor.session.events import NoticeGiven, StepBegunAgain, VerdictReached

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from textual.screen import Screen

    from tutor.client.interface import Client
    from tutor.grading.quiz import QuizAnswer
    from tutor.grading.verdict import CameOut, Verdict
    from tutor.session.events import Event
    from tutor.session.state import State
    from tutor.ui.screens.activity import Activities
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.opening import Setting
    from tutor.ui.screens.saving import Saver
    from tutor.wire.commands import Execute
    from tutor.wire.events import Observation

    Base = Screen[None]
else:
    Base = object

AGAIN = "Once more. The step stays done."
HAS_RUN = "It has run already. Esc, 0 takes the guess back; F8 goes on."
TRY = "Change the code, then F5 runs it."
GUESS_FIRST = "Guess first. Enter then runs the program, and after that you may change it."


class PredictionArrived(Message):
    """The program has run, and the guess was judged by it."""

    def __init__(
        self,
        run_id: int,
        step: PredictStep,
        guess: QuizAnswer,
        judged: tuple[Verdict, CameOut | None],
    ) -> None:
        super().__init__()
        self.run_id = run_id
        self.step = step
        self.guess = guess
        self.verdict, self.came_out = judged


class PredictActions(Base):
    """The first guess is kept and counts; what is guessed after the run does not."""

    desk: Desk | None
    setting: Setting
    activities: Activities
    saver: Saver

    if TYPE_CHECKING:
        session: State

        def tell(self, event: Event) -> None:
            """Moves the session on."""

        def start_worker(self, *, asked: bool = True) -> None:
            """Once: as soon as it is needed."""

    def run_prediction(self, step: PredictStep) -> None:
        """Runs the program for the guess; once that was judged, what the learner made of it."""
        if self.desk is None:
            return
        settled = self.session.came_out is not None
        in_code = self.desk.look.pane == "code"
        if in_code and self.session.step_done:
            self._try_out(step)
        elif settled and step.scaffold.strip():
            self.desk.goto("code")
            self.tell(NoticeGiven(TRY))
        elif settled:
            self.tell(NoticeGiven(HAS_RUN))
        elif in_code:
            self.tell(NoticeGiven(GUESS_FIRST))
            self.desk.goto("predict")
        else:
            self._guess(step)

    def on_predict_pane_guess_submitted(self) -> None:
        """Enter among the statements or in the field."""
        step = self.session.step
        if isinstance(step, PredictStep):
            if self.session.came_out is None:
                self._guess(step)
            else:
                self.tell(NoticeGiven(HAS_RUN))

    def on_prediction_arrived(self, message: PredictionArrived) -> None:
        """A wrong guess ends the step like a right one; only the first is kept."""
        activity, step = self.session.activity, message.step
        if activity is None or activity.run_id != message.run_id:
            return
        if step.id not in self.session.done:
            self.setting.keeper.answered(step, message.guess, message.verdict)
            if message.came_out is not None and not message.verdict.accepted:
                self.setting.keeper.read(step)
        self.tell(VerdictReached(message.verdict, message.run_id, message.came_out))
        self.saver.keep_soon()

    def _guess(self, step: PredictStep) -> None:
        assert self.desk is not None
        missing = self.desk.predict.missing()
        if missing is not None:
            self.tell(VerdictReached(missing))
            return
        from tutor.grading.predict import predict_command  # a first frame does without

        self.start_worker()
        self.desk.face_answer()
        command = predict_command(step)
        work = partial(self._judge_by_run, step, self.desk.predict.guess)
        self.activities.start("predict", command, work)

    def _try_out(self, step: PredictStep) -> None:
        assert self.desk is not None
        from tutor.grading.length import too_long
        from tutor.grading.predict import predict_command, predict_questions

        source = self.desk.code.source
        if words := too_long(source):
            self.tell(NoticeGiven(words))
            return
        self.start_worker()
        self.saver.keep()
        command = predict_command(step, source)
        work = partial(self.activities.watch, questions=predict_questions(step))
        if self.activities.start("run", command, work):
            self.desk.face_answer()

    def _judge_by_run(
        self, step: PredictStep, guess: QuizAnswer, client: Client, run_id: int, command: Execute
    ) -> Coroutine[Any, Any, None]:
        from tutor.grading.predict import predict_questions

        ended = self.activities.watch(client, run_id, command, predict_questions(step))
        return self._judge(step, guess, run_id, ended)

    async def _judge(
        self,
        step: PredictStep,
        guess: QuizAnswer,
        run_id: int,
        ended: Coroutine[Any, Any, Observation],
    ) -> None:
        from tutor.grading.predict import grade_guess

        judged = grade_guess(step, guess, await ended)
        self.post_message(PredictionArrived(run_id, step, guess, judged))


def ask_again(desk: Desk, step: Asking, state: State, tell: Callable[[Event], None]) -> None:
    """Takes the answer to a quiz back, or the guess; what of a scaffold is being edited, while that
    is looked at. The tick stays."""
    if state.activity is not None:
        return
    if isinstance(step, PredictStep) and desk.look.pane == "code":
        desk.code.reset_to(step.scaffold.strip("\n") + "\n")
        return
    tell(StepBegunAgain())
    pane = desk.predict if isinstance(step, PredictStep) else desk.quiz
    pane.begin_again()
    desk.goto(pane.pane_name)
    tell(NoticeGiven(AGAIN if state.step_done else ""))
