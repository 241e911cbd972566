"""The pages from which the learner goes to a step: outline, terms, review, and the end of a lesson.

Part of the lesson screen. They may also be opened over the start, before there are any panes. While
one is open it follows the session.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from tutor.course.model import CourseOutline
from tutor.paths import Places
from tutor.session.core import StateListener, Unsubscribe
from tutor.session.state import State
from tutor.ui.marks import Marks

if TYPE_CHECKING:
    from tutor.session.reviewing import Reviewing
    from tutor.ui.screens.end_words import Ending
    from tutor.ui.screens.outline import OutlineScreen
    from tutor.ui.screens.review_page import ReviewPage


class StepPages:
    """The pages that may end with a step to go to."""

    def __init__(
        self,
        screen: Screen[None],
        state: Callable[[], State],
        *,
        read_outline: Callable[..., None],
        subscribe: Callable[[StateListener], Unsubscribe],
        go_to: Callable[[str], None],
        save_now: Callable[[], object],
        marks: Marks,
        places: Places,
    ) -> None:
        """Prepare to open pages over the screen; `go_to` takes the id of the chosen step."""
        self._screen = screen
        self._state = state
        self._read_outline = read_outline
        self._go_to = go_to
        self._save_now = save_now
        self._marks = marks
        self._places = places
        self._outline: OutlineScreen | None = None
        """The outline while it is shown, so that it can be told of titles that are read later."""
        self._review_page: ReviewPage | None = None
        """The page of the review while it is shown, so that it can follow the state."""
        subscribe(self._follow)

    def _follow(self, old: State, new: State) -> None:
        if not self._screen.is_running:
            return
        if self._outline is not None and new.course is not old.course:
            self._outline.show_steps(new)
        if self._review_page is not None and new.review is not old.review:
            self._review_page.show(new.review)

    async def open_outline(self) -> None:
        """Show the outline of all steps; titles that were not read yet are added to it then.

        The screen is awaited, so that keys typed right after this one reach its search.
        """
        from tutor.ui.screens.outline import OutlineScreen

        self._read_outline(whole=False)
        self._outline = OutlineScreen(self._state(), self._marks)
        await self._screen.app.push_screen(self._outline, self._choose)

    def open_terms(self) -> None:
        """Show the glossary of the course."""
        from tutor.course.terms import glossary
        from tutor.ui.screens.glossary import GlossaryScreen

        entries = glossary(self._whole_course())
        page = GlossaryScreen(entries, self._state().step, self._marks)
        self._screen.app.push_screen(page, self._choose)

    def open_review(self, review: Reviewing, ended: Callable[[], None]) -> None:
        """Ask a few questions about what was missed some days ago; call `ended` after them."""
        from tutor.ui.screens.review_page import ReviewPage  # few starts need it

        def end(step_id: str | None) -> None:
            self._review_page = None
            self._choose(step_id)
            ended()

        self._review_page = ReviewPage(review, self._marks)
        self._screen.app.push_screen(self._review_page, end)

    def open_end(self, make_ending: Callable[[State, Marks], Ending]) -> None:
        """Show the end of the lesson or course, where the answers can be written as one program."""
        from tutor.ui.screens.end_page import EndPage

        self._whole_course()
        page = EndPage(make_ending(self._state(), self._marks), self._write_answers)
        self._screen.app.push_screen(page, self._choose)

    async def _write_answers(self) -> str:
        """Write the answers to this lesson as one program, and return what became of it."""
        from tutor.session.lesson_program import write_answers

        self._save_now()
        step = self._state().step
        lesson = step.lesson if step is not None else ""
        return await asyncio.to_thread(write_answers, self._places, lesson, Path.cwd())

    def go_to_first_open(self, go_on: Callable[[], None]) -> None:
        """Go to the first step that is not done, with `go_on` if that is the one on screen.

        If all are done, show the end of the course over it.
        """
        from tutor.ui.screens.start_words import next_open

        following = next_open(self._whole_course(), self._state().done)
        step = self._state().step
        if following is None:
            from tutor.ui.screens.end_words import course_ending

            go_on()
            self.open_end(course_ending)
        elif step is None or following.id == step.id:
            go_on()
        else:
            self._choose(following.id)

    def _choose(self, step_id: str | None) -> None:
        self._outline = None
        if step_id is not None:
            self._go_to(step_id)

    def _whole_course(self) -> CourseOutline:
        self._read_outline(whole=True)
        return self._state().course
