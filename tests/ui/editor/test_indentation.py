"""What Enter, Tab, Backspace and Ctrl+/ do to lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.ui.editor.indentation import (
    backspace_length,
    clause_indent,
    closer_indent,
    dedent_lines,
    indent_lines,
    next_line_indent,
    spaces_to_next_stop,
    toggle_comments,
)

CODE = st.text(st.sampled_from("ab: \n\"'#()[]{}\\\t"), max_size=40)
LINES = st.lists(st.text(st.sampled_from("ab #"), max_size=12), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("before", "spaces"),
    [
        ("x = 1", 0),
        ("    x = 1", 4),
        ("def f(x):", 4),
        ("    for i in range(3):", 8),
        ("if x:  # why: because", 4),
        ("x = 1  # note:", 0),
        ("# why:", 0),
        ("s = 'a:'", 0),
        ("s = 'it:", 0),
        ("d = {'a':", 5),
        ("x = f(", 4),
        ("x = [", 4),
        ("f(a)[1:", 5),
        ("def f(a,\n      b):", 4),
        ("x = f(a,", 6),
        ("    x = f( a,", 11),
        ("x = f(a, [1,", 10),
        ("x = f([1], # why (", 6),
        ("x = f(  # why", 4),
        ("    x = f(\n        a,", 8),
        ("x = f(a,\n  b,", 2),
        ("    x = f(a,\n          b)", 4),
        ("    return f(a,\n             b)", 0),
        ("if f(a,\n     b):", 4),
        ("x = 1 + \\", 4),
        ("x = 1 + \\\n    2", 0),
        ("print(x\ny = 2", 0),
        ("x = {\n    'a': f(b,", 11),
        ("    return x", 0),
        ("        pass", 4),
        ("    returned = 1", 4),
        ('    """Text:', 4),
        ('    """Text."""', 4),
        ("x = '''\nif a:", 0),
        ("lambda x:", 4),
        ("\tif x:", 8),
        ("    ", 4),
        ("", 0),
        ("s = 'it\\'s:'", 0),
        ("x = 'open\nif x:", 4),
    ],
)
def test_a_new_line_is_indented(before: str, spaces: int) -> None:
    assert next_line_indent(before) == " " * spaces


@pytest.mark.parametrize(
    ("code", "spaces"),
    [
        ("if a:\n    b\n    else:", 0),
        ("if a:\n    b\n    elif c:", 0),
        ("if a:\n    b\n    elif c[1:2]:", 0),
        ("if a:\n    b\nelif c:\n    d\n    else:", 0),
        ("if a:\n    if b:\n        c\n        else:", 4),
        ("if a:\n    if b:\n        c\n    else:\n        d\n        else:", 0),
        ("if a:\n    if b:\n        c\n    d\n    else:", 0),
        ("if a:\n\n    # why\n    b\n# else\n    else:", 0),
        ("for a in b:\n    c\n    else:", 0),
        ("async def f():\n    async for a in b:\n        c\n        else:", 4),
        ("try:\n    a\n    except:", 0),
        ("try:\n    a\n    except ValueError as error:", 0),
        ("try:\n    a\nexcept:\n    b\n    except E:", 0),
        ("try:\n    if a:\n        b\n    else:\n        c\n        finally:", 0),
        ("try:\n    a\nexcept E:\n    b\nelse:\n    c\n    finally:", 0),
        ("match a:\n    case 1:\n        b\n        case _:", 4),
    ],
)
def test_a_clause_goes_to_the_level_of_its_statement(code: str, spaces: int) -> None:
    *above, line = code.split("\n")
    assert clause_indent(above, line) == " " * spaces


@pytest.mark.parametrize(
    "code",
    [
        "if a:\n    b\nelse:",
        "if a:\n    if b:\n        c\n    else:",
        "def f():\n    if a: return 1\n    else:",
        "def f():\n    else:",
        "if a:\n    finally:",
        "x = 1\n    else:",
        "match a:\n    case 1:",
        "class A:\n    a: int\n    case:",
        "if a:\n    else_:",
        "if a:\n    elsewhere:",
        "if a:\n    b\n    else",
        "else:",
    ],
)
def test_any_other_line_stays(code: str) -> None:
    *above, line = code.split("\n")
    assert clause_indent(above, line) is None


@pytest.mark.parametrize(
    ("before", "closer", "spaces"),
    [
        ("x = [\n    1,\n    ", "]", 0),
        ("    x = f(a,\n          ", ")", 4),
        ("x = f([\n    1,\n    ", "]", 0),
        ("x = f(\n    [\n        1,\n        ", "]", 4),
        ("", ")", None),
        ("x = [\n    1", "]", None),
        ("x = [\n    ", ")", None),
        ("x = '''[\n    ", "]", None),
    ],
)
def test_a_closing_bracket_goes_to_the_level_of_its_partner(
    before: str, closer: str, spaces: int | None
) -> None:
    assert closer_indent(before, closer) == (None if spaces is None else " " * spaces)


@given(CODE)
def test_any_code_gives_an_indentation(code: str) -> None:
    indent = next_line_indent(code)
    assert indent.strip(" ") == ""
    assert len(indent) <= len(code.expandtabs(4)) + 4


@given(st.integers(0, 40))
def test_stops_are_multiples_of_four(column: int) -> None:
    assert (column + len(spaces_to_next_stop(column))) % 4 == 0
    assert 1 <= len(spaces_to_next_stop(column)) <= 4
    assert (column - backspace_length(" " * column)) % 4 == 0 or column == 0


def test_backspace_takes_one_character_of_code() -> None:
    assert backspace_length("    x") == 1
    assert backspace_length("x   ") == 1
    assert backspace_length("") == 1


@given(LINES)
def test_dedent_takes_indent_back(lines: list[str]) -> None:
    assert [line for line in dedent_lines(indent_lines(lines)) if line.strip()] == [
        line for line in lines if line.strip()
    ]


@given(LINES)
def test_comments_come_and_go(lines: list[str]) -> None:
    filled = [line for line in lines if line.strip()]
    changed = toggle_comments(lines)
    if filled and not all(line.lstrip().startswith("#") for line in filled):
        assert toggle_comments(changed) == lines
        assert all(line.lstrip().startswith("#") for line in changed if line.strip())


def test_comments_stand_at_the_common_indentation() -> None:
    assert toggle_comments(["    a", "", "        b"]) == ["    # a", "", "    #     b"]
    assert toggle_comments(["#a", "  #  b"]) == ["a", "   b"]
    assert toggle_comments(["", "  "]) == ["", "  "]


def test_dedent_stops_at_the_edge() -> None:
    assert dedent_lines(["  a", "\tb", "c", "      d"]) == ["a", "b", "c", "  d"]
