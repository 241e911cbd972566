"""Lend the terminal to the learner's own editor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from tutor.session.outside_editing import CannotLend, Edited, edit_outside
from tutor.ui.editor.area import MAX_TEXT

if TYPE_CHECKING:
    from tutor.ui.terminal.cell_diff import CellDiff


async def edit_in_own_editor(
    app: CellDiff, data: Path, step: str, given: str, source: str, row: int
) -> Edited:
    """Have the buffer edited and return the outcome; editors begin at `row`, from 0."""

    @contextmanager
    def lend() -> Iterator[None]:
        try:
            with app.lender.lend_terminal():
                yield
        except SuspendNotSupported:
            raise CannotLend from None

    return await edit_outside(lend, data, step, given, source, row, most=MAX_TEXT)
