"""A learner's checks at a step: verdicts of the journal with the stored programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from msgspec import Struct

from tutor.grading.verdict import VerdictKind
from tutor.progress.entries import AnswerJudged, Entry, is_digest_of

AttemptVerdict: TypeAlias = VerdictKind | Literal["not-judged"]
"""`not-judged` for a program whose check was not completed."""


class Attempt(Struct, frozen=True):
    """A program that was checked, once or several times."""

    program: str
    verdict: AttemptVerdict = "not-judged"
    """The last verdict on it."""
    slug: str = ""
    at: datetime | None = None
    """Time of that verdict; None if it was never judged."""


def attempts_at(
    steps: tuple[str, ...], entries: Iterable[Entry], programs: Mapping[str, str]
) -> tuple[Attempt, ...]:
    """Return the attempts at a step, the last judged one first.

    `steps` holds the present id of the step and former ones, `programs` the stored programs by
    digest. Programs that were never judged come last.
    """
    judged = [each for each in entries if isinstance(each, AnswerJudged) and each.step in steps]
    last: dict[str, AnswerJudged] = {}
    for entry in sorted(judged, key=lambda each: each.at):
        digest = _full(entry.digest, programs)
        last.pop(digest, None)
        last[digest] = entry
    found = [
        Attempt(programs[digest], entry.verdict, entry.slug, entry.at)
        for digest, entry in reversed(last.items())
        if digest in programs
    ]
    return (*found, *(Attempt(text) for digest, text in programs.items() if digest not in last))


def _full(digest: str, programs: Mapping[str, str]) -> str:
    """Return the full digest of a stored program, of which older journals have a part."""
    if not digest or digest in programs:
        return digest
    return next((full for full in programs if is_digest_of(digest, full)), digest)
