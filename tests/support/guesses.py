"""A small step with wrong programs to guess about, once it is done."""

from __future__ import annotations

from tests.support.tutor_app import DOUBLE, READ

RIGHT = "y = x + x\n"

STEP = (
    DOUBLE
    + """
[[misconception]]
id = "squared"
wrong = "y = x ** 2"
say = "You got {y}: that is `x` times itself."

[[misconception]]
id = "halved"
wrong = "y = x / 2"
say = "You got {y}: that is half."

[[misconception]]
id = "called"
wrong = "y = x(2)"
say = "A number cannot be called."
"""
)

STEPS = {"10-double": STEP, "20-square": STEP.replace('"double"', '"square"'), "30-read-me": READ}
