"""The last run is asked in plain mode: what is told of values, and of what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.plain_mode import listening
from tutor.plain.asked_values import HOW, NOTHING_TO_ASK, value_lines
from tutor.wire.events import ErrorFacts, Evaluation


async def test_the_last_run_is_asked(tmp_path: Path) -> None:
    client = FakeClient()
    client.evaluations["y.shape"] = Evaluation("value", "torch.Size([3, 4])")
    client.evaluations["z"] = Evaluation("raised", error=ErrorFacts("NameError", "no z"))
    async with listening(tmp_path, client=client) as learner:
        assert await learner.types("ask y") == [NOTHING_TO_ASK]
        assert await learner.types("go double", "ask") == [HOW]
        assert await learner.types("ask y") == [
            "There is nothing to ask yet: The command run runs the code, and then you can ask for "
            "its names."
        ]
        await learner.types("set 1 y = 2 * x", "run")
        assert await learner.types("ask  y.shape ") == ["Shape: 3 rows, 4 columns."]
        assert (await learner.types("as z"))[0] == "NameError: no z"
        assert await learner.types("set 1 y = 3 * x", "ask y") == [
            "Value: 'y'",
            "The code has changed since that run.",
        ]
        assert client.evaluated == ["y.shape", "z", "y"]
        assert (await learner.types("ask " + "y" * 1001))[0].startswith("Not asked: ")


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("-0.31234", ["Value: minus 0.312."]),
        ("1e-05", ["Value: 1 times 10 to the minus 5."]),
        ("nan", ["Value: not a number."]),
        ("True", ["Value: True"]),
        ("'-1'", ["Value: '-1'"]),
        ("torch.Size([])", ["Shape: a single number."]),
        ("tensor(0.8123, grad_fn=<MeanBackward0>)", ["Tensor: 0.812."]),
        (
            "Parameter containing:\ntensor([[ 0.1000, -2.0000],\n        [ 3.0000,  1.0000]])",
            [
                "Tensor: 2 rows, 2 columns. Least minus 2, largest 3, mean 0.525.",
                "Row 0: 0.1, minus 2",
                "Row 1: 3, 1",
            ],
        ),
        (
            "tensor([1, 2], dtype=torch.int32)",
            [
                "Tensor: 2 numbers, dtype torch.int32. Least 1, largest 2, mean 1.5.",
                "Row 0: 1, 2",
            ],
        ),
        ("array([])", ["Array: 0 numbers."]),
        ("tensor([], size=(0, 3))", ["Value: tensor([], size=(0, 3))"]),
        ("tensor([True])", ["Value: tensor([True])"]),
        ("tensor([0., ..., 2.])", ["Value: tensor([0., ..., 2.])"]),
        ("tensor([[1.], [2., 3.]])", ["Value: tensor([[1.], [2., 3.]])"]),
        ("tensor(" + "-" * 5000 + "1)", None),
        ("1" * 5000, None),
        ("1.5\n2.5", ["Value: 1.5", "2.5"]),
        ("", ["Value:"]),
    ],
)
def test_values_are_told_in_words_where_they_are_numbers(
    shown: str, said: list[str] | None
) -> None:
    told = [line.rstrip() for line in value_lines(shown)]
    assert told[0].startswith("Value: ") if said is None else told == said
