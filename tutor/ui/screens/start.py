"""The start screen: it shows where the learner was, while the lesson is prepared beneath it.

`nntutor` without a step begins with it. Enter goes on; letters lead elsewhere. The app passes it
every key, in order: a key without a meaning here opens the step too, and is typed there if it is
text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult, RenderResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tutor.course.kinds import kind_name, kind_of
from tutor.course.model import Step
from tutor.progress.last_time import LastTime, draft_copies
from tutor.session.late import guard
from tutor.session.state import State
from tutor.ui.keys import start_bindings
from tutor.ui.marks import Marks
from tutor.ui.screens import late
from tutor.ui.screens.frame import FramedScreen
from tutor.ui.screens.start_words import (
    WELCOME,
    WELCOME_BACK,
    StartFacts,
    StartLine,
    add_course_facts,
    add_step_facts,
    first_facts,
    last_time_warnings,
    start_lines,
    start_rows,
)

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

MAX_WIDTH = 78
"""Maximum columns of text; longer lines are hard to read."""


class StartText(Widget):
    """The text of the start, wrapped to the width, with blank lines if the height allows."""

    def __init__(self, marks: Marks, facts: StartFacts) -> None:
        super().__init__(id="start-text")
        self._marks = marks
        self._visible_rows = 0
        """Rows that fit without scrolling."""
        self.facts = facts

    def render(self) -> RenderResult:
        return Content("\n").join(line.words for line in self._lines(self.content_size.width))

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return min(container.width, MAX_WIDTH)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        self._visible_rows = container.height
        return len(self._lines(width))

    async def on_click(self, event: events.Click) -> None:
        drawn = self._lines(self.content_size.width)
        if event.y < len(drawn) and drawn[event.y].click:
            await self.run_action(f"screen.{drawn[event.y].click}")

    def _lines(self, width: int) -> list[StartLine]:
        title = WELCOME if self.facts.first_time else WELCOME_BACK
        return start_lines(start_rows(self.facts, self._marks), title, width, self._visible_rows)


class StartScreen(FramedScreen):
    """The start screen. `leave` removes it once one of its keys is used."""

    BINDINGS: ClassVar[list[BindingType]] = start_bindings()

    def __init__(self, lesson: LessonScreen, last: LastTime | None) -> None:
        """Make the screen, to be shown over `lesson`, which its tasks belong to.

        `last` comes from two small files about the last session. It is enough for the first frame;
        the rest is added to it.
        """
        setup, state = lesson.setup, lesson.tutor.state
        super().__init__(state, setup.marks, setup.keys.keys)
        self._lesson = lesson
        self._last = last
        self._text = StartText(setup.marks, first_facts(state, last, setup.now().astimezone()))
        self._scroll = VerticalScroll(self._text, id="start", can_focus=False)

    def compose(self) -> ComposeResult:
        yield from self.compose_framed(self._scroll)

    def on_mount(self) -> None:
        """Show the keys that act here; on the first start, little else around the text."""
        self.show_keys("none")
        if self.facts.first_time:
            self._top_bar.visible = False
            self.bottom.status.be_quiet()

    # Content

    @property
    def facts(self) -> StartFacts:
        return self._text.facts

    def show_facts(self, facts: StartFacts) -> None:
        self._text.facts = facts
        self._text.refresh(layout=True)

    def follow(self, old: State, new: State) -> None:
        """Show a change of the session's state."""
        self.show(old, new)
        if new.is_whole and not old.is_whole:
            self.show_facts(add_course_facts(self.facts, new, self.marks))
            self.offer_review()

    def show_step(self, step: Step) -> None:
        """Add the facts about the step that Enter opens, once its file is read."""
        draft = None
        if kind_of(step).has_program:
            saved = self._lesson.tutor.store.load(step)
            draft = saved.text if saved is not None else None
        copies = draft_copies(self._lesson.setup.places.data)
        warnings = last_time_warnings(self._last, copies) if self._last else ()
        state = self._lesson.tutor.state
        self.show_facts(add_step_facts(self.facts, step, state, draft=draft, warnings=warnings))

    def offer_review(self) -> None:
        """Offer a review if there are questions, once that is known."""
        self._lesson.run_worker(self._offer_review(), group="review", exclusive=True)

    async def _offer_review(self) -> None:
        review = self._lesson.tutor.answers.review
        count = await review.offered() if self._last is not None else 0
        if self._lesson.start is self and not self.facts.is_review_put_off:
            self.show_facts(replace(self.facts, review=count))

    # Keys

    async def take_key(self, event: events.Key | events.Paste) -> bool:
        """Handle a key or paste; return False if the app must handle it too.

        After a key that leaves this screen, the next screen is on top already, so the app's
        handling reaches it: that is how typed text gets into the step.
        """
        if self.is_strip_shown:
            return False
        if isinstance(event, events.Paste):
            self.action_go_on()
            return False
        if event.key in ("o", "n"):
            await (self.action_command("outline") if event.key == "o" else self.action_first_open())
            return True
        if event.key == "t" and self.facts.first_time and self.facts.offered is not None:
            self.action_begin_offered()
            return True
        if event.key in ("r", "s") and not self.facts.first_time:
            # even without an offered review: the letter is never meant as code
            if event.key == "r":
                await self.action_command("review")
            else:
                self._put_off_review()
            return True
        if (bound := self._bound_action(event.key)) is not None:
            action, has_priority = bound
            if not has_priority:
                await self.run_action(action)
            return not has_priority
        if self._scroll_by(event.key):
            return True
        is_typed = event.is_printable and event.key != "space"
        self.action_go_on(event.character or "" if is_typed else "")
        return not is_typed

    async def action_command(self, name: str) -> None:
        await self._lesson.action_command(name)

    def action_go_on(self, character: str = "") -> None:
        """Open the named step.

        `character` was typed here and goes into the step's code; a message tells the learner so.
        """
        lesson = self._lesson
        self.leave()
        if lesson.session.step is not None:
            lesson.tutor.go_to(lesson.session.step.id)
        workspace = lesson.workspace
        in_code = workspace is not None and workspace.layout_state.pane == "code"
        if character and in_code and kind_of(lesson.session.step).has_solution:
            lesson.tutor.notify(
                f"{guard(character)} went into your code. {{key:undo}} takes it back."
            )

    async def action_first_open(self) -> None:
        """Open the first step that is not done."""
        late.go_to_first_open(self._lesson, self.action_go_on)

    def action_begin_offered(self) -> None:
        if self.facts.offered is not None:
            late.go_to(self._lesson, self.facts.offered.steps[0].id)

    def _put_off_review(self) -> None:
        """Withdraw the offer of a review for today, if there is one."""
        if self.facts.review:
            self._lesson.tutor.answers.review.put_off()
            self.show_facts(replace(self.facts, review=0, is_review_put_off=True))

    def action_leader(self) -> None:
        self.bottom.toggle_strip("none", ())

    def leave(self) -> None:
        """Remove the start screen, and enable the step's keys.

        If a dialog is over it, this removes the dialog; the start screen goes when the dialog
        closes itself, since each removes the top screen.
        """
        lesson = self._lesson
        lesson.start = None
        lesson.app.pop_screen()
        lesson.show_keys(kind_name(lesson.session.step))
        lesson.call_later(lesson.begin)  # for a start that closes before it is drawn

    def _bound_action(self, key: str) -> tuple[str, bool] | None:
        """Return the action bound to a key here, and True if it has priority over widgets."""
        active = self.active_bindings.get(key)
        if active is None or not active.binding.id:
            return None  # Textual's own bindings have no id; like Tab, they do nothing here
        return active.binding.action, active.binding.priority

    def _scroll_by(self, key: str) -> bool:
        """Scroll the text; return False for a key that does not scroll."""
        scroll = self._scroll
        scroll_method = {
            "up": scroll.scroll_up,
            "down": scroll.scroll_down,
            "pageup": scroll.scroll_page_up,
            "pagedown": scroll.scroll_page_down,
            "home": scroll.scroll_home,
            "end": scroll.scroll_end,
        }.get(key)
        if scroll_method is not None:
            scroll_method(animate=False)
        return scroll_method is not None
