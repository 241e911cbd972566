"""A program of the learner's own in a session: its file is read, written and put back here.

Nothing is written unless the learner asks for it. The draft is kept like that of any step, until
the file holds the same text.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal

from tutor.progress.own_files import (
    CannotOpenFile,
    ChangedOutside,
    NotWritten,
    OpenedProgram,
    OwnFile,
    WriteResult,
    Written,
    keep_base,
)
from tutor.session.state import ReplacedBuffer
from tutor.session.words.key_names import guard
from tutor.text import one_line

if TYPE_CHECKING:
    from tutor.session.core import Hub

RESTORED = "This is your text that is not in {name} yet. {{key:reset}} puts the file back."
RESTORED_OTHER = (
    "This is your text that is not in {name} yet. Another program has changed that file since: "
    "{{key:reset}} shows what is in it."
)
NO_FILE = "This program has no file. Your text is saved; `nntutor try FILE` opens a file."
WRITTEN = "Written to {path}."
NOT_WRITTEN = "Not written: {reason}. Your text is kept as a draft."
FROM_FILE = "This is the text of {name}. {{key:undo}} brings yours back."
NOTHING_READ = "{reason} Your text is unchanged."

Outcome = Literal["written", "changed", "failed"]
"""The outcome of a write; `changed`: another program has changed the file, nothing was written."""


class OwnProgramFile:
    """The file of the program on screen."""

    def __init__(self, hub: Hub, opened: OpenedProgram) -> None:
        self._hub = hub
        self._opened = opened
        self._turn = asyncio.Lock()

    def tell_restored(self) -> None:
        if not self._opened.restored:
            return
        self._hub.set(unwritten=True)
        words = RESTORED_OTHER if self._opened.changed else RESTORED
        self._hub.notify(words.format(name=self._name))

    async def write(self, text: str, *, over: bool = False) -> Outcome:
        """Write the text to the file, with `over` whoever has changed that; a notice says so."""
        file = self._opened.file
        if file is None:
            self._hub.notify(NO_FILE)
            return "failed"
        async with self._turn:
            result = await asyncio.to_thread(self._write, file, text, over)
        if isinstance(result, ChangedOutside):
            return "changed"
        if isinstance(result, NotWritten):
            self._hub.notify(NOT_WRITTEN.format(reason=guard(one_line(result.reason))))
            return "failed"
        # what was typed meanwhile is a draft by now
        typed_on = self._hub.store.load(self._opened.step) is not None
        self._hub.set(unwritten=typed_on)
        self._hub.notify(WRITTEN.format(path=guard(one_line(str(file.path)))))
        return "written"

    def put_back(self) -> None:
        step, file = self._opened.step, self._opened.file
        try:
            text = file.read() if file is not None else step.scaffold
        except CannotOpenFile as problem:
            self._hub.notify(NOTHING_READ.format(reason=guard(one_line(str(problem)))))
            return
        if file is not None:
            keep_base(self._hub.data, step.id, file)
            self._hub.store.forget_draft(step)
        else:
            self._hub.store.edit(step, text)
        self._hub.set(replaced=ReplacedBuffer(step.id, text, "reset"))
        self._hub.set(unwritten=False)
        if file is not None:
            self._hub.notify(FROM_FILE.format(name=self._name))

    @property
    def _name(self) -> str:
        return guard(self._opened.step.title)

    def _write(self, file: OwnFile, text: str, over: bool) -> WriteResult:
        result = file.write(text, over=over)
        if isinstance(result, Written):
            keep_base(self._hub.data, self._opened.step.id, file)
            self._hub.store.forget_draft(self._opened.step, text)
        return result
