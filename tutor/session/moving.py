"""Moving from the step on screen to another one of the course, and saying where there is none.

Part of the core, which shows the step. Steps that cannot be used are passed over: without that, one
broken file would bar the way to all steps behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tutor.course.model import LessonOutline, Step
from tutor.progress.fold import Place
from tutor.session.events import Event, NoticeGiven, StepRead
from tutor.session.opening import Opening
from tutor.session.state import State

THE_END = "That was the last step. {key:next_step} shows the end of the course."
LESSON_END = "That was the last step of this lesson. {key:next_step} shows what comes next."
THE_BEGINNING = "This is the first step."
CANNOT_BE_SHOWN = "cannot be shown. {key:help} says why."


class Moving:
    """The ways between the steps of a course."""

    def __init__(
        self,
        get_state: Callable[[], State],
        dispatch: Callable[[Event], None],
        *,
        opening: Opening,
        show: Callable[[Step], None],
        take_outline: Callable[[], None],
    ) -> None:
        """Prepare to move; `show` leaves the step on screen and enters another.

        `take_outline` gives the state what became known of the course when steps were read.
        """
        self._get_state = get_state
        self._dispatch = dispatch
        self._opening = opening
        self._show = show
        self._take_outline = take_outline

    def go_to(self, step_id: str, leaving: Place | None) -> None:
        """Show another step of the course, if it can be used; a way leads back to `leaving`."""
        if self._opening.outline.find(step_id) is None or not self._go_to_first_of([step_id]):
            return
        if leaving is not None:
            from tutor.session.way_back import tell_way_back  # not needed for the first frame

            tell_way_back(self._get_state(), leaving, self._dispatch)

    def move(self, delta: int) -> bool:
        """Go so many steps on or back; return False if there is none, and say so."""
        if delta > 0:
            self._dispatch(StepRead())
        step = self._get_state().step
        ids = [each.id for each in self._opening.outline.steps()]
        if step is None or step.id not in ids:
            return True
        lessons = self._opening.outline.lessons
        if delta > 0 and any(_is_last(step, each) for each in lessons[:-1]):
            self._dispatch(NoticeGiven(LESSON_END))
            return False
        index = ids.index(step.id) + delta
        wanted = ids[index:] if delta > 0 else ids[: index + 1][::-1] if index >= 0 else []
        has_moved = self._go_to_first_of(wanted)
        if not has_moved:
            self._dispatch(NoticeGiven(THE_END if delta > 0 else THE_BEGINNING))
        return has_moved

    def _go_to_first_of(self, ids: Sequence[str]) -> bool:
        """Show the first of these steps that can be used; return False if none can.

        A notice names those before it.
        """
        broken: list[str] = []
        for step_id in ids:
            step = self._opening.load(step_id)
            if step is not None:
                self._show(step)
                break
            broken.append(step_id)
        self._take_outline()
        if broken:
            steps = f"The step {broken[0]}" if len(broken) == 1 else f"{len(broken)} steps"
            self._dispatch(NoticeGiven(f"{steps} {CANNOT_BE_SHOWN}"))
        return len(broken) < len(ids)


def _is_last(step: Step, lesson: LessonOutline) -> bool:
    return bool(lesson.steps) and lesson.steps[-1].id == step.id
