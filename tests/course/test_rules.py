"""What must hold between the keys of one step: each rule broken once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lessons import (
    CODE,
    NUMBER,
    PREDICT,
    QUIZ,
    READ,
    id_in,
    step_alone,
    step_file,
    write_course,
)
from tutor.course.load import load_course
from tutor.course.outline_reading import OutlineReading


def problems_of(root: Path, step: str) -> list[str]:
    """Problems of a course with this one step: what follows the file's name."""
    write_course(root, step=step)
    _, problems = load_course(root)
    return [str(problem).removeprefix(f"{step_file(root, id_in(step))}:") for problem in problems]


def line_of(step: str, text: str) -> int:
    return step[: step.index(text)].count("\n") + 1


NOTE = '\n[[note]]\nid = "a-note"\nsay = "Yes, and more."\n'


ADVICE = (
    "also_right[2]",
    "check[1].note",
    "hints[1]",
    "misconception[1].say",
    "misconception[1].wrong",
    "vary[1].note",
)
"""Keys of a code step with which a learner has no trouble if they are wrong."""


def test_the_steps_that_these_tests_break_are_sound(tmp_path: Path) -> None:
    for step in (
        READ,
        QUIZ,
        NUMBER,
        PREDICT,
        CODE,
        CODE.replace('same = "y"', 'same = "y"\nnote = "a-note"') + NOTE,
    ):
        assert problems_of(tmp_path / id_in(step), step) == []


