"""Charts are drawn as often as the terminal can take."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.support.wait import eventually
from tests.ui.widgets.hosting import hosted
from tutor.ui.pace import (
    CALM_S,
    LADDER,
    MOST_DEBT_S,
    Pace,
    PacedDrawing,
    first_rung,
    pace_of,
)


class Link:
    """A terminal that a test makes slow, and a clock that it moves."""

    def __init__(self, first: int = 0) -> None:
        self.time = 100.0
        self.slow = False
        self.told: list[bool] = []
        self.pace = Pace(
            is_slow=lambda: self.slow,
            on_change=self.told.append,
            first=first,
            clock=lambda: self.time,
        )

    @property
    def rate(self) -> float:
        return self.pace.rung.drawings


def test_ten_times_a_second_while_the_terminal_keeps_up() -> None:
    link = Link()
    assert link.pace.wait() == pytest.approx(0.1)
    assert link.pace.may_draw()
    assert (link.pace.slow, link.told) == (False, [])


def test_each_drawing_that_finds_frames_waiting_is_put_off_and_goes_one_rung_down() -> None:
    link = Link()
    link.slow = True
    rates = []
    for _ in range(5):
        assert not link.pace.may_draw()
        rates.append(link.rate)
    assert rates == [5, 2, 1, 1, 1]
    assert link.told == [True]


def test_it_goes_up_one_rung_after_each_calm_time() -> None:
    link = Link()
    link.slow = True
    for _ in LADDER:
        link.pace.may_draw()
    link.slow = False
    rates = []
    for _ in range(4):
        link.time += CALM_S - 0.1
        assert link.pace.may_draw()
        rates.append(link.rate)
        link.time += 0.1
        link.pace.may_draw()
    assert rates == [1, 2, 5, 10]
    assert link.told == [True, False]


def test_calm_begins_anew_when_frames_wait_again() -> None:
    link = Link()
    link.slow = True
    link.pace.may_draw()
    link.time += CALM_S - 1
    link.pace.may_draw()
    link.slow = False
    link.time += CALM_S - 1
    assert link.pace.may_draw()
    assert link.rate == 2


def test_over_ssh_it_begins_at_five_and_goes_no_higher() -> None:
    assert [first_rung({}), first_rung({"SSH_TTY": "x"})] == [0, 1]
    link = Link(first=first_rung({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}))
    assert (link.rate, link.pace.slow) == (5, False)
    link.time += 10 * CALM_S
    link.pace.may_draw()
    assert link.rate == 5


def test_more_bytes_than_a_second_holds_put_the_next_drawing_off() -> None:
    link = Link()
    link.pace.charge(25_000)
    assert link.pace.wait() == pytest.approx(0.1)
    link.pace.charge(7_500)
    assert link.pace.wait() == pytest.approx(0.3)
    link.time += 0.2
    assert link.pace.wait() == pytest.approx(0.1)


def test_a_repaint_of_everything_puts_off_only_shortly() -> None:
    link = Link()
    link.pace.charge(1_000_000)
    assert link.pace.wait() == pytest.approx(MOST_DEBT_S)


def test_over_a_minute_the_bytes_stay_within_the_budget() -> None:
    link = Link()
    start, sent = link.time, 0
    while link.time < start + 60:
        link.time += link.pace.wait()
        link.pace.charge(6_000)
        sent += 6_000
    assert sent <= 61 * LADDER[0].bytes + 6_000


async def test_a_drawing_asked_for_often_is_made_once() -> None:
    drawn: list[int] = []
    widget = Static()
    async with hosted(widget):
        drawing = PacedDrawing(widget, lambda: drawn.append(1))
        for _ in range(5):
            drawing.soon()
        assert drawn == []
        await eventually(lambda: drawn, "the drawing")
        drawing.now()
        assert len(drawn) == 2


async def test_while_the_terminal_is_slow_a_drawing_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = [True, True, False]
    drawn: list[float] = []
    widget = Static()
    async with hosted(widget):
        pace = Pace(is_slow=lambda: slow.pop(0))
        monkeypatch.setattr(widget.app, "pace", pace, raising=False)
        assert pace_of(widget.app) is pace
        PacedDrawing(widget, lambda: drawn.append(pace.rung.drawings)).soon()
        await eventually(lambda: drawn, "the drawing")
    assert drawn == [2]
    assert slow == []
