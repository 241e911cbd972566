"""The learner's own files: one that stands in for the editor, and that of a program of their own.

A watched file is read, and never written but to make it. The session's draft follows it, so that
nothing is lost when it goes. What runs stays the text that was read: programs get no path. The file
of an own program is written only when the learner asks for it; until then the draft is kept like
that of any step.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal

from msgspec.structs import replace

from tutor.course.kinds import scaffold_of
from tutor.course.model import Step
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
from tutor.progress.watched_file import (
    CannotWatch,
    FileLooks,
    base_of,
    begin_file,
    keep_base_of,
)
from tutor.session.core import Hub
from tutor.session.program_changes import changed_words
from tutor.session.run_summary import RunSummary
from tutor.session.state import ReplacedBuffer, State, Watched
from tutor.session.words.key_names import guard
from tutor.session.words.watch_text import (
    BEGUN,
    ENDED,
    LEFT,
    NO_FOLDER,
    not_python,
)
from tutor.text import one_line

QUICK_MS = 2_000.0
"""Milliseconds within which a run must end for a check to follow it."""

_LOOKS, _RUNS = "watched file", "watched run"


def is_quick(ending: RunSummary | None) -> bool:
    if ending is None or ending.outcome not in ("finished", "raised"):
        return False
    return ending.milliseconds < QUICK_MS


class FileWatch:
    """The file that stands in for the editor of the step on screen; there is at most one."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._watched: Watched | None = None
        """The newest file of the state: what is set there must not be computed from the state."""
        self._columns: Callable[[], int] = lambda: 0
        hub.subscribe(self._tell_if_left)

    async def begin(
        self,
        step: Step,
        path: Path,
        text: str,
        given: str,
        *,
        columns: Callable[[], int] = lambda: 0,
        run_at_once: bool = False,
    ) -> None:
        """Watch the file, which is made with `text` and the `given` code if it is not there.

        Nothing is watched if the step is not the one of now, or is left meanwhile. `text` is the
        code of the step as it stands here, `columns` tells those that the output of a run is shown
        in. What the file holds is run if it is new, or with `run_at_once`. Raises CannotWatch if
        the file cannot be used.
        """
        if self._hub.state.step is not step:
            return
        try:
            path = Path(os.path.abspath(path))
        except FileNotFoundError:
            raise CannotWatch(NO_FOLDER) from None
        # from now on nothing can be typed here, which the file would replace
        self._put(Watched(path))
        base = base_of(self._hub.data, step.lesson, step.id, path)
        try:
            begin = partial(begin_file, path, text, scaffold_of(step), given, base)
            begun = await asyncio.to_thread(begin)
            await asyncio.to_thread(keep_base_of, base, begun)
        except CannotWatch:
            if not self._is_watched(step):
                return
            self._put(None)
            raise
        if not self._is_watched(step):
            return
        self._columns = columns
        self._hub.notify(BEGUN.format(path=guard(str(path))))
        is_new = begun != text
        if is_new:
            self._hub.drafts.put_in(step, begun, "watched")
        self._hub.background.restart(self._follow(step, path, begun, base), _LOOKS)
        if (is_new or run_at_once) and begun.strip() != scaffold_of(step).strip():
            self._run_if_python(begun, text)

    def end(self) -> None:
        """Give the code back to the editor here; the file stays, and so does what runs."""
        watched = self._hub.state.watched
        self._hub.background.cancel(_LOOKS)
        self._hub.background.cancel(_RUNS)
        if watched is not None:
            self._put(None)
            self._hub.notify(ENDED.format(name=guard(watched.path.name)))

    def _tell_if_left(self, old: State, new: State) -> None:
        if old.watched is not None and new.watched is None and new.step is not old.step:
            self._hub.notify(LEFT.format(name=guard(old.watched.path.name)))

    async def _follow(self, step: Step, path: Path, text: str, base: Path) -> None:
        looks = FileLooks(path, text)
        while self._is_watched(step):
            await asyncio.sleep(looks.pause_s)
            settled = await asyncio.to_thread(looks.look)
            if settled is None or not self._is_watched(step):
                continue
            if settled.text is None:
                self._tell(settled.problem)
                continue
            self._hub.drafts.put_in(step, settled.text, "watched")
            self._run_if_python(settled.text, text)
            text = settled.text
            await asyncio.to_thread(keep_base_of, base, text)

    def _put(self, watched: Watched | None) -> None:
        self._watched = watched
        self._hub.set(watched=watched)

    def _tell(self, problem: str) -> None:
        if self._hub.state.watched is not None and self._watched is not None:
            self._put(replace(self._watched, problem=problem))
            self._hub.notify(guard(problem))

    def _run_if_python(self, text: str, before: str) -> None:
        problem, step = not_python(text), self._hub.state.step
        if problem:
            self._hub.background.cancel(_RUNS)
            self._tell(problem)
        elif step is not None:
            self._hub.background.restart(self._run(step, text, changed_words(before, text)), _RUNS)

    async def _run(self, step: Step, text: str, changed: str) -> None:
        if self._hub.state.activity is not None:
            self._hub.runs.stop()
            await self._hub.runs.until_idle()
        watched = self._watched
        if watched is None or not self._is_watched(step):
            return
        newest = replace(watched, runs=watched.runs + 1, changed=changed, problem="")
        self._put(newest)
        if not self._hub.runs.run(text, columns=self._columns()):
            return
        await self._hub.runs.until_idle()
        if self._is_watched(step) and is_quick(self._hub.state.ending):
            self._hub.runs.check(text)

    def _is_watched(self, step: Step) -> bool:
        state = self._hub.state
        return state.step is step and state.watched is not None


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
