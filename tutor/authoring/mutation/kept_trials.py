"""The cache of mutants' trials: a step is tried again only if it, or the tutor, has changed.

A file counts only for the same step, code and libraries. A file that is broken, missing or not
writable is no error: the mutants are then tried again.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
from msgspec import structs

from tutor.authoring.mutation.mutants import Mutant
from tutor.authoring.mutation.trial import Trial
from tutor.authoring.surroundings import JUDGING, surroundings
from tutor.course.model import CodeStep
from tutor.files import read_bytes, remove_oldest, replace_file

MAX_FILES = 400
MAX_BYTES = 40 * 1024 * 1024
"""Maximum bytes of all files; beyond that, and beyond `MAX_FILES`, the oldest are removed."""
_MAX_FILE_BYTES = 4 * 1024 * 1024
_DECODER = msgspec.json.Decoder(tuple[Trial, ...])

_CODE = (*JUDGING, "authoring/mutation")
"""Parts of the tutor that affect the result of a mutant."""


class KeptTrials:
    """The cached trials in a folder; without a folder nothing is cached."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, step: CodeStep, mutants: tuple[Mutant, ...]) -> tuple[Trial, ...] | None:
        """Return the cached trials of these mutants of the step; None if there are none."""
        if self._folder is None:
            return None
        try:
            trials = _DECODER.decode(read_bytes(self._folder / _key_of(step), _MAX_FILE_BYTES))
        except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        same = [trial.change for trial in trials] == [mutant.change for mutant in mutants]
        return trials if same else None

    def write(self, step: CodeStep, trials: tuple[Trial, ...]) -> None:
        """Cache the trials of all mutants of the step, if possible."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / _key_of(step), msgspec.json.encode(trials))
            remove_oldest(self._folder, MAX_FILES, MAX_BYTES)
        except OSError:
            pass  # a full disk, or a folder that cannot be written: they are tried the next time


def _key_of(step: CodeStep) -> str:
    """Return a digest of everything that affects a step's trials, which excludes exemptions."""
    told = structs.replace(
        step,
        **dict.fromkeys(("title", "after", "section", "was", "lesson"), ""),
        **dict.fromkeys(("hints", "figures", "concepts", "exemptions"), ()),
        file=Path(),
        points=1.0,
    )
    content = msgspec.json.encode((told, step.misconceptions), enc_hook=str)
    return hashlib.sha256(content + surroundings(_CODE)).hexdigest()
