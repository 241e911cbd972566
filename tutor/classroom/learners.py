"""The learners of a class: what each has handed in, once or several times, put together."""

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
"""Characters of a typed name that are shown."""

Line = TypeVar("Line", bound=HandedEntry | HandedProgram)
File = TypeVar("File", Received, Located)


class HandedAnswer(Struct, frozen=True):
    """A program of a learner, with what the journal says of it."""

    step: str
    digest: str
    code: str
    at: datetime | None = None
    """When it was last judged, by the learner's clock; None if it never was."""
    accepted: bool = False
    """Whether it was accepted then, as the learner's journal says."""


class Learner(Struct, frozen=True):
    """One of those who have handed something in."""

    label: str
    """Who it is: the account that owns the files, or the name that they came under."""
    name: str
    """The name that was typed last, to be shown and not to be believed."""
    entries: tuple[HandedEntry, ...]
    """What was done, by time."""
    answers: tuple[HandedAnswer, ...]
    """All programs, those judged later last."""
    course_digests: frozenset[str] = frozenset()
    """Hashes of the courses that the files were made with."""

    def answer_id(self, answer: HandedAnswer) -> str:
        """Return the name of an answer in lines to grade, and in the verdicts on them."""
        return f"{self.label}/{answer.step}/{answer.digest[:16]}"


def learners_of(received: Iterable[Received], course: Course | None = None) -> tuple[Learner, ...]:
    """Put together what belongs to the same learner; sort learners by their labels.

    Former ids of steps are replaced by those of the course, if it is given.
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
    """Yield those who have handed something in, by their labels, each read when it is their turn.

    So that no more than one is in memory. What cannot be read is added to `problems`; `choose`
    says which hand-ins of a learner count. Without the code, answers are known by their digests.
    """
    renamed = _renamed_in(course)
    with HandInReader(problems, with_code=with_code) as reader:
        for label, files in _by_learner(locate(paths, problems)):
            read = [reader.read(each) for each in files]
            received = choose([each for each in read if each is not None])
            if received:
                yield _put_together(label, received, renamed)


def _renamed_in(course: Course | None) -> dict[str, str]:
    """Return the present ids of the course's steps by their former ones."""
    return {each.was: each.id for each in course.steps() if each.was} if course else {}


def _by_learner(files: Iterable[File]) -> list[tuple[str, list[File]]]:
    """Return the label of each learner with all files, sorted by the labels."""
    found: dict[tuple[str, str], list[File]] = defaultdict(list)
    for each in files:
        found[each.owner, "" if each.owner else each.named].append(each)
    labels = _labels(found)
    return sorted((labels[key], of_one) for key, of_one in found.items())


def _labels(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return a label for each learner; an account and a folder of one name get different ones."""
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
    """Return what the files hold, once where it was handed in several times."""
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
    """Return each program once, with when and how it was judged last, in the order of that."""
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
