"""The problems that the linter finds in a step, each at a key of its file."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.course.families import placed_misconceptions
from tutor.course.model import Step
from tutor.course.problems import Problem
from tutor.course.tables import problem_at
from tutor.toml_text import KeyPath


class StepFindings:
    """Collects the rules' findings in one loaded step."""

    def __init__(self, step: Step, keys: Mapping[str, str] | None = None) -> None:
        """`keys` maps keys to other names, for a step whose file names them differently."""
        self._step = step
        self._keys = keys or {}
        self.problems: list[Problem] = []

    def error(self, path: KeyPath, message: str) -> None:
        """Add a problem with which the step must not ship."""
        self.problems.append(problem_at(self._step.file, self._in_file(path), message))

    def warning(self, path: KeyPath, message: str) -> None:
        """Add a problem that the author may ignore, knowing better."""
        self.problems.append(problem_at(self._step.file, self._in_file(path), message, "warning"))

    def _in_file(self, path: KeyPath) -> KeyPath:
        """Return the path of the key in the file, where some wrong ideas come from families."""
        match path:
            case ("misconception", int(index), *rest) if self._step.families:
                path = (*placed_misconceptions(self._step)[index].path, *rest)
        return tuple(self._keys.get(key, key) if isinstance(key, str) else key for key in path)
