"""Lines of journals as they are on learners' disks: their names and values are never renamed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import msgspec
import pytest

from tutor.progress.entries import (
    AnswerJudged,
    AppEnded,
    Entry,
    HintShown,
    PlaceKept,
    QuizAnswered,
    QuizShuffled,
    ReviewAnswered,
    ReviewPutOff,
    SolutionShown,
    StartedClean,
    StepOpened,
    StepRead,
)

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)

LINES: list[tuple[str, Entry]] = [
    ('"kind":"step-opened","step":"a"', StepOpened(step="a", at=AT, n=3)),
    ('"kind":"step-read","step":"a"', StepRead(step="a", at=AT, n=3)),
    (
        '"kind":"place-kept","step":"a","pane":"code","row":4,"column":2,"scroll":1',
        PlaceKept(step="a", pane="code", row=4, column=2, scroll=1, at=AT, n=3),
    ),
    (
        '"kind":"answer-judged","step":"a","verdict":"reject","slug":"wrong-shape",'
        '"digest":"0123456789abcdef","milliseconds":31.5',
        AnswerJudged(
            step="a",
            verdict="reject",
            slug="wrong-shape",
            digest="0123456789abcdef",
            milliseconds=31.5,
            at=AT,
            n=3,
        ),
    ),
    (
        '"kind":"quiz-answered","step":"a","verdict":"accept","judged":{"0":true,"2":false},'
        '"text":"(2, 4)"',
        QuizAnswered(
            step="a", verdict="accept", judged={0: True, 2: False}, text="(2, 4)", at=AT, n=3
        ),
    ),
    ('"kind":"quiz-shuffled","step":"a","times":2', QuizShuffled(step="a", times=2, at=AT, n=3)),
    (
        '"kind":"hint-shown","step":"a","count":2,"number":3',
        HintShown(step="a", count=2, number=3, at=AT, n=3),
    ),
    (
        '"kind":"solution-shown","step":"a","rung":"words","words":7',
        SolutionShown(step="a", level="words", words=7, at=AT, n=3),
    ),
    ('"kind":"started-clean","step":"a"', StartedClean(step="a", at=AT, n=3)),
    (
        '"kind":"review-answered","step":"a","idea":"squared","right":true',
        ReviewAnswered(step="a", idea="squared", right=True, at=AT, n=3),
    ),
    ('"kind":"review-put-off"', ReviewPutOff(at=AT, n=3)),
    ('"kind":"app-ended"', AppEnded(at=AT, n=3)),
]


@pytest.mark.parametrize(("line", "entry"), LINES, ids=[type(entry).__name__ for _, entry in LINES])
def test_a_line_keeps_its_names_and_values(line: str, entry: Entry) -> None:
    whole = f'{{{line},"v":1,"at":"2026-03-01T09:30:00Z","n":3}}'
    assert msgspec.json.decode(msgspec.json.encode(entry)) == msgspec.json.decode(whole)
    assert msgspec.json.decode(whole, type=Entry) == entry


def test_a_hint_without_its_number_was_written_before_there_were_any() -> None:
    line = '{"kind":"hint-shown","step":"a","count":2,"v":1,"at":"2026-03-01T09:30:00Z","n":3}'
    assert msgspec.json.decode(line, type=Entry) == HintShown(step="a", count=2, at=AT, n=3)


def test_every_kind_of_line_has_an_example() -> None:
    assert {type(entry) for _, entry in LINES} == set(get_args(Entry))
