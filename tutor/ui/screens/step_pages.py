"""Commands that go to another step, and the pages on which the learner chooses one.

The pages are outline, terms, review, and the end of a lesson. They may also open over the start
screen, before there are any panes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.model import CourseOutline
from tutor.course.terms import glossary
from tutor.session.lesson_program import write_answers
from tutor.session.state import State
from tutor.ui.commands import command
from tutor.ui.marks import Marks
from tutor.ui.screens import late
from tutor.ui.screens.end_page import EndPage
from tutor.ui.screens.end_words import Ending, course_ending, lesson_ending
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.outline import OutlineScreen
from tutor.ui.screens.restoring import return_to
from tutor.ui.screens.start_words import next_open

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen
    from tutor.ui.screens.review_page import ReviewPage


@command("next_step")
def go_to_next(screen: LessonScreen) -> None:
    """Go to the next step; a step that is only read is then done.

    After the last step of a lesson, show the end of the lesson or of the course.
    """
    screen.flush()
    if not screen.tutor.move(1):
        open_end(screen, lesson_ending)


@command("previous_step")
def go_to_previous(screen: LessonScreen) -> None:
    screen.flush()
    screen.tutor.move(-1)


@command("back")
def go_back(screen: LessonScreen) -> None:
    """Return to the learner's place before the jump from outline or terms."""
    screen.flush()
    place = screen.tutor.take_way_back()
    if place is None:
        return
    screen.tutor.go_to(place.step)
    if screen.session.step is not None and screen.session.step.id == place.step:
        return_to(screen.panes, place)


@command("outline")
async def open_outline(screen: LessonScreen) -> None:
    """Show the outline of all steps; titles are added as they are read.

    The page is awaited, so that keys typed right after this one reach its search.
    """
    screen.tutor.read_outline(whole=False)
    page = OutlineScreen(screen.tutor.state, screen.marks)
    await _open_following(screen, page, partial(_choose, screen))


@command("terms")
def open_terms(screen: LessonScreen) -> None:
    entries = glossary(_whole_course(screen))
    page = GlossaryScreen(entries, screen.tutor.state.step, screen.marks)
    screen.app.push_screen(page, partial(_choose, screen))


@command("review")
def open_review(screen: LessonScreen) -> None:
    def end(step_id: str | None) -> None:
        _choose(screen, step_id)
        if screen.start is not None:
            screen.start.offer_review()

    screen.flush()
    _open_following(screen, late.review_page(screen.tutor.answers.review, screen.marks), end)


def _open_following(
    screen: LessonScreen, page: OutlineScreen | ReviewPage, end: Callable[[str | None], None]
) -> Awaitable[None]:
    """Open a page that follows the session, and call `end` with its result."""

    def follow(old: State, new: State) -> None:
        if screen.is_running:
            page.follow(old, new)

    def close(step_id: str | None) -> None:
        unsubscribe()
        end(step_id)

    unsubscribe = screen.tutor.subscribe(follow)
    return screen.app.push_screen(page, close)


def open_end(screen: LessonScreen, make_ending: Callable[[State, Marks], Ending]) -> None:
    """Show the end of the lesson or course, which can write the answers to a file."""
    _whole_course(screen)
    ending = make_ending(screen.tutor.state, screen.marks)
    page = EndPage(ending, partial(_write_answers, screen))
    screen.app.push_screen(page, partial(_choose, screen))


async def _write_answers(screen: LessonScreen) -> str:
    screen.tutor.save_now()
    step = screen.tutor.state.step
    lesson = step.lesson if step is not None else ""
    return await asyncio.to_thread(write_answers, screen.setup.places, lesson, Path.cwd())


def go_to_first_open(screen: LessonScreen, go_on: Callable[[], None]) -> None:
    """Go to the first open step, by `go_on` if it is the one on screen.

    If all are done, show the end of the course over the step.
    """
    following = next_open(_whole_course(screen), screen.tutor.state.done)
    step = screen.tutor.state.step
    if following is None:
        go_on()
        open_end(screen, course_ending)
    elif step is None or following.id == step.id:
        go_on()
    else:
        go_to(screen, following.id)


def go_to(screen: LessonScreen, step_id: str) -> None:
    """Go to a step; if that is from another step, `back` returns there."""
    screen.flush()
    place = screen.place()
    if screen.start is not None:
        screen.start.leave()
    screen.tutor.go_to(step_id, leaving=place)


def _choose(screen: LessonScreen, step_id: str | None) -> None:
    if step_id is not None:
        go_to(screen, step_id)


def _whole_course(screen: LessonScreen) -> CourseOutline:
    screen.tutor.read_outline(whole=True)
    return screen.tutor.state.course
