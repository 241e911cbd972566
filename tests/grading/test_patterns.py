"""Patterns of lessons are searched for, but not for ever."""

from __future__ import annotations

import re
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tutor.grading import patterns
from tutor.grading.patterns import has_match

FOR_EVER = [r"(a+)+b", r"(a|a)*b", r"a*a*a*a*a*a*a*a*b", r"(a?){40}a{40}b", r"(a*)*\1b"]


def test_a_pattern_is_met_anywhere() -> None:
    assert has_match(r"not \w+ed for '\w+'", "RuntimeError: not implemented for 'Long'")
    assert not has_match("^Long", "RuntimeError: Long")


@pytest.mark.parametrize("pattern", FOR_EVER)
def test_one_that_takes_for_ever_is_given_up_and_not_tried_again(
    pattern: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patterns, "_hopeless", set())
    before = signal.getsignal(signal.SIGVTALRM)
    assert not has_match(pattern, "a" * 4000)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is before
    monkeypatch.setattr(re, "search", lambda *_: pytest.fail("it was tried again"))
    assert not has_match(pattern, "a" * 4000)


def test_in_another_thread_it_is_searched_for_too() -> None:
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(has_match, "Long", "RuntimeError: Long").result()
