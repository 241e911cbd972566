"""What a verdict may not tell, each broken once."""

from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tutor.authoring.verdict_rules import find_leaks
from tutor.course.step_tables import Check
from tutor.grading.verdict import CheckResult, Verdict

STEP = sigmoid_step(checks=(Check(same="[probability, unchanged('x')]", name="p"),))


@pytest.mark.parametrize(
    ("verdict", "what"),
    [
        (Verdict("reject", message="`[probability, unchanged('x')]` is off."), "of a check"),
        (Verdict("reject", notes=("You have given.x.",)), "a name of the lesson's expressions"),
        (Verdict("reject", evidence=("you got: trace.steps = 3",)), "a name of the lesson's"),
        (Verdict("reject", evidence=("IndexError: out of range",)), "is not the learner's"),
        (Verdict("reject", message="You have `x`, `x`."), "a name twice in a row"),
        (Verdict("reject", message="It has 1 numbers."), "a plural for one thing"),
        (Verdict("reject", message="It has 2 step(s)."), "a plural for one thing"),
        (Verdict("reject", message="It is \x1b[1mbold."), "a terminal"),
        (Verdict("reject", checks=(CheckResult("trace.steps", True),)), "a name of the lesson's"),
        (Verdict("reject", checks=(CheckResult("p", False, "1 rows."),)), "a plural for one thing"),
    ],
)
def test_each_is_found(verdict: Verdict, what: str) -> None:
    (leak,) = find_leaks(STEP, verdict)
    assert what in leak


@pytest.mark.parametrize(
    "verdict",
    [
        Verdict("accept"),
        Verdict("reject", evidence=("line 2: given.x = 1", "NameError: name 'given' is not there")),
        Verdict("reject", evidence=("KeyboardInterrupt",), error="KeyboardInterrupt"),
        Verdict("reject", evidence=("you got: probability = [1.0, 1.0]",)),
        Verdict("reject", message="`x` and `y`: line 1 needs a colon, class 1 has a 1."),
        Verdict("reject", message="`probability` is wrong, `probability(2)` as well: 1 number."),
    ],
)
def test_what_is_the_learners_is_none(verdict: Verdict) -> None:
    assert find_leaks(STEP, verdict) == []
