"""Lend the terminal to another program or to the shell, and always take it back.

All lending goes through `Lender`. A program that is started in another way would share the terminal
with the app, and could leave its modes changed.
"""

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
    """Lends the terminal of one app: to programs that it starts, and to the shell while stopped."""

    def __init__(self, app: CellDiff) -> None:
        self._app = app
        self._shell_had_terminal = False
        """True if the app was stopped since the terminal was lent, so a shell has used it."""

    @contextmanager
    def lend_terminal(self) -> Iterator[None]:
        """Lend the terminal to another program for the body of the `with` statement.

        Nothing is drawn meanwhile; afterwards the whole screen is sent again. Raises the body's
        exceptions, and SuspendNotSupported if there is no terminal to lend.
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
                if not app.is_running:  # the app is ending and must not take the terminal back
                    raise
                # held back: `suspend` takes the terminal back only if its body does not raise
                error = caught
            finally:
                app.is_lent = False
                state.restore(take_foreground=not self._shell_had_terminal)
        app.action_redraw()
        if error is not None:
            raise error

    def handle_job_control(self) -> None:
        """Replace Textual's handlers of SIGTSTP and SIGCONT by the event loop's.

        Textual's run wherever the signal interrupts Python. If that is within a write to the
        terminal, they wait for ever for that write to end. Needs a running loop.
        """
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTSTP, self._handle_stop)
        loop.add_signal_handler(signal.SIGCONT, self._handle_continue)

    def _handle_stop(self) -> None:
        if self._app.is_lent:
            # the program that has the terminal was stopped as well, and restores its own modes
            self._shell_had_terminal = True
            stop_until_continued()
            return
        with self.lend_terminal():
            self._shell_had_terminal = True
            stop_until_continued()

    def _handle_continue(self) -> None:
        """Take the terminal back after SIGSTOP, which cannot be handled when it arrives."""
        if self._app.is_lent:
            self._shell_had_terminal = True
        elif self._app.is_running:
            with self.lend_terminal():
                self._shell_had_terminal = True
