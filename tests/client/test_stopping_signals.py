"""The signals that stop a command: what it does is closed before, and its status tells of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.support.wait import give_way
from tutor.client.short_lived import StoppedBySignal, run_until_signal

SIGNALS = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)


@pytest.fixture(autouse=True)
def ignored() -> Iterator[None]:
    """Have a signal that is not heeded do no harm; what was there before comes back."""
    before = {number: signal.signal(number, _passed_by) for number in SIGNALS}
    yield
    for number, handler in before.items():
        assert signal.signal(number, handler) is _passed_by, "it is as it was before the command"


def _passed_by(_number: int, _frame: object) -> None:
    pass


@pytest.mark.parametrize("number", SIGNALS)
def test_what_is_done_is_closed_before(number: signal.Signals) -> None:
    closed: list[bool] = []

    async def work() -> NoReturn:
        signal.raise_signal(number)
        try:
            await give_way()
            raise AssertionError("nothing stopped it")
        finally:
            closed.append(True)

    with pytest.raises(StoppedBySignal) as stopped:
        run_until_signal(work)
    assert (stopped.value.status, closed) == (128 + number, [True])


def test_a_hang_up_that_nohup_has_ignored_stops_nothing() -> None:
    async def work() -> str:
        signal.raise_signal(signal.SIGHUP)
        await give_way()
        return "done"

    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    assert run_until_signal(work) == "done"
    signal.signal(signal.SIGHUP, _passed_by)
