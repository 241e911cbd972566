"""The trials of mutants, kept in files: a step is tried again only if it, or the tutor, is another.

A file counts for the very step, with the code and the libraries that made it. One that is broken,
missing or cannot be written is no error: the mutants are then tried again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import msgspec
from msgspec import structs

from tutor.authoring.mutation.mutants import Mutant
from tutor.authoring.mutation.trial import Trial
from tutor.authoring.surroundings import JUDGING, surroundings
from tutor.course.model import CodeStep
from tutor.files import read_bytes, replace_file

MAX_FILES = 400
_MAX_BYTES = 4 * 1024 * 1024
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
            trials = _DECODER.decode(read_bytes(self._folder / _key_of(step), _MAX_BYTES))
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
            _remove_oldest(self._folder)
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


def _remove_oldest(folder: Path) -> None:
    with os.scandir(folder) as entries:
        found = [(entry.stat(follow_symlinks=False).st_mtime_ns, entry.path) for entry in entries]
    for _, path in sorted(found, reverse=True)[MAX_FILES:]:
        os.unlink(path)
