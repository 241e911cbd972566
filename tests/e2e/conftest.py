"""The whole app on a terminal of its own, its data in the test's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.terminal import Terminal, nntutor

Start = Callable[..., Terminal]

TO_START = "\x1b[1;5H"
"""Ctrl+Home: leads from the blank at which a step begins to the start of its code."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts `nntutor` with these arguments; what is started is killed when the test ends."""
    with ExitStack() as stack:

        def begin(
            *arguments: str,
            columns: int = 80,
            rows: int = 24,
            environment: dict[str, str] | None = None,
        ) -> Terminal:
            command = nntutor("--data-dir", str(tmp_path / "data"), *arguments)
            terminal = Terminal(
                command, tmp_path, columns=columns, rows=rows, environment=environment
            )
            return stack.enter_context(terminal)

        yield begin


def open_code(terminal: Terminal, text: str) -> None:
    """At 80 columns a step opens at its text; goes to the start of the code, which shows this."""
    terminal.wait_for("[1 Lesson]", "F6 Pane")
    terminal.press("f6")
    terminal.wait_for("[2 Code]", text)
    terminal.write(TO_START)


def write_draft(home: Path, step: str, text: str) -> Path:
    """Lets the step begin with this text in its editor."""
    draft = home / "data" / "drafts" / "architecture" / f"{step}.py"
    draft.parent.mkdir(parents=True, exist_ok=True)
    draft.write_text(text)
    return draft
