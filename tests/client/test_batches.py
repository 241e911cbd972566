"""When the events of a run are read: together, soon, and at once where somebody waits for it."""

from __future__ import annotations

import asyncio

import pytest

from tutor.client import batches
from tutor.client.batches import EventBatches
from tutor.wire.events import Executed, OutputWritten, ProgressShown, RunEvent

END = Executed("finished")


def printed(text: str) -> RunEvent:
    return OutputWritten("stdout", text)


async def test_what_comes_soon_after_a_batch_waits_for_what_is_urgent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "_SECONDS", 3600.0)
    waiting = EventBatches()
    waiting.add(END, urgent=True)
    assert await waiting.next() == (END,)
    waiting.add(printed("one "))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await waiting.next()
    waiting.add(printed("two"))
    waiting.add(END, urgent=True)
    assert await waiting.next() == (printed("one two"), END)


async def test_only_the_newest_bar_of_a_batch_is_passed_on() -> None:
    waiting = EventBatches()
    for text in ("10%", "20%"):
        waiting.add(ProgressShown(text))
    waiting.add(END, urgent=True)
    assert await waiting.next() == (ProgressShown("20%"), END)


async def test_what_is_not_urgent_comes_by_itself() -> None:
    waiting = EventBatches()
    for text in ("one", "two"):
        waiting.add(printed(text))
        assert await waiting.next() == (printed(text),)
