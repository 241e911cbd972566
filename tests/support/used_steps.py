"""A small course in which a step begins with the answer to an earlier one."""

from __future__ import annotations

from pathlib import Path

from tests.support.lessons import sound_course, write_course
from tutor.course.model import CodeStep

SQUARE = '''\
id = "square"
kind = "code"
title = "A function for squares"
text = "Write the function `square` of one `number`, and store the square of `side` as `area`."
given = "side = 3"
scaffold = """
def square(number): ...

area = ...
"""
solution = """
def square(number):
    return number * number

area = square(side)
"""
also_right = ["""
square = lambda number: number ** 2
area = square(side)
"""]
hints = ["Which operator multiplies?", "Return `number * number`."]

[[check]]
same = "[square(number) for number in (7, -2, 2.5)]"
name = "the squares of 7, -2 and 2.5"

[[check]]
same = "area"

[[vary]]
given.side = "5"

[[misconception]]
id = "doubled"
wrong = """
def square(number):
    return 2 * number

area = side * side
"""
say = "`square` doubles its number."

[[misconception]]
id = "two-sides"
wrong = """
def square(number):
    return number * number

area = 2 * side
"""
say = "{area} is the length of two sides."
'''

CUBE = '''\
id = "cube"
kind = "code"
title = "A cube from a square"
text = "Store the volume of a cube with the edge `edge` as `volume`. Your `square` is there."
uses = ["square"]
given = """
edge = 2
"""
scaffold = "volume = ..."
solution = "volume = edge * square(edge)"
hints = ["What is the area of one side?", "Multiply the area with `edge`."]

[[check]]
same = "volume"

[[vary]]
given.edge = "4"

[[misconception]]
id = "one-side"
wrong = "volume = square(edge)"
say = "{volume} is the area of one side."
'''

TWICE = """\
id = "twice"
kind = "code"
title = "Two cubes"
text = "Store the volume of so many cubes as `both`."
uses = ["cube"]
given = "times = 2"
scaffold = "both = ..."
solution = "both = times * volume"
hints = ["Which operator multiplies?", "Multiply `volume` with `times`."]

[[check]]
same = "both"

[[vary]]
given.times = "3"

[[misconception]]
id = "one-cube"
wrong = "both = volume"
say = "{both} is one cube."
true_of_all = "The volume itself is that of one cube."
"""

OWN = "def square(number):\n    print('mine')\n    return number ** 2\n\narea = square(side)"


def used_course(root: Path, **steps: str) -> Path:
    """Write the course of the three steps, some of them as `steps` say, and return its folder."""
    return write_course(root, **{"square": SQUARE, "cube": CUBE, "twice": TWICE, **steps})


def step_of(root: Path, step_id: str) -> CodeStep:
    """Return a step of the course, which must be sound."""
    step = sound_course(root).find(step_id)
    assert isinstance(step, CodeStep)
    return step
