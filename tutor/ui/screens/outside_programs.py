"""Commands that use other programs: the learner's editor, pager and viewer, and files.

The status line shows the result. The session gets the editor's text before a program gets the
terminal, since the program may run for long, or never return.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tutor.course.model import Step
from tutor.first_screen.given_code import all_givens
from tutor.progress.watched_file import CannotWatch
from tutor.session.outside_editing import CannotLend, edit_outside
from tutor.session.solution_help import EDITED_ELSEWHERE
from tutor.session.words.key_names import guard
from tutor.ui.commands import command
from tutor.ui.editor.area import MAX_TEXT
from tutor.ui.screens import late
from tutor.ui.screens.choice_dialog import WriteOverScreen
from tutor.ui.screens.pager import read_outside
from tutor.ui.terminal.cell_diff import CellDiff

if TYPE_CHECKING:
    from tutor.ui.screens.lesson import LessonScreen

NOTHING_PRINTED = "There is no output to open: nothing was printed."


# The file of the learner's own program


@command("write")
def write(screen: LessonScreen) -> None:
    """Write the buffer to its file; ask first if another program has changed the file."""
    screen.run_worker(_write(screen, over=False), group="write")


async def _write(screen: LessonScreen, *, over: bool) -> None:
    file = screen.tutor.own_file
    if file is None:
        return
    screen.flush()
    outcome = await file.write(screen.panes.code.source, over=over)
    if outcome == "changed" and screen.is_active:  # the key may be pressed twice
        assert screen.session.step is not None
        dialog = WriteOverScreen(screen.session.step.title, screen.marks.fill)
        await screen.app.push_screen(dialog, partial(_accept_write_over, screen))


def _accept_write_over(screen: LessonScreen, choice: str | None) -> None:
    file = screen.tutor.own_file
    if choice == "over":
        screen.run_worker(_write(screen, over=True), group="write")
    elif choice == "read" and file is not None:
        screen.flush()
        file.put_back()


# A file that replaces the editor


@command("watch")
def watch(screen: LessonScreen) -> None:
    """Start or stop watching a file that replaces the editor and is run when saved."""
    if screen.session.watched is not None:
        screen.tutor.file_watch.end()
    elif screen.session.step is not None:
        screen.flush()
        work = _begin_watching(screen, screen.session.step)
        screen.run_worker(work, group="watch", exclusive=True)


async def _begin_watching(screen: LessonScreen, step: Step) -> None:
    """Watch a file named after the step, in the folder where the app was started."""
    path, panes = Path(f"{step.id}.py"), screen.panes
    text, given = panes.code.source, all_givens(step)
    watch = screen.tutor.file_watch
    try:
        await watch.begin(step, path, text, given, columns=lambda: panes.placement.output_columns)
    except CannotWatch as problem:
        screen.tutor.notify(guard(str(problem)))


# Programs that use the terminal for a while


@command("edit")
def edit(screen: LessonScreen) -> None:
    """Open the buffer in the learner's own editor."""
    if screen.session.watched is not None:
        screen.tutor.notify(EDITED_ELSEWHERE)
    elif screen.session.step is not None:
        work = _edit(screen, screen.session.step)
        screen.run_worker(work, group="edit", exclusive=True)


async def _edit(screen: LessonScreen, step: Step) -> None:
    app, code = screen.app, screen.panes.code
    if not isinstance(app, CellDiff):
        return
    lender = app.lender

    @contextmanager
    def lend() -> Iterator[None]:
        try:
            with lender.lend_terminal():
                yield
        except SuspendNotSupported:
            raise CannotLend from None

    screen.flush()
    await screen.tutor.drafts.save_and_wait()
    if screen.session.step is not step:
        return  # the editor holds another step's code by now
    row, _ = code.editor.cursor_location
    given, source, data = all_givens(step), code.source, screen.setup.places.data
    edited = await edit_outside(lend, data, step.id, given, source, row, most=MAX_TEXT)
    if edited.text is not None and screen.session.step is step:
        code.replace_source(edited.text)
        screen.panes.goto("code")
    undone = " {key:undo} takes it back." if edited.text is not None else ""
    screen.tutor.notify(guard(edited.note) + undone)


@command("printed")
def open_output(screen: LessonScreen) -> None:
    """Open the newest run's output in the learner's pager, and show its path."""
    screen.run_worker(_open_output(screen), group="edit", exclusive=True)


async def _open_output(screen: LessonScreen) -> None:
    printed = await screen.tutor.runs.printed()
    if printed is None:
        screen.tutor.notify(NOTHING_PRINTED)
        return
    app = screen.app
    if isinstance(app, CellDiff):
        screen.flush()
        await screen.tutor.drafts.save_and_wait()
        screen.tutor.notify(guard(await read_outside(app, printed)))


# Pictures


@command("picture")
def open_picture(screen: LessonScreen) -> None:
    """Open the picture of a figure or plot, one at a time, and show its path."""
    if screen.session.step is not None:
        late.show_picture(screen, screen.session.step)
