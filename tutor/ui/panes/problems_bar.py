"""A notice of broken lessons and settings: the first problem, and the number of others."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Static

from tutor.ui.marks import Marks

MORE = "{} more: {key:help} lists them."


class ProblemsBar(Static):
    """A line at the top with the first problem; hidden if there is none."""

    def __init__(self, *, marks: Marks) -> None:
        super().__init__("", id="problems-bar", markup=False)
        self.marks = marks
        self.display = False

    def show_problems(self, problems: Sequence[str]) -> None:
        """Show the first problem and the number of others, or hide the line."""
        self.display = bool(problems)
        if problems:
            parts = [f"{self.marks.warning} {problems[0]}"]
            parts += [self.marks.fill(MORE).format(len(problems) - 1)] if problems[1:] else []
            self.update(self.marks.dot.join(parts))
