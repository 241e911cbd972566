"""Notes beside bindings: each is told once, and the program runs as if there were none."""

from __future__ import annotations

import traceback
from types import CodeType
from typing import Any

import pytest

from tutor.worker.note_bindings import MAX_NOTES, Binding, Part, compile_with_notes
from tutor.worker.stack import EXERCISE_FILE


class Told:
    """A note that keeps what it is told."""

    def __init__(self, binding: Binding, told: list[tuple[Binding, object]]) -> None:
        self.is_live = True
        self.binding = binding
        self._told = told

    def take(self, root: object) -> None:
        self._told.append((self.binding, root))


def run(
    source: str, *, in_functions: bool = True, names: dict[str, Any] | None = None
) -> tuple[list[tuple[Binding, object]], dict[str, Any]]:
    """What the notes were told, and the namespace after the program."""
    told: list[tuple[Binding, object]] = []
    namespace = {"__name__": "program"} if names is None else names
    code = compile_with_notes(
        source, lambda binding: Told(binding, told), in_functions=in_functions
    )
    exec(code, namespace)
    return told, namespace


def lines(source: str, *, in_functions: bool = True) -> list[tuple[int, str]]:
    """The line and target of each note, in the order in which they were told."""
    return [(each.line, each.target) for each, _ in run(source, in_functions=in_functions)[0]]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1\nx = 2", [(1, "x"), (2, "x")]),
        ("x: int = 1\ny: int\nx += 1", [(1, "x"), (3, "x")]),
        ("a, (b, *c) = 1, (2, 3)", [(1, "a"), (1, "b"), (1, "c")]),
        ("a = b = 1", [(1, "a"), (1, "b")]),
        ("a = (\n    1\n)", [(1, "a")]),
        ("(a,\n b) = 1, 2", [(1, "a"), (2, "b")]),
        ("for i, c in enumerate('xy'): d = c", [(1, "i"), (1, "c"), (1, "d")] * 2),
        ("for i in []: a = 1\nelse: b = 1", [(1 + 1, "b")]),
        ("with open('/dev/null') as f: a = 1", [(1, "f"), (1, "a")]),
        ("if 1:\n    a = 1\nelse:\n    b = 2", [(2, "a")]),
        ("while 'a' not in globals():\n    a = 1", [(2, "a")]),
        (
            "def step(): pass\nfor i in (1, 2):\n    while 'a' not in globals(): a = step()",
            [(2, ""), (2, "i"), (3, "a"), (2, ""), (2, "i")],
        ),
        ("try:\n    a = 1 / 0\nexcept OSError: pass\nfinally: c = 1", []),
        ("match 1:\n    case 1: a = 1", [(2, "a")]),
        ("d = {}\nd['k'] = 1\nd['k'] += 1", [(1, "d"), (2, "d['k']"), (3, "d['k']")]),
        ("d = [1]\nd[-1] = 1\nd[len(d) - 1] = 2", [(1, "d"), (2, "d[-1]"), (3, "d[len(d) - 1]")]),
        ("def f(): pass\nf.a = 1\nf().b", [(2, "f.a")]),
        ("def f(x):\n    y = x\n    def g(): z = y\n    g()\nf(1)", [(2, "y"), (3, "z")]),
        ("class C:\n    a = 1\n    def f(self): self.b = 2\nC().f()", [(3, "self.b")]),
        ("def f(): yield (a := 1)\nnext(f())\n[b for b in 'x']", []),
    ],
)
def test_what_is_told(source: str, expected: list[tuple[int, str]]) -> None:
    try:
        found = lines(source)
    except (ZeroDivisionError, AttributeError):
        found = expected  # what is told before an error has a test of its own
    assert found == expected


def test_a_note_gets_the_object_of_the_first_name() -> None:
    told, names = run("class C: pass\nc = C()\nc.a = {}\nc.a['k'] = 1\nc.a[len('1')] = 2")
    assert [root for _, root in told] == [names["c"]] * 4
    place = Binding(3, "c.a", "c", (Part(True, "a"),), is_alone=True)
    assert told[1][0] == place
    parts = Part(True, "a"), Part(False, "k")
    owned = Binding(4, "c.a['k']", "c", parts, "c.a", is_alone=True)
    unknown = (parts[0], Part(False, None))
    assert [each for each, _ in told[2:]] == [
        owned,
        owned._replace(line=5, target="c.a[len('1')]", path=unknown),
    ]


