"""What the lesson screen does at the start, and how it goes on from there. Mixed into it.

`nntutor` without a step begins with it. Enter goes on; `o` and `n` lead elsewhere. The app hands
over every key while the start is on: one that means nothing here goes on too, and text that is
typed ahead comes along to the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual import events

from tutor.course.model import CodeStep, PredictStep
from tutor.session.events import NoticeGiven
from tutor.ui.panes.leader_strip import LeaderStrip
from tutor.ui.screens.arrangement import kind_of
from tutor.ui.screens.opening import Opening, Setting

if TYPE_CHECKING:
    from textual.screen import Screen

    from tutor.course.model import Step
    from tutor.session.actions import StepKind
    from tutor.session.events import Event
    from tutor.session.state import State
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.saving import Saver
    from tutor.ui.screens.start import Start

    Base = Screen[None]
else:
    Base = object


class Starting(Base):
    """All of it does nothing where there is no start."""

    setting: Setting
    opening: Opening
    saver: Saver
    desk: Desk | None
    start: Start | None
    is_open: bool

    if TYPE_CHECKING:
        session: State

        @property
        def step(self) -> Step | None:
            """The step on screen."""

        def tell(self, event: Event) -> None:
            """Moves the session on."""

        def go_to_chosen(self, step_id: str | None) -> None:
            """Shows another step."""

        def show_keys(self) -> None:
            """Those that are live now."""

        async def action_outline(self) -> None:
            """Shows all steps."""

    def make_start(self) -> Start | None:
        """None where a step was asked for, or the learner's settings leave it out."""
        setting = self.setting
        if setting.start_at is not None or not setting.config.start_screen:
            return None
        from tutor.ui.screens.start import Start  # where a step was asked for there is none
        from tutor.ui.screens.start_words import Facts, when_words

        start = Start(setting.keys.keys, setting.signs)
        last, seen = self.opening.last, self.opening.seen
        start.tell(
            Facts(
                first_time=last is None,
                step=seen[1] if seen else None,
                lesson=seen[0].lessons[0].title if seen else "",
                was_here=last is not None and last.step is not None,
                when=when_words(last.at, setting.now().astimezone()) if last and last.at else "",
            )
        )
        return start

    @property
    def at_start(self) -> bool:
        """Whether the start is on."""
        return self.start is not None and self.start.is_on

    @property
    def live_kind(self) -> StepKind:
        """The kind of step whose actions are live."""
        return kind_of(self.step) if self.is_open and not self.at_start else "none"

    def tell_start(self, step: Step) -> None:
        """What the step's own file and the journal say."""
        if self.start is None or not self.at_start:
            return
        from tutor.progress.last_time import draft_copies
        from tutor.ui.screens.start_words import here_words, told_words

        opened, last = self.opening.opened, self.opening.last
        place = opened.progress.place
        draft = None
        if isinstance(step, CodeStep | PredictStep):
            kept = self.setting.keeper.load(step)
            draft = kept.text if kept is not None else None
        facts = replace(
            self.start.facts,
            step=step,
            was_here=place is not None and place.step == step.id,
            here=here_words(step, opened.progress, draft),
            told=told_words(last, draft_copies(self.setting.places.data)) if last else (),
        )
        self.start.tell(facts)

    def tell_start_of_course(self) -> None:
        """What only the whole course says."""
        if self.start is None or not self.at_start:
            return
        from tutor.ui.screens.start_words import course_words, next_open

        course, done = self.opening.opened.course, self.session.done
        step = self.step
        lesson = next((each for each in course.lessons if step and each.id == step.lesson), None)
        following = next_open(course, done)
        facts = replace(
            self.start.facts,
            lesson=lesson.title if lesson is not None else "",
            course=course_words(course, done, self.setting.signs),
            next_open=following,
            all_done=following is None,
        )
        self.start.tell(facts)

    async def start_takes(self, event: events.Key | events.Paste) -> bool:
        """Whether the key was meant for the start and has been acted on."""
        if not self.at_start or self.app.screen is not self or self._strip_is_on():
            return False
        if isinstance(event, events.Paste):
            self._go_on_with("")
            return False
        if event.key in ("o", "n"):
            await (self.action_outline() if event.key == "o" else self.action_first_open())
            return True
        if (act := self._bound(event.key)) is not None:
            return await self._act_if_plain(*act)
        if self.start is not None and self.start.scroll_by(event.key):
            return True
        typed = event.is_printable and event.key != "space"
        self._go_on_with(event.character or "" if typed else "")
        return not typed

    def action_go_on(self) -> None:
        """To the step that the start names."""
        if not self.at_start:
            return
        self.leave_start()
        if self.step is not None and self.desk is not None:  # else it is kept with the desk
            self.come_to(self.step)

    async def action_first_open(self) -> None:
        """To the first step that is not done."""
        from tutor.ui.screens.start_words import next_open

        course = self.opening.whole().course
        following = next_open(course, self.session.done)
        if following is None or self.step is None or following.id == self.step.id:
            self.action_go_on()
        else:
            self.go_to_chosen(following.id)

    def leave_start(self) -> None:
        """The desk behind it is seen, and the step's keys act."""
        if self.start is not None and self.at_start:
            self.start.leave()
            self.show_keys()

    def come_to(self, step: Step) -> None:
        """The learner is there now: it is kept. Behind the start nobody is anywhere yet."""
        if not self.at_start:
            self.setting.keeper.opened(step)
            self.saver.place_soon()

    def _go_on_with(self, character: str) -> None:
        self.action_go_on()
        in_code = self.desk is not None and self.desk.look.pane == "code"
        if character and in_code and isinstance(self.step, CodeStep):
            self.tell(NoticeGiven(f"{character} went into your code. Ctrl+Z takes it back."))

    def _strip_is_on(self) -> bool:
        return isinstance(self.focused, LeaderStrip) and self.focused.display

    def _bound(self, key: str) -> tuple[str, bool] | None:
        """The action of a key that is live at the start too, and whether it wins over what is
        focused behind the start."""
        bound = self.active_bindings.get(key)
        if bound is None or bound.node not in (self, self.app):
            return None
        return bound.binding.action, bound.binding.priority

    async def _act_if_plain(self, action: str, wins: bool) -> bool:
        if not wins:
            await self.run_action(action)
        return not wins
