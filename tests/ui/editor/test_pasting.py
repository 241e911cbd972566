"""What becomes of a text that is pasted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.editor.test_whole_lines import applied
from tutor.ui.editor.pasting import pasted, without_prompts

CURSOR = "|"
BLOCK = "a = 1\nif a:\n    b = 2\n"
LIST = "model = nn.Sequential(\n    nn.Linear(2, 3),\n)\n"


def indented(text: str, columns: int) -> str:
    return "".join(" " * columns + line for line in text.splitlines(keepends=True))


def after_paste(code: str, text: str) -> str:
    """The program once a text is pasted where `|` stands."""
    before, _, after = code.partition(CURSOR)
    place = before.count("\n"), len(before.rpartition("\n")[2])
    lines = (before + after).split("\n")
    return "\n".join(applied(lines, pasted(text, lines, place, place)))


@pytest.mark.parametrize("block", [BLOCK, LIST, 'def f():\n    """A\n    text."""\n    return 1\n'])
@pytest.mark.parametrize("columns", [0, 4, 8])
def test_a_block_is_indented_as_where_it_goes_in(block: str, columns: int) -> None:
    text = indented(block, columns)
    assert after_paste("|", text) == block
    assert after_paste("def f():\n    |", text) == f"def f():\n{indented(block, 4)}"
    above = after_paste("def f():\n    |return a", text)
    assert above == f"def f():\n{indented(block, 4)}    return a"
    assert after_paste("def f():\n|    return a", text) == above


@pytest.mark.parametrize("columns", [4, 8])
def test_a_first_line_may_have_lost_its_indentation(columns: int) -> None:
    for block in (BLOCK, "if a:\n    b = 2\n", "if a:\n    b = 2\nc = 3\n"):
        text = indented(block, columns).lstrip()
        assert after_paste("def f():\n    |", text) == f"def f():\n{indented(block, 4)}"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = |", "f(\n    1,\n)"),
        ("def f():\n    return 1\n|", "    def inner():\n        pass\n"),
        ("class A:\n|    x = 1", "    def f(self):\n        return 1\n\n"),
        ("text = '''\n|\n'''", "    a\n  b"),
        ('"""\n|\n"""', ">>> f()\n1"),
        ("# |", "    a\n    b"),
        ("x = f(\n|)", "    1,\n"),
        ("def f():\n    |", "    "),
        ("|    1,\n)", "x = f(\n"),
    ],
)
def test_what_fits_already_goes_in_as_it_is(code: str, text: str) -> None:
    before, _, after = code.partition(CURSOR)
    assert after_paste(code, text) == f"{before}{text}{after}"


def test_the_text_of_a_string_keeps_its_spaces() -> None:
    text = 'x = """\n  a\n"""\ny = 2\n'
    after = after_paste("if 1:\n    |", text)
    assert after == 'if 1:\n    x = """\n  a\n"""\n    y = 2\n'


def test_lines_that_are_put_above_leave_the_cursor_in_its_line() -> None:
    assert pasted("a\nb\n", ["    x = 1"], (0, 2), (0, 2)).selection == ((2, 2), (2, 2))


SESSION = """>>> x = 1
>>> for i in range(2):
...     print(i)
...
0
1
>>> x
1
"""


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (">>> x = 1", "x = 1"),
        (SESSION, "x = 1\nfor i in range(2):\n    print(i)\n\n# 0\n# 1\nx\n# 1\n"),
        (SESSION.removeprefix(">>> "), without_prompts(SESSION)),
        (indented(SESSION, 4), without_prompts(SESSION)),
        (
            "In [1]: def f():\n   ...:     return 2\n\nIn [12]: f()\nOut[12]: 2\n",
            "def f():\n    return 2\n\nf()\n# Out[12]: 2\n",
        ),
        ('def f():\n    """Twice.\n\n    >>> f(2)\n    4\n    """', ""),
        ('"""\n>>> f(2)\n"""', ""),
        ("x = y[...]\n... = 2", ""),
        ("", ""),
    ],
)
def test_prompts_go_and_what_was_printed_are_comments(text: str, code: str) -> None:
    assert without_prompts(text) == (code or text)


def test_a_session_is_indented_as_where_it_goes_in() -> None:
    after = after_paste("if 1:\n    |", SESSION)
    assert after == f"if 1:\n{indented(without_prompts(SESSION), 4)}".replace("    \n", "\n")


PROGRAM = (
    f"{BLOCK}\ndef f(x):\n{indented(BLOCK, 4)}    for i in x:\n        {LIST}\n\nf(\n    1,\n)\n"
)


@given(st.integers(0, PROGRAM.count("\n") - 1), st.integers(1, 6))
def test_lines_that_are_cut_come_back_as_they_were(first: int, count: int) -> None:
    lines = PROGRAM.split("\n")
    cut = lines[first : first + count]
    rest = [*lines[:first], *lines[first + count :]] or [""]
    place = min(first, len(rest) - 1), 0
    if first + count < len(lines):
        assert applied(rest, pasted("\n".join([*cut, ""]), rest, place, place)) == lines


@given(
    st.text(st.sampled_from("a:#\"'([)]\\ \n"), max_size=30),
    st.text(st.sampled_from("a:#\"'([)]\\ \n>."), max_size=30),
    st.data(),
)
def test_no_text_is_lost(code: str, text: str, data: st.DataObject) -> None:
    lines = code.split("\n")
    row = data.draw(st.integers(0, len(lines) - 1))
    place = row, data.draw(st.integers(0, len(lines[row])))
    after = "\n".join(applied(lines, pasted(text, lines, place, place)))
    is_session = without_prompts(text) != text
    assert is_session or sorted(after.replace(" ", "")) == sorted((code + text).replace(" ", ""))
