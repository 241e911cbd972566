"""Questions of each mode, guesses and orders of lines, answered by what is typed."""

from __future__ import annotations

import re
from array import array
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.maps import two_classes
from tests.support.plain_mode import listening
from tests.support.surfaces import surface
from tests.support.tutor_app import write_course
from tests.ui.test_order import SUM_UP
from tutor.wire.events import InventoryEntry, InventoryTaken
from tutor.wire.graphs import GraphDescribed, GraphRow
from tutor.wire.models import (
    AnswersCounted,
    Confusion,
    LayerDescription,
    ModelDescription,
    ModelsDescribed,
)
from tutor.wire.values import TensorValue

TABLE = """
Numbers of this:

| x | 1 | 2 |
|---|---|---|
| y | 3 | 4 |
"""

QUIZ = '''
id = "ask"
kind = "quiz"
mode = "{mode}"
title = "Ask"
text = """{text}
Which of these?
"""
after = "So it is."
{rest}
'''

OPTIONS = """
[[option]]
text = "One is odd."
correct = true
why = "Half of it is not whole."

[[option]]
text = "Two is odd."
why = "Half of it is 1."

[[option]]
text = "Three is odd."
correct = true
why = "It is one more than 2."
"""

GUESS = """
id = "guess"
kind = "predict"
mode = "number"
title = "Twice"
text = "What is `y`?"
given = "x = 3"
program = "y = 2 * x"
answer = "y"
scaffold = "y = 3 * x"

[[wrong]]
answer = "x"
why = "That is `x` itself."

[[show]]
value = "y"
label = "the value of `y`"
"""


def course(folder: Path, mode: str, rest: str, text: str = "") -> Path:
    step = QUIZ.format(mode=mode, rest=rest, text=text + "\n")
    write_course(folder / "lessons", {"10-ask": step})
    return folder


def numbers_of(heard: list[str]) -> dict[str, str]:
    """The number under which each option was told."""
    matches = (re.fullmatch(r"(\d)\. (.*)", line) for line in heard)
    return {match[2]: match[1] for match in matches if match}


async def test_statements_are_judged_in_the_order_in_which_they_were_told(tmp_path: Path) -> None:
    async with listening(course(tmp_path, "true-false", OPTIONS)) as learner:
        told = list(numbers_of(learner.heard))
        right = ["f" if text.startswith("Two") else "t" for text in told]
        assert (await learner.types("t t"))[
            0
        ] == "Not attempted yet: true true. Not judged yet: statement 3."
        assert (await learner.types("t t t t"))[0] == "There are 3 statements, and 4 were judged."
        assert await learner.types("t f x") == ["Type t or f for each statement, as in t f t."]
        assert (await learner.types("TT"))[0].startswith("Not attempted yet: true true. ")
        heard = await learner.types("t, t, true")
        place = told.index("Two is odd.") + 1
        assert heard == [
            "Not yet: 1 of 3 judged wrongly.",
            f"Statement {place}, wrongly said to be true: Half of it is 1.",
            "Type another answer.",
        ]
        heard = await learner.types(" ".join(right))
        assert heard[0] == "Right: all 3 statements are judged rightly."
        assert len(heard) == 5


async def test_several_are_chosen_in_one_line(tmp_path: Path) -> None:
    async with listening(course(tmp_path, "many", OPTIONS)) as learner:
        told = numbers_of(learner.heard)
        one, two, three = (told[f"{word} is odd."] for word in ("One", "Two", "Three"))
        assert (await learner.types(one))[:1] == [f"Not yet: choice {one}."]
        chosen = sorted((one, two))
        heard = await learner.types(f"{one} {two}")
        assert heard[0] == f"Not yet: choices {chosen[0]} and {chosen[1]}."
        assert f"Choice {two}: Half of it is 1." in heard
        assert (await learner.types(f"{one} and {three}"))[0].startswith("Right: choices ")
        assert (await learner.types("reset"))[0].startswith("Choose from 3: ")


@pytest.mark.parametrize(
    ("mode", "rest", "lines"),
    [
        ("number", 'answer = "-0.5"\ntolerance = 0.01', {"−0.5": "Right: ", "-7": "Not yet: -7."}),
        ("shape", 'answer = "(2, 4)"', {"(2,4)": "Right: ", "(2, 3)": "Not yet: (2, 3)."}),
    ],
)
async def test_a_number_or_shape_is_typed(
    tmp_path: Path, mode: str, rest: str, lines: dict[str, str]
) -> None:
    async with listening(course(tmp_path, mode, rest)) as learner:
        for line, start in lines.items():
            assert (await learner.types(line))[0].startswith(start)
            await learner.types("reset")
        assert (await learner.types("answer two"))[0].startswith("Not attempted yet: ")


async def test_a_table_of_the_text_is_told_and_written(tmp_path: Path) -> None:
    async with listening(course(tmp_path, "number", 'answer = "1"', TABLE)) as learner:
        rows = ["Table: 1 row, 3 columns.", "x: 1; 2.", "y: 3; 4."]
        assert await learner.types("text") == ["Numbers of this:", *rows]
        assert await learner.types("table") == rows
        file = tmp_path / "rows.csv"
        assert await learner.types(f"table csv {file}") == [f"Written: {file}."]
        assert file.read_text() == "x,1,2\ny,3,4\n"


