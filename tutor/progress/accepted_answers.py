"""The learner's accepted programs: one plain Python file a step, `accepted/<lesson>/<step>.py`.

For steps that begin with the answer to an earlier one, and for the script of a lesson. A draft does
not serve, since it keeps changing. The last accepted program counts, whichever app judged it.
"""

from __future__ import annotations

from pathlib import Path

from tutor.course.model import UsedAnswer
from tutor.progress.drafts import Drafts, SaveResult

FOLDER = "accepted"


class AcceptedAnswers:
    """The accepted programs in a data folder; its methods may be called in any thread."""

    def __init__(self, data: Path) -> None:
        self._files = Drafts(data, folder=FOLDER)

    def load(self, lesson: str, step: str, was: str = "") -> str:
        """Return the accepted program of a step, also one stored under the former id `was`.

        "" if there is none, or it cannot be read.
        """
        for name in (step, was):
            kept = self._files.load(lesson, name) if name else None
            if kept is not None and kept.text is not None and not kept.note:
                return kept.text
        return ""

    def own(self, used: UsedAnswer) -> str:
        """Return the accepted program of a step that a later one uses; "" if there is none."""
        return self.load(used.lesson, used.step, used.was)

    def save(self, lesson: str, step: str, program: str) -> SaveResult:
        """Store the program in place of the one accepted before, and wait for the disk."""
        self._files.load(lesson, step)  # a known program is replaced, not set aside
        return self._files.save(lesson, step, program)
