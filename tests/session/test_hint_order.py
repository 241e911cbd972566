"""Which hint is shown next: the one that fits the last verdict, else the first of those left."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.support.reducing import reduce
from tutor.course.model import CodeStep
from tutor.grading.verdict import Verdict
from tutor.session.events import Event, HintShown, StepShown, VerdictReached
from tutor.session.run_events import ActivityRequested
from tutor.session.solution_help import offers
from tutor.session.state import Activity, State

STEP = CodeStep(
    id="code",
    title="Code",
    text="…",
    scaffold="",
    solution="",
    hints=("a", "b", "c"),
    hint_for={"wrong-dim": 3, "sign-error": 1, "no-such-hint": 9},
)


def _after(*happened: Event) -> State:
    state = State()
    for event in happened:
        state = reduce(state, event)
    return state


def _refused(slug: str | None, run_id: int) -> tuple[Event, Event]:
    return ActivityRequested(Activity(run_id, "check")), VerdictReached(
        Verdict("reject", slug), run_id
    )


@pytest.mark.parametrize(
    ("slug", "asked", "order", "left"),
    [
        ("wrong-dim", 0, (), 3),
        ("wrong-dim", 1, (3,), 1),
        ("wrong-dim", 3, (3, 1, 2), 0),
        ("wrong-dim", 5, (3, 1, 2), 0),
        ("sign-error", 2, (1, 2), 3),
        ("no-such-hint", 2, (1, 2), 3),
        ("of-no-hint", 2, (1, 2), 3),
        (None, 2, (1, 2), 3),
    ],
)
def test_the_hint_for_the_verdict_comes_first(
    slug: str | None, asked: int, order: tuple[int, ...], left: int
) -> None:
    state = _after(StepShown(STEP), *_refused(slug, 1), *[HintShown()] * asked)
    assert state.hint_numbers == order
    assert state.next_hint == left
    questions = [offer.question for offer in offers(STEP, state)]
    assert (f"Show hint {len(order) + 1} of 3?" in questions) is bool(left)


def test_without_a_verdict_hints_come_as_they_stand() -> None:
    assert _after(StepShown(STEP), HintShown(), HintShown()).hint_numbers == (1, 2)


def test_the_hint_for_a_later_verdict_comes_after_those_shown() -> None:
    state = _after(
        StepShown(STEP),
        HintShown(),
        *_refused("wrong-dim", 1),
        HintShown(),
        *_refused("sign-error", 2),
        HintShown(),
    )
    assert state.hint_numbers == (1, 3, 2)
    fewer = reduce(state, StepShown(replace(STEP, hints=("a", "b"))))
    assert (fewer.hint_numbers, fewer.next_hint) == ((1, 2), 0)
