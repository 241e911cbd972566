"""The learners of a class, each with all their hand-ins merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from tutor.classroom.collecting import HandInReader, Located, Problems, Received, locate
from tutor.classroom.hand_in_file import HandedEntry, HandedProgram
from tutor.course.model import Course
from tutor.progress.entries import AnswerJudged
from tutor.text import one_line

_MAX_NAME = 80
"""Maximum characters shown of a typed name."""

Line = TypeVar("Line", bound=HandedEntry | HandedProgram)
File = TypeVar("File", Received, Located)


class HandedAnswer(Struct, frozen=True):
    """A learner's program, with its verdict in the journal."""

    step: str
    digest: str
    code: str
    at: datetime | None = None
    """Time of the last verdict, by the learner's clock; None if it was never judged."""
    accepted: bool = False
    """True if the learner's journal says that it was accepted."""


class Learner(Struct, frozen=True):
    """A learner with at least one hand-in."""

    label: str
    """Identity: the account that owns the files, or the name of their folder or file."""
    name: str
    """Name that was typed last, for display only: it cannot be trusted."""
    entries: tuple[HandedEntry, ...]
    """Journal entries, by time."""
    answers: tuple[HandedAnswer, ...]
    """All programs, the last judged at the end."""
    course_digests: frozenset[str] = frozenset()
    """Hashes of the courses with which the files were made."""

    def answer_id(self, answer: HandedAnswer) -> str:
        """Return the id of an answer in lines to grade, and in the verdicts on them."""
        return f"{self.label}/{answer.step}/{answer.digest[:16]}"


def learners_of(received: Iterable[Received], course: Course | None = None) -> tuple[Learner, ...]:
    """Merge the hand-ins of each learner; sort learners by label.

    Former ids of steps are replaced by the current ones of the course, if given.
    """
    renamed = _renamed_in(course)
    return tuple(_put_together(label, files, renamed) for label, files in _by_learner(received))


def learners_in(
    paths: Iterable[Path],
    problems: Problems,
    course: Course | None = None,
    *,
    with_code: bool = True,
    choose: Callable[[list[Received]], Sequence[Received]] = list,
) -> Iterator[Learner]:
    """Yield the learners by label, each read in turn so that only one is in memory.

    Unreadable files are added to `problems`; `choose` selects the hand-ins of a learner that count.
    Without the code, answers are known by their digests.
    """
    renamed = _renamed_in(course)
    with HandInReader(problems, with_code=with_code) as reader:
        for label, files in _by_learner(locate(paths, problems)):
            read = [reader.read(each) for each in files]
            received = choose([each for each in read if each is not None])
            if received:
                yield _put_together(label, received, renamed)


def _renamed_in(course: Course | None) -> dict[str, str]:
    """Return the current ids of the course's steps, by their former ones."""
    return {each.was: each.id for each in course.steps() if each.was} if course else {}


def _by_learner(files: Iterable[File]) -> list[tuple[str, list[File]]]:
    """Return the label of each learner with all files, sorted by label."""
    found: dict[tuple[str, str], list[File]] = defaultdict(list)
    for each in files:
        found[each.owner, "" if each.owner else each.named].append(each)
    labels = _labels(found)
    return sorted((labels[key], of_one) for key, of_one in found.items())


def _labels(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return a label for each learner; tell apart an account and a folder of the same name."""
    labels: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for key in sorted(keys, key=lambda each: (each[0] == "", each)):
        plain = key[0] or key[1]
        names = (plain if number == 1 else f"{plain} ({number})" for number in count(1))
        labels[key] = next(name for name in names if name not in taken)
        taken.add(labels[key])
    return labels


def _put_together(label: str, files: Sequence[Received], renamed: Mapping[str, str]) -> Learner:
    heads = sorted((each.hand_in.head for each in files), key=lambda head: _sort_time(head.at))
    programs = [program for each in files for program in each.hand_in.programs]
    names = [head.name for head in heads if head.name.strip()]
    entries = [_renamed(entry, renamed) for entry in _entries(files)]
    entries.sort(key=lambda entry: (entry.at, entry.n))
    return Learner(
        label=label,
        name=one_line(names[-1][: 4 * _MAX_NAME])[:_MAX_NAME] if names else "",
        entries=tuple(entries),
        answers=judged_answers([_renamed(each, renamed) for each in programs], entries),
        course_digests=frozenset(head.course_digest for head in heads if head.course_digest),
    )


def _entries(files: Sequence[Received]) -> Iterable[HandedEntry]:
    """Return the files' entries, without duplicates from repeated hand-ins."""
    if len(files) == 1:
        return files[0].hand_in.entries
    lines = (entry for each in files for entry in each.hand_in.entries)
    return {msgspec.json.encode(entry): entry for entry in lines}.values()


def _renamed(line: Line, renamed: Mapping[str, str]) -> Line:
    step = renamed.get(line.step, line.step)
    return line if step == line.step else msgspec.structs.replace(line, step=step)


def judged_answers(
    programs: Iterable[HandedProgram | HandedAnswer], entries: Iterable[HandedEntry]
) -> tuple[HandedAnswer, ...]:
    """Return each program once with its last verdict, in the order of the verdicts' times."""
    judged = [entry for entry in entries if isinstance(entry, AnswerJudged)]
    last = {(entry.step, entry.digest): entry for entry in judged}
    found: dict[tuple[str, str], HandedAnswer] = {}
    for each in programs:
        entries_of = [last.get((each.step, digest)) for digest in (each.digest, each.digest[:16])]
        entry = max((e for e in entries_of if e is not None), key=lambda e: e.at, default=None)
        at = entry.at if entry is not None else None
        accepted = entry is not None and entry.verdict.startswith("accept")
        found[each.step, each.digest] = HandedAnswer(
            each.step, each.digest, each.code, at, accepted
        )
    return tuple(sorted(found.values(), key=lambda each: (_sort_time(each.at), each.digest)))


def _sort_time(at: datetime | None) -> datetime:
    return at if at is not None else datetime.min.replace(tzinfo=UTC)
