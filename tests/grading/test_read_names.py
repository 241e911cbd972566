"""Names that a program reads and binds, as far as its text tells them."""

from __future__ import annotations

import pytest

from tutor.course.code import parse_program
from tutor.grading.read_names import ProgramNames, read_names


def names_in(program: str) -> ProgramNames:
    return read_names(parse_program(program), program.split("\n"))


def unbound(program: str) -> list[str]:
    names = names_in(program)
    return [each.name for each in names.read if each.name not in names.bound]


@pytest.mark.parametrize(
    "program",
    [
        "x = 1\nx",
        "x: int = 1\nx",
        "for x, (y, *z) in []: x, y, z",
        "with f as x, g as (y, z): x, y, z".replace("f", "open").replace("g", "open")
        + "\nopen = 1",
        "import a.b, c as d\na, d",
        "from a import b, c as d\nb, d",
        "def f(a, /, b, *c, d=1, **e): a, b, c, d, e\nf",
        "async def f(a): a\nf",
        "class C:\n    x = 1\n    y = x\nC",
        "[x for x in []]",
        "{x: y for x, y in []}",
        "(x for y in [] for x in y)",
        "lambda x, *y: (x, y)",
        "(x := 1)\nx",
        "[y := 1 for _ in []]\ny",
        "try:\n    pass\nexcept (ValueError := 1) as error:\n    error",
        "match []:\n    case [x, *y] | {'a': x, **y}: x, y\n    case z: z",
        "def f():\n    global x\n    x = 1\nx, f",
        "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x\n    g",
        "x = 1\ndel x\nx",
        "x += 1",
        "class C:\n    x = 1\n    def f(self): x\nC",
        "def f():\n    def g(): x\n    x = 1\n    return g",
        "def f(): return [[y for _ in []] for y in []]",
        "[[(y := 1) for _ in []] for _ in []]\ny",
        "def f():\n    [z := 1 for _ in []]\n    return z",
        "if False:\n    x",
        "try:\n    x\nexcept:\n    pass",
        "with suppress(1):\n    x\nsuppress = 1",
        "def f(a: x) -> y: a",
        "x: y = 1",
        "____ + __name__ + _",
    ],
)
def test_what_a_program_binds_is_known(program: str) -> None:
    assert unbound(program) == []
    assert not names_in(program).may_bind_more


@pytest.mark.parametrize(
    ("program", "name"),
    [
        ("y = x", "x"),
        ("f'{x:{x}}' and 1", "x"),
        ("def f(a=x): pass", "x"),
        ("@x\ndef f(): pass", "x"),
        ("class C(x): pass", "x"),
        ("[y for y in x]", "x"),
        ("for _ in []:\n    x.y", "x"),
        ("try:\n    pass\nexcept x:\n    pass", "x"),
        ("a = b = x", "x"),
        ("del [x][0]", "x"),
        ("def f():\n    x = 1\nx, f", "x"),
        ("[x for x in []]\nx", "x"),
        ("def f(x): pass\nf(x)", "x"),
        ("class C:\n    def f(self, x): pass\n    def g(self): x", "x"),
        ("class C:\n    def f(self):\n        x = 1\n    y = x", "x"),
        ("(lambda x: 1)(x)", "x"),
    ],
)
def test_what_it_does_not_bind_is_found(program: str, name: str) -> None:
    assert set(unbound(program)) == {name}


@pytest.mark.parametrize(
    "program",
    [
        "from torch.nn import *",
        "exec('x = 1')",
        "globals()['x'] = 1",
        "def f():\n    return vars()",
        "if 'x' in dir():\n    x",
        "__import__('builtins').x = 1\nx",
        "import builtins\nbuiltins.x = 1",
        "import sys\nsys.modules['__main__'].x = 1",
        "from sys import modules",
        "def f(): f.__globals__['x'] = 1",
    ],
)
def test_what_binds_names_unseen_is_told(program: str) -> None:
    assert names_in(program).may_bind_more


@pytest.mark.parametrize(
    "program",
    [
        "model = 1\nmodel.eval()\nmodel.modules()\nfor modules in []: setattr(1, 'a', modules)",
    ],
)
def test_what_only_sounds_like_it_is_not(program: str) -> None:
    assert not names_in(program).may_bind_more


def test_places_count_characters() -> None:
    program = "größe = 1\nprint('ü', größe, weite)"
    found = {each.name: each for each in names_in(program).read}
    assert found["weite"][1:] == (1, 18, 23)
    line = program.split("\n")[1]
    assert line[18:23] == "weite"


def test_a_place_that_python_does_not_know_is_the_whole_line() -> None:
    program = 'f"""\n   {a}  \n"""'
    (read,) = names_in(program).read
    line = program.split("\n")[read.row]
    assert line[read.start : read.end].strip() in ("a", line.strip())


def test_names_at_the_top_are_in_order() -> None:
    names = names_in("b = 1\ndef a(c):\n    d = 2\nb = 2\n")
    assert names.at_top == ("b", "a")
    assert names.bound == {"a", "b"}


def test_a_long_sum_is_read() -> None:
    program = "y = " + " + ".join(["x"] * 2_000)
    assert len(names_in(program).read) == 2_000
