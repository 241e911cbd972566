"""Lends the terminal to another program or to the shell, and takes it back whatever happens
there."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tutor.ui.terminal.terminal_state import TerminalState, stop_until_continued

if TYPE_CHECKING:
    from tutor.ui.terminal.cell_diff import CellDiff


class Lender:
    """The one place where the terminal of an app goes out of hand."""

    def __init__(self, app: CellDiff) -> None:
        self._app = app
        self._shell_had_terminal = False
        """Whether the app was stopped since the terminal was lent: then a shell has it."""

    @contextmanager
    def lend_terminal(self) -> Iterator[None]:
        """Another program has the terminal; what changes meanwhile is drawn afterwards.

        Raises what the body raises, and SuspendNotSupported where there is no terminal to lend.
        """
        app = self._app
        error = None
        with app.suspend():
            state = TerminalState.capture()
            self._shell_had_terminal = False
            app.is_lent = True
            try:
                yield
            except BaseException as caught:
                if not app.is_running:  # the app ends: there is nothing to come back to
                    raise
                error = caught  # `suspend` takes the terminal back only where it sees no error
            finally:
                app.is_lent = False
                state.restore(take_foreground=not self._shell_had_terminal)
        app.action_redraw()
        if error is not None:
            raise error

    def handle_job_control(self) -> None:
        """From now on stopping and continuing are dealt with between two events: Textual's own
        handlers may come in the middle of one that writes, and wait for it for ever."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTSTP, self._handle_stop)
        loop.add_signal_handler(signal.SIGCONT, self._handle_continue)

    def _handle_stop(self) -> None:
        if self._app.is_lent:  # the program that has the terminal is stopped, too, and cares for it
            self._shell_had_terminal = True
            stop_until_continued()
            return
        with self.lend_terminal():
            self._shell_had_terminal = True
            stop_until_continued()

    def _handle_continue(self) -> None:
        """After a stop that could not be seen coming: the shell has had the terminal meanwhile."""
        if self._app.is_lent:
            self._shell_had_terminal = True
        elif self._app.is_running:
            with self.lend_terminal():
                self._shell_had_terminal = True
