"""Temporary courses for tests: folders of lessons, written from texts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tutor.course.load import load_course
from tutor.course.model import Course, Step
from tutor.course.outline_reading import OutlineReading
from tutor.course.problems import CourseError

LESSONS = Path(__file__).parents[2] / "lessons"
COURSE = 'format = 1\ntitle = "A course"\norder = ["first"]\n'
LESSON = 'format = 1\ntitle = "First"\n'

READ = 'id = "hello"\nkind = "read"\ntitle = "Hello"\ntext = "Read this."\n'

QUIZ = """\
id = "which"
kind = "quiz"
mode = "one"
title = "Which"
text = "Which is larger?"

[[option]]
text = "2"
correct = true
why = "2 is above 1."

[[option]]
text = "1"
why = "1 is below 2."
"""

PREDICT = """\
id = "halved"
kind = "predict"
mode = "one"
title = "Which of them changes?"
text = "What is in `x` after the program?"
given = "x = 2"
program = "y = x / 2"
scaffold = "x = y = x / 2"

[[option]]
text = "2"
when = "x == given.x"
why = "`x / 2` is a new number. It goes into `y`."

[[option]]
text = "1"
when = "x == given.x / 2"
why = "That is in `y`."
misconception = "changes-in-place"

[[show]]
value = "y"
label = "y"
"""

NUMBER = """\
id = "how-many"
kind = "quiz"
mode = "number"
title = "How many"
text = "What is 3 / 4?"
answer = "0.75"
tolerance = 0.01
hints = ["Four quarters are 1."]

[[wrong]]
answer = "1.33"
why = "That is 4 / 3."
misconception = "upside-down"
"""

CODE = """\
id = "double"
kind = "code"
title = "Twice as much"
text = "Store twice `x` under the name `y`."
given = "x = 3"
scaffold = "y = ..."
solution = "y = 2 * x"
also_right = ["y = x + x"]
hints = ["Which operator multiplies?", "Write the number, then `*`, then the name."]

[[check]]
same = "y"

[[vary]]
given.x = "-5"

[[misconception]]
id = "squared"
wrong = "y = x ** 2"
say = "You squared it: {y}."
"""


LAB = """\
id = "widen"
kind = "lab"
title = "Widen it"
text = "How wide does it have to be?"
given = "base = 3"
program = "total = base * width * (rate > 0)"
guess = "How much will it be in all?"
after = "Twice as wide is twice as much."
views = ["map", "loss"]
hints = ["Which way is wider?"]

[[slider]]
name = "width"
label = "hidden units"
values = [1, 2, 4, 8]
start = 2

[[slider]]
name = "rate"
values = [0.1, 0.5]
start = 0.5

[[goal]]
true = "total >= 12"
say = "At least 12 in all."

[[goal]]
true = "total < 6"
say = "In another run, less than 6."

[[show]]
value = "total"
label = "in all"

[[solution]]
set.width = 8
set.rate = 0.5

[[solution]]
set.width = 1
set.rate = 0.1
"""


DRAWN = """\
id = "ink"
kind = "lab"
title = "Ink"
text = "How much ink is there?"
program = "ink = drawing.count('9')"
guess = "How much will it be at first?"
after = "Each dark cell counts."
views = ["pad"]

[[goal]]
true = "drawing.count('9') == 2"
say = "Two dark cells."

[[show]]
value = "ink"

[[solution]]
draw = '''
00000000
00099000
00000000
00000000
00000000
00000000
00000000
00000000
'''
"""
"""A lab with a pad in place of sliders; its program does not show the pad."""


FAMILY = """\
about = "What goes wrong where a number is doubled."

[names]
number = "Name of the number."
result = "Name of what comes out."

[[misconception]]
id = "squared"
wrong = "$result = $number ** 2"
say = "You squared it: {$result}."

[[misconception]]
id = "halved"
wrong = "$result = $number / 2"
say = "You halved it: {$result}."
"""

BOUND = """\
[[family]]
use = "doubling"
names = { number = "x", result = "y" }
"""


def write_family(root: Path, text: str = FAMILY, name: str = "doubling") -> Path:
    """Write a family of wrong ideas into a course and return its file."""
    file = root / "families" / f"{name}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def write_course(root: Path, *, course: str = COURSE, lesson: str = LESSON, **steps: str) -> Path:
    """Write a course of one lesson and return its folder.

    Each of `steps` is the text of a step's file, which is named by the id in the text.
    """
    folder = root / "first"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "course.toml").write_text(course, encoding="utf-8")
    (folder / "lesson.toml").write_text(lesson, encoding="utf-8")
    for number, text in enumerate(steps.values(), 1):
        step_file(root, id_in(text), number).write_text(text, encoding="utf-8")
    return root


def step_file(root: Path, step_id: str, number: int = 1) -> Path:
    """Return the path that `write_course` gives to a step's file."""
    return root / "first" / f"{number:02}-{step_id}.toml"


def id_in(text: str) -> str:
    """Return the first id in the text of a step."""
    return text.partition('id = "')[2].partition('"')[0]


@cache
def chapter() -> Course:
    """Return the course of this repository, which takes 0.7 s to read."""
    return load_course(LESSONS)[0]  # tests/content/test_lessons.py reports its problems


def sound_course(lessons: Path) -> Course:
    """Return the course of a folder; raise CourseError if there is any problem with it."""
    course, problems = load_course(lessons)
    if problems:
        raise CourseError(problems)
    return course


def step_alone(lessons: Path, step_id: str) -> Step | None:
    """Return a step as the app reads it; None if it cannot be used."""
    return OutlineReading(lessons).load(step_id)
