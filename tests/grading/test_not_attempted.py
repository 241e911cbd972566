from __future__ import annotations

import pytest

from tests.grading.steps import sigmoid_step
from tutor.grading.not_attempted import not_attempted
from tutor.grading.submission import read_submission

SCAFFOLD = """
layer = nn.Linear(..., 1)

def forward(x):
    ...

for step in range(3):
    ...

output = ...
"""
STEP = sigmoid_step(scaffold=SCAFFOLD, solution="layer = 1\noutput = 2")
FILLED = """
layer = nn.Linear(8, 1)

def forward(x):
    return x

for step in range(3):
    pass

output = forward(3)
"""


def blanks(source: str) -> str | None:
    verdict = not_attempted(STEP, read_submission(STEP, source))
    return None if verdict is None else verdict.message


def test_a_filled_scaffold_is_an_attempt() -> None:
    assert blanks(FILLED) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("nn.Linear(8, 1)", "nn.Linear(..., 1)", "the blank in line 2"),
        ("return x", "...", "the blank in line 5"),
        ("pass", "...", "the blank in line 8"),
        ("pass", '"""A loop."""\n    ...', "the blank in line 9"),
        ("output = forward(3)", "output = ...", "`output`"),
        ("output = forward(3)", "output: int = ...", "`output`"),
        ("nn.Linear(8, 1)", "nn.Linear(____, 1)", "`layer`"),
        ("layer = nn", "____ = nn", "the blank in line 2"),
        ("nn.Linear(8, 1)", "nn.____(8, 1)", "`layer`"),
        ("pass", "____", "the blank in line 8"),
        ("pass", "____\n    loss = ____\n    ____", "`loss` and the blanks in lines 8 and 10"),
        ("range(3)", "range(____)", "the blank in line 7"),
    ],
)
def test_each_blank_that_is_left(old: str, new: str, said: str) -> None:
    message = blanks(FILLED.replace(old, new))
    assert message is not None
    assert said in message


@pytest.mark.parametrize(
    "more",
    [
        "row = t[..., 0]",
        "every = ...\nrow = t[every]",
        "class Stop(Exception): ...",
        "for _ in range(3): row = _",
        "for __ in range(3): row = __",
        "x.__len__()",
        "# ... and ____",
        "text = '____ ...'",
        "def stub(): ...",
    ],
)
def test_dots_and_underscores_that_are_no_blanks(more: str) -> None:
    assert blanks(FILLED + more) is None


def test_code_below_dots_that_were_left_standing_is_an_attempt() -> None:
    assert blanks(FILLED.replace("    pass", "    ...\n    total = step")) is None


def test_a_blank_that_is_bound_in_earnest_later_is_none() -> None:
    assert blanks("output = ...\n" + FILLED) is None


def test_layout_and_comments_do_not_count() -> None:
    assert blanks("# mine\n" + SCAFFOLD.replace("    ", "  ").replace("= ", "=")) is not None


def test_a_scaffold_without_blanks_names_what_the_solution_makes() -> None:
    step = sigmoid_step(scaffold="layer = 3\n", solution="layer = 3\noutput = layer")
    verdict = not_attempted(step, read_submission(step, "layer = 3"))
    assert verdict is not None
    assert (verdict.slug, verdict.message) == (
        "empty-answer",
        "Fill in `output`, then check again.",
    )


def test_an_empty_editor_names_what_the_task_asks_for_alone() -> None:
    step = sigmoid_step(scaffold="", solution="layer = 3\nprobability = layer")
    verdict = not_attempted(step, read_submission(step, "\n"))
    assert verdict is not None
    assert verdict.message == "Fill in `probability`, then check again."


def test_the_line_of_the_first_blank() -> None:
    verdict = not_attempted(STEP, read_submission(STEP, "a = 1\nb = ____\nc = ____"))
    assert verdict is not None
    assert (verdict.line, verdict.message) == (2, "Fill in `b` and `c`, then check again.")


WHOLE = "layer = 3\noutput = layer - 1"


@pytest.mark.parametrize(
    ("own_words", "said"),
    [
        (
            "",
            "You have not changed anything yet. Run the program and look at what comes out, then "
            "fix it and check again.",
        ),
        ("Nothing is changed: `output` is still 2.", "Nothing is changed: `output` is still 2."),
    ],
)
def test_a_whole_program_that_nobody_has_changed(own_words: str, said: str) -> None:
    step = sigmoid_step(scaffold=WHOLE, solution="output = layer = 3", unchanged=own_words)
    verdict = not_attempted(step, read_submission(step, f"# mine\n{WHOLE}\n\n"))
    assert verdict is not None
    assert (verdict.kind, verdict.slug, verdict.message) == (
        "not-attempted",
        "nothing-changed",
        said,
    )


def test_an_emptied_editor_is_no_program_that_nobody_has_changed() -> None:
    step = sigmoid_step(scaffold=WHOLE, solution="output = layer = 3", unchanged="Look at it.")
    verdict = not_attempted(step, read_submission(step, "# nothing"))
    assert verdict is not None
    assert verdict.slug == "empty-answer"


def test_a_changed_number_in_a_whole_program_is_an_attempt() -> None:
    step = sigmoid_step(scaffold=WHOLE, solution="output = layer = 3")
    assert not_attempted(step, read_submission(step, WHOLE.replace("1", "2"))) is None
