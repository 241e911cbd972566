"""What helps while a name is written: the list of names, the tip of a call, what a name means.

For the pane that owns the editor. No key waits for it: a look at the text comes after the key, in
slices of a few milliseconds, and the next key ends it.
"""

from __future__ import annotations

import asyncio
import builtins
import re
import time
from collections.abc import Awaitable, Callable
from functools import partial
from keyword import iskeyword
from typing import TYPE_CHECKING, NamedTuple

from textual.timer import Timer
from textual.worker import WorkType

from tutor.course.model import Step
from tutor.ui.editor.code_editor import CodeEditor
from tutor.ui.editor.text_edit import Place, TextEdit
from tutor.ui.slices import SLICE_S, result_in_slices
from tutor.ui.slow_imports import import_in_turns

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
"""Seconds that the event loop has between two slices of a look, at least."""
_BEGUN = re.compile(r"(?:\.\w*|[^\W\d]\w+|^\s*from\s+[\w.]+\s+import\s+(?:\w+,\s*)*\w?)\Z")
"""What stands before the cursor where the list may open by itself.

That is two letters, a dot, or in an import what comes before the names of a module.
"""
_ROOT = re.compile(r"[^\W\d]\w*\b(?![\"'])")
"""The name with which an expression begins; the letters before a string are none."""
_MOST_BEGUN = 80
"""Characters before the cursor in which that is looked for: no known name is longer."""
POLL_S = 0.01
PATIENCE_S = 2.0
"""Seconds at most in which the names of the libraries are waited for."""

SLOW_TO_IMPORT = (
    "ast",
    *(f"tutor.completion.{name}" for name in ("library", "program", "reading", "completions")),
    *("tutor.grading.kinds", "tutor.grading.plan", "tutor.grading.code_markers"),
    "tutor.ui.editor.completion_list",
)
"""Modules that a look needs."""

NOTHING_TO_COMPLETE = "No known name begins like this."
NOTHING_BEGUN = "Write the beginning of a name: the rest is offered then."
NO_VALUE = "{name} is neither imported nor given a value here."
ONLY_READ = "Nothing is completed: the code can only be read here."
NOT_IN_TEXT = "Names are not offered in a text or a comment."
NO_NAME = "There is no known name at the cursor."
NOT_YET_KNOWN = "PyTorch's names are not known yet: ask again in a moment."


class AskedName(NamedTuple):
    """A name whose documentation is asked for."""

    code: str
    """The code of it."""
    path: str
    """The path of the library's name, "" for what is the program's own."""
    signature: str
    about: str
    """The first sentence of its documentation, or what the last run left under it."""
    documentation: str = ""
    """What the program says of a class or function of its own."""


