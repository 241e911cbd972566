"""The rows of a step's first screen: they fill the place of the panes, and never more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.lessons import chapter
from tutor.course.model import CodeStep, QuizStep, ReadStep
from tutor.first_screen.lines import cell_count
from tutor.first_screen.step_screen import FirstStep, first_layout, step_lines
from tutor.progress.fold import Place

STEPS = chapter().steps()
CODE = CodeStep(
    id="code",
    title="Code",
    text="\n\n".join(f"Paragraph {number}." for number in range(30)),
    given="x = 1",
    scaffold="y = ...",
    solution="y = 2",
)
PANES = st.sampled_from(["lesson", "code", "output", "loss", "quiz", "nonsense", ""])


def rows(first: FirstStep, columns: int, height: int) -> list[str]:
    return [line.plain.rstrip() for line in step_lines(first, columns, height - 3, height)]


@given(
    st.sampled_from(STEPS),
    st.integers(60, 250),
    st.integers(16, 70),
    st.one_of(st.none(), st.tuples(PANES, st.integers(0, 40))),
    st.sampled_from(["a = 1\n", "", "x" * 300, "\n" * 99, "a\tb", "層 = 1"]),
)
def test_it_never_needs_more_than_the_place_of_the_panes(
    step: ReadStep, columns: int, height: int, at: tuple[str, int] | None, code: str
) -> None:
    place = Place(step.id, at[0], 0, 0, at[1]) if at is not None else None
    first = FirstStep(step, place, code)
    lines = step_lines(first, columns, height - 3, height)
    assert len(lines) <= height - 3
    assert all(cell_count(line.plain) <= columns for line in lines)


def test_on_a_narrow_screen_the_text_stands_alone_under_the_tabs() -> None:
    shown = rows(FirstStep(CODE), 80, 24)
    assert shown[0].startswith("[1 Lesson] 2 Code  3 Verdict")
    assert shown[1:5] == [" Code", "", " Paragraph 0.", ""]
    assert "y = ..." not in "".join(shown)


def test_where_there_is_room_the_code_stands_beside_it() -> None:
    shown = rows(FirstStep(CODE, code="y = ...\n"), 120, 35)
    assert shown[0].startswith("╭─ Lesson ─")
    assert "┏━ Code ━" in shown[0]
    assert shown[1].startswith("│ Code")
    assert "given · 1 line · locked" in shown[1]
    assert "1  y = ..." in shown[3]
    assert "2" in shown[4]
    assert "╭─ Output ─" in "".join(shown)


def test_it_begins_where_the_learner_read() -> None:
    read = FirstStep(CODE, Place("code", "lesson", 0, 0, 12))
    assert rows(read, 80, 24)[1] == " Paragraph 5."
    beyond = FirstStep(CODE, Place("code", "lesson", 0, 0, 400))
    assert rows(beyond, 80, 24)[1] == " Code"


def test_it_begins_in_the_pane_that_was_looked_at() -> None:
    coded = FirstStep(CODE, Place("code", "code", 3, 0, 2), code="a\nb\nc\nd\n")
    shown = rows(coded, 80, 24)
    assert "[2 Code]" in shown[0]
    assert shown[3:5] == ["3  c", "4  d"]
    assert first_layout(coded, 80, 24).pane == "code"


@pytest.mark.parametrize("code", ["a\tb\n", "x" * 200, "e\u0301\x1b"])
def test_code_that_the_editor_may_draw_otherwise_is_left_out(code: str) -> None:
    shown = rows(FirstStep(CODE, code=f"first\n{code}\nlast\n"), 120, 35)
    text = "\n".join(shown)
    assert "1  first" in text
    assert "last" not in text


def test_below_givens_that_are_broken_no_code_is_shown_in_a_place_of_its_own() -> None:
    long = replace(CODE, given="x = 1\ny = " + "1 + " * 30 + "1")
    text = "\n".join(rows(FirstStep(long, code="first\n"), 120, 35))
    assert "x = 1" not in text
    assert "first" not in text


def test_a_page_is_in_the_middle() -> None:
    page = ReadStep(id="page", title="Page", text="Words.")
    shown = rows(FirstStep(page), 120, 35)
    assert shown[0].startswith(" " * 19 + "┏━ Lesson ━")
    assert shown[3].strip("┃ ") == "Words."


def test_a_question_on_a_large_screen_stands_under_a_text_as_high_as_it_needs() -> None:
    quiz = QuizStep(id="quiz", title="Quiz", text="One.\n\nTwo?", mode="one")
    shown = rows(FirstStep(quiz), 200, 50)
    assert len(shown) == 8
    assert not any("Two?" in row for row in shown), "it stands above its answers"
    assert shown[-1].strip().startswith("╰")
