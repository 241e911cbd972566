"""How far it is and how long it takes, on a terminal or where it was asked for."""

from __future__ import annotations

import sys

import pytest

from tutor.authoring.batch.progress import BatchProgress


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def judge(progress: BatchProgress, clock: Clock, count: int, every: float) -> None:
    for number in range(count):
        clock.now += every
        progress.add(accepted=number % 2 == 0, anew=number % 5 > 0)


def test_nothing_is_told_in_a_log_unless_it_is_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    clock = Clock()
    progress = BatchProgress(1000, asked=False, clock=clock)
    judge(progress, clock, 500, 0.5)
    progress.end()
    assert capsys.readouterr() == ("", "")


def test_a_log_gets_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    progress = BatchProgress(1000, asked=True, clock=clock)
    progress.resume(100)
    judge(progress, clock, 100, 0.5)
    progress.end()
    assert capsys.readouterr().err.splitlines() == [
        "160/1,000 2.0 a second, 7 min 0 s left",
        "100 judged in 50 s: 50 accepted. 20 of them needed no run. 100 were in the file before.",
    ]


@pytest.mark.parametrize(
    ("total", "told"),
    [(40, "[####################] 40/40 2.0 a second, 0 s left"), (None, "40 2.0 a second")],
)
def test_a_terminal_has_one_line(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    total: int | None,
    told: str,
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = Clock()
    progress = BatchProgress(total, asked=False, clock=clock)
    judge(progress, clock, 40, 0.5)
    shown = capsys.readouterr().err
    assert shown.split("\r\x1b[K")[-1] == told
    assert "\n" not in shown
    assert shown.count("\r") == 20
    progress.end()
    assert "40 judged in 20 s: 20 accepted." in capsys.readouterr().err
