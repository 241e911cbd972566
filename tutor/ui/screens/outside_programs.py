"""What other programs do with a step: the learner's editor, pager and viewer, and files on disk.

Part of the lesson screen. What becomes of it is told in the status line. The editor's text is
handed over before any of them may have the terminal: they can stay for long, or never come back.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from tutor.course.model import Step
from tutor.paths import Places
from tutor.session.autosave import Autosaver
from tutor.session.runs import RunController
from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.screens.step_context import StepContext

if TYPE_CHECKING:
    from tutor.client.interface import Client
    from tutor.session.file_watch import FileWatch

NOTHING_PRINTED = "There is no output to open: nothing was printed."


class OutsidePrograms:
    """The ways from a step to other programs, and from a program of one's own to its file."""

    def __init__(
        self,
        context: StepContext,
        *,
        drafts: Autosaver,
        runs: RunController,
        timeline: Timeline,
        client: Callable[[], Client | None],
        file_watch: Callable[[], FileWatch],
        places: Places,
        marks: Marks,
    ) -> None:
        """Prepare the ways; `client` and `file_watch` return these once they are needed."""
        self._context = context
        self._workspace = context.workspace
        self._drafts = drafts
        self._runs = runs
        self._timeline = timeline
        self._client = client
        self._file_watch = file_watch
        self._places = places
        self._marks = marks

    def _begin(self, work: Coroutine[Any, Any, None], group: str) -> None:
        """Do the work in the background, in place of what is left of that group."""
        self._context.screen.run_worker(work, group=group, exclusive=True)

    # The file of a program of one's own

    def write(self) -> None:
        """Write the buffer to its file; ask first if another program has changed that."""
        self._context.screen.run_worker(self._write(over=False), group="write")

    async def _write(self, *, over: bool) -> None:
        file = self._drafts.own_file
        if file is None:
            return
        self._context.flush()
        outcome = await file.write(self._workspace.code.source, over=over)
        if outcome == "changed" and self._context.screen.is_active:  # the key may be pressed twice
            from tutor.ui.screens.write_over import WriteOverScreen

            step = self._context.step
            assert step is not None
            dialog = WriteOverScreen(step.title, self._marks.fill)
            await self._context.screen.app.push_screen(dialog, self._accept_write_over)

    def _accept_write_over(self, choice: str | None) -> None:
        file = self._drafts.own_file
        if choice == "over":
            self._context.screen.run_worker(self._write(over=True), group="write")
        elif choice == "read" and file is not None:
            self._context.flush()
            file.put_back()

    # A file in place of the editor

    def watch(self) -> None:
        """Have a file stand in for the editor, so that what is saved there is run; or no longer."""
        step, workspace = self._context.step, self._workspace
        if step is None:
            return
        watch = self._file_watch()
        if self._context.state().watched is not None:
            watch.end()
            return
        from tutor.ui.screens.file_watching import begin_watching

        self._context.flush()
        work = begin_watching(
            self._context.screen.app,
            watch,
            step,
            lambda: workspace.code.source,
            columns=lambda: workspace.output_columns,
            tell=self._context.tell,
        )
        self._begin(work, "watch")

    # Programs that have the terminal for a while

    def edit(self) -> None:
        """Open the buffer in the learner's own editor."""
        step = self._context.step
        if self._context.state().watched is not None:
            from tutor.session.solution_help import EDITED_ELSEWHERE

            self._context.tell(EDITED_ELSEWHERE)
        elif step is not None:
            self._begin(self._edit(step), "edit")

    async def _edit(self, step: Step) -> None:
        from tutor.first_screen.given_code import all_givens
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.external_editor import edit_in_own_editor
        from tutor.ui.terminal.cell_diff import CellDiff

        app, code = self._context.screen.app, self._workspace.code
        if not isinstance(app, CellDiff):
            return
        self._context.flush()
        await self._drafts.save_and_wait()
        if self._context.step is not step:
            return  # the editor holds the code of another step by now
        row, _ = code.cursor
        given, source = all_givens(step), code.source
        edited = await edit_in_own_editor(app, self._places.data, step.id, given, source, row)
        if edited.text is not None and self._context.step is step:
            code.replace_source(edited.text)
            self._workspace.goto("code")
        undone = " {key:undo} takes it back." if edited.text is not None else ""
        self._context.tell(guard(edited.note) + undone)

    def open_output(self) -> None:
        """Open the output of the newest run in the learner's pager, and say where the file is."""
        self._begin(self._open_output(), "edit")

    async def _open_output(self) -> None:
        printed = await self._runs.printed()
        if printed is None:
            self._context.tell(NOTHING_PRINTED)
            return
        from tutor.session.words.key_names import guard
        from tutor.ui.screens.pager import read_outside
        from tutor.ui.terminal.cell_diff import CellDiff

        app = self._context.screen.app
        if isinstance(app, CellDiff):
            self._context.flush()
            await self._drafts.save_and_wait()
            self._context.tell(guard(await read_outside(app, printed)))

    # Pictures

    def open_picture(self) -> None:
        """Say where the picture of a figure or plot is and open it, one at a time."""
        from tutor.ui.screens.pictures_shown import plot_shown, show_figure, show_plot

        workspace, step, tell = self._workspace, self._context.step, self._context.tell
        if step is None:
            return
        has_figures = bool(self._timeline.current.figures)
        plot = plot_shown(workspace, step, has_figures=has_figures)
        if plot is None:
            show_figure(workspace, self._places.images, tell)
            return
        from tutor.session.plot_pictures import PlotPictures

        pictures = PlotPictures(self._timeline, self._client, self._places.data)
        name = f"{step.id}-{plot.figure_number}"
        self._begin(show_plot(pictures, plot.figure_number, name, tell), "picture")
