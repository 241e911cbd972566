"""What all commands of plain mode share: the session, the teller, and what waits for an answer.

A command gets the desk and the words after its name. Nothing here reads the keyboard.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from pathlib import Path

from msgspec import Struct

from tutor.course.kinds import kind_of
from tutor.course.model import Step
from tutor.first_screen.markdown_reader import TextTable
from tutor.plain.command_names import command_names, with_capitals
from tutor.plain.markdown_lines import lines_of
from tutor.plain.program_text import Lines, lines_in
from tutor.plain.teller import Teller
from tutor.session.core import TutorSession
from tutor.session.events import NoticeGiven
from tutor.session.outside_editing import Lend
from tutor.session.state import State
from tutor.session.words.key_names import fill_known_keys
from tutor.session.words.spoken_text import Spoken

MAX_TEXT = 40_000
"""Characters of a program that is typed or edited, as many as the app's editor takes."""

NAMES = command_names()


class Choice(Struct, frozen=True):
    """A choice that was offered, and waits for a number or yes."""

    count: int
    take: Callable[[int], Awaitable[None]]
    """Called with the number chosen, from 1."""


class Desk:
    """The desk of one learner in plain mode."""

    def __init__(self, session: TutorSession, teller: Teller, *, data: Path) -> None:
        self.session = session
        self.teller = teller
        self.data = data
        """The folder of the learner's data."""
        self.lend: Lend = nullcontext
        """Lends the terminal to the learner's own editor."""
        self.tells_progress = True
        """Whether a run is told of while it lasts, besides its start and end."""
        self.choice: Choice | None = None
        self.typed: list[str] | None = None
        """The lines of the program that is being typed; None while commands are."""
        self.table: TextTable | None = None
        """The table that was told last."""
        self.fault: Exception | None = None
        """What a command raised that should raise nothing: the first, to be raised at the end."""
        self.has_ended = False
        """Whether the learner wants to leave."""
        self.in_file: str | None = None
        """What the file of a program of one's own holds since it was written or read here."""
        self._undo: list[tuple[str, str]] = []
        """Programs as they were before each change, with the id of their step."""
        self._told_problem = ""
        self._known: dict[str, str] = {}
        """For each step the program as it was when the learner last met or changed it here."""

    @property
    def state(self) -> State:
        """The present state of the session."""
        return self.session.state

    @property
    def step(self) -> Step:
        """The step that the learner is at."""
        step = self.state.step
        assert step is not None  # without one, only what needs none is offered
        return step

    def say(self, *lines: str) -> None:
        """Tell lines that are plain already."""
        self.teller.say(*lines)

    def say_text(self, markdown: str, start: str = "", spoken: Spoken | None = None) -> None:
        """Tell Markdown of lessons or verdicts, with what comes first in its first line.

        `spoken` has the words of its formulas, if it is not of the step.
        """
        lines = self.lines_of(markdown, spoken)
        if lines:
            self.say(start + lines[0], *lines[1:])

    def lines_of(self, markdown: str, spoken: Spoken | None = None) -> list[str]:
        """Return Markdown as lines that are heard, with formulas in the words of the step.

        `spoken` has those of another.
        """
        if spoken is None:
            spoken = self.state.step.spoken if self.state.step is not None else {}
        return lines_of(with_capitals(markdown), spoken)

    def filled(self, text: str) -> str:
        """Return a text of the tutor's own with the names of commands filled in."""
        return fill_known_keys(text, NAMES)

    @property
    def program(self) -> Lines:
        """The learner's program at this step."""
        return lines_in(self.source)

    @property
    def source(self) -> str:
        """The same as a text."""
        text, draft = self.session.drafts.first_text(self.step)
        # once it is written to its file, there is no draft
        return text if draft is not None or self.in_file is None else self.in_file

    def write(self, text: str) -> None:
        """Put a text in place of the program, and have it saved; `undo` takes that back."""
        self.remember()
        self.session.drafts.edit(self.step, text)
        self.know()

    def know(self) -> None:
        """Take the program as it is for what the learner knows of it."""
        self._known[self.step.id] = self.source

    @property
    def has_met_step(self) -> bool:
        """Whether the step was told before."""
        return self.step.id in self._known

    @property
    def is_changed_elsewhere(self) -> bool:
        """Whether another program has changed the program since."""
        source = self.source
        return self._known.get(self.step.id, source) != source

    def remember(self) -> None:
        """Keep the program as it is, for `undo`."""
        self._undo.append((self.step.id, self.source))

    def undo(self) -> bool:
        """Put back the program of before the last change at this step; return False if none."""
        for place in reversed(range(len(self._undo))):
            step_id, text = self._undo[place]
            if step_id == self.step.id:
                del self._undo[place]
                self.session.drafts.edit(self.step, text)
                self.know()
                return True
        return False

    @property
    def can_edit(self) -> bool:
        """Whether the learner may write a program here now."""
        kind = kind_of(self.state.step)
        if kind.is_guessed:
            return bool(self.step.scaffold.strip()) and self.state.prediction_result is not None
        return kind.has_own_code

    def tell_notices(self) -> None:
        """Tell what the session has to say beside, once."""
        problem = self.state.save_problem
        if problem and problem != self._told_problem:
            self.say(f"Problem: {problem}")
        self._told_problem = problem
        if self.state.notice:
            self.say_text(self.filled(self.state.notice), "Note: ")
            self.hush()
        if self.state.failure is not None:
            self.has_ended = True

    def hush(self) -> None:
        """Remove the present notice, which was told or of which the command has said the same."""
        self.session.dispatch(NoticeGiven(""))
