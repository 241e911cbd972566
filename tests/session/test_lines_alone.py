"""Lines as an expression: they run with their numbers, and what stands last is the value."""

from __future__ import annotations

import traceback

import pytest

from tutor.session.asking import PROGRAM_FILE, lines_as_expression


def value(program: str, **names: object) -> object:
    return eval(lines_as_expression(program), names)


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("\n\ny = x + 1\ny * 2", 8),
        ("x", 3),
        ("y = x\nmax(\n    y,\n    7,\n)  # the larger", 7),
        ("if True:\n    x", None),
        ("y = x; y", None),
        ("y = x", None),
        ("# nothing", None),
        ("", None),
        ("'''a\nb'''", "a\nb"),
    ],
)
def test_the_value_is_that_of_the_last_line_if_that_is_an_expression(
    program: str, what: object
) -> None:
    assert value(program, x=3) == what


def test_names_of_the_program_do_not_disturb_it() -> None:
    assert value("y = exec\ny", exec=1, eval=2, compile=3, globals=4) == 1


@pytest.mark.parametrize(("program", "line"), [("\n\nx = 1\n1 / 0\n", 4), ("\n\n1 / 0\nx = 1", 3)])
def test_an_error_has_its_line(program: str, line: int) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        value(program)
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (last.filename, last.lineno) == (PROGRAM_FILE, line)


def test_what_is_not_python_says_so_where_it_runs() -> None:
    with pytest.raises(SyntaxError) as raised:
        value("\nx = = 1\nx")
    assert (raised.value.filename, raised.value.lineno) == (PROGRAM_FILE, 2)
