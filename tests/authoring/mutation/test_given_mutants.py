"""Each given of a step, changed once: no answer with another one is accepted without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.authoring.mutation.test_mutation_pass import Checked
from tests.support.lessons import CODE
from tutor.authoring.mutation.given_mutants import given_mutants

UNSEEN = CODE.replace('"x = 3"', '"x = 3\\nrest = iter([1])"')
"""A step with a given whose value the tests' runner does not see."""


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ("x = 3", "x = 4"),
        ("x = torch.tensor([1.5, -2.0])", "x = torch.tensor([1.5, -4.0])"),
        ("o = optim.SGD(m.parameters(), lr=0.1)", "o = optim.SGD(m.parameters(), lr=0.2)"),
        ("o = optim.SGD(m.parameters(), lr=lr)", "o = optim.Adam(m.parameters(), lr=lr)"),
        ("c = nn.CrossEntropyLoss()", "c = nn.CrossEntropyLoss(reduction='sum')"),
        ("c = nn.CrossEntropyLoss(weight=w)", "c = nn.CrossEntropyLoss(weight=w) * 2 + 1"),
        ("a, b = x[train], flag(True)", "a, b = (x[train], flag(True)) * 2 + 1"),
    ],
)
def test_a_given_becomes_another_one(given: str, line: str) -> None:
    above, below = "n = 5\n", "\nk = 7"
    _, _, again, copied, _, _ = given_mutants(above + given + below, "y = x")
    assert again.source == f"{line}\ny = x"
    assert copied.source == f"{above}{line}{below}\ny = x"
    assert again.line == copied.line == 2
    assert again.given == copied.given == tuple(given.partition(" =")[0].split(", "))


def test_what_is_no_assignment_stays() -> None:
    given = "import math\ndef f():\n    return 1\nfor i in range(2):\n    n = i\nmodel.train()"
    assert given_mutants(given, "y = f()") == ()


def test_a_long_line_is_told_shortened() -> None:
    given = f"x = {[0.5] * 40}"
    assert max(len(mutant.change) for mutant in given_mutants(given, "y = x")) < 120


async def test_each_given_is_tried(tmp_path: Path) -> None:
    checked = Checked(tmp_path)
    assert await checked.problems(CODE) == []
    sources = [program.source for program in checked.runner.observed]
    assert "x = 4\ny = 2 * x" in sources


async def test_a_given_that_is_passed_over_is_told(tmp_path: Path) -> None:
    again, copied = (
        "given line 2, bound again: `rest = iter([2])`",
        "given line 2, in a copy of the given code: `rest = iter([2])`",
    )
    assert await Checked(tmp_path).problems(UNSEEN) == [
        f"given: {change}: is accepted without a note about `rest`" for change in (again, copied)
    ]
    exempt = "".join(
        f'\n[[exempt]]\nmutant = "{change}"\nreason = "Nobody reads it."\n'
        for change in (again, copied)
    )
    checked = Checked(tmp_path / "exempt")
    assert await checked.problems(UNSEEN + exempt) == []
    assert checked.counts.exempted == 2


async def test_an_exemption_of_all_tries_no_mutant(tmp_path: Path) -> None:
    checked = Checked(tmp_path)
    exempt = '\n[[exempt]]\nmutant = "*"\nreason = "Any program that reaches the mark is right."\n'
    assert await checked.problems(UNSEEN + exempt) == []
    assert checked.runner.observed == []
