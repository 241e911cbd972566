"""Which panes are marked as having something new, and for how long."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.reducing import reduce
from tests.support.tutor_app import (
    NARROW,
    lesson_screen,
    opened,
    screen_text,
    tutor_app,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.course.model import ReadStep
from tutor.grading.verdict import Verdict
from tutor.session.events import StepShown, VerdictReached
from tutor.session.run_events import ActivityRequested, BatchArrived
from tutor.session.state import Activity, State
from tutor.ui.views import unread_panes
from tutor.wire.events import (
    Executed,
    InventoryEntry,
    InventoryTaken,
    LineShape,
    LossesRecorded,
    Observation,
    OutputWritten,
    RunEnded,
    RunEvent,
)
from tutor.wire.models import ModelDescription, ModelsDescribed
from tutor.wire.values import IntValue

STEP, NEXT = (ReadStep(id=name, title=name, text="…") for name in ("step", "next"))
RUNNING = reduce(reduce(State(), StepShown(STEP)), ActivityRequested(Activity(1, "run")))
OUTPUT = OutputWritten("stdout", "a")
LOSSES = LossesRecorded(0, (1.0, 0.5))
TENSORS = InventoryTaken((InventoryEntry("x", IntValue(1)),))
OTHER_TENSORS = InventoryTaken((InventoryEntry("x", IntValue(2)),))
ENDED = RunEnded(Observation("finished"))


def after(*events: RunEvent, before: AbstractSet[str] = frozenset()) -> frozenset[str]:
    """What is marked once the run has told this."""
    new = reduce(RUNNING, BatchArrived(1, events))
    return unread_panes(RUNNING, new, before)


def test_what_a_run_tells_marks_the_pane_that_shows_it() -> None:
    assert after() == frozenset()
    assert after(OUTPUT) == {"output"}
    assert after(LOSSES) == {"loss"}
    assert after(OUTPUT, TENSORS) == {"output", "tensors"}


def test_a_program_without_a_model_has_no_news_of_one() -> None:
    shapes = Executed("finished", shapes=(LineShape(1, "", (1, 1), (1, 1)),))
    assert after(TENSORS, shapes) == {"tensors"}
    model = ModelsDescribed((ModelDescription("model", "Linear"),))
    assert after(TENSORS, shapes, model) == {"tensors", "model"}


def test_a_mark_stays_when_another_pane_has_something_new() -> None:
    assert after(LOSSES, before={"output"}) == {"loss", "output"}


def test_another_step_begins_without_marks() -> None:
    new = reduce(RUNNING, StepShown(NEXT))
    assert unread_panes(RUNNING, new, {"output", "loss"}) == frozenset()


def test_the_same_tensors_as_in_the_run_before_are_not_new() -> None:
    first = reduce(RUNNING, BatchArrived(1, (TENSORS, ENDED)))
    again = reduce(first, ActivityRequested(Activity(2, "run")))
    same = reduce(again, BatchArrived(2, (TENSORS,)))
    assert unread_panes(again, same, set()) == frozenset()
    assert unread_panes(again, same, {"tensors"}) == {"tensors"}, "not looked at yet"
    other = reduce(same, BatchArrived(2, (OTHER_TENSORS,)))
    assert unread_panes(same, other, set()) == {"tensors"}


def test_a_check_is_new_only_where_it_tells_otherwise_than_the_run_before() -> None:
    ran = reduce(RUNNING, BatchArrived(1, (OUTPUT, OutputWritten("stdout", "b"), LOSSES, ENDED)))
    checking = reduce(ran, ActivityRequested(Activity(2, "check")))
    running = reduce(checking, BatchArrived(2, (OutputWritten("stdout", "ab"), LOSSES)))
    ended = reduce(running, VerdictReached(Verdict("accept"), 2))
    assert unread_panes(checking, running, set()) == frozenset()
    assert unread_panes(running, ended, set()) == frozenset()
    assert unread_panes(running, ended, {"output"}) == {"output"}, "not looked at yet"
    more = reduce(running, BatchArrived(2, (OutputWritten("stdout", "c"),)))
    ended = reduce(more, VerdictReached(Verdict("accept"), 2))
    assert unread_panes(more, ended, set()) == {"output"}


def test_a_check_without_a_run_before_is_new() -> None:
    checking = reduce(reduce(State(), StepShown(STEP)), ActivityRequested(Activity(1, "check")))
    running = reduce(checking, BatchArrived(1, (OUTPUT,)))
    ended = reduce(running, VerdictReached(Verdict("accept"), 1))
    assert unread_panes(running, ended, set()) == {"output"}


def test_what_a_guess_ran_is_told_beside_it() -> None:
    guessing = reduce(reduce(State(), StepShown(STEP)), ActivityRequested(Activity(1, "guess")))
    assert unread_panes(guessing, reduce(guessing, BatchArrived(1, (OUTPUT,))), set()) == set()


async def test_a_mark_is_gone_once_its_pane_was_looked_at(tmp_path: Path) -> None:
    app = tutor_app(tmp_path, client=FakeClient([finished(TENSORS)]), start_at="double")
    async with opened(app, NARROW) as pilot:
        mark = f"Tensors{workspace_of(app).tabs.marks.busy}"
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.ending is not None, "the end")
        await pilot.pause()
        assert mark in screen_text(app)
        await pilot.press("escape", str(workspace_of(app).layout_state.names.index("tensors") + 1))
        await pilot.pause()
        assert "[6 Tensors]" in screen_text(app)
        await pilot.press("escape", "2")
        await pilot.pause()
        assert "[2 Code]" in screen_text(app)
        assert mark not in screen_text(app)
