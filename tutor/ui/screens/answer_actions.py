"""What the keys for running, checking and guessing do, by the kind of step and the pane.

Part of the lesson screen. It chooses which program or answer is meant, hands that to the session,
and shows the pane where the outcome will stand; it judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.answers import HAS_RUN, Answers
from tutor.session.autosave import Autosaver
from tutor.session.runs import RunController
from tutor.session.solution_help import SolutionHelp
from tutor.ui.marks import Marks
from tutor.ui.screens.drawing_hold import DrawingHold
from tutor.ui.screens.step_context import StepContext

if TYPE_CHECKING:
    from tutor.session.state import PartRun
    from tutor.ui.editor.ask_bar import AskBar
    from tutor.wire.commands import StepLength

TRY_IT = "Change the code, then {key:run} runs it."
GUESS_FIRST = "Guess first. Enter then runs the program, and after that you may change it."
LINES_ARE_ELSEWHERE = "Go to the code: {key:run_selection} runs lines that are selected there."


class AnswerActions:
    """The learner's program or answer on its way to a run or a verdict."""

    def __init__(
        self,
        context: StepContext,
        *,
        runs: RunController,
        answers: Answers,
        solution_help: SolutionHelp,
        drafts: Autosaver,
        drawing_hold: DrawingHold,
        marks: Marks,
    ) -> None:
        self._context = context
        self._workspace = context.workspace
        self._runs = runs
        self._answers = answers
        self._help = solution_help
        self._drafts = drafts
        self._drawing_hold = drawing_hold
        self._marks = marks

    # Programs

    def run(self) -> None:
        """Run the buffer, or the program that the pane asks to guess about."""
        step = self._context.step
        if self._workspace.is_guessing:
            self.guess_experiment()
        elif step is not None and kind_of(step).is_guessed:
            self._run_prediction(step)
        else:
            self._begin(self._run)

    async def run_selection(self) -> None:
        """Run the selected lines of the buffer on what the last run has left.

        Where nothing of it is kept, run them after the given code.
        """
        if self._workspace.can_edit:
            source, part = self._workspace.code.selected_part
            columns = self._workspace.output_columns
            if not (self._runs.asking.has_run and await self._go_on(source, part, columns)):
                self._begin(lambda _whole: self._runs.run(source, columns=columns, part=part))
        elif self._workspace.is_guessing:
            self._context.tell(LINES_ARE_ELSEWHERE)

    async def _go_on(self, source: str, part: PartRun, columns: int) -> bool:
        """Run lines on what the last run has left, and show what they print below the code.

        Return False if nothing of it is kept.
        """
        from tutor.session.words.part_text import goes_on  # few run some lines alone
        from tutor.ui.asked_content import asked_content

        code, question, step = self._workspace.code, goes_on(part), self._context.step
        bar = await code.open_answer()
        bar.wait_for(question)
        told = await self._runs.asking.run_lines(source, part, columns)
        if told is not None:
            bar.show_answer(question, asked_content(told, self._marks))
            return True
        code.close_bar()
        # else it is gone with the step, or with a run that has begun meanwhile
        return self._context.step is not step or self._context.state().activity is not None

    def step_on(self, length: StepLength) -> None:
        """Go on by a phase, step or epoch; start a run that pauses at the first phase if none is.

        A run that goes on is paused.
        """
        columns = self._workspace.output_columns
        self._begin(lambda source: self._runs.step_phase(source, columns, length))

    def _run(self, source: str) -> bool:
        return self._runs.run(source, columns=self._workspace.output_columns)

    def _begin(self, begin: Callable[[str], bool]) -> None:
        """Hand the buffer to `begin`, and show the pane to answer in if that starts a run."""
        self._context.flush()
        if begin(self._workspace.code.source):
            self._workspace.show_answer_pane()

    # Answers

    def check(self) -> None:
        """Check the buffer, the answer to a quiz, or the guess."""
        step = self._context.step
        if step is not None and kind_of(step).is_guessed:
            self._run_prediction(step)
        elif kind_of(step).has_question:
            self._workspace.show_answer_pane()
            self._answers.judge(self._workspace.quiz.answer)
        else:
            self._begin(self._check)

    def _check(self, source: str) -> bool:
        """Check the program; where its runs are at hand, draw nothing before the verdict."""
        if self._runs.is_checked_ahead(source):
            self._drawing_hold.begin()
        return self._runs.check(source)

    def guess(self) -> None:
        """Run the program of the step for the guess, if one was made."""
        if self._answers.guess(self._workspace.predict.guess):
            self._workspace.show_answer_pane()

    def _run_prediction(self, step: Step) -> None:
        """Run the program for the guess, or once that was judged, the learner's edited program.

        Where neither can be run, go to the pane that is needed, or say why.
        """
        state = self._context.state()
        is_settled = state.prediction_result is not None
        in_code = self._workspace.layout_state.pane == "code"
        if in_code and state.step_done:
            self._begin(self._run)
        elif is_settled and step.scaffold.strip():
            self._workspace.goto("code")
            self._context.tell(TRY_IT)
        elif is_settled:
            self._context.tell(HAS_RUN)
        elif in_code:
            self._context.tell(GUESS_FIRST)
            self._workspace.goto("predict")
        else:
            self.guess()

    def show_experiment(self) -> None:
        """Show the next wrong program of the step, to guess what it computes."""
        self._context.flush()
        self._answers.experiments.show_next()

    def guess_experiment(self) -> None:
        """Run the wrong program for the guess."""
        self._answers.experiments.guess(self._workspace.guess.chosen)

    # Beginning again, and what helps

    def reset(self) -> None:
        """Put the step's scaffold back, or ask its question again."""
        self._context.flush()
        workspace = self._workspace
        if workspace.is_guessing:
            self._answers.experiments.ask_again()
        elif self._drafts.own_file is not None:
            self._drafts.own_file.put_back()
        elif kind_of(self._context.step).has_question and workspace.layout_state.pane != "code":
            self._answers.ask_again()
            workspace.goto(workspace.first_answer)
        else:
            self._help.reset()

    def show_hint(self) -> None:
        """Show the next hint; after the last one of a code step, the next word of its solution.

        Once the step is done all help can be read, and is gone to.
        """
        if self._context.state().has_open_help:
            self._workspace.goto("hints")
        elif self._help.show_hint():
            self._workspace.show_answer_pane()

    # Questions to the last run

    async def open_questions(self) -> None:
        """Open the field for questions to the last run, and return once it takes keys."""
        if self._workspace.can_edit or self._workspace.is_guessing:
            if self._workspace.layout_state.pane != "code":
                self._workspace.goto("code")
            await self._workspace.code.open_questions()

    async def ask(self, bar: AskBar, expression: str) -> None:
        """Ask the last run, and show the answer once it comes."""
        from tutor.ui.asked_content import asked_content  # not before a question

        source = self._workspace.code.source
        told = await self._runs.asking.ask(expression, source, bar.columns)
        bar.show_answer(expression, asked_content(told, self._marks))
