"""What nobody should type and somebody will: each is answered, and the conversation goes on."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest

from tests.plain.test_answers import OPTIONS, course
from tests.support.fake_client import FakeClient, finished
from tests.support.plain_mode import listening
from tutor.plain.tensor_lines import columns_of, numbers_words
from tutor.wire.events import InventoryEntry, InventoryTaken, LossesRecorded
from tutor.wire.values import TensorValue

DIGITS = "9" * 5000
"""More than Python makes a number of."""


def table(*numbers: float) -> InventoryEntry:
    """A table of one column."""
    data = array("d", numbers).tobytes()
    return InventoryEntry("out", TensorValue("float64", "float", (len(numbers), 1), data))


@pytest.mark.parametrize(
    "line",
    [
        *("set {} y = 1", "insert {} y = 1", "delete {}", "delete 1-{}", "code {}", "in {}"),
        *("go {}", "figure {}", "repeat {}", "attempts {}", "hint {}", "{}"),
        *("tensor out rows {}", "tensor out rows 0-{}", "loss values {}", "loss values 1-{}"),
        *("log ~nobody-of-this-name/x", "table csv ~nobody-of-this-name/x"),
    ],
)
async def test_it_is_answered(tmp_path: Path, line: str) -> None:
    events = (LossesRecorded(0, (0.5, 0.4)), InventoryTaken((table(1.0, 2.0),)))
    client = FakeClient([finished(*events)])
    async with listening(tmp_path, client=client, start_at="double") as learner:
        await learner.types("run")
        assert await learner.types(line.format(DIGITS))
        assert learner.desk.source == "y = ...\n"


@pytest.mark.parametrize(
    ("mode", "rest"),
    [
        ("one", OPTIONS.replace("correct = true", "", 1)),
        ("many", OPTIONS),
        ("number", 'answer = "2"'),
    ],
    ids=["one", "many", "number"],
)
async def test_it_is_no_answer(tmp_path: Path, mode: str, rest: str) -> None:
    async with listening(course(tmp_path, mode, rest), start_at="ask") as learner:
        heard = await learner.types(DIGITS)
        assert heard[0] == "The choices are 1 to 3." or heard[0].startswith("Not attempted yet: ")


@pytest.mark.parametrize("digits", ["0000000000002", "99999999999"])
async def test_a_choice_has_no_number_of_many_digits(tmp_path: Path, digits: str) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("solution", digits)
        assert learner.desk.state.help.level == ""


def test_a_file_of_nobody_is_not_written() -> None:
    from tutor.plain.walking import write_new

    told = write_new(Path("~nobody-of-this-name/x"), "text")
    assert told == "Not written: Could not determine home directory."


def test_columns_of_the_largest_numbers_have_a_mean_and_a_spread() -> None:
    told = list(columns_of(table(1.5e308, 1.5e308, 1.2e308)))
    assert told == [
        "Column 0: mean 1.4 times 10 to the 308, spread 1.73 times 10 to the 307, "
        "least 1.2 times 10 to the 308, largest 1.5 times 10 to the 308."
    ]
    assert "mean 1.5 times 10 to the 308" in numbers_words([1.5e308, 1.5e308])
    assert list(columns_of(table(1.0, 3.0))) == [
        "Column 0: mean 2, spread 1.41, least 1, largest 3."
    ]
