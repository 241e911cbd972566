"""Help with names in the editor: completions, signatures of calls, and documentation.

For the pane that owns the editor. No key waits for it: the text is read after the key, in slices of
a few milliseconds, and the next key cancels that.
"""

from __future__ import annotations

import asyncio
import builtins
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple

from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import WorkType

from tutor.course.model import Step
from tutor.ui.editor import late
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.text_edit import Place, TextEdit
from tutor.ui.marks import Marks
from tutor.ui.slices import SLICE_S, import_in_turns, result_in_slices

if TYPE_CHECKING:
    from tutor.completion.call_tips import CallTip
    from tutor.completion.completions import Completion, Facts
    from tutor.completion.program import ProgramReader
    from tutor.completion.reading import AtCursor
    from tutor.session.known_names import KnownNames
    from tutor.ui.editor.completion_list import CompletionList

REST_S = 0.15
"""Seconds without a key after which the list opens by itself."""
TURN_S = 0.001
"""Minimum seconds of the event loop between two slices of a look."""
_BEGUN = re.compile(r"(?:\.\w*|[^\W\d]\w+|^\s*from\s+[\w.]+\s+import\s+(?:\w+,\s*)*\w?)\Z")
"""Text before the cursor that allows the list to open by itself.

Two letters, a dot, or in an import the text before the names of a module.
"""
_ROOT = re.compile(r"[^\W\d]\w*\b(?![\"'])")
"""First name of an expression; not the prefix of a string."""
_MOST_BEGUN = 80
"""Characters before the cursor that are searched: no known name is longer."""
POLL_S = 0.01
PATIENCE_S = 2.0
"""Maximum seconds to wait for the names of the libraries."""

SLOW_TO_IMPORT = (
    "ast",
    *(f"tutor.completion.{name}" for name in ("library", "program", "reading", "completions")),
    *(f"tutor.grading.{name}" for name in ("experiments", "grade", "kinds", "code_markers")),
    "tutor.ui.editor.completion_list",
)
"""Modules that a look imports."""

NOTHING_TO_COMPLETE = "No known name begins like this."
NOTHING_BEGUN = "Type the beginning of a name to see the names that match."
NO_VALUE = "{name} is neither imported nor given a value here."
ONLY_READ = "Nothing is completed: this code is read-only."
NOT_IN_TEXT = "Names are not completed in strings and comments."
NO_NAME = "There is no known name at the cursor."
NOT_YET_KNOWN = "PyTorch's names are still loading: try again in a moment."


class AskedName(NamedTuple):
    """A name whose documentation is requested."""

    code: str
    """Its code."""
    path: str
    """Path of a library's name; "" for a name of the program."""
    signature: str
    about: str
    """First sentence of its documentation, or its value in the last run."""
    documentation: str = ""
    """Docstring of a class or function of the program."""


