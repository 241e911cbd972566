"""The pane Hints: the requested hints, and the requested part of the solution.

Earlier hints stay on screen.
"""

from __future__ import annotations

from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget

from tutor.course.help_levels import Help, HelpLevel, next_help_level, shown_code, word_count
from tutor.course.kinds import kind_of
from tutor.session.solution_help import EXAM
from tutor.session.state import State
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.stable_static import StableStatic
from tutor.ui.widgets.code_view import CodeView
from tutor.ui.widgets.lesson_text import LessonText

EMPTY = "No hint is shown yet. {key:hint} shows the first one."
NO_HINTS = "This step has no hints."
MORE_HINTS = "{key:hint} shows the next one."
NO_MORE_HINTS = "There are no more."

LABELS: dict[HelpLevel, str] = {
    "lines": "one solution, its lines in another order",
    "words": "one solution, word by word",
    "whole": "one solution",
}
NEXT: dict[HelpLevel, str] = {
    "lines": "{key:ladder} asks whether to show the lines of one solution, in another order.",
    "words": "{key:ladder} asks whether to show one solution word by word.",
    "whole": "{key:ladder} asks whether to show all of it.",
}
NEXT_WORD = "{key:hint} shows the next word: {} of {} so far."
ALL_SHOWN = "{key:ladder} puts it into your code, or hides it for a clean start."
OPEN = "The step is done: you can read all help, and none of it counts. {key:reset} starts over."

MAX_SOLUTION_LINES = 1_000
"""Maximum lines of the solution: in effect all."""


class HintsPane(Pane):
    """A scrolled column of hints and solution; it scrolls to the newest of them."""

    def __init__(self, timeline: Timeline, *, marks: Marks) -> None:
        super().__init__("hints", timeline, marks=marks)
        self._hints = Vertical(id="hints-shown")
        self._solution = CodeView(
            id="hints-solution", preview_lines=MAX_SOLUTION_LINES, glyphs=marks.glyphs
        )
        self._solution_is_newest = False
        """True if the solution was requested after the last hint."""
        self._more = StableStatic("", id="hints-more")
        self._scroll = VerticalScroll(self._hints, self._solution, self._more, id="hints-scroll")

    def compose(self) -> ComposeResult:
        yield self._scroll

    def on_mount(self) -> None:
        super().on_mount()
        self.call_after_refresh(self._solution.enable_highlighting)
        self.watch(self._scroll, "virtual_size", self._scroll_after_layout, init=False)

    def draw(self, old: State | None, new: State) -> None:
        is_new = old is None or old.step is not new.step or old.has_open_help != new.has_open_help
        if is_new or old is None or old.hints != new.hints:
            self._solution_is_newest = False
            self.fill_with(partial(self._fill, hint_texts(new)))
        if is_new or old is None or old.help != new.help:
            self._solution_is_newest = bool(new.help.level)
            self._show_solution(new)
        if is_new and new.has_open_help:
            self._scroll.scroll_home(animate=False)
        self._more.update_if_changed(more_words(new, self.marks))

    def focus_target(self) -> Widget:
        return self._scroll

    def _show_solution(self, state: State) -> None:
        shown = Help("whole") if state.has_open_help else state.help
        code = ""
        if state.step is not None and kind_of(state.step).has_solution and shown.level:
            hidden = "_" if self.marks.glyphs == "ascii" else "\N{MIDDLE DOT}"
            code = shown_code(state.step, shown, hidden=hidden)
            self._solution.label = LABELS[shown.level]
        self._solution.code = code
        self._solution.display = bool(code)
        self._scroll_after_layout()

    async def _fill(self, texts: tuple[str, ...]) -> None:
        await self._hints.remove_children()
        await self._hints.mount_all(map(LessonText, texts))

    def _scroll_after_layout(self) -> None:
        self.call_after_refresh(self._scroll_to_newest)

    def _scroll_to_newest(self) -> None:
        if self.session.has_open_help:
            return  # nothing is new: the learner reads from the top
        hints = self._hints.children
        newest = self._solution if self._solution_is_newest or not hints else hints[-1]
        self._scroll.scroll_to_widget(newest, animate=False, top=True)


def hint_texts(state: State) -> tuple[str, ...]:
    """Return the readable hints in Markdown: all of them once the step is done.

    They are numbered in the order of the requests: the first one shown is hint 1.
    """
    if state.step is None:
        return ()
    hints = state.step.hints
    numbers = range(1, len(hints) + 1) if state.has_open_help else state.hint_numbers
    return tuple(
        f"**Hint {place} of {len(hints)}.** {hints[number - 1].strip()}"
        for place, number in enumerate(numbers, 1)
    )


def more_words(state: State, marks: Marks) -> Content:
    """Return the line below: further help, and its keys."""
    return Content.styled(" ".join(_more(state, marks)), "bold")


def _more(state: State, marks: Marks) -> list[str]:
    if state.is_exam:
        return [marks.fill(EXAM)]
    if state.has_open_help:
        return [marks.fill(OPEN)]
    sentences = []
    if state.hints < state.hint_count:
        sentences.append(marks.fill(MORE_HINTS if state.hints else EMPTY))
    elif not state.hint_count:
        sentences.append(NO_HINTS)
    elif not state.help.level:
        sentences.append(NO_MORE_HINTS)
    step, all_shown = state.step, state.hints == state.hint_count
    if step is not None and kind_of(step).has_solution and (state.help.level or all_shown):
        if state.help.level == "words" and all_shown:
            sentences.append(marks.fill(NEXT_WORD).format(state.help.words, word_count(step)))
        level = next_help_level(step, state.help)
        sentences.append(marks.fill(NEXT[level] if level else ALL_SHOWN))
    return sentences
