"""How the lesson screen comes from its first frame to a step to work at. Mixed into it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.message import Message

from tutor.session.events import ProgressRead
from tutor.ui.screens.opening import BREATH_S, Opened, Opening, Setting, nothing_to_show

if TYPE_CHECKING:
    from textual.screen import Screen
    from textual.widgets import Static

    from tutor.course.model import Step
    from tutor.session.events import Event, StepShown
    from tutor.session.state import State
    from tutor.ui.panes.problems_bar import ProblemsBar
    from tutor.ui.panes.top_bar import TopBar
    from tutor.ui.screens.activity import Activities
    from tutor.ui.screens.desk import Desk
    from tutor.ui.screens.saving import Saver

    Base = Screen[None]
else:
    Base = object


class Beginning(Base):
    """First the step alone; PyTorch and the other steps once it can take keys."""

    class Ready(Message):
        """The step is there, and whatever takes its keys has the focus."""

    setting: Setting
    opening: Opening
    activities: Activities
    saver: Saver
    desk: Desk | None
    top_bar: TopBar
    problems_bar: ProblemsBar
    notice: Static
    """Stands where the desk will be."""
    is_open = False
    """Whether keys act."""

    if TYPE_CHECKING:
        session: State

        @property
        def step(self) -> Step | None:
            """The step on screen."""

        def tell(self, event: Event) -> None:
            """Moves the session on."""

        def shown(self, step: Step) -> StepShown:
            """The step with the help that is in sight."""

        async def mount_desk(self, step: Step) -> None:
            """Makes the panes."""

        def work_at(self, step: Step) -> None:
            """Loads what belongs to the step."""

        def show_keys(self) -> None:
            """Those that are live now."""

        def leave_start(self) -> None:
            """Shows what is behind the start."""

        def tell_start(self, step: Step) -> None:
            """Has the start tell of the step."""

        def tell_start_of_course(self) -> None:
            """Has the start tell of the course."""

    @property
    def opened(self) -> Opened:
        """What is known of course and progress so far."""
        return self.opening.opened

    async def open(self) -> None:
        """What does not belong to the first frame. Called once that is out."""
        step = self.opening.first_step()
        self.problems_bar.show_problems(self.opened.problems)
        progress = self.opened.progress
        self.tell(ProgressRead(progress.done, progress.helped, progress.attempts))
        if step is None:
            self.leave_start()
            self.session = replace(self.session, step=None)  # what was glanced at is broken
            self.notice.update(nothing_to_show(self.setting, self.opened.problems))
            self._take_keys()
            return
        self.tell(self.shown(step))
        self.tell_start(step)
        await self.mount_desk(step)
        self.work_at(step)
        place = self.opened.progress.place
        if self.desk is not None and place is not None and place.step == step.id:
            self.desk.return_to(place)

    def on_desk_settled(self) -> None:
        """The first time, that is when the step can be worked at."""
        if not self.is_open:
            self._take_keys()

    def show_whole(self) -> None:
        """All steps were read."""
        self.problems_bar.show_problems(self.opened.problems)
        self.top_bar.show_course(self.opened.course)
        progress = self.opened.progress
        self.tell(ProgressRead(progress.done, progress.helped, progress.attempts))
        if self.desk is not None:
            self.desk.recall(self.opened.progress)
        self.tell_start_of_course()

    def start_worker(self, *, asked: bool = True) -> None:
        """As soon as there is time for it, or a run is `asked` for; nothing if it has been."""
        if self.activities.client is None:
            client = self.setting.make_client(self.tell)
            self.activities.client = client
            self.tell(client.state)
        self.activities.start_worker(asked=asked)

    def _take_keys(self) -> None:
        self.is_open = True
        self.show_keys()
        self.post_message(self.Ready())
        self.run_worker(self._do_the_rest(), group="opening")

    async def _do_the_rest(self) -> None:
        """What can wait; keys come before it."""
        if self.desk is not None:
            await asyncio.sleep(BREATH_S)
            self.desk.lesson.wake()
            await self.desk.code.wake()
        await asyncio.sleep(BREATH_S)
        self.start_worker(asked=False)
        await self.opening.read_on()
        self.saver.tidy()
