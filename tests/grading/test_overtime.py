"""What is said of a program whose time was up: by how far it had come, and by its loop."""

from __future__ import annotations

import pytest

from tutor.grading.errors import explain_ending
from tutor.grading.overtime import loop_around, planned_steps
from tutor.wire.commands import Limits
from tutor.wire.events import Observation

CHECK = Limits(seconds=10)
RUN = Limits(seconds=60, extendable_to=3600)

TRAINING = """\
model = nn.Linear(2, 1)
epochs = 20_000
for epoch in range(epochs):
    optimizer.zero_grad()
    loss = model(x).sum()
    loss.backward()
    optimizer.step()
"""
WHILE = TRAINING.replace("for epoch in range(epochs):", "while loss > 0.1:")
COUNT = "n = 0\nwhile True:\n    n += 1\n"
CALLED = "def f():\n    for i in range(9):\n        c()\n\nwhile True:\n    f()\n"
SUM = "total = 0\nfor i in range(10**12):\n    total += i\n"


def said(source: str, line: int | None, steps: int = 0, limits: Limits = CHECK) -> tuple[str, str]:
    ended = Observation(
        "timeout", line=line, steps=steps, milliseconds=limits.seconds * 1_000, limits=limits
    )
    told = explain_ending(ended, Limits(seconds=1), judging=limits is CHECK, source=source)
    return told.slug, told.message


def test_a_healthy_training_is_told_its_steps_its_rate_and_what_it_needs() -> None:
    assert said(TRAINING, 5, 10_376) == (
        "out-of-time",
        "The program did not finish within 10 s, so it was stopped in line 5. It had made "
        "10,376 steps of its training by then, about 1,040 a second; 20,000 would need about 19 "
        "s. Use fewer steps, or less data in each.",
    )


def test_where_the_steps_that_were_planned_do_not_stand_there_they_are_left_out() -> None:
    _, message = said(TRAINING.replace("= 20_000", "= count()"), 5, 10_376)
    assert "about 1,040 a second. Use fewer steps" in message


def test_a_run_is_told_that_it_can_be_given_more() -> None:
    _, message = said(TRAINING, 5, 6_000, RUN)
    assert message.endswith(
        "20,000 would need about 3 min. Use fewer steps, or less data in each. The action More "
        "time doubles the time limit of a run."
    )
    assert "More time" not in said(COUNT, 3, limits=RUN)[1]


def test_a_training_under_while_may_never_end() -> None:
    slug, message = said(WHILE, 5, 10_376)
    assert slug == "infinite-loop"
    assert "10,376 steps" in message
    assert message.endswith("let the condition of the `while` become false.")


@pytest.mark.parametrize(
    ("source", "line", "slug", "words"),
    [
        (COUNT, 3, "infinite-loop", "does anything in the loop make it so?"),
        (COUNT, None, "infinite-loop", "Does a loop there ever stop? Or is one calculation"),
        (SUM, 3, "out-of-time", "The `for` in line 2 had not finished"),
        ("x = 1\nx ** x ** x", 2, "infinite-loop", "is one calculation far too large?"),
        ("for i in a:\n    while b:\n        c()", 3, "infinite-loop", "A `while` ends"),
        ("for a in b:\n    for i in range(3):\n        c()", 3, "out-of-time", "in line 2"),
        ("while b:\n    for i in range(3):\n        c()", 3, "infinite-loop", "A `while` ends"),
        (CALLED, 3, "infinite-loop", "A `while` ends"),
        (CALLED.replace("while True:", "for i in r:"), 3, "out-of-time", "`for` in line 2"),
        (CALLED.replace("    f()", "    h()"), 3, "out-of-time", "`for` in line 2"),
        (
            "for i in itertools.count():\n    c()",
            2,
            "infinite-loop",
            "line 1 may never end",
        ),
        ("for b in iter(read, 0):\n    c()", 2, "infinite-loop", "only a `break` leaves it"),
        ("for a in b:\n    b.append(a)", 2, "infinite-loop", "line 1 may never end"),
        ("not Python (", 1, "infinite-loop", "Does a loop there ever stop?"),
    ],
)
def test_no_while_is_spoken_of_where_none_is(
    source: str, line: int | None, slug: str, words: str
) -> None:
    told, message = said(source, line)
    assert (told, words in message) == (slug, True), message
    loop = loop_around(source, line)
    assert ("`while`" in message) == (loop is not None and loop.word == "while")
    assert ("fewer rounds" in message) == (loop is not None and not loop.endless)


def test_a_single_step_has_no_rate() -> None:
    assert "It had made 1 step of its training by then; 20,000" in said(TRAINING, 5, 1)[1]


LOOP = "for epoch in range(9):\n    {}\n"
INSIDE = "def train(n):\n    for epoch in range(9):\n        optimizer.step()\n"


@pytest.mark.parametrize(
    ("source", "steps"),
    [
        (TRAINING, 20_000),
        (LOOP.format("optimizer.step()"), 9),
        (LOOP.format("loss.backward()"), 9),
        (LOOP.format("with a: optimizer.step()"), 9),
        (LOOP.format("for batch in range(2, 8, 2): optimizer.step()"), 27),
        ("n = 5\nfor epoch in range(1, n + 1):\n    optimizer.step()", 5),
        (INSIDE + "train(3)", 9),
        # what cannot be known
        (WHILE, 0),
        ("optimizer.step()", 0),
        (LOOP.format("for batch in loader: optimizer.step()"), 0),
        (LOOP.format("if epoch: optimizer.step()"), 0),
        (LOOP.format("optimizer.step(); scheduler.step()"), 0),
        (LOOP.format("optimizer.step()\n    if done: break"), 0),
        ("n = 5\nn = 6\nfor epoch in range(n):\n    optimizer.step()", 0),
        ("for epoch in range(len(x)):\n    optimizer.step()", 0),
        ("for epoch in range(0, 9, 0):\n    optimizer.step()", 0),
        ("for epoch in range(10 ** 10 ** 10):\n    optimizer.step()", 0),
        (INSIDE + "for i in range(2):\n    train(3)", 0),
        (INSIDE + "train(3)\ntrain(4)", 0),
        (INSIDE, 0),
        ("not Python (", 0),
    ],
)
def test_steps_that_were_planned(source: str, steps: int) -> None:
    assert planned_steps(source) == steps
