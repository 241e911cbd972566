"""The digest of an answer: of everything that determines its verdict.

Answers with equal digests get equal verdicts, so only one of them is judged. A change of the step,
the program or the tutor changes the digest.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec import structs

from tutor.authoring.batch.answer_lines import SubmittedAnswer
from tutor.authoring.surroundings import surroundings
from tutor.config import Caps
from tutor.course.given_variations import other_exercises
from tutor.course.model import Course, Step

_NOT_JUDGED_BY = {
    **dict.fromkeys(("title", "after", "section", "was", "lesson"), ""),
    **dict.fromkeys(("hints", "figures", "concepts", "exemptions"), ()),
    "file": Path(),
}
"""Fields of a step that affect no verdict, with neutral values."""


class AnswerDigests:
    """The digests of answers to the steps of a course, judged with one version of torch."""

    def __init__(self, course: Course, torch_version: str, caps: Caps | None = None) -> None:
        """Hash what all verdicts depend on; `caps` are the limits of the config."""
        self._course = course
        self._torch_version = torch_version
        self._caps = caps or Caps()
        self._steps: dict[str, bytes] = {}

    def of(self, answer: SubmittedAnswer) -> str | None:
        """Return the digest; None if the course does not have the answer's step."""
        step = self._course.find(answer.step)
        if step is None:
            return None
        if step.id not in self._steps:
            self._steps[step.id] = self._digest_of(step)
        digest = hashlib.sha256(self._steps[step.id])
        digest.update(answer.code.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def _digest_of(self, step: Step) -> bytes:
        told = {key: each for key, each in _NOT_JUDGED_BY.items() if key in step.__struct_fields__}
        judged_by = (
            self._torch_version,
            structs.replace(self._caps, run_seconds=None),  # a Run is not judged
            structs.replace(step, **told),
            step.misconceptions,
            # another exercise begins where a program contains the givens of another step
            other_exercises(self._course, step),
        )
        content = msgspec.json.encode(judged_by, enc_hook=str)
        return hashlib.sha256(surroundings() + step.id.encode() + b"\0" + content).digest()
