"""A tmux server of the test's own, with one program in its only window.

Keys sent by `press` go straight to the program. Keys as a person types them go through the terminal
that `attach` returns, where tmux reads them first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.support.terminal import Terminal, marked_processes
from tests.support.wait import DEADLINE, wait_until
from tutor.client.processes import MARK

INSTALLED = shutil.which("tmux") is not None


class Tmux:
    """A tmux server with one program; as a context manager it is killed at the end, with both."""

    def __init__(
        self,
        command: Iterable[str],
        home: Path,
        *,
        columns: int = 80,
        rows: int = 24,
        terminal: str = "screen",
        escape_time: int = 10,
    ) -> None:
        """Start the server and the program.

        `terminal` is the TERM of programs in it. After an Esc, tmux waits `escape_time` ms for the
        rest of a key's code.
        """
        self._home = home
        self._folder = tempfile.mkdtemp(prefix="nnt")  # the path of a socket must be short
        self._name = uuid.uuid4().hex[:8]
        self.mark = f"{MARK}_TEST={uuid.uuid4().hex}"
        options = {
            "default-terminal": terminal,
            "escape-time": str(escape_time),
            "status": "off",
        }
        settings = [
            word for name, value in options.items() for word in ("set", "-g", name, value, ";")
        ]
        session = ["new-session", "-d", "-x", str(columns), "-y", str(rows), *command]
        self.ask("-f", "/dev/null", "start-server", ";", *settings, *session)

    def __enter__(self) -> Tmux:
        return self

    def __exit__(self, *_: object) -> None:
        if marked_processes(self.mark):
            self.kill_server()
        shutil.rmtree(self._folder)

    def ask(self, *words: str) -> str:
        """Run a tmux command and return its output."""
        return subprocess.run(
            ["tmux", "-L", self._name, *words],
            env=self._environment(),
            cwd=self._home,
            check=True,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
        ).stdout

    def press(self, *keys: str) -> None:
        """Send keys to the program, by tmux's names."""
        self.ask("send-keys", *keys)

    def write(self, text: str) -> None:
        """Send text to the program as if typed."""
        self.ask("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Change the size of the window."""
        self.ask("resize-window", "-x", str(columns), "-y", str(rows))

    def kill_server(self) -> None:
        """End the server, which closes the program's terminal."""
        self.ask("kill-server")

    def attach(self, columns: int = 80, rows: int = 24) -> Terminal:
        """Return a new terminal that is attached to the window, as a person uses it."""
        command = ["tmux", "-L", self._name, "attach"]
        environment = {"TMUX_TMPDIR": self._folder}
        return Terminal(command, self._home, columns=columns, rows=rows, environment=environment)

    def detach(self) -> None:
        """Detach all terminals from the server."""
        self.ask("detach-client", "-a")
        for client in self.ask("list-clients", "-F", "#{client_name}").split():
            self.ask("detach-client", "-t", client)

    @property
    def text(self) -> str:
        """The lines in the window, without spaces at their ends."""
        return "\n".join(line.rstrip() for line in self.ask("capture-pane", "-p").splitlines())

    @property
    def colours(self) -> set[str]:
        """The colours in the window: `38;5;n` of a palette of 256, or `38;2;r;g;b`.

        With 48 in place of 38 it is the colour of a background.
        """
        return set(re.findall(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)", self.ask("capture-pane", "-ep")))

    @property
    def features(self) -> str:
        """What the attached terminals can do."""
        return self.ask("list-clients", "-F", "#{client_termfeatures}")

    def wait_for(self, *texts: str, deadline: float = DEADLINE) -> None:
        """Wait until all of these texts are in the window; a failure shows the window."""
        self.wait_until(lambda: all(text in self.text for text in texts), f"{texts}", deadline)

    def wait_until(
        self, condition: Callable[[], object], what: str, deadline: float = DEADLINE
    ) -> None:
        """Wait for a condition; a failure shows the window."""
        try:
            wait_until(condition, what, deadline)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the window ---\n{self.text}") from None

    def wait_for_end(self, deadline: float = DEADLINE) -> None:
        """Wait until the server, the program and all that it started are gone."""
        wait_until(lambda: not marked_processes(self.mark), "no process left", deadline)

    def _environment(self) -> dict[str, str]:
        name, _, value = self.mark.partition("=")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self._home),
            "XDG_DATA_HOME": str(self._home / "share"),
            "XDG_CONFIG_HOME": str(self._home / "config"),
            "TMPDIR": str(self._home),
            "TMUX_TMPDIR": self._folder,
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
            "TEXTUAL_ANIMATIONS": "none",
            name: value,
        }
