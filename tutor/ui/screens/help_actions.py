"""Hints, the solution bit by bit, terms and reports. Mixed into the lesson screen.

Whatever is shown of a solution was asked for, and is kept in the journal.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tutor.course.ladder import Help, climbed, one_more_word, solution_of
from tutor.course.model import Asking, CodeStep, PredictStep
from tutor.session.events import HintShown, NoticeGiven, SolutionShown, StepBegunAgain, StepShown
from tutor.ui.screens.predicting import ask_again

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.course.model import Step
    from tutor.session.events import Event
    from tutor.session.state import State
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.ladder import Choice
    from tutor.ui.screens.opening import Opened, Opening, Setting
    from tutor.ui.screens.saving import Saver

    Base = Screen[None]
else:
    Base = object

NO_HINTS = "This step has no hints."
ALL_HINTS = "These are all the hints. F4 says what is still missing."
ALL_HINTS_OF_CODE = "These are all the hints. Esc, l asks whether to show more."
RESET = "The step's own text is back. Ctrl+Z brings yours back."
RESET_DONE = "The step's own text is back; the tick stays. Ctrl+Z brings yours back."
PUT = "The solution stands in your code. Ctrl+Z brings yours back."
CLEAN = "Hidden, and the step's own text is back. Ctrl+Z brings yours back."


class HelpActions(Base):
    """Nothing happens while there is no desk."""

    desk: Desk | None
    setting: Setting
    saver: Saver
    opening: Opening

    if TYPE_CHECKING:

        @property
        def session(self) -> State:
            """What is shown."""

        @property
        def opened(self) -> Opened:
            """What is known of course and progress so far."""

        def tell(self, event: Event) -> None:
            """Moves the session on."""

        def go_to_chosen(self, step_id: str | None) -> None:
            """Shows the step of the id."""

    def shown(self, step: Step) -> StepShown:
        """The step with the help that was in sight when the learner was there last."""
        opened = self.opened
        return StepShown(step, opened.hints.get(step.id, 0), opened.solutions.get(step.id, Help()))

    def action_hint(self) -> None:
        """One more rung of the ladder; on the rung of words, one more word."""
        step, before = self.session.step, self.session.hints
        if self.desk is None or step is None:
            return
        if isinstance(step, CodeStep) and before == self.session.hint_count:
            self._next_word(step)
            return
        if not self.session.hint_count:
            self.tell(NoticeGiven(NO_HINTS))
            return
        self.desk.face_answer()
        self.tell(HintShown())
        if before == self.session.hints:
            self.tell(NoticeGiven(ALL_HINTS))
            return
        self.opened.hints[step.id] = before + 1
        self.setting.keeper.hinted(step, before + 1)
        self.saver.keep_soon()

    def action_ladder(self) -> None:
        """Asks whether to show the next rung."""
        step = self.session.step
        if self.desk is None or not isinstance(step, CodeStep):
            return
        from tutor.ui.screens.ladder import LadderScreen, offers

        asked = LadderScreen(offers(step, self.session))
        self.app.push_screen(asked, partial(self._climb, step))

    def action_terms(self) -> None:
        """Shows the words of the course."""
        from tutor.course.terms import glossary
        from tutor.ui.screens.terms import TermsScreen

        course = self.opening.whole().course
        self.app.push_screen(TermsScreen(glossary(course), self.session.step), self.go_to_chosen)

    def action_report(self) -> None:
        """Asks what looks wrong with the step, and writes it down."""
        step = self.session.step
        if self.desk is None or step is None:
            return
        from tutor.ui.screens.report_form import ReportScreen
        from tutor.ui.screens.reporting import report_of

        report = report_of(step, self.session, self.desk)
        self.app.push_screen(ReportScreen(partial(self.setting.keeper.report, report)))

    def action_reset(self) -> None:
        """Puts the scaffold back; undo takes that back, and the tick stays."""
        step = self.session.step
        if self.desk is None:
            return
        if isinstance(step, CodeStep):
            self._begin_again(self.desk, step)
            self.tell(NoticeGiven(RESET_DONE if self.session.step_done else RESET))
        elif isinstance(step, Asking):
            ask_again(self.desk, step, self.session, self.tell)

    def _climb(self, step: CodeStep, choice: Choice | None) -> None:
        if self.desk is None or self.session.step is not step or choice is None:
            return
        if choice == "hint":
            self.action_hint()
        elif choice == "put":
            self.desk.code.reset_to(solution_of(step))
            self.desk.goto("code")
            self.tell(NoticeGiven(PUT))
        elif choice == "clean":
            self._show_help(step, Help())
            self._begin_again(self.desk, step)
            self.tell(NoticeGiven(CLEAN))
        else:
            self.desk.face_answer()
            self._show_help(step, climbed(step, choice))

    def _next_word(self, step: CodeStep) -> None:
        if self.session.help.rung == "words":
            self._show_help(step, one_more_word(step, self.session.help))
        else:
            self.tell(NoticeGiven(ALL_HINTS_OF_CODE))

    def _show_help(self, step: CodeStep, shown: Help) -> None:
        self.opened.solutions[step.id] = shown
        self.setting.keeper.helped(step, shown)
        self.tell(SolutionShown(shown))
        self.saver.keep_soon()

    def _begin_again(self, desk: Desk, step: CodeStep) -> None:
        desk.code.reset_to(scaffold_of(step))
        self.tell(StepBegunAgain())
        desk.face_answer()


def scaffold_of(step: CodeStep | PredictStep) -> str:
    """What the buffer of the step begins with."""
    return step.scaffold.strip("\n") + "\n"