async def test_a_guess_runs_the_program_and_is_held_against_it(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-guess": GUESS})
    async with listening(tmp_path, client=FakeClient([finished()])) as learner:
        assert (await learner.types("run"))[0].startswith("Guess first: ")
        assert (await learner.types("code"))[1] == "Line 1: y = 2 * x"
        heard = await learner.types("3")
        assert heard == [
            "Running: at most 10 seconds. Ctrl+C stops it.",
            "That is not what happened: you guessed 3, the run gave 6.",
            "That is x itself.",
            "the value of y: 6",
            "That was the last step of the lesson. Type next.",
            "The code can be changed now: type code, then run.",
        ]
        assert (await learner.types("code"))[1] == "Line 1: y = 3 * x"
        assert (await learner.types("set 1 y = 7")) == ["Line 1 is now: y = 7"]
        assert (await learner.types("3"))[0].startswith("Note: It has already run.")


async def test_lines_are_ordered_by_their_numbers(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-sum-up": SUM_UP})
    async with listening(tmp_path, client=FakeClient([finished()], [finished()])) as learner:
        assert await learner.types("task") == [
            "Task: Add twice each number of numbers to total.",
            "Lines 2 to 4 can be ordered: type order and their numbers, as in order 4 2. "
            "Those that you leave out are taken out.",
        ]
        assert await learner.types("set 2 x") == [
            "Lines are only ordered here: type order for how."
        ]
        rows = learner.desk.program.lines
        double, total = (rows.index(f"    {line}") + 1 for line in _LINES)
        assert await learner.types(f"order {double} {total}") == [
            "Line 2: double = 2 * number",
            "Line 3: total = total + double",
            "Line 4 is out: total = number",
        ]
        assert (await learner.types("code 2-4"))[1:] == [
            "Line 3: total = total + double",
            "Line 4 is out: total = number",
        ]
        assert await learner.types("order 1 2") == ["The lines 2 to 4 can be ordered, each once."]
        assert (await learner.types("check"))[0].startswith("Right: ")
        assert await learner.types("take 4") == ["Line 4: total = number"]
        assert await learner.types("take 5") == ["The lines 2 to 4 can be taken out."]


_LINES = ("double = 2 * number", "total = total + double")


def _rows(name: str, shape: tuple[int, ...], *numbers: float) -> InventoryEntry:
    data = array("d", numbers).tobytes()
    return InventoryEntry(name, TensorValue("float32", "float", shape, data))


async def test_a_model_and_a_map_are_told_after_a_run(tmp_path: Path) -> None:
    counts = Confusion(2, (3, 1, 0, 4))
    events = (
        InventoryTaken((_rows("z", (2, 2), 1.0, -4.0, 3.0, 4.0),)),
        ModelsDescribed((ModelDescription("model", "Net", (), numbers=9),), step=2),
        AnswersCounted(2, counts, "rows", 8),
        two_classes(lambda x, _y: float(x > 0)),
        GraphDescribed("loss", 1.5, (GraphRow(0, "Mean"), GraphRow(0, "w", (2,), 0.25))),
        surface(),
    )
    async with listening(
        tmp_path, client=FakeClient([finished(*events)]), start_at="double"
    ) as learner:
        assert (await learner.types("graph"))[0] == "No graph yet."
        assert (await learner.types("surface"))[0] == "No surface yet."
        await learner.types("run")
        assert learner.heard[-1] == "To hear more: tensor, model, map, graph, surface."
        assert await learner.types("graph") == [
            "loss is 1.5.",
            "From there backward walks through 1 operation to 1 leaf.",
            "Mean",
            "w (2,): largest gradient 0.25",
        ]
        heard = await learner.types("surface")
        assert heard[0] == "The loss over slope from minus 1 to 3 and bias from minus 2 to 1."
        assert heard[-1] == "On the way slope turns round 11 times and bias turns round 0 times."
        heard = await learner.types("model")
        assert heard[0].startswith("Model model: Net, 9 numbers")
        assert heard[-2:] == [
            "Class 0 is taken: 3 for 0 and 1 for 1.",
            "Class 1 is taken: 4 for 1.",
        ]
        assert (await learner.types("map"))[0].startswith("Map: ")
        assert await learner.types("tensor z columns") == [
            "Column 0: mean 2, spread 1.41, least 1, largest 3.",
            "Column 1: mean 0, spread 5.66, least minus 4, largest 4.",
        ]
        assert await learner.types("tensor z rows 1") == ["Row 1: 3, 4"]


async def test_a_layer_that_gave_nothing_is_told_without_a_result(tmp_path: Path) -> None:
    layers = (
        LayerDescription("net[0]", "Linear", (4, 2), calls=1, took=(1, 2), gave=(1, 4)),
        LayerDescription("net[1]", "Linear", (3, 5), failed=True, took=(1, 4)),
        LayerDescription("net[2]", "ReLU"),
    )
    events = (ModelsDescribed((ModelDescription("net", "Sequential", layers),), step=2),)
    async with listening(
        tmp_path, client=FakeClient([finished(*events)]), start_at="double"
    ) as learner:
        assert (await learner.types("run", "model"))[2:] == [
            "Layer 0, Linear(2, 4), gives (1, 4).",
            "Failed here: Layer 1, Linear(5, 3), took (1, 4).",
            "Layer 2, ReLU, not called.",
        ]
