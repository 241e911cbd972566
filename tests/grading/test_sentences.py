"""The plain sentence for a missed check, and the evidence beside it."""

from __future__ import annotations

import pytest

from tutor.course.model import Check
from tutor.grading.plan import Scenario
from tutor.grading.sentences import evidence_of, plain_sentence, untold
from tutor.grading.trial import Outcome
from tutor.wire.events import ErrorFacts
from tutor.wire.values import Missing


@pytest.mark.parametrize("name", ["NoAnswer", "ValueTooLarge"])
def test_names_that_only_the_tutor_has_are_never_shown(name: str) -> None:
    error = ErrorFacts(name, "inner words")
    miss = Outcome(Check(same="y"), Scenario(), Missing(), Missing(), error=error)
    told = (plain_sentence(miss).message, *evidence_of(miss))
    assert told[0].startswith("`y` ")
    assert not any(word in text for text in told for word in (name, "inner words"))


@pytest.mark.parametrize(
    ("message", "line", "stays"),
    [
        ("`y`: you got 0.8000. That is 0.1 too small.", "you got: y = 0.79999999", False),
        ("`y`: you got 0.9200. That is 0.1 too small.", "you got: y = tensor([[0.9200]])", False),
        ("You have `92.0`: that is in percent.", "you got: y = 92.0", False),
        ("You have 92.0, in percent.", "you got: y = 92.0", True),
        ("`y`: 1 of 2 numbers are off.", "you got: y = [1.0, 2.0]", True),
        ("`y` is a str.", "line 1: y = '2'", True),
    ],
)
def test_evidence_is_what_the_message_does_not_tell(message: str, line: str, stays: bool) -> None:
    assert untold((line,), message) == ((line,) if stays else ())
