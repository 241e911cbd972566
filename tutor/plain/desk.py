"""State shared by all commands of plain mode: session, teller, and pending choices.

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
from tutor.session.outside_editing import Lend
from tutor.session.state import State
from tutor.session.words.key_names import fill_known_keys
from tutor.session.words.spoken_text import Spoken

MAX_TEXT = 40_000
"""Maximum characters of a typed or edited program, the same as in the app's editor."""

NAMES = command_names()


class Choice(Struct, frozen=True):
    """A choice that waits for a number or yes."""

    count: int
    take: Callable[[int], Awaitable[None]]
    """Called with the chosen number, counted from 1."""


class Desk:
    """One learner's state in plain mode."""

    def __init__(self, session: TutorSession, teller: Teller, *, data: Path) -> None:
        self.session = session
        self.teller = teller
        self.data = data
        """Folder with the learner's data."""
        self.lend: Lend = nullcontext
        """Lends the terminal to the learner's own editor."""
        self.tells_progress = True
        """True if progress is printed during a run, besides its start and end."""
        self.choice: Choice | None = None
        self.typed: list[str] | None = None
        """Lines of the program being typed; None while commands are read."""
        self.rows: list[str] | None = None
        """Rows of the drawing being typed; None while commands are read."""
        self.table: TextTable | None = None
        """The table printed last."""
        self.fault: Exception | None = None
        """First unexpected exception of a command, raised when plain mode ends."""
        self.has_ended = False
        """True once the learner wants to leave."""
        self.in_file: str | None = None
        """Content of the file of the learner's own program, as last read or written here."""
        self._undo: list[tuple[str, str]] = []
        """Programs before each change, each with its step's id."""
        self._told_problem = ""
        self._known: dict[str, str] = {}
        """For each step, its program as last read or changed in plain mode."""

    @property
    def state(self) -> State:
        return self.session.state

    @property
    def step(self) -> Step:
        step = self.state.step
        assert step is not None  # without a step, no command that needs one is offered
        return step

    def say(self, *lines: str) -> None:
        """Print lines that contain no Markdown."""
        self.teller.say(*lines)

    def say_text(self, markdown: str, start: str = "", spoken: Spoken | None = None) -> None:
        """Print Markdown of a lesson or verdict, with `start` at the beginning of its first line.

        `spoken` holds the words of its formulas, if it does not come from the step.
        """
        lines = self.lines_of(markdown, spoken)
        if lines:
            self.say(start + lines[0], *lines[1:])

    def lines_of(self, markdown: str, spoken: Spoken | None = None) -> list[str]:
        """Return Markdown as lines to be heard, with the step's words for formulas.

        `spoken` holds other words for them.
        """
        if spoken is None:
            spoken = self.state.step.spoken if self.state.step is not None else {}
        return lines_of(with_capitals(markdown), spoken)

    def filled(self, text: str) -> str:
        """Return one of the tutor's own texts with the names of commands filled in."""
        return fill_known_keys(text, NAMES)

    @property
    def program(self) -> Lines:
        """The learner's program at this step."""
        return lines_in(self.source)

    @property
    def source(self) -> str:
        text, draft = self.session.drafts.first_text(self.step)
        # a program written to its own file has no draft
        return text if draft is not None or self.in_file is None else self.in_file

    def write(self, text: str) -> None:
        """Replace the program and save it; `undo` restores the old one."""
        self.remember()
        self.session.drafts.edit(self.step, text)
        self.know()

    def know(self) -> None:
        """Record that the learner knows the current version of the program."""
        self._known[self.step.id] = self.source

    @property
    def has_met_step(self) -> bool:
        return self.step.id in self._known

    @property
    def is_changed_elsewhere(self) -> bool:
        """Return True if the program was changed in another window or editor."""
        source = self.source
        return self._known.get(self.step.id, source) != source

    def remember(self) -> None:
        """Save the current program for `undo`."""
        self._undo.append((self.step.id, self.source))

    def undo(self) -> bool:
        """Undo the last change at this step; return False if there is none."""
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
        kind = kind_of(self.state.step)
        if kind.is_guessed:
            return bool(self.step.scaffold.strip()) and self.state.prediction_result is not None
        return kind.has_own_code

    def tell_notices(self) -> None:
        """Print the session's pending problem and notice once."""
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
        """Remove the notice: it was printed, or the command printed the same."""
        self.session.notify("")
