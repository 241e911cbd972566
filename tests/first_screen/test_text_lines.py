"""The text of a lesson in lines: it fits, no word is lost, and it looks as it should."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.lessons import chapter
from tutor.first_screen.lines import LOOKS, Line
from tutor.first_screen.text_lines import MIN_COLUMNS, text_lines

WORDS = (
    "weight",
    "層の数",
    "σ(z)",
    "x²",
    "`nn.Linear(5, 2)`",
    "**bold**",
    "*slope*",
    "e\u0301t\u0301",
)
MARKS = (
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\n\n",
    "\n- ",
    "\n1. ",
    "\n  - ",
    "\n> ",
    "\n```\n",
    " | ",
    "\n|---|---|\n",
)
TEXTS = st.lists(st.sampled_from(WORDS + MARKS), max_size=40).map("".join)
ANY = st.text(
    st.sampled_from("ab −層*_`~#>-+|1.)(][!<&;:\\ \n\t\x1b👩\u200d\ufe0f\U0001f44d"), max_size=120
)
STEPS = [step for step in chapter().steps() if step.text]


def plain(markdown: str, width: int) -> list[str]:
    return [line.plain.rstrip() for line in text_lines(markdown, width)]


def words_of(text: str) -> str:
    """The letters of a text, with neither blanks nor marks."""
    return "".join(re.findall(r"[^\W_]|\u0301", text))


@given(st.one_of(TEXTS, ANY), st.integers(MIN_COLUMNS, 90))
def test_no_line_is_wider_than_the_width(markdown: str, width: int) -> None:
    for line in text_lines(markdown, width):
        assert cell_len(line.plain) <= width
        assert "\n" not in line.plain
        assert line.plain.isprintable() or re.search("[\u0301\u200d\ufe0f\\s]", line.plain)


@given(TEXTS, st.integers(MIN_COLUMNS, 90))
def test_no_word_is_lost(markdown: str, width: int) -> None:
    shown = sorted(words_of("".join(line.plain for line in text_lines(markdown, width))))
    written = sorted(
        words_of(re.sub(r"^(?: {0,6}(?:>|-|\d\.) ?)*", "", markdown, flags=re.MULTILINE))
    )
    without_numbers = [letter for letter in shown if not letter.isdecimal()]
    assert without_numbers == [letter for letter in written if not letter.isdecimal()]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
@pytest.mark.parametrize("width", [30, 45, 76])
def test_the_course_is_shown_whole(step: object, width: int) -> None:
    text = str(getattr(step, "text"))  # noqa: B009 - any kind of step
    lines = text_lines(text, width)
    assert max(cell_len(line.plain) for line in lines) <= width
    shown = re.sub(r"\W|_", "", "".join(line.plain for line in lines))
    first, last = re.findall(r"\w+", text)[0], re.findall(r"\w+", text)[-1]
    assert shown.startswith(first)
    assert shown.endswith(last)


def test_every_mark_of_a_text_has_a_look() -> None:
    text = """# a\n**b** *c* ~~d~~ `e` [f](g)\n\n- h\n\n> i\n\n---\n\n|j|\n|-|\n```py
# k
@l
class M: def n(self): return len(f"o") + 1 + None
"""
    used = {mark for line in text_lines(text, 60) for run in line.runs for mark in run.style}
    assert len(used) == 20
    assert used <= set(LOOKS)


def test_lists() -> None:
    text = "- one two three\n  - four\n    - five\n- six\n\n9. a\n\n10. b\n\n    c"
    assert plain(text, 14) == [
        "• one two",
        "  three",
        "  ◦ four",
        "    ▪ five",
        "• six",
        "",
        " 9. a",
        "",
        "10. b",
        "",
        "    c",
    ]


def test_a_list_in_too_few_columns_keeps_its_words() -> None:
    text = "- a\n  - b\n    - c\n      - d\n        - weight"
    shown = plain(text, MIN_COLUMNS)
    assert shown[-1] == "weight"
    assert max(map(len, shown)) <= MIN_COLUMNS


def test_tables() -> None:
    text = "| score | σ(z) |\n|---|--:|\n| −2 | 0.1192 |\n| 0 | 0.5 |"
    assert [line.plain for line in text_lines(text, 30)] == [
        "score     σ(z)",
        "−2      0.1192",
        "0          0.5",
    ]
    assert text_lines(text, 30)[0].runs[0].style == ("head",)


def test_a_table_that_is_too_wide_breaks_its_cells() -> None:
    text = "| move | why |\n|---|---|\n| clear the gradients | the old ones would be added |"
    assert plain(text, 26) == [
        "move          why",
        "clear the     the old ones",
        "gradients     would be",
        "              added",
    ]


def test_a_table_of_too_many_columns_is_a_list() -> None:
    text = (
        "| first | second | third |\n|---|---|---|\n| one hundred | two hundred | |\n| a | b | c |"
    )
    assert plain(text, 18) == [
        "first: one hundred",
        "second: two",
        "hundred",
        "",
        "first: a",
        "second: b",
        "third: c",
    ]


def test_quotations_and_code_have_their_edge_and_ground() -> None:
    assert plain("> one two\n>\n> - three", 12) == ["▌ one two", "▌", "▌ • three"]
    code = text_lines("```\na = 1\n```", 12)
    assert [line.plain for line in code] == [" a = 1      "]
    assert {run.style for run in code[0].runs} == {("fence",)}


def test_python_is_coloured_also_where_a_string_has_lines() -> None:
    lines = text_lines('```python\nx = """a\nb""" # c\n```', 30)
    styles = [{run.text: run.style[-1] for run in line.runs} for line in lines]
    assert styles[0]['"""a'] == styles[1]['b"""'] == "string"
    assert styles[1]["# c"] == "comment"


def test_the_joints_tell_what_was_one_paragraph() -> None:
    lines = text_lines("one two three\nfour\n\n```\nabcdefghijkl\n```", 10)
    assert [(line.plain.strip(), line.joint) for line in lines] == [
        ("one two", " "),
        ("three four", "\n"),
        ("", "\n"),
        ("abcdefgh", ""),
        ("ijkl", "\n"),
    ]


def test_no_text_has_no_lines() -> None:
    assert text_lines("\n \n", 40) == ()
    assert Line().plain == ""
