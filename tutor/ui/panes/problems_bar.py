"""A notice of broken lessons and settings: the first with its file and line, and how many more."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widgets import Static

from tutor.ui.signs import Signs

MORE = "  And {} more: {key:help} lists them."


class ProblemsBar(Static):
    """Hidden when all is well."""

    def __init__(self, *, signs: Signs) -> None:
        super().__init__("", id="problems-bar", markup=False)
        self.signs = signs
        self.display = False

    def show_problems(self, problems: Sequence[str]) -> None:
        """The rest of the course works meanwhile."""
        self.display = bool(problems)
        if problems:
            more = self.signs.fill(MORE).format(len(problems) - 1) if problems[1:] else ""
            self.update(f"{self.signs.warning} {problems[0]}{more}")
