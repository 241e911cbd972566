"""Charts are drawn as often as the terminal can take."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual import events
from textual.driver import Driver
from textual.widgets import Static

from tests.support.wait import eventually
from tests.ui.widgets.hosting import hosted
from tutor.ui.terminal.cell_diff import CellDiff
from tutor.ui.terminal.throttle import (
    APART_S,
    CALM_S,
    ECHO_S,
    KEYS_FIRST_S,
    LATE_S,
    MAX_DEBT_S,
    MAX_DRAWING_DEBT,
    MOST_HELD_S,
    RATE_STEPS,
    RateStep,
    RedrawThrottle,
    RoundTrip,
    ThrottledDrawing,
    rate_steps_for,
    should_ask_terminal,
    throttle_of,
)


class Link:
    """A terminal that a test makes slow, and a clock that it moves."""

    def __init__(
        self, rate_steps: tuple[RateStep, ...] = RATE_STEPS, *, asks: bool = False
    ) -> None:
        self.time = 100.0
        self.slow = False
        self.told: list[bool] = []
        self.throttle = RedrawThrottle(
            is_slow=lambda: self.slow,
            on_change=self.told.append,
            rate_steps=rate_steps,
            asks=asks,
            clock=lambda: self.time,
        )

    @property
    def rate(self) -> float:
        return self.throttle.rate_step.drawings


def test_ten_times_a_second_while_the_terminal_keeps_up() -> None:
    link = Link()
    assert link.throttle.delay() == pytest.approx(0.1)
    assert link.throttle.may_draw()
    assert (link.throttle.is_slowed, link.told) == (False, [])


def test_each_drawing_that_finds_frames_waiting_is_put_off_and_goes_one_rate_step_down() -> None:
    link = Link()
    link.slow = True
    rates = []
    for _ in range(5):
        assert not link.throttle.may_draw()
        rates.append(link.rate)
    assert rates == [5, 2, 1, 1, 1]
    assert link.told == [True]


def test_it_goes_up_one_rate_step_after_each_calm_time() -> None:
    link = Link()
    link.slow = True
    for _ in RATE_STEPS:
        link.throttle.may_draw()
    link.slow = False
    rates = []
    for _ in range(4):
        link.time += CALM_S - 0.1
        assert link.throttle.may_draw()
        rates.append(link.rate)
        link.time += 0.1
        link.throttle.may_draw()
    assert rates == [1, 2, 5, 10]
    assert link.told == [True, False]


def test_calm_begins_anew_when_frames_wait_again() -> None:
    link = Link()
    link.slow = True
    link.throttle.may_draw()
    link.time += CALM_S - 1
    link.throttle.may_draw()
    link.slow = False
    link.time += CALM_S - 1
    assert link.throttle.may_draw()
    assert link.rate == 2


def test_over_ssh_it_begins_at_five_and_goes_no_higher() -> None:
    assert rate_steps_for({}) == RATE_STEPS
    assert rate_steps_for({"SSH_TTY": "x"}) == RATE_STEPS[1:]
    link = Link(rate_steps_for({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}))
    assert (link.rate, link.throttle.is_slowed) == (5, False)
    link.time += 10 * CALM_S
    link.throttle.may_draw()
    assert link.rate == 5


@pytest.mark.parametrize(
    ("asked", "rates", "max_bytes"),
    [
        ("2", [2, 1], 8_000),
        ("4", [4, 2, 1], 16_000),
        ("10", [10, 5, 2, 1], 25_000),
        ("20", [20, 10, 5, 2, 1], 50_000),
        ("0.5", [0.5], 4_000),
        ("many", [5, 2, 1], 16_000),
        ("0", [5, 2, 1], 16_000),
        ("nan", [5, 2, 1], 16_000),
        ("", [5, 2, 1], 16_000),
    ],
)
def test_the_learner_may_say_how_often_whatever_the_line(
    asked: str, rates: list[float], max_bytes: float
) -> None:
    rate_steps = rate_steps_for({"NNTUTOR_FPS": asked, "SSH_TTY": "x"})
    assert [rate_step.drawings for rate_step in rate_steps] == rates
    assert rate_steps[0].bytes == max_bytes


def test_the_terminal_is_asked_only_where_bytes_may_wait_unseen() -> None:
    assert should_ask_terminal({"SSH_TTY": "x"})
    assert not should_ask_terminal({})
    assert not should_ask_terminal({"SSH_TTY": "x", "TMUX": "y"})


def test_an_answer_is_late_when_others_were_quicker() -> None:
    time = [0.0]
    trip = RoundTrip(lambda: time[0])
    found = []
    for takes in (0.8, 0.7, 0.7 + LATE_S + 0.1, 0.8):
        assert trip.ask()
        assert not trip.ask()
        time[0] += takes
        trip.answered()
        found.append(trip.is_late())
    assert found == [False, False, True, False]
    trip.answered()  # a key that looks like an answer
    assert not trip.is_late()


def test_an_answer_that_is_awaited_too_long_is_late_at_once() -> None:
    time = [0.0]
    trip = RoundTrip(lambda: time[0])
    trip.ask()
    time[0] += 60
    assert not trip.is_late()  # it may be a terminal that never answers
    trip.answered()
    trip.ask()
    time[0] += 60 + LATE_S - 0.1
    assert not trip.is_late()
    time[0] += 0.2
    assert trip.is_late()
    trip.forget()
    assert not trip.is_late()
    assert trip.ask()


def test_a_late_answer_goes_one_rate_step_down_and_a_question_follows_each_drawing() -> None:
    link = Link(asks=True)
    throttle = link.throttle
    assert not throttle.should_ask()
    rates = []
    for takes in (0.1, 0.1 + LATE_S + 0.1, 0.1):
        assert throttle.may_draw()
        assert throttle.should_ask()
        assert not throttle.should_ask()
        link.time += takes
        throttle.answered()
        throttle.may_draw()
        rates.append(link.rate)
    assert rates == [10, 5, 5]
    assert link.told == [True]


def test_while_an_answer_is_overdue_nothing_is_drawn() -> None:
    link = Link(asks=True)
    link.throttle.may_draw()
    link.throttle.should_ask()
    link.throttle.answered()
    link.throttle.may_draw()
    link.throttle.should_ask()
    link.time += 1
    assert not link.throttle.may_draw()
    assert not link.throttle.may_draw()
    link.throttle.forget_question()
    assert link.throttle.may_draw()


def test_without_a_far_end_nothing_is_asked() -> None:
    link = Link()
    link.throttle.may_draw()
    assert not link.throttle.should_ask()
    link.throttle.answered()
    link.throttle.forget_question()


def test_more_bytes_than_a_second_holds_put_the_next_drawing_off() -> None:
    link = Link()
    link.throttle.charge(25_000)
    assert link.throttle.delay() == pytest.approx(0.1)
    link.throttle.charge(7_500)
    assert link.throttle.delay() == pytest.approx(0.3)
    link.time += 0.2
    assert link.throttle.delay() == pytest.approx(0.1)


def test_a_repaint_of_everything_puts_off_only_shortly() -> None:
    link = Link()
    link.throttle.charge(1_000_000)
    assert link.throttle.delay() == pytest.approx(MAX_DEBT_S)


def test_after_a_drawing_of_everything_the_next_waits_until_it_is_paid_for() -> None:
    link = Link()
    link.throttle.charge(25_000)
    assert link.throttle.may_draw()
    link.throttle.charge(30_000)
    assert link.throttle.delay() == pytest.approx(1.2)
    assert not link.throttle.should_ask()
    link.throttle.charge(1_000)
    assert link.throttle.delay() == pytest.approx(1.2), "a repaint puts off no further"
    assert link.throttle.may_draw()
    link.throttle.charge(1_000_000)
    assert link.throttle.delay() == pytest.approx(MAX_DRAWING_DEBT / 25_000)


@pytest.mark.parametrize("size", [600, 6_000, 30_000])
@pytest.mark.parametrize("rate_step", RATE_STEPS, ids=lambda each: f"{each.bytes:.0f}")
def test_over_a_minute_the_bytes_stay_within_the_budget(rate_step: RateStep, size: int) -> None:
    link = Link((rate_step,))
    start, sent = link.time, 0
    while link.time < start + 60:
        link.time += link.throttle.delay()
        assert link.throttle.may_draw()
        link.throttle.charge(size)
        link.throttle.should_ask()
        sent += size
    seconds = link.time - start
    assert sent <= (1 + seconds) * rate_step.bytes + size, "a second of them may wait"


def test_a_drawing_gives_way_to_keys_but_not_for_long() -> None:
    link = Link()
    assert link.throttle.held_for() == 0
    drawn: list[float] = []
    start = link.time
    for _ in range(30):  # a key each 100 ms
        link.throttle.key_came()
        for _ in range(10):
            link.time += 0.01
            if link.throttle.held_for() == 0 and link.throttle.may_draw():
                drawn.append(link.time - start)
    waits = [after - before for before, after in pairwise([0.0, *drawn])]
    assert MOST_HELD_S - 0.01 <= max(waits) <= MOST_HELD_S + ECHO_S + 0.04
    assert min(waits[1:]) >= APART_S - 1e-9, "between two there is time for a key"
    link.time += KEYS_FIRST_S
    assert link.throttle.held_for() == 0


async def test_a_key_counts_before_the_app_gets_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: list[events.Event] = []
    monkeypatch.setattr(Driver, "process_message", lambda _, event: passed.append(event))
    app = CellDiff()
    driver = app.get_driver_class()(app)
    for event, held in ((events.Focus(), False), (key := events.Key("a", "a"), True)):
        driver.process_message(event)
        assert (app.throttle.held_for() > 0) is held
    assert passed[-1] is key


async def test_the_output_that_a_key_asks_for_does_not_give_way_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []
    widget = Static()
    async with hosted(widget):
        throttle = RedrawThrottle()
        monkeypatch.setattr(widget.app, "throttle", throttle, raising=False)
        throttle.key_came()
        ThrottledDrawing(widget, lambda: drawn.append("chart")).soon()
        ThrottledDrawing(widget, lambda: drawn.append("output")).promptly()
        assert drawn == ["output"]
        await eventually(lambda: "chart" in drawn, "the chart")


async def test_a_drawing_asked_for_often_is_made_once() -> None:
    drawn: list[int] = []
    widget = Static()
    async with hosted(widget):
        drawing = ThrottledDrawing(widget, lambda: drawn.append(1))
        for _ in range(5):
            drawing.soon()
        assert drawn == []
        await eventually(lambda: drawn, "the drawing")
        drawing.now()
        assert len(drawn) == 2


async def test_a_prompt_drawing_is_made_at_once_and_others_soon_after_it_coalesced() -> None:
    time = [0.0]
    drawn: list[float] = []
    widget = Static()
    async with hosted(widget):
        drawing = ThrottledDrawing(widget, lambda: drawn.append(time[0]), lambda: time[0])
        drawing.promptly()
        assert drawn == [0.0]
        time[0] = 0.05
        for _ in range(5):
            drawing.promptly()
        assert drawn == [0.0]
        await eventually(lambda: len(drawn) > 1, "the drawing")
        time[0] = 1.0
        drawing.promptly()
        assert drawn == [0.0, 0.05, 1.0]


async def test_while_the_terminal_is_slow_a_drawing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [True, True, False]
    drawn: list[float] = []
    widget = Static()
    async with hosted(widget):
        throttle = RedrawThrottle(is_slow=lambda: slow.pop(0))
        monkeypatch.setattr(widget.app, "throttle", throttle, raising=False)
        assert throttle_of(widget.app) is throttle
        ThrottledDrawing(widget, lambda: drawn.append(throttle.rate_step.drawings)).soon()
        await eventually(lambda: drawn, "the drawing")
    assert drawn == [2]
    assert slow == []