class NameHelp:
    """The help with names in one editor."""

    def __init__(
        self,
        editor: CodeEditor,
        *,
        make_list: Callable[[], Awaitable[CompletionList]],
        told: Callable[[], None],
        say: Callable[[str], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """Help in the editor, with nothing known yet.

        `make_list` mounts the list when it is needed first; `told` is called after another tip is
        told than before, or the list opens or closes, `say` with what to tell who asked in vain,
        and `failed` with a fault of the tutor: nobody who types is disturbed by one.
        """
        self.names: KnownNames | None = None
        """What is known of names; None for nothing, and then nothing is offered."""
        self.opens_by_itself = True
        """Whether the list opens while one types."""
        self.enter_accepts = False
        """Whether Enter takes the highlighted name also where no arrow key has chosen one."""
        self.tip: CallTip | None = None
        """The tip of the call around the cursor, if it is shown."""
        self._editor = editor
        self._make_list = make_list
        self._told = told
        self._say = say
        self._failed = failed
        self._list: CompletionList | None = None
        self._making = asyncio.Lock()
        self._start: Place = (0, 0)
        """Where the name begins for which the list is open."""
        self._is_picked = False
        """Whether an arrow key has chosen a row."""
        self._closed_at: Place | None = None
        """Where the name begins for which the learner has closed the list."""
        self._step: Step | None = None
        self._reader: ProgramReader | None = None
        self._seen = ""
        self._shows_tip = False
        self._changes = 0
        """Changes of text and cursor: a look at an older state is given up."""
        self._looks = 0
        self._timer: Timer | None = None
        self._due = 0.0

    @property
    def is_at_rest(self) -> bool:
        """Whether every change of the text was followed, and no look is under way or due."""
        is_followed = self._seen == self._editor.text
        return is_followed and self._timer is None and not self._looks

    @property
    def is_open(self) -> bool:
        """Whether the list is on screen."""
        return self._list is not None and self._list.is_open

    def begin(self, step: Step | None) -> None:
        """Begin with the text of another step; None for one whose text is not written."""
        self._step, self._reader = step, None
        self._seen = self._editor.text
        self.close_all()

    # What happens in the editor

    def text_changed(self) -> None:
        """Follow a change of the text: offer names once the learner rests."""
        text, seen = self._editor.text, self._seen
        if text == seen:
            return
        self._seen = text
        self._changes += 1
        has_grown = len(text) > len(seen)
        if self._step is None or self.names is None or not self._editor.has_focus:
            return
        # several keys may have come since, so that the bracket need not be the last one
        if has_grown and text.count("(") > seen.count("("):
            self._shows_tip = True
        if self.is_open or self._shows_tip:
            self._begin_look()
        if has_grown and self.opens_by_itself and self._is_begun():
            self._look_later()

    def _is_begun(self) -> bool:
        """Return whether the list may open by itself where the cursor is."""
        row, column = self._editor.cursor_location
        line = self._editor.document.get_line(row)
        before = line[max(column - _MOST_BEGUN, 0) : column]
        return bool(_BEGUN.search(before)) and not line[column : column + 1].isidentifier()

    def cursor_moved(self) -> None:
        """Close the list once the cursor has left the name, and follow it with the tip."""
        self._changes += 1
        row, column = self._editor.cursor_location
        if self.is_open and (row != self._start[0] or column < self._start[1]):
            self.close()
        if self.is_open or self._shows_tip:
            self._begin_look()

    def close(self) -> bool:
        """Close the list; return False if it was not open."""
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
        """Close the list, and take the tip away."""
        self._changes += 1
        self._shows_tip = False
        self.close()
        self._show_tip(None)

    # Keys

    def take_key(self, key: str) -> bool:
        """Do what the key does while the list is open; return False if that is nothing."""
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
        """Put a name in place of its beginning; return False if that is no longer at the cursor.

        Keys may have come since the list was drawn: what counts is the text as it is now.
        """
        from tutor.completion.reading import read_cursor  # the list is there: it is imported

        shown, editor = self._list, self._editor
        assert shown is not None
        at = read_cursor(editor.document.lines, *editor.cursor_location)
        fitting = [each for each in (row, *shown.rows) if _fits(each.text, at.prefix)]
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
        """Offer names for what stands at the cursor; between the arguments of a call, its tip.

        Return False where nothing is ever offered.
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

    async def name_at_cursor(self) -> AskedName | None:
        """Return the name at the cursor or, with the list open, the one that is highlighted."""
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
            asked = _asked_name(self._editor, facts, picked)
        except Exception as fault:  # which must not cost the learner the app
            self._failed(fault)
        if asked is None:
            self._say(self._words_for_nothing(NO_NAME))
        return asked

    # Looks

    def _look_later(self) -> None:
        """Look after a rest from now on; a timer that runs is let run, as keys come fast."""
        self._due = time.monotonic() + REST_S
        if self._timer is None:
            self._timer = self._editor.set_timer(REST_S, self._look_if_due)

    def _look_if_due(self) -> None:
        left = self._due - time.monotonic()
        if left > SLICE_S:
            self._timer = self._editor.set_timer(left, self._look_if_due)
        else:
            self._timer = None
            if self._is_begun():  # the cursor may have gone elsewhere
                self._begin_look(opens=True)

    def _begin_look(self, *, opens: bool = False, is_asked: bool = False) -> None:
        """Look apart from what handles keys, which must not wait for it."""
        self._looks += 1
        # no coroutine: one that is never begun, since the app ends, would be complained about
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
        """Look at the text: show the tip, and the list if it is to open or is open."""
        facts = await self._facts()
        if facts is None or self._editor.read_only:
            return
        from tutor.completion.call_tips import call_tip
        from tutor.completion.reading import read_cursor

        editor = self._editor
        row, column = editor.cursor_location
        at = read_cursor(editor.document.lines, row, column)
        self._shows_tip = bool(at.calls) and (self._shows_tip or is_asked)
        self._show_tip(call_tip(at, facts.referents, facts.library) if self._shows_tip else None)
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
        """Return these words for where there is no name, or others while names are to come."""
        is_unread = self.names is not None and self.names.is_unread
        return NOT_YET_KNOWN if is_unread and words in (NOTHING_TO_COMPLETE, NO_NAME) else words

    async def _show_list(self, at: AtCursor, start: Place, facts: Facts, *, is_asked: bool) -> None:
        from tutor.completion.completions import completions

        found = completions(at, start[0], facts)
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
        """Return the list, which is made once, however many looks need it at the same time."""
        async with self._making:
            if self._list is None:
                self._list = await self._make_list()
            return self._list

    def _show_tip(self, tip: CallTip | None) -> None:
        if tip != self.tip:
            self.tip = tip
            self._told()

    async def _facts(self) -> Facts | None:
        """Return what is known; None if the text has changed before that was read."""
        changes, step, names = self._changes, self._step, self.names
        if step is None or names is None:
            return None
        await import_in_turns(SLOW_TO_IMPORT)
        from tutor.completion.completions import Facts
        from tutor.completion.program import ProgramReader
        from tutor.grading.code_markers import givens_of

        await self._await_library(names, changes)
        if changes != self._changes:
            return None
        if self._reader is None:
            self._reader = ProgramReader(givens_of(step))
        lines, row = self._editor.document.lines, self._editor.cursor_location[0]
        reading = self._reader.read(lines, row)
        found = await result_in_slices(reading, lambda: changes == self._changes, TURN_S)
        if found is None:
            return None
        return Facts(found, names.library, names.left_by_run(), names.taught(step))

    async def _await_library(self, names: KnownNames, changes: int) -> None:
        """Wait for the names of the libraries, but not long: the worker may have more to do."""
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


def _fits(text: str, prefix: str) -> bool:
    return text.lower().startswith(prefix.lower())


def _why_nothing(at: AtCursor, facts: Facts, text: str) -> str:
    """Return what to say where nothing is offered in a text.

    A name that stands elsewhere in it as well may be bound there, in a line that is no Python yet.
    """
    root = _ROOT.match(at.owner or "")
    if root is None or root[0] in facts.names or root[0] in facts.run:
        return NOTHING_TO_COMPLETE
    is_word = iskeyword(root[0]) or hasattr(builtins, root[0])
    is_elsewhere = len(re.findall(rf"\b{root[0]}\b", text)) > 1
    return NOTHING_TO_COMPLETE if is_word or is_elsewhere else NO_VALUE.format(name=root[0])


def _asked_name(editor: CodeEditor, facts: Facts, picked: Completion | None) -> AskedName | None:
    """Return what is known of the name at the cursor, else of the call around it."""
    from tutor.completion.call_tips import call_tip, signature_of
    from tutor.completion.library import OVERLOADS
    from tutor.completion.reading import name_at, read_cursor

    lines, (row, column) = editor.document.lines, editor.cursor_location
    referents, library = facts.referents, facts.library
    at = read_cursor(lines, row, column)
    if picked is None:
        code = name_at(lines, row, column)
    elif picked.path:
        entry = library.find(picked.path)
        signature, about = (entry.signature, entry.about) if entry is not None else ("", "")
        return AskedName(picked.text, picked.path, signature, about)
    else:
        code = f"{at.owner}.{picked.text}" if at.owner else picked.text
    referent = referents.of_code(code) if code else None
    told = facts.run.get(code)
    if referent is not None:
        own = referent.own
        path = referents.class_of(referent) if own is None else ""
        entry = library.find(path)
        signature = signature_of(referent, library)
        if entry is not None and entry.overloads and not referent.is_object:
            signature = OVERLOADS.join((signature, *entry.overloads))
        about = f"{told.shown}, last run" if told is not None else entry.about if entry else ""
        return AskedName(code, path, signature, about, own.documentation if own is not None else "")
    if told is not None:
        return AskedName(code, "", "", f"{told.shown}, last run")
    if picked is not None and not picked.text.endswith("="):
        return AskedName(code, "", "", "")
    tip = call_tip(at, referents, library)
    return AskedName(tip.called, tip.path, tip.signature, "") if tip is not None else None