class NameHelp:
    """Help with names for one editor."""

    @dataclass
    class Asked(Message):
        """Posted by the editor when the learner asks for the documentation of a name."""

        name: AskedName

    def __init__(
        self,
        pane: Widget,
        editor: CodeEditor,
        marks: Marks,
        *,
        told: Callable[[], None],
        say: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Create help without known names.

        The list is mounted in `pane` on its first use. `told` is called after the signature
        changes, or the list opens or closes; `say` with the reason why a request found nothing; and
        `failed` with a fault of the tutor, which must not interrupt typing.
        """
        self.names: KnownNames | None = None
        """Known names; None to offer nothing."""
        self.opens_by_itself = True
        """True to open the list while the learner types."""
        self.enter_accepts = False
        """True to let Enter accept the highlighted name even before an arrow key was used."""
        self.tip: CallTip | None = None
        """Signature of the call around the cursor, if it is shown."""
        self._pane = pane
        self._editor = editor
        self._ellipsis = marks.ellipsis
        self._told = told
        self._say = say
        self._failed = failed
        self._list: CompletionList | None = None
        self._making = asyncio.Lock()
        self._start: Place = (0, 0)
        """Start of the name for which the list is open."""
        self._is_picked = False
        """True if the learner has moved the highlight with an arrow key."""
        self._closed_at: Place | None = None
        """Start of the name for which the learner has closed the list."""
        self._step: Step | None = None
        self._reader: ProgramReader | None = None
        self._seen = ""
        self._shows_tip = False
        self._changes = 0
        """Number of changes of text and cursor; a look at an older state is dropped."""
        self._looks = 0
        self._timer: Timer | None = None
        self._due = 0.0

    @property
    def is_at_rest(self) -> bool:
        """True if every change was followed, and no look is running or due."""
        is_followed = self._seen == self._editor.text
        return is_followed and self._timer is None and not self._looks

    @property
    def is_open(self) -> bool:
        return self._list is not None and self._list.is_open

    def begin(self, step: Step | None) -> None:
        """Help with the text of another step; None for a step without an editable text."""
        self._step, self._reader = step, None
        self._seen = self._editor.text
        self.close_all()

    # What happens in the editor

    def text_changed(self) -> None:
        """Follow a change of the text: offer names after a pause."""
        text, seen = self._editor.text, self._seen
        if text == seen:
            return
        self._seen = text
        self._changes += 1
        has_grown = len(text) > len(seen)
        if self._step is None or self.names is None or not self._editor.has_focus:
            return
        # several keys may have come since, so the bracket may not be the last one
        if has_grown and text.count("(") > seen.count("("):
            self._shows_tip = True
        if self.is_open or self._shows_tip:
            self._begin_look()
        if has_grown and self.opens_by_itself and self._is_begun():
            self._due = time.monotonic() + REST_S
            if self._timer is None:  # else it runs on, since keys come fast
                self._timer = self._editor.set_timer(REST_S, self._look_if_due)

    def _is_begun(self) -> bool:
        """Return True if the list may open by itself at the cursor."""
        row, column = self._editor.cursor_location
        line = self._editor.document.get_line(row)
        before = line[max(column - _MOST_BEGUN, 0) : column]
        return bool(_BEGUN.search(before)) and not line[column : column + 1].isidentifier()

    def cursor_moved(self) -> None:
        """Close the list after the cursor leaves the name; update the signature."""
        self._changes += 1
        row, column = self._editor.cursor_location
        if self.is_open and (row != self._start[0] or column < self._start[1]):
            self.close()
        if self.is_open or self._shows_tip:
            self._begin_look()

    def close(self) -> bool:
        if self._list is None or not self.is_open:
            return False
        self._list.close()
        self._told()
        return True

    def close_for_now(self) -> bool:
        """Close the list until another name is begun; return False if it was not open."""
        self._closed_at = self._start if self.is_open else None
        return self.close()

    def close_all(self) -> None:
        self._changes += 1
        self._shows_tip = False
        self.close()
        self._show_tip(None)

    # Keys

    def take_key(self, key: str) -> bool:
        shown = self._list
        if shown is None or not shown.is_open:
            return False
        if key in ("up", "down"):
            shown.move(1 if key == "down" else -1)
            self._is_picked = True
            return True
        if key == "tab" or (key == "enter" and (self._is_picked or self.enter_accepts)):
            return self.accept(shown.rows[shown.highlighted])
        return False

    def accept(self, row: Completion) -> bool:
        """Insert the name for its beginning; return False if that is gone.

        Keys may have come since the list was drawn, so the current text decides.
        """
        shown, editor = self._list, self._editor
        assert shown is not None
        at = late.read_cursor(editor.document.lines, *editor.cursor_location)
        begun = at.prefix.lower()
        fitting = [each for each in (row, *shown.rows) if each.text.lower().startswith(begun)]
        self.close()
        if editor.read_only:
            return False
        line, column = editor.cursor_location
        start = line, column - len(at.prefix)
        if start != self._start or not fitting or not at.is_code:
            return False
        text = fitting[0].text
        end = line, start[1] + len(text)
        editor.apply(TextEdit(text, start, (line, column), (end, end)))
        return True

    def complete(self) -> bool:
        """Offer names at the cursor; between the arguments of a call, show its signature.

        Return False if nothing is ever offered.
        """
        if self._step is None or self.names is None:
            return False
        if self._editor.read_only:
            self._say(ONLY_READ)
            return True
        self._changes += 1
        self._closed_at = None
        self._begin_look(is_asked=True)
        return True

    def ask_for_documentation(self) -> None:
        work: WorkType[None] = self._post_asked
        self._editor.run_worker(work, group="documentation", exclusive=True)

    async def _post_asked(self) -> None:
        name = await self.name_at_cursor()
        if name is not None:
            self._editor.post_message(self.Asked(name))

    async def name_at_cursor(self) -> AskedName | None:
        """Return the highlighted name of an open list, else the name at the cursor."""
        picked = self._list.rows[self._list.highlighted] if self._list and self.is_open else None
        self.close()
        self._changes += 1
        if self._step is None:
            self._say(NO_NAME)
        asked: AskedName | None = None
        try:
            facts = await self._facts()
            if facts is None:
                return None
            asked = late.asked_name(self._editor, facts, picked)
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)
        if asked is None:
            self._say(self._words_for_nothing(NO_NAME))
        return asked

    # Looks

    def _look_if_due(self) -> None:
        left = self._due - time.monotonic()
        if left > SLICE_S:
            self._timer = self._editor.set_timer(left, self._look_if_due)
        else:
            self._timer = None
            if self._is_begun():  # the cursor may have moved
                self._begin_look(opens=True)

    def _begin_look(self, *, opens: bool = False, is_asked: bool = False) -> None:
        self._looks += 1
        # no coroutine object: one that never starts, since the app ends, would cause a warning
        work: WorkType[None] = partial(self._look_and_count, opens=opens, is_asked=is_asked)
        self._editor.run_worker(work, group="names")

    async def _look_and_count(self, *, opens: bool, is_asked: bool) -> None:
        try:
            await self._look(opens=opens, is_asked=is_asked)
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)
            self._offer_nothing(is_asked=is_asked)
        finally:
            self._looks -= 1

    async def _look(self, *, opens: bool, is_asked: bool) -> None:
        """Read the text: show the signature, and the list if it opens or is open."""
        facts = await self._facts()
        if facts is None or self._editor.read_only:
            return
        editor = self._editor
        row, column = editor.cursor_location
        at = late.read_cursor(editor.document.lines, row, column)
        self._shows_tip = bool(at.calls) and (self._shows_tip or is_asked)
        self._show_tip(late.call_tip(at, facts) if self._shows_tip else None)
        is_name = bool(at.prefix) or at.owner is not None or at.module is not None
        if not is_name:
            self.close()
            if is_asked and self.tip is None:
                self._say(NOTHING_BEGUN if at.is_code else NOT_IN_TEXT)
            return
        start = row, column - len(at.prefix)
        may_open = opens and start != self._closed_at and editor.has_focus
        if is_asked or (self.is_open and start == self._start) or may_open:
            await self._show_list(at, start, facts, is_asked=is_asked)
        else:
            self.close()

    def _offer_nothing(self, *, is_asked: bool, words: str = NOTHING_TO_COMPLETE) -> None:
        self.close()
        if is_asked:
            self._say(words)

    def _words_for_nothing(self, words: str) -> str:
        """Return the message that no name was found, or that names are still loading."""
        is_unread = self.names is not None and self.names.is_unread
        return NOT_YET_KNOWN if is_unread and words in (NOTHING_TO_COMPLETE, NO_NAME) else words

    async def _show_list(self, at: AtCursor, start: Place, facts: Facts, *, is_asked: bool) -> None:
        found = late.completions(at, start[0], facts)
        if not found.rows or (found.is_complete and not is_asked):
            why = self._words_for_nothing(_why_nothing(at, facts, self._editor.text))
            self._offer_nothing(is_asked=is_asked, words=why)
            return
        changes = self._changes
        names = await self._made_list()
        if changes != self._changes:
            return
        was_open = self.is_open
        self._start, self._is_picked = start, False
        cursor, width = self._editor.cursor_screen_offset, len(at.prefix)
        names.open_at(found.rows, found.heading, cursor - (width, 0), self._editor.screen.region)
        if not was_open:
            self._told()

    async def _made_list(self) -> CompletionList:
        """Return the list, which is made once even if several looks need it."""
        async with self._making:
            if self._list is None:
                names = late.completion_list(self._ellipsis, self.accept)
                await self._pane.mount(names)
                self._list = names
            return self._list

    def _show_tip(self, tip: CallTip | None) -> None:
        if tip != self.tip:
            self.tip = tip
            self._told()

    async def _facts(self) -> Facts | None:
        """Return the known facts; None if the text changed before they were read."""
        changes, step, names = self._changes, self._step, self.names
        if step is None or names is None:
            return None
        await import_in_turns(SLOW_TO_IMPORT)
        await self._await_library(names, changes)
        if changes != self._changes:
            return None
        if self._reader is None:
            self._reader = late.program_reader(step)
        lines, row = self._editor.document.lines, self._editor.cursor_location[0]
        reading = self._reader.read(lines, row)
        found = await result_in_slices(reading, lambda: changes == self._changes, TURN_S)
        if found is None:
            return None
        return late.facts(found, names, step)

    async def _await_library(self, names: KnownNames, changes: int) -> None:
        """Wait up to `PATIENCE_S` for the names of libraries; the worker may be busy."""
        if names.can_read:
            self._editor.run_worker(self._read_library(names), group="library")
            await asyncio.sleep(TURN_S)
        begun = time.monotonic()
        while names.is_reading and changes == self._changes:
            await asyncio.sleep(POLL_S)
            if time.monotonic() - begun > PATIENCE_S:
                break

    async def _read_library(self, names: KnownNames) -> None:
        try:
            await names.read_library()
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)


def _why_nothing(at: AtCursor, facts: Facts, text: str) -> str:
    """Return the reason why nothing is offered.

    A name that also occurs elsewhere in the text may be bound there, in invalid code.
    """
    root = _ROOT.match(at.owner or "")
    if root is None or root[0] in facts.names or root[0] in facts.run:
        return NOTHING_TO_COMPLETE
    is_word = iskeyword(root[0]) or hasattr(builtins, root[0])
    is_elsewhere = len(re.findall(rf"\b{root[0]}\b", text)) > 1
    return NOTHING_TO_COMPLETE if is_word or is_elsewhere else NO_VALUE.format(name=root[0])
