"""Problems of one step that was loaded, each at a key of its file. For the rules of the linter."""

from __future__ import annotations

from tutor.course.model import Step
from tutor.course.problems import Problem
from tutor.course.tables import problem_at
from tutor.toml_text import KeyPath


class StepFindings:
    """Collects what the rules find in one step."""

    def __init__(self, step: Step) -> None:
        self._file = step.file
        self.problems: list[Problem] = []

    def error(self, path: KeyPath, message: str) -> None:
        """The step must not ship like this."""
        self.problems.append(problem_at(self._file, path, message))

    def warning(self, path: KeyPath, message: str) -> None:
        """The author may know better."""
        self.problems.append(problem_at(self._file, path, message, "warning"))
