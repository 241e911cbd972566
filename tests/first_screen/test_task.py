"""The beginning of a task stays in sight, and never stands on screen twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.first_screen.test_step_screen import CODE, rows
from tutor.course.model import TASK
from tutor.first_screen.step_screen import FirstStep
from tutor.first_screen.text_lines import MIN_ROWS, pinned_above_code, pinned_below_text
from tutor.progress.fold import Place

STEP = CODE.__class__(
    id="code",
    title="Code",
    text="\n\n".join(
        (*(f"Paragraph {number}." for number in range(12)), f"{TASK} Store it.", "Go.")
    ),
    given="x = 1",
    scaffold="y = ...",
    solution="y = 2",
)


@given(st.integers(1, 40), st.integers(0, 60), st.integers(MIN_ROWS, 50), st.integers(0, 60))
def test_of_a_task_as_much_is_pinned_as_would_be_read_without_it(
    task: int, above: int, height: int, top: int
) -> None:
    pinned = pinned_below_text(task, above, height, top)
    in_sight = min(top + height, above + task) - max(top, above)
    assert max(pinned, in_sight) >= min(task, height * 45 // 100)
    assert pinned <= height // 2
    if pinned and top <= above:
        assert min(top + height - pinned - 1, above + task) - above < min(task, pinned + 1)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 50))
def test_above_code_it_leaves_the_code_its_rows(task: int, code: int, height: int) -> None:
    pinned = pinned_above_code(task, code, height)
    assert pinned == 0 or pinned <= 3 or height - pinned - 5 >= code


def test_the_first_screen_ends_with_the_task_where_the_text_is_long() -> None:
    shown = rows(FirstStep(STEP), 80, 24)
    assert shown[1] == " Code"
    task = next(index for index, row in enumerate(shown) if "Your task." in row)
    assert set(shown[task - 1].strip()) == {"─"}
    assert shown[task + 2] == " Go."


def test_text_that_ends_on_screen_has_its_task_once() -> None:
    for place in (None, Place("code", "lesson", 0, 0, 10)):
        shown = "\n".join(rows(FirstStep(STEP, place), 80, 60 if place is None else 24))
        assert shown.count("Your task.") == 1
        assert "───" not in shown


def test_the_code_alone_has_the_task_above_it() -> None:
    shown = rows(FirstStep(STEP, Place("code", "code", 0, 0, 0), "y = ...\n"), 80, 24)
    assert "Your task. Store it." in shown[1]
    assert shown[3] == " Go."
    assert "given" in shown[5]
