"""The pages that help at a step: levels of a solution, earlier answers, a report, a name.

Part of the lesson screen. It opens them with what they show, and hands what the learner chose there
to the session.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.solution_help import EDITED_ELSEWHERE, EXAM, Choice, SolutionHelp, offers
from tutor.ui.marks import Marks
from tutor.ui.screens.step_context import StepContext

if TYPE_CHECKING:
    from tutor.progress.attempts import Attempt
    from tutor.ui.editor.name_help import AskedName


class HelpPages:
    """The pages of help that are opened over the panes."""

    def __init__(
        self,
        context: StepContext,
        solution_help: SolutionHelp,
        *,
        marks: Marks,
        now: Callable[[], datetime],
    ) -> None:
        """Prepare to open pages; `now` gives the time from which the age of answers is told."""
        self._context = context
        self._workspace = context.workspace
        self._help = solution_help
        self._marks = marks
        self._now = now

    def offer_solution(self) -> None:
        """Ask whether to show the next level of help; only code steps have any."""
        step, state = self._context.step, self._context.state()
        if step is None or not kind_of(step).has_solution:
            return
        if state.is_exam:
            self._context.tell(EXAM)
            return
        offered = offers(step, state)
        if not offered:
            self._context.tell(EDITED_ELSEWHERE)
            return
        from tutor.ui.screens.solution import SolutionScreen

        dialog = SolutionScreen(offered, self._marks.fill)
        self._context.screen.app.push_screen(dialog, partial(self._accept_help, step))

    def _accept_help(self, step: Step, choice: Choice | None) -> None:
        if choice is not None and self._context.step is step:
            self._context.flush()
            self._workspace.show_answer_pane()
            self._help.accept(choice)

    def show_attempts(self) -> None:
        """Show the answers that were checked at the step, of which one may be brought back."""
        step = self._context.step
        if step is not None and kind_of(step).has_solution:
            self._context.flush()
            work = self._show_attempts(step, self._workspace.code.source)
            self._context.screen.run_worker(work, group="attempts", exclusive=True)

    async def _show_attempts(self, step: Step, code: str) -> None:
        attempts = await self._help.past_answers.read()
        if attempts and self._context.step is step:
            from tutor.ui.screens.attempts_page import AttemptsPage

            now = self._now().astimezone()
            is_here = self._context.state().watched is None
            page = AttemptsPage(step.title, attempts, code, self._marks, now, can_choose=is_here)
            self._context.screen.app.push_screen(page, partial(self._bring_back, step))

    def _bring_back(self, step: Step, attempt: Attempt | None) -> None:
        if attempt is not None and self._context.step is step:
            self._context.flush()
            self._help.past_answers.bring_back(attempt)

    def open_report(self) -> None:
        """Open the form that writes a report about the step."""
        step = self._context.step
        if step is None:
            return
        from tutor.ui.screens.report_form import ReportScreen

        is_asked = kind_of(step).has_question
        answer = self._workspace.answer if is_asked else self._workspace.code.source
        self._context.screen.app.push_screen(ReportScreen(self._help.report(answer)))

    async def show_name(self, name: AskedName) -> None:
        """Show what the name is, with its documentation once the worker has told that."""
        from tutor.completion.documentation import plain_documentation
        from tutor.ui.screens.name_page import NamePage

        step = self._context.step
        text = name.documentation
        if name.path:
            text = await self._help.names.documentation(name.path)
        if self._context.step is not step or not self._context.screen.is_active:
            return  # the learner does something else by now
        page = NamePage(name, plain_documentation(text, name.signature))
        await self._context.screen.app.push_screen(page)