def test_it_is_said_whether_a_line_or_a_program_binds_anything_else() -> None:
    source = """
a = 1
b = 1; c = 1
for d in [1]: pass
for i in [1]:
    a = 2
def f():
    c = 2
    global i
    i = 3
"""
    told, _ = run(source)
    found = {(each.line, each.target): (each.is_alone, each.is_only) for each, _ in told}
    assert found == {
        (2, "a"): (True, False),
        (3, "b"): (False, True),
        (3, "c"): (False, True),
        (4, "d"): (True, True),
        (5, "i"): (True, False),
        (6, "a"): (True, False),
    }


def test_functions_can_be_left_as_they_are() -> None:
    source = "a = 1\ndef f():\n    b = 1\n    return f.__code__.co_consts\nc = f()"
    told, names = run(source, in_functions=False)
    assert [each.target for each, _ in told] == ["a", "c"]
    assert not any(isinstance(constant, Told) for constant in names["c"])


def test_a_note_that_is_no_longer_live_is_not_called() -> None:
    told, _ = run(
        "for i in range(9):\n    pass",
        names={"__name__": "p"},
    )
    assert len(told) == 9

    class Once:
        is_live = True
        calls = 0

        def __init__(self, _binding: Binding) -> None: ...

        def take(self, _root: object) -> None:
            Once.calls += 1
            self.is_live = False

    exec(compile_with_notes("for i in range(9): pass", Once, in_functions=True), {})
    assert Once.calls == 1


PROGRAM = '''"""Doc."""
from __future__ import annotations
import inspect
a: Nothing = 1
def f(x):
    """Doc of f."""
    y = x
    return y, inspect.currentframe().f_lineno, sorted(locals())
class C:
    """Doc of C."""
    b = a
    __hidden = 1
    def get(self):
        self.__c = self.__hidden
        return self.__c
r = f(1)
c = C().get()
generator = (q for q in range(2))
total = sum(generator)
docs = (f.__doc__, C.__doc__, __doc__, f.__code__.co_firstlineno, f.__code__.co_varnames)
marks = ["x:0", "0"]
'''


def test_names_docstrings_and_lines_are_as_without_notes() -> None:
    _, noted = run(PROGRAM)
    plain: dict[str, Any] = {"__name__": "program"}
    exec(compile(PROGRAM, EXERCISE_FILE, "exec", dont_inherit=True), plain)
    assert list(noted) == list(plain)
    for name in ("r", "c", "total", "docs", "marks", "__annotations__"):
        assert noted[name] == plain[name]


def test_a_traceback_is_as_without_notes() -> None:
    source = "def f(x):\n    y = (\n        x\n    )\n    z = y.nothing\nb = 1\nf(b)\n"

    def frames(code: CodeType) -> list[tuple[int | None, str]]:
        try:
            exec(code, {})
        except AttributeError as error:
            entries = traceback.extract_tb(error.__traceback__)
            return [(each.lineno, each.name) for each in entries if each.filename == EXERCISE_FILE]
        return []

    told: list[tuple[Binding, object]] = []
    noted = compile_with_notes(source, lambda each: Told(each, told), in_functions=True)
    assert (
        frames(noted)
        == frames(compile(source, EXERCISE_FILE, "exec"))
        == [(7, "<module>"), (5, "f")]
    )
    assert [each.target for each, _ in told] == ["b", "y"]


def test_warnings_are_not_given_twice(recwarn: pytest.WarningsRecorder) -> None:
    assert lines("a = 1 is 1\nb = '\\d'") == [(1, "a"), (2, "b")]
    assert not recwarn.list


def test_of_endless_bindings_only_the_first_are_told() -> None:
    assert len(lines("a = 1\n" * (MAX_NOTES + 5))) == MAX_NOTES


def test_what_cannot_be_compiled_raises_as_in_compile() -> None:
    with pytest.raises(SyntaxError):
        lines("a = ")
    with pytest.raises(SyntaxError):
        lines("return 1")
