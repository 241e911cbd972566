"""A learner's progress, by lesson and by concept: the output of `nntutor progress`. Pure.

It counts, and praises or blames nobody: it has no rates, streaks or overdue tasks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from tutor.course.model import Course, Step
from tutor.grading.markup import plain
from tutor.grading.slugs import SLUGS
from tutor.grading.wording import counted, listed
from tutor.progress.doings import StepDoings, doings_of, seconds_by_step
from tutor.progress.entries import Entry

MAX_TOLD = 3
"""Maximum number of the most frequent misconceptions that are named."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


class CoursePart(Struct, frozen=True):
    """The progress at the steps of a lesson, or at those with a concept."""

    name: str
    """Id of the lesson, or name of the term."""
    title: str
    done: int
    steps: int
    attempts: int
    """Number of answers accepted or rejected."""
    hints: int
    solutions_seen: int
    minutes: int
    """Minutes of activity, without longer pauses."""
    told: dict[str, int]
    """Slugs of wrong answers, the most frequent first, with their counts."""


class Overview(Struct, frozen=True):
    """All lessons of the course, and the concepts at whose steps something was done."""

    lessons: tuple[CoursePart, ...]
    concepts: tuple[CoursePart, ...]


def overview(course: Course, entries: Sequence[Entry]) -> Overview:
    """Return the progress in the course from these entries, which are in order of time."""
    doings, seconds = doings_of(entries, course), seconds_by_step(entries, course)
    titles = {term.name: term.title for lesson in course.lessons for term in lesson.terms}
    by_concept: dict[str, list[Step]] = {}
    for step in course.steps():
        for concept in step.concepts:
            by_concept.setdefault(concept, []).append(step)
    lessons = tuple(
        _part(lesson.id, lesson.title, lesson.steps, doings, seconds) for lesson in course.lessons
    )
    concepts = (
        _part(concept, titles.get(concept) or concept, steps, doings, seconds)
        for concept, steps in by_concept.items()
    )
    return Overview(lessons, tuple(filter(_has_begun, concepts)))


def _has_begun(part: CoursePart) -> bool:
    """Return True if more was done at some of the steps than opening them."""
    return bool(part.done or part.attempts or part.hints or part.solutions_seen)


def _part(
    name: str,
    title: str,
    steps: Iterable[Step],
    doings: Mapping[str, StepDoings],
    seconds: Mapping[str, float],
) -> CoursePart:
    ids = [step.id for step in steps]
    done = [doings[each] for each in ids if each in doings]
    told = Counter(slug for each in done for slug in each.slugs)
    return CoursePart(
        name,
        title,
        sum(each.is_done for each in done),
        len(ids),
        sum(len(each.verdicts) for each in done),
        sum(each.hints for each in done),
        sum(each.solution_seen for each in done),
        round(sum(seconds.get(each, 0.0) for each in ids) / 60),
        dict(sorted(told.items(), key=lambda item: (-item[1], item[0]))),
    )


def told_ideas(course: Course) -> dict[str, str]:
    """Return a phrase for the slug of each wrong idea, in the lines for people.

    It is the idea's description, or the last sentence of its message that quotes no value.
    """
    ideas: dict[str, str] = {}
    for step in course.steps():
        told = [(each.id, each.say) for each in step.misconceptions]
        # only questions have options, and known wrong answers
        answers = (*getattr(step, "options", ()), *getattr(step, "known_wrong", ()))
        told += [(answer.misconception, answer.why) for answer in answers]
        for slug, words in told:
            sentences = [each for each in _SENTENCE_END.split(words) if "{" not in each]
            if sentences:
                ideas.setdefault(slug, " ".join(plain(sentences[-1]).split()))
    return ideas | SLUGS


def overview_lines(found: Overview, ideas: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines for people; `ideas` are phrases for the slugs of wrong ideas."""
    if not any(map(_has_begun, found.lessons)):
        yield "Nothing is done yet."
        return
    for part in found.lessons:
        yield part.title
        yield f"  {_done(part)}"
        yield from (f"  {line}" for line in _details(part, ideas))
    if not found.concepts:
        return
    yield ""
    yield "Concepts"
    width = max(len(part.title) for part in found.concepts)
    for part in found.concepts:
        yield f"  {part.title:<{width}}  {_done(part)}"
        yield from (f"  {'':<{width}}  {line}" for line in _details(part, ideas))


def _done(part: CoursePart) -> str:
    took = f", {counted(part.minutes, 'minute')}" if part.minutes else ""
    return f"{part.done} of {counted(part.steps, 'step')} done{took}"


def _details(part: CoursePart, ideas: Mapping[str, str]) -> Iterator[str]:
    counts = (
        (part.attempts, "answer", ""),
        (part.hints, "hint", ""),
        (part.solutions_seen, "solution looked at", "solutions looked at"),
    )
    if had := [counted(number, *nouns) for number, *nouns in counts if number]:
        yield listed(had)
    for slug, number in list(part.told.items())[:MAX_TOLD]:
        words = ideas.get(slug) or slug.replace("-", " ")
        yield f"mistake: {words}" + (f" ({number}×)" if number > 1 else "")
