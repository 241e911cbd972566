"""Any sequence of events leaves a state that can be shown; stale events leave it as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.reducing import reduce
from tutor.course.help_levels import Help
from tutor.course.model import CodeStep, PredictStep, QuizStep, ReadStep
from tutor.course.step_tables import Option, ShownValue
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import PredictionResult, Verdict, VerdictKind
from tutor.progress.entries import StepRead
from tutor.session.events import (
    AnswerChanged,
    CursorMoved,
    EntryMade,
    Event,
    FieldsSet,
    HintShown,
    SolutionShown,
    StepBegunAgain,
    StepEntered,
    StepShown,
    VerdictReached,
)
from tutor.session.run_events import (
    ActivityRequested,
    BatchArrived,
    PauseRequested,
    ResumeRequested,
    RunCancelled,
    SecondPassed,
    StopRequested,
)
from tutor.session.state import Activity, Cursor, State
from tutor.wire.events import (
    Answer,
    ErrorFacts,
    Executed,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    ResourcesUsed,
    RunEnded,
    RunEvent,
    WorkerStateChanged,
)
from tutor.wire.values import IntValue

READ = ReadStep(id="read-me", title="Read", text="…")
QUIZ = QuizStep(
    id="ask-me", title="Ask", text="…", mode="one", options=(Option(text="a", why="b"),)
)
GUESS = PredictStep(
    id="guess",
    title="Guess",
    text="…",
    mode="one",
    program="",
    shown=(ShownValue(value="x"), ShownValue(value="y", label="the other")),
)
CODE = CodeStep(id="code", title="Code", text="…", scaffold="", solution="", hints=("a", "b"))

FINISHED = RunEnded(Observation("finished", Executed("finished")))
RAISED = RunEnded(
    Observation("raised", Executed("raised", error=ErrorFacts("NameError", "name 'x'", line=2)))
)
SAID = QuizAnswer({0: True})
ENTRY = InventoryEntry("x", IntValue(1))

run_ids = st.integers(0, 4)
verdicts = st.sampled_from(
    [Verdict(kind) for kind in ("accept", "accept-with-note", "reject", "not-attempted")]
)
run_events: st.SearchStrategy[RunEvent] = st.one_of(
    st.just(OutputWritten("stdout", "hello")),
    st.just(LossesRecorded(0, (0.5,))),
    st.just(InventoryTaken((ENTRY,))),
    st.builds(ResourcesUsed, st.integers(0, 500), st.integers(0, 200)),
    st.sampled_from(
        [
            FINISHED,
            RAISED,
            *(
                RunEnded(Observation(outcome))
                for outcome in ("timeout", "memory", "lost", "stopped", "crashed", "raised")
            ),
        ]
    ),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(WorkerStateChanged, st.sampled_from(["starting", "ready", "restarting", "failed"])),
    st.builds(StepShown, st.sampled_from([READ, QUIZ, GUESS, CODE, None])),
    st.just(StepEntered()),
    st.just(EntryMade(StepRead(step="read-me"))),
    st.builds(
        lambda *fields: ActivityRequested(Activity(*fields)),
        run_ids,
        st.sampled_from(["run", "check", "guess"]),
    ),
    st.builds(BatchArrived, run_ids, st.lists(run_events, max_size=3).map(tuple)),
    st.builds(
        lambda *fields: VerdictReached(*fields),
        verdicts,
        st.none() | run_ids,
        st.none() | st.just(PredictionResult(QUIZ)),
        st.none() | st.just(SAID),
    ),
    st.just(StepBegunAgain()),
    st.just(StopRequested()),
    st.builds(SecondPassed, run_ids),
    st.builds(RunCancelled, run_ids),
    st.just(HintShown()),
    st.builds(SolutionShown, st.sampled_from([Help(), Help("lines"), Help("words", 2)])),
    st.just(AnswerChanged()),
    st.builds(lambda unsaved: FieldsSet({"unsaved": unsaved, "notice": "Hello."}), st.booleans()),
    st.builds(CursorMoved, st.integers(-1, 5), st.booleans()),
    st.builds(PauseRequested, st.integers(1, 3), st.booleans()),
    st.just(ResumeRequested()),
)


def _after(*happened: Event, start: State | None = None) -> State:
    state = start or State()
    for event in happened:
        state = reduce(state, event)
    return state


@given(st.lists(events, max_size=30))
def test_no_sequence_of_events_breaks_the_state(happened: list[Event]) -> None:
    state = State()
    for event in happened:
        before = state
        state = reduce(before, event)
        assert before.done <= state.done
        assert before.last_run <= state.last_run
        assert state.hints >= 0
        assert state.activity is None or state.activity.run_id == state.last_run


@given(st.lists(events, max_size=30))
def test_what_ends_a_run_leaves_the_session_idle(happened: list[Event]) -> None:
    state = _after(*happened)
    if state.activity is None:
        return
    run_id = state.activity.run_id
    if state.activity.kind == "run":
        assert reduce(state, BatchArrived(run_id, (FINISHED,))).activity is None
    else:
        still = reduce(state, BatchArrived(run_id, (FINISHED,)))
        assert still.activity is not None
        if state.step is not None:
            assert reduce(still, VerdictReached(Verdict("reject"), run_id)).activity is None


def test_a_check_is_over_with_its_verdict_and_not_with_a_run() -> None:
    ran = _after(
        StepShown(CODE), ActivityRequested(Activity(1, "check")), BatchArrived(1, (FINISHED,))
    )
    assert ran.activity is not None
    assert reduce(ran, VerdictReached(Verdict("reject"), 1)).activity is None


@given(st.lists(events, max_size=30), st.lists(run_events, max_size=3), run_ids, verdicts)
def test_events_of_another_run_change_nothing(
    happened: list[Event], batch: list[RunEvent], run_id: int, verdict: Verdict
) -> None:
    state = _after(*happened)
    if state.activity is not None and state.activity.run_id == run_id:
        return
    assert reduce(state, BatchArrived(run_id, tuple(batch))) is state
    assert reduce(state, VerdictReached(verdict, run_id)) is state
    assert reduce(state, RunCancelled(run_id)) is state


def test_a_second_request_while_one_is_under_way_is_not_queued() -> None:
    state = _after(StepShown(CODE), ActivityRequested(Activity(1, "run")))
    assert reduce(state, ActivityRequested(Activity(2, "check"))) is state


def test_a_run_id_is_used_once() -> None:
    state = _after(
        StepShown(CODE), ActivityRequested(Activity(1, "run")), BatchArrived(1, (FINISHED,))
    )
    assert reduce(state, ActivityRequested(Activity(1, "run"))) is state


def test_a_request_waits_until_the_worker_is_ready_or_tells_something() -> None:
    state = _after(
        StepShown(CODE), WorkerStateChanged("starting"), ActivityRequested(Activity(1, "run"))
    )
    assert state.queued
    assert not reduce(state, WorkerStateChanged("ready")).queued
    assert not reduce(state, BatchArrived(1, (OutputWritten("stdout", "a"),))).queued


def test_a_worker_that_ended_is_told_until_there_is_another_and_the_learner_acts() -> None:
    state = _after(StepShown(CODE), WorkerStateChanged("restarting", "It ended."))
    assert state.worker_message == "It ended."
    asked = reduce(state, ActivityRequested(Activity(1, "run")))
    assert asked.worker_message == "It ended."
    back = reduce(state, WorkerStateChanged("ready"))
    assert "worker ended" in back.worker_message
    assert reduce(back, ActivityRequested(Activity(1, "run"))).worker_message == ""
    assert reduce(back, StepShown(READ)).worker_message == ""
    assert reduce(back, WorkerStateChanged("asleep")).worker_message == ""
    assert _after(WorkerStateChanged("starting"), WorkerStateChanged("ready")).worker_message == ""


def test_seconds_count_for_the_run_that_is_under_way_and_not_while_it_waits() -> None:
    waiting = _after(
        StepShown(CODE), WorkerStateChanged("starting"), ActivityRequested(Activity(1, "run"))
    )
    assert reduce(waiting, SecondPassed(1)) is waiting
    running = _after(WorkerStateChanged("ready"), SecondPassed(1), SecondPassed(1), start=waiting)
    assert running.activity is not None
    assert running.activity.seconds == 2
    assert reduce(running, SecondPassed(2)) is running


def test_output_losses_and_tensors_have_versions_of_their_own() -> None:
    state = _after(StepShown(CODE), ActivityRequested(Activity(1, "run")))
    after = reduce(state, BatchArrived(1, (LossesRecorded(0, (1.0,)),)))
    assert after.version_of(LossesRecorded) == state.version_of(LossesRecorded) + 1
    assert after.version_of(OutputWritten) == state.version_of(OutputWritten)
    assert after.reported == {LossesRecorded}


def test_a_run_that_raised_is_explained_with_the_line() -> None:
    state = _after(
        StepShown(CODE), ActivityRequested(Activity(1, "run")), BatchArrived(1, (RAISED,))
    )
    assert state.ending is not None
    assert state.ending.line == 2
    assert state.ending.message
    assert any("NameError" in line for line in state.ending.evidence)


def test_an_accepted_answer_is_done_and_another_step_forgets_the_verdict() -> None:
    state = _after(
        StepShown(CODE),
        ActivityRequested(Activity(1, "check")),
        VerdictReached(Verdict("accept"), 1),
    )
    assert state.step_done
    assert state.latest == "verdict"
    other = reduce(state, StepShown(READ))
    assert other.verdict is None
    assert "code" in other.done


def test_verdicts_that_do_not_accept_leave_the_step_open() -> None:
    kinds: tuple[VerdictKind, ...] = ("reject", "not-attempted", "tutor-fault")
    for kind in kinds:
        assert not _after(StepShown(QUIZ), VerdictReached(Verdict(kind))).step_done


def test_hints_end_with_the_last_one() -> None:
    state = _after(StepShown(CODE), HintShown(), HintShown(), HintShown())
    assert state.hints == state.hint_count == 2
    assert _after(StepShown(READ), HintShown()).hints == 0


def test_a_step_is_looked_at_until_the_end_is_or_another_run_begins() -> None:
    state = reduce(State(), CursorMoved(3))
    assert state.cursor == Cursor(3)
    assert reduce(state, CursorMoved(3)) is state
    assert reduce(state, CursorMoved(0)).cursor is None
    assert reduce(state, ActivityRequested(Activity(1, "run"))).cursor is None


def test_a_guess_stays_under_way_until_it_was_judged_by_the_run() -> None:
    state = _after(
        StepShown(GUESS), ActivityRequested(Activity(1, "guess")), BatchArrived(1, (FINISHED,))
    )
    assert state.activity is not None
    assert state.ending is not None
    state = reduce(state, VerdictReached(Verdict("reject"), 1, PredictionResult(QUIZ), SAID))
    assert (state.activity, state.latest) == (None, "nothing")
    assert state.prediction_result == PredictionResult(QUIZ)


def test_a_wrong_guess_ends_the_step_and_one_that_nothing_came_out_of_does_not() -> None:
    begun = _after(
        StepShown(GUESS), ActivityRequested(Activity(1, "guess")), BatchArrived(1, (FINISHED,))
    )
    assert reduce(
        begun, VerdictReached(Verdict("reject"), 1, PredictionResult(QUIZ), SAID)
    ).step_done
    assert not reduce(begun, VerdictReached(Verdict("tutor-fault"), 1)).step_done


def test_a_guess_begun_again_forgets_what_came_out_but_not_that_it_is_done() -> None:
    state = _after(
        StepShown(GUESS),
        ActivityRequested(Activity(1, "guess")),
        BatchArrived(1, (FINISHED,)),
        VerdictReached(Verdict("accept"), 1, PredictionResult(QUIZ), SAID),
        StepBegunAgain(),
    )
    assert (state.verdict, state.prediction_result, state.ending) == (None, None, None)
    assert state.step_done


@pytest.mark.parametrize(("of_run", "left"), [(True, ""), (False, "It is copied.")])
def test_what_is_true_only_while_a_program_runs_goes_with_its_end(of_run: bool, left: str) -> None:
    notice = FieldsSet({"notice": "It is copied.", "notice_of_run": of_run})
    state = _after(StepShown(CODE), ActivityRequested(Activity(1, "run")), notice)
    assert state.notice == "It is copied."
    assert _after(BatchArrived(1, (FINISHED,)), start=state).notice == left


def test_a_later_run_of_a_predict_step_tells_its_values_and_keeps_what_came_out() -> None:
    answers = (Answer(IntValue(3), "3"), Answer(IntValue(4)))
    ended = RunEnded(Observation("finished", Executed("finished"), answers))
    state = _after(
        StepShown(GUESS),
        ActivityRequested(Activity(1, "guess")),
        VerdictReached(Verdict("accept"), 1, PredictionResult(QUIZ), SAID),
        ActivityRequested(Activity(2, "run")),
        BatchArrived(2, (ended,)),
    )
    assert state.ending is not None
    assert state.ending.values == (("`x`", "3"), ("the other", "4"))
    assert state.prediction_result == PredictionResult(QUIZ)


RIGHT = VerdictReached(Verdict("accept"))
WRONG = VerdictReached(Verdict("reject"))
LOOKED = SolutionShown(Help("words", 1))
CLEAN = SolutionShown(Help())


def test_what_is_answered_with_the_solution_in_sight_is_done_with_help() -> None:
    assert _after(StepShown(CODE), LOOKED, RIGHT).helped == {"code"}
    assert _after(StepShown(CODE), SolutionShown(Help("whole")), RIGHT).helped == {"code"}
    assert _after(StepShown(CODE), LOOKED, CLEAN, RIGHT).helped == set()
    assert _after(StepShown(CODE), RIGHT, LOOKED, RIGHT).helped == set()
    assert _after(StepShown(CODE), LOOKED, RIGHT, RIGHT).helped == {"code"}
    assert _after(StepShown(CODE), LOOKED, RIGHT, CLEAN, RIGHT).helped == set()


def test_an_answer_that_is_not_right_neither_gives_nor_takes_the_mark() -> None:
    kinds: tuple[VerdictKind, ...] = ("reject", "not-attempted", "tutor-fault")
    for kind in kinds:
        missed = VerdictReached(Verdict(kind))
        assert _after(StepShown(CODE), LOOKED, missed).helped == set()
        assert _after(StepShown(CODE), LOOKED, RIGHT, CLEAN, missed).helped == {"code"}


def test_only_answers_that_were_judged_are_counted() -> None:
    state = _after(StepShown(CODE), WRONG, VerdictReached(Verdict("not-attempted")))
    assert reduce(state, VerdictReached(Verdict("tutor-fault"))).checks == 1
    assert _after(VerdictReached(Verdict("accept-with-note")), RIGHT, start=state).checks == 3


def test_another_step_has_nothing_of_the_run_before() -> None:
    brought = (LossesRecorded(0, (1.0,)), InventoryTaken((ENTRY,)))
    state = _after(
        StepShown(CODE),
        ActivityRequested(Activity(1, "run")),
        BatchArrived(1, brought),
        CursorMoved(1),
    )
    assert state.reported == {LossesRecorded, InventoryTaken}
    other = reduce(state, StepShown(QUIZ))
    assert other.reported == frozenset()
    assert (other.cursor, other.activity, other.ending) == (None, None, None)
    assert other.version_of(LossesRecorded) > state.version_of(LossesRecorded)


def test_a_run_leaves_the_verdict_that_is_being_read_and_a_check_takes_it_away() -> None:
    state = _after(
        StepShown(CODE), ActivityRequested(Activity(1, "check")), VerdictReached(WRONG.verdict, 1)
    )
    assert reduce(state, ActivityRequested(Activity(2, "run"))).verdict == WRONG.verdict
    assert reduce(state, ActivityRequested(Activity(2, "check"))).verdict is None


def test_the_solution_comes_to_the_front_and_is_put_away_with_the_step() -> None:
    state = _after(StepShown(CODE), LOOKED)
    assert (state.latest, state.help) == ("hints", Help("words", 1))
    assert _after(CLEAN, start=state).help == Help()
    assert _after(StepShown(READ), start=state).help == Help()


def test_what_a_run_uses_is_the_newest_told_and_gone_with_it() -> None:
    running = _after(StepShown(CODE), ActivityRequested(Activity(1, "run")))
    first, second = ResourcesUsed(100, 50), ResourcesUsed(120, 99)
    told = _after(BatchArrived(1, (first,)), BatchArrived(1, (second,)), start=running)
    assert told.activity is not None
    assert told.activity.used == second
    stale = _after(BatchArrived(7, (first,)), start=told)
    assert stale.activity == told.activity
    assert _after(BatchArrived(1, (FINISHED,)), start=told).activity is None
