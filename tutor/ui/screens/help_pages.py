"""Commands that open the help pages of a step: solution, earlier answers, report, name.

They pass the learner's choice to the session.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tutor.completion.documentation import plain_documentation
from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.session.solution_help import EDITED_ELSEWHERE, EXAM, Choice, offers
from tutor.ui.commands import command
from tutor.ui.screens.attempts_page import AttemptsPage
from tutor.ui.screens.choice_dialog import SolutionScreen
from tutor.ui.screens.name_page import NamePage
from tutor.ui.screens.report_form import ReportScreen

if TYPE_CHECKING:
    from tutor.ui.editor.name_help import AskedName
    from tutor.ui.screens.lesson import LessonScreen


@command("ladder")
def offer_solution(screen: LessonScreen) -> None:
    """Ask if the next level of help should be shown; only code steps have one."""
    step, state = screen.session.step, screen.session
    if step is None or not kind_of(step).has_solution:
        return
    if state.is_exam:
        screen.tutor.notify(EXAM)
    elif not (offered := offers(step, state)):
        screen.tutor.notify(EDITED_ELSEWHERE)
    else:
        dialog = SolutionScreen(offered, screen.marks.fill)
        screen.app.push_screen(dialog, partial(_accept_help, screen, step))


def _accept_help(screen: LessonScreen, step: Step, choice: Choice | None) -> None:
    if choice is not None and screen.session.step is step:
        screen.flush()
        screen.panes.show_answer_pane()
        screen.tutor.help.accept(choice)


@command("attempts")
def show_attempts(screen: LessonScreen) -> None:
    step = screen.session.step
    if step is not None and kind_of(step).has_solution:
        screen.flush()
        work = _show_attempts(screen, step, screen.panes.code.source)
        screen.run_worker(work, group="attempts", exclusive=True)


async def _show_attempts(screen: LessonScreen, step: Step, code: str) -> None:
    attempts = await screen.tutor.help.past_answers()
    if attempts and screen.session.step is step:
        now = screen.setup.now().astimezone()
        is_here = screen.session.watched is None
        page = AttemptsPage(step.title, attempts, code, screen.marks, now, can_choose=is_here)
        attempt = await screen.app.push_screen_wait(page)
        if attempt is not None and screen.session.step is step:
            screen.flush()
            screen.tutor.help.bring_back(attempt)


@command("report")
def open_report(screen: LessonScreen) -> None:
    step, panes = screen.session.step, screen.panes
    if step is None:
        return
    answer = panes.answer if kind_of(step).has_question else panes.code.source
    screen.app.push_screen(ReportScreen(screen.tutor.help.report(answer)))


async def show_name(screen: LessonScreen, name: AskedName) -> None:
    """Show what the name is, with its documentation once the worker has sent it."""
    step = screen.session.step
    text = name.documentation
    if name.path:
        text = await screen.tutor.help.names.documentation(name.path)
    has_left = screen.session.step is not step or not screen.is_active
    if not has_left:
        await screen.app.push_screen(NamePage(name, plain_documentation(text, name.signature)))
