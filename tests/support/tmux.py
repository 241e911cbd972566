"""A tmux server of the test's own, with one program in its one window.

Keys sent by `press` go to the program; those that a person types at a terminal go through
`attach`, where tmux reads them first.
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
from tests.support.wait import wait_until
from tutor.client.processes import MARK

INSTALLED = shutil.which("tmux") is not None


class Tmux:
    """Use as a context manager: at the end the server is killed, with all that runs in it."""

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
        """`terminal` is the TERM of programs; tmux waits `escape_time` ms after an Esc."""
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
        """What tmux answers to a command."""
        return subprocess.run(
            ["tmux", "-L", self._name, *words],
            env=self._environment(),
            cwd=self._home,
            check=True,
            capture_output=True,
            text=True,
            timeout=20,
        ).stdout

    def press(self, *keys: str) -> None:
        """Gives the program keys by tmux's names."""
        self.ask("send-keys", *keys)

    def write(self, text: str) -> None:
        """Gives the program text as if typed."""
        self.ask("send-keys", "-l", text)

    def resize(self, columns: int, rows: int) -> None:
        """Changes the size of the window."""
        self.ask("resize-window", "-x", str(columns), "-y", str(rows))

    def kill_server(self) -> None:
        """Ends tmux and closes the program's terminal."""
        self.ask("kill-server")

    def attach(self, columns: int = 80, rows: int = 24) -> Terminal:
        """A terminal on which a person looks at the window and types."""
        command = ["tmux", "-L", self._name, "attach"]
        environment = {"TMUX_TMPDIR": self._folder}
        return Terminal(command, self._home, columns=columns, rows=rows, environment=environment)

    def detach(self) -> None:
        """Sends all terminals away."""
        self.ask("detach-client", "-a")
        for client in self.ask("list-clients", "-F", "#{client_name}").split():
            self.ask("detach-client", "-t", client)

    @property
    def text(self) -> str:
        """What stands in the window, line by line."""
        return "\n".join(line.rstrip() for line in self.ask("capture-pane", "-p").splitlines())

    @property
    def colours(self) -> set[str]:
        """The colours in the window, as `38;5;n` for one of 256 and `38;2;r;g;b` for any; 48 is
        what stands under the text."""
        return set(re.findall(r"[34]8;(?:5;\d+|2;\d+;\d+;\d+)", self.ask("capture-pane", "-ep")))

    def wait_for(self, *texts: str, deadline: float = 15.0) -> None:
        """Waits until all of these stand in the window; on failure says what stood there."""
        self.wait_until(lambda: all(text in self.text for text in texts), f"{texts}", deadline)

    def wait_until(
        self, condition: Callable[[], object], what: str, deadline: float = 15.0
    ) -> None:
        """Waits on a condition; on failure says what stood in the window."""
        try:
            wait_until(condition, what, deadline)
        except AssertionError as error:
            raise AssertionError(f"{error}\n--- the window ---\n{self.text}") from None

    def wait_for_end(self, deadline: float = 20.0) -> None:
        """The server, the program and all that it started are gone."""
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
