"""The trials of mutants, kept in files: a step is tried again only if it, or the tutor, is another.

A file counts for the very step, with the code and the libraries that made it. One that is broken,
missing or cannot be written is no error: the mutants are then tried again.
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
"""Bytes of all files together; beyond that, and beyond `MAX_FILES`, the oldest are removed."""
_MAX_FILE_BYTES = 4 * 1024 * 1024
_DECODER = msgspec.json.Decoder(tuple[Trial, ...])

_CODE = (*JUDGING, "authoring/mutation")
"""The parts of the tutor that decide what comes of a mutant."""


class KeptTrials:
    """The kept trials in a folder; None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def read(self, step: CodeStep, mutants: tuple[Mutant, ...]) -> tuple[Trial, ...] | None:
        """Return what came of these mutants of the step, None if nothing is kept that counts."""
        if self._folder is None:
            return None
        try:
            trials = _DECODER.decode(read_bytes(self._folder / _key_of(step), _MAX_FILE_BYTES))
        except (OSError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        same = [trial.change for trial in trials] == [mutant.change for mutant in mutants]
        return trials if same else None

    def write(self, step: CodeStep, trials: tuple[Trial, ...]) -> None:
        """Keep what came of all mutants of the step, if that can be done."""
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            replace_file(self._folder / _key_of(step), msgspec.json.encode(trials))
            remove_oldest(self._folder, MAX_FILES, MAX_BYTES)
        except OSError:
            pass  # a full disk, or a folder that cannot be written: they are tried the next time


def _key_of(step: CodeStep) -> str:
    """Return a digest of all that the trials of a step depend on; what it exempts is left out."""
    told = structs.replace(
        step,
        **dict.fromkeys(("title", "after", "section", "was", "lesson"), ""),
        **dict.fromkeys(("hints", "figures", "concepts", "exemptions"), ()),
        file=Path(),
        points=1.0,
    )
    content = msgspec.json.encode((told, step.misconceptions), enc_hook=str)
    return hashlib.sha256(content + surroundings(_CODE)).hexdigest()
