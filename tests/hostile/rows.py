"""Hostile and accident-prone programs as data: the tables in `programs/`, one for each subject."""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct, structs

from tutor.wire.commands import Limits
from tutor.wire.events import Outcome

_FOLDER = Path(__file__).parent / "programs"


class Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One program, and what must hold of its run. Never is it accepted as an answer."""

    id: str
    source: str
    outcomes: tuple[Outcome, ...]
    """Endings that are right."""
    lines: tuple[int, ...] = ()
    """One of which is told as the place; empty if that is not known."""
    says: tuple[str, ...] = ()
    """Words that stand in the verdict."""
    prints: tuple[str, ...] = ()
    """What stands in its output."""
    seconds: float = 20.0
    memory_mb: int = 300
    output_mb: int = 1
    tasks: int = 16
    stop_at: str = ""
    """Once it has printed this, Stop is pressed."""
    shut_in: bool = False
    """Where nothing keeps it in, it would reach what is not the worker's."""
    elsewhere: bool = False
    """Also as an ordinary user, and with less protection."""
    watched: tuple[str, ...] = ()
    """Views that are on screen while it runs, as far as they ask for anything."""
    plots: bool = False
    """Whether it needs matplotlib."""
    app: str = ""
    """Words on the screen of the app, in which it is run too; empty if it is not."""

    @property
    def limits(self) -> Limits:
        """Of its run."""
        return Limits(self.seconds, self.memory_mb, self.output_mb, self.tasks)


class _Table(Struct, forbid_unknown_fields=True):
    program: tuple[Row, ...]
    before: str = ""
    """The beginning of each of its programs."""


def read_rows() -> dict[str, tuple[Row, ...]]:
    """All of them by subject, which is the name of the file."""
    return {file.stem: _read(file) for file in sorted(_FOLDER.glob("*.toml"))}


def _read(file: Path) -> tuple[Row, ...]:
    table = msgspec.toml.decode(file.read_bytes(), type=_Table)
    return tuple(structs.replace(row, source=table.before + row.source) for row in table.program)