@pytest.mark.parametrize("minutes", [0, 16])
def test_a_step_that_takes_no_time_or_too_much_is_told_to_its_author_alone(
    tmp_path: Path, minutes: int
) -> None:
    step = f"{READ}minutes = {minutes}\n"
    assert problems_of(tmp_path, step) == ["5: minutes: should be from 1 to 15; more is two steps"]
    reading = OutlineReading(tmp_path)
    for _ in reading.pieces():
        pass
    assert [each.minutes for each in reading.outline().steps()] == [minutes]
    assert reading.load("hello") is not None
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ('text = "Read this."', 'text = " "', "text", "is empty"),
        ('title = "Hello"', 'title = ""', "title", "is empty"),
    ],
)
def test_any_step(tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
    step = READ.replace(old, new)
    assert problems_of(tmp_path, step) == [f"{line_of(step, new)}: {key}: {message}"]


@pytest.mark.parametrize(
    ("old", "new", "key", "message"),
    [
        ('given = "x = 3"', 'given = "x ="', "given",
         "does not compile: invalid syntax (line 1 of it)"),
        ('"y = ..."', '"y = (..."', "scaffold",
         "does not compile: '(' was never closed (line 1 of it)"),
        ('"y = 2 * x"', '"y = 2 x"', "solution",
         "does not compile: invalid syntax (line 1 of it)"),
        ('"y = 2 * x"', '" "', "solution", "is empty"),
        ('"y = 2 * x"', '"a = 1\\nreturn a"', "solution",
         "does not compile: 'return' outside function (line 2 of it)"),
        ('["y = x + x"]', '["y = x + x", "y +"]', "also_right[2]",
         "does not compile: invalid syntax (line 1 of it)"),
        ('["Which operator multiplies?"', '[" "', "hints[1]", "is empty"),
        ('same = "y"', 'true = "y"\nsame = "y"', "check[1]",
         "needs exactly one of `same` and `true`"),
        ('same = "y"', "rtol = 1", "check[1]", "needs exactly one of `same` and `true`"),
        ('same = "y"', 'true = "y"\nlike = "x"', "check[1].like", "goes with `same`"),
        ('same = "y"', 'same = "y"\nlike = "x x"', "check[1].like",
         "is not a Python expression: invalid syntax"),
        ('same = "y"', 'true = "y = 1"', "check[1].true",
         "is not a Python expression: invalid syntax"),
        ('same = "y"', 'same = "y"\nrtol = -1', "check[1].rtol", "should be a number from 0"),
        ('same = "y"', 'same = "y"\natol = nan', "check[1].atol", "should be a number from 0"),
        ('same = "y"', 'same = "y"\ndtype = "loose"', "check[1].dtype",
         "should be `any`, `kind` or `strict`, not `loose`"),
        ('same = "y"', 'same = "y"\nnote = "nope"', "check[1].note",
         "no `[[note]]` has the id `nope`"),
        ('given.x = "-5"', 'note = "nope"\nseed = 1', "vary[1].note",
         "no `[[note]]` has the id `nope`"),
        ('given.x = "-5"', 'given.w = "-5"', "vary[1].given.w", "no given binds `w`"),
        ('given.x = "-5"', 'given.x = "-"', "vary[1].given.x",
         "the new value of `x` does not compile: invalid syntax"),
        ('given.x = "-5"', "given.x = -5", "vary[1].given",
         "should hold texts, but `x` is a whole number"),
        ('given.x = "-5"', "", "vary[1]", "changes nothing: it needs `given.<name>` or `seed`"),
        ('given.x = "-5"', 'given.x = "-5"\nfirst = 1', "vary[1].first",
         "should be true or false, but is a whole number"),
        ('given.x = "-5"', "seed = -1", "vary[1].seed", "should be from 0 to 4294967295"),
        ('given.x = "-5"', 'seed = "one"', "vary[1].seed",
         "should be a whole number, but is a text"),
        ('wrong = "y = x ** 2"', 'wrong = "y = x *"', "misconception[1].wrong",
         "does not compile: invalid syntax (line 1 of it)"),
        ('wrong = "y = x ** 2"', "", "misconception[1]",
         "needs exactly one of `wrong`, `when` and `raises`, and has none"),
        ('wrong = "y = x ** 2"', 'when = "y"\nraises = "x"', "misconception[1]",
         "needs exactly one of `wrong`, `when` and `raises`, not `when` and `raises`"),
        ('wrong = "y = x ** 2"', 'when = "y y"', "misconception[1].when",
         "is not a Python expression: invalid syntax"),
        ('wrong = "y = x ** 2"', 'raises = "(("', "misconception[1].raises",
         "is not a regular expression: missing ), unterminated subpattern at position 1"),
        ('say = "You squared it: {y}."', 'say = " "', "misconception[1].say", "is empty"),
    ],
)  # fmt: skip
def test_a_code_step(tmp_path: Path, old: str, new: str, key: str, message: str) -> None:
    step = CODE.replace(old, new)
    assert step != CODE
    (problem,) = problems_of(tmp_path, step)
    assert problem.partition(": ")[2] == f"{key}: {message}"
    assert (step_alone(tmp_path, "double") is not None) == (key in ADVICE)


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ("limit_s = 0", "limit_s", "should be above 0 and at most 3600 seconds"),
        ("points = -1", "points", "should be from 0 to 1000000"),
        ("points = nan", "points", "should be from 0 to 1000000"),
        ("limit_s = nan", "limit_s", "should be above 0 and at most 3600 seconds"),
        ("limit_mb = 1", "limit_mb", "should be from 64 to 1000000"),
        ("limit_mb = 99999999999999999999", "limit_mb", "should be from 64 to 1000000"),
        ("limit_mb = 512.5", "limit_mb", "should be a whole number, but is a number"),
        ("seed = 4294967296", "seed", "should be from 0 to 4294967295"),
        ('fixed = ["z"]', "fixed[1]", "no given binds `z`"),
        (
            'asks = ["y", "x", "print()", "step()", "z"]',
            "asks[5]",
            "neither the solution nor a given binds `z`",
        ),
        ('must_use = ["two words"]', "must_use[1]", "`two words` is not a name"),
        ('must_not_use = ["nn.", "nn.Softmax"]', "must_not_use[1]", "`nn.` is not a name"),
        ('strict = "yes"', "strict", "should be true or false, but is a text"),
        ("after = 2020-01-01", "after", "should be a text in quotes, but is a date or time"),
        ('hint = "x"', "hint", "is not a key here: did you mean `hints`?"),
        ('chek = "x"', "chek", "is not a key here: did you mean `check`?"),
        ('lesson = "first"', "lesson", "is not a key here"),
        ('note = "x"', "note", "is an array of tables: write `[[note]]`, not a text"),
        ('note = ["x"]', "note[1]", "should be a table, but is a text"),
    ],
)
def test_another_key_of_a_code_step(tmp_path: Path, line: str, key: str, message: str) -> None:
    step = CODE.replace("[[check]]", f"{line}\n[[check]]")
    assert problems_of(tmp_path, step) == [f"{line_of(step, line)}: {key}: {message}"]


def test_a_code_step_without_a_check(tmp_path: Path) -> None:
    step = CODE.replace('[[check]]\nsame = "y"\n', "")
    assert problems_of(tmp_path, step) == [
        "1: check: is missing: a code step needs at least one `[[check]]`"
    ]


FREE = '[[free]]\nconstant = "2"\nleast = 1\nmost = 9\n'
EXEMPT = '[[exempt]]\nmutant = "line 1: 2 becomes 3"\nreason = "It is so."\n'


