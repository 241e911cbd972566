"""The problems that the linter finds in a step, each at a key of its file."""

from __future__ import annotations

from tutor.course.model import Step
from tutor.course.problems import Problem
from tutor.course.tables import problem_at
from tutor.toml_text import KeyPath


class StepFindings:
    """Collector of what the rules find in one step that was loaded."""

    def __init__(self, step: Step) -> None:
        self._file = step.file
        self.problems: list[Problem] = []

    def error(self, path: KeyPath, message: str) -> None:
        """Add a problem with which the step must not ship."""
        self.problems.append(problem_at(self._file, path, message))

    def warning(self, path: KeyPath, message: str) -> None:
        """Add a problem that the author may leave, knowing better."""
        self.problems.append(problem_at(self._file, path, message, "warning"))
