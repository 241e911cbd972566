"""The content of a hand-in from the data folder: journal lines and checked programs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from msgspec import Struct

from tutor import __version__
from tutor.classroom.hand_in_file import HandedEntry, HandedProgram, HandInHead, hand_in_bytes
from tutor.course.kinds import kind_of
from tutor.course.model import Course, Step
from tutor.files import read_bytes
from tutor.grading.wording import counted
from tutor.progress.entries import Entry, digest_of
from tutor.progress.fold import fold, read_entries
from tutor.progress.kept_attempts import KeptAttempts
from tutor.progress.lesson_script import accepted_programs

_MAX_STEP_FILE = 4 * 1024 * 1024


class HandInContent(Struct, frozen=True):
    """The content of a hand-in, before it is a file."""

    head: HandInHead
    entries: tuple[HandedEntry, ...]
    programs: tuple[HandedProgram, ...]
    summary: tuple[str, ...]
    """Summary of the content for the learner, as lines."""

    def to_bytes(self) -> bytes:
        return hand_in_bytes(self.head, self.entries, self.programs)


def content_to_hand_in(
    course: Course, data: Path, wanted: Collection[str], *, now: datetime
) -> HandInContent:
    """Collect the work on the `wanted` steps, or on the whole course if there are none."""
    steps = [each for each in course.steps() if not wanted or each.id in wanted]
    ids = {name: each.id for each in steps for name in (each.id, each.was) if name}
    entries = [
        each for each in read_entries(data)[0] if isinstance(each, HandedEntry) and each.step in ids
    ]
    programs = _programs(course, data, steps)
    head = HandInHead(
        nntutor=__version__,
        torch=torch_version(),
        course=course.title,
        course_digest=course_digest(course),
        at=now,
    )
    return HandInContent(
        head, tuple(entries), tuple(programs), tuple(_summary(steps, entries, programs, ids))
    )


def course_digest(course: Course) -> str:
    """Return a short hash of the files of all steps, which identifies the course's version."""
    digest = hashlib.sha256()
    for step in course.steps():
        with suppress(OSError):
            digest.update(f"{step.id}\0".encode() + read_bytes(step.file, _MAX_STEP_FILE))
    return digest.hexdigest()[:16]


def _programs(course: Course, data: Path, steps: list[Step]) -> list[HandedProgram]:
    """Return all stored programs, including accepted ones of older versions."""
    kept = KeptAttempts(data)
    accepted = accepted_programs(course, data)
    programs: list[HandedProgram] = []
    for step in steps:
        if not kind_of(step).has_judged_program:
            continue
        found = {key: text for name in (step.was, step.id) for key, text in _kept(kept, name)}
        if program := accepted.get(step.id):
            found[digest_of(program)] = program
        programs += [HandedProgram(step.id, digest, text) for digest, text in found.items()]
    return programs


def _kept(kept: KeptAttempts, step: str) -> list[tuple[str, str]]:
    return list(kept.programs(step).items())


def _summary(
    steps: list[Step],
    entries: list[HandedEntry],
    programs: list[HandedProgram],
    ids: Mapping[str, str],
) -> list[str]:
    """Return a line for each step with handed-in work."""
    progress = fold(list[Entry](entries), ids)
    counts = {step.id: sum(each.step == step.id for each in programs) for step in steps}
    lines = []
    for step in steps:
        tries = progress.attempts.get(step.id, 0)
        if not tries and not counts[step.id] and step.id not in progress.done:
            continue
        state = "done" if step.id in progress.done else "not done"
        facts = [state, counted(tries, "attempt")] if tries else [state]
        if hints := progress.hints.get(step.id, 0):
            facts.append(counted(hints, "hint"))
        if count := counts[step.id]:
            facts.append(counted(count, "program"))
        lines.append(f"  {step.id:<24} {', '.join(facts)}")
    return lines


def torch_version() -> str:
    """Return the installed version of PyTorch without importing it; "" if there is none."""
    try:
        return version("torch")
    except PackageNotFoundError:
        return ""