@pytest.mark.parametrize(
    ("tables", "problems"),
    [
        (FREE + EXEMPT * 3, []),
        (FREE.replace('"2"', '"3"'), ["free[1].constant: the solution has no `3`"]),
        (FREE.replace('"2"', '"lr=2"'), ["free[1].constant: the solution has no `lr=2`"]),
        (FREE.replace('"2"', '"two"'),
         ["free[1].constant: `two` is neither a number nor `name=number`"]),
        (FREE.replace('"2"', '"-="'),
         ["free[1].constant: `-=` is neither a number nor `name=number`"]),
        (FREE.replace("least = 1", "least = 10"), ["free[1].least: is above `most`"]),
        (FREE.replace("most = 9", "most = inf"), ["free[1].most: should be a finite number"]),
        (FREE.replace("most = 9\n", ""), ["free[1].most: is missing"]),
        (EXEMPT.replace("It is so.", " "), ["exempt[1].reason: is empty"]),
        (EXEMPT * 4, ["exempt[4]: a step may have 3 exemptions at most: fix its checks"]),
    ],
)  # fmt: skip
def test_what_a_task_leaves_open_and_what_is_exempted(
    tmp_path: Path, tables: str, problems: list[str]
) -> None:
    step = CODE.replace("[[check]]", f"{tables}\n[[check]]")
    assert [each.partition(": ")[2] for each in problems_of(tmp_path, step)] == problems
    assert step_alone(tmp_path, "double") is not None or "is missing" in problems[0]


def test_a_named_constant_is_free_where_it_has_that_name(tmp_path: Path) -> None:
    named = CODE.replace('"y = 2 * x"', '"lr = 2\\ny = f(x, dim=3)"')
    for constant in ("lr=2", "lr = 2", "dim=3", "2"):
        free = FREE.replace('"2"', f'"{constant}"')
        assert problems_of(tmp_path, named.replace("[[check]]", f"{free}\n[[check]]")) == []


def test_notes(tmp_path: Path) -> None:
    assert problems_of(tmp_path, CODE + NOTE) == [
        "22: note[1]: is never shown: no `wrong`, no `when`, and no check names it"
    ]
    both = CODE + NOTE + 'wrong = "y = 1"\nwhen = "y"\n'
    assert problems_of(tmp_path, both) == ["22: note[1]: needs one of `wrong` and `when`, not both"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('why = "2 is', 'why = ""\n# "2 is', "10: option[1].why: is empty"),
        ('text = "1"', 'text = " "', "13: option[2].text: is empty"),
        ("correct = true", "", '7: option: `mode = "one"` needs exactly one correct option, not 0'),
        ('text = "1"', 'text = "1"\ncorrect = true',
         '7: option: `mode = "one"` needs exactly one correct option, not 2'),
        ('mode = "one"', 'mode = "one"\nanswer = "2"',
         '4: answer: a question with `mode = "one"` has options, no `answer`'),
        ('mode = "one"', 'mode = "one"\ntolerance = 0.1',
         '4: tolerance: is only for `mode = "number"`'),
        ('mode = "one"', 'mode = "one"\ntolerance = -0.1',
         "4: tolerance: should be a number from 0"),
        ('mode = "one"', "", "1: mode: is missing"),
        ('mode = "one"', 'mode = "number"\nanswer = "2"',
         '8: option: a question with `mode = "number"` has an `answer`, no options'),
    ],
)  # fmt: skip
def test_a_quiz(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert problems_of(tmp_path, QUIZ.replace(old, new)) == [problem]


@pytest.mark.parametrize(
    ("head", "problem"),
    [
        ('mode = "true-false"\n[[option]]\ntext = "a"\nwhy = "b"',
         '6: option: `mode = "true-false"` needs two options or more'),
        ('mode = "many"', '1: option: `mode = "many"` needs two options or more'),
        ('mode = "number"', '1: answer: is missing: `mode = "number"` asks for one'),
        ('mode = "number"\nanswer = "two"', "6: answer: `two` is not a number"),
        ('mode = "number"\nanswer = "nan"', "6: answer: `nan` is not a number"),
        ('mode = "number"\nanswer = 2',
         "6: answer: should be a text in quotes, but is a whole number"),
        ('mode = "shape"\nanswer = "1 by 2"',
         "6: answer: `1 by 2` is not a shape such as `(1, 4)`"),
    ],
)  # fmt: skip
def test_the_modes_of_a_quiz(tmp_path: Path, head: str, problem: str) -> None:
    step = 'id = "which"\nkind = "quiz"\ntitle = "W"\ntext = "W"\n' + head
    assert problems_of(tmp_path, step) == [problem]


@pytest.mark.parametrize("answer", ["()", "(3,)", "(1, 4)", "(3)"])
def test_shapes(tmp_path: Path, answer: str) -> None:
    step = QUIZ.partition("mode")[0] + f'title="W"\ntext="W"\nmode = "shape"\nanswer = "{answer}"\n'
    assert problems_of(tmp_path, step) == []


def test_many_needs_something_that_is_right(tmp_path: Path) -> None:
    step = QUIZ.replace('"one"', '"many"').replace("correct = true", "")
    assert problems_of(tmp_path, step) == ['7: option: `mode = "many"` needs a correct option']


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('answer = "1.33"', 'answer = "much"', "11: wrong[1].answer: `much` is not a number"),
        ("That is 4 / 3.", " ", "12: wrong[1].why: is empty"),
        ("Four quarters are 1.", "", "8: hints[1]: is empty"),
        ('answer = "1.33"', 'answer = "1.33"\ntolerance = -1',
         "12: wrong[1].tolerance: should be a number from 0"),
        ('answer = "1.33"', 'answer = "1.33"\ntolerance = "1"',
         "12: wrong[1].tolerance: should be a number, but is a text"),
        ('mode = "number"\n', 'mode = "shape"\n',
         "6: answer: `0.75` is not a shape such as `(1, 4)`"),
    ],
)  # fmt: skip
def test_a_number_to_type(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert problem in problems_of(tmp_path, NUMBER.replace(old, new))
    is_advice = problem.endswith((".why: is empty", "hints[1]: is empty"))
    assert (step_alone(tmp_path, "how-many") is not None) == is_advice


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('text = "1"', 'text = "2"', "13: option[2].text: is the text of option 1 too"),
        ("correct = true", 'when = "x"', '9: option[1].when: is for a predict step; here write '
         "`correct`"),
        ("[[option]]", '[[wrong]]\nanswer = "3"\nwhy = "No."\n[[option]]',
         "7: wrong: is for typed answers: the `why` of an option says why that one is wrong"),
    ],
)  # fmt: skip
def test_statements_to_choose_from(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert problem in problems_of(tmp_path, QUIZ.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('program = "y = x / 2"\n', "", "1: program: is missing"),
        ('"y = x / 2"', '" "', "7: program: is empty"),
        ('"y = x / 2"', '"y ="', "7: program: does not compile: invalid syntax (line 1 of it)"),
        ('"x = 2"', '"x ="', "6: given: does not compile: invalid syntax (line 1 of it)"),
        ('"x = y = x / 2"', '"x ="',
         "8: scaffold: does not compile: invalid syntax (line 1 of it)"),
        ('when = "x == given.x"', "correct = true",
         "12: option[1].correct: is for a quiz; here the run decides: write `when`"),
        ('when = "x == given.x"\n', "",
         "10: option[1].when: is missing: an expression that holds after the run if the option is "
         "right"),
        ('when = "x == given.x"', 'when = "x = 2"',
         "12: option[1].when: is not a Python expression: invalid syntax"),
        ('value = "y"', 'value = "y y"',
         "22: show[1].value: is not a Python expression: invalid syntax"),
        ('label = "y"', 'name = "y"', "23: show[1].name: is not a key here"),
        ('mode = "one"', 'mode = "one"\nlimit_s = 0',
         "4: limit_s: should be above 0 and at most 3600 seconds"),
        ('mode = "one"', 'mode = "one"\nsolution = "x"', "4: solution: is not a key here"),
        ('mode = "one"', 'mode = "number"\nanswer = "y"',
         '11: option: a question with `mode = "number"` has an `answer`, no options'),
    ],
)  # fmt: skip
def test_a_predict_step(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = problems_of(tmp_path, PREDICT.replace(old, new, 1))
    assert step_alone(tmp_path, "halved") is None
    assert [line for line in found if line.startswith(problem)], found


def test_a_lesson_builds_on_earlier_ones_only(tmp_path: Path) -> None:
    course = 'format = 1\ntitle = "A course"\norder = ["first", "second"]\n'
    write_course(tmp_path, course=course, step=READ)
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "01-on.toml").write_text(READ.replace("hello", "on"))
    for needs, said in (
        ('["first"]', []),
        ('["frist"]', ["no lesson `frist` comes before this one: did you mean `first`?"]),
        ('["second"]', ["no lesson `second` comes before this one"]),
    ):
        head = f'format = 1\ntitle = "Second"\nneeds = {needs}\n'
        (tmp_path / "second" / "lesson.toml").write_text(head)
        _, problems = load_course(tmp_path)
        assert [problem.message for problem in problems] == said
