"""When two statements mean the same."""

from __future__ import annotations

import ast

import pytest

from tutor.grading.equivalence import (
    LoopOutline,
    aliases_of,
    given_form,
    is_aside,
    normal_form,
    outline_of,
)

PRELUDE = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n"


def meaning(statement: str, imports: str = PRELUDE) -> str:
    return normal_form(ast.parse(statement).body[0], aliases_of(ast.parse(imports).body))


@pytest.mark.parametrize(
    ("one", "imports", "other"),
    [
        ("m = nn.Linear(1, 2)", "from torch import nn", "m = nn.Linear( 1,2 )"),
        ("m = n.Linear(1, 2)", "import torch.nn as n", "m = nn.Linear(1, 2)"),
        ("m = Linear(1, 2)", "from torch.nn import Linear", "m = nn.Linear(1, 2)"),
        ("m = torch.nn.Linear(1, 2)", "import torch.nn", "m = nn.Linear(1, 2)"),
        ("x = th.ones(2)", "import torch as th", "x = torch.ones(2)"),
        ("y = functional.relu(x)", "from torch.nn import functional", "y = F.relu(x)"),
        ("y = (\n  F.relu(x)  # cut\n)", PRELUDE, "y = F.relu(x)"),
    ],
)
def test_names_of_imports_do_not_count(one: str, imports: str, other: str) -> None:
    assert meaning(one, imports) == meaning(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m = nn.Linear(1, 2)", "m = nn.Linear(2, 1)"),
        ("m = nn.Linear(1, 2)", "k = nn.Linear(1, 2)"),
        ("m = nn.Linear(1, 2)", "m = F.Linear(1, 2)"),
        ("nn = 1", "torch = 1"),
    ],
)
def test_all_else_counts(one: str, other: str) -> None:
    assert meaning(one) != meaning(other)


def test_a_later_import_counts_and_one_from_here_does_not() -> None:
    imports = "import torch.nn as n\nimport numpy as n\nfrom . import torch\n"
    assert aliases_of(ast.parse(imports).body) == {"n": "numpy"}


def test_a_long_sum_has_some_form() -> None:
    assert isinstance(meaning("y = " + "+".join("x" * 700)), str)


LOOP = "for e in range(5):\n    o.zero()\n    loss = f(x)\n    print(loss.item())"


def outline(statement: str) -> LoopOutline | None:
    return outline_of(ast.parse(statement).body[0])


@pytest.mark.parametrize(
    "other",
    [
        "for e in range(9):\n    o.zero()\n    loss = f(x)",
        "for i in range(5):\n    o.zero()\n    loss = f(x)\n    if i:\n        print(str(loss))",
        "for e in range(5):\n    m.zero()\n    loss = f(x, 3)",
    ],
)
def test_loops_with_other_prints_and_counts_have_one_outline(other: str) -> None:
    assert outline(LOOP) == outline(other)


@pytest.mark.parametrize(
    "other",
    [
        "for e in range(5):\n    o.zero()\n    loss = f(x)\n    kept.append(loss)",
        "for e in range(5):\n    o.zero()\n    last = f(x)",
        "for e in range(5):\n    o.zero()\n    f(x)",
        "while True:\n    o.zero()\n    loss = f(x)",
        "loss = f(x)",
    ],
    ids=lambda text: text[:40],
)
def test_loops_that_do_something_else_have_another_outline(other: str) -> None:
    assert outline(LOOP) != outline(other)


def form(statement: str) -> str:
    return given_form(ast.parse(statement).body[0], {})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("for n in range(5):\n    f(n)", "for n in range(20):\n    print(n)\n    f(n)\n    n"),
        ("for n in range(5):\n    f(n)", "for n in range(EPOCHS):\n    f(n)"),
        ("x = [[0.1, 6.0, -2.0]]", "x = [[0.1, 6, -2]]"),
        ("m = nn.Linear(1, 2)", "m = nn.Linear(out_features=2, in_features=1, bias=True)"),
        ("o = optim.Adam(m.parameters(), lr=lr)", "o = optim.Adam(params=m.parameters(), lr=lr)"),
        ("o = optim.Adam(m.parameters(), lr=lr)", "o = optim.Adam(m.parameters(), lr)"),
        ("x = torch.randn(1, 16)", "x = torch.randn((1, 16))"),
        ("x = torch.Tensor([[3, -4]])", "x = torch.tensor([[3.0, -4]])"),
        ("x = torch.Tensor([[3, -4]])", "x = torch.tensor([[3, -4]], dtype=torch.float32)"),
        ("x = torch.Tensor([[3, -4]])", "x = torch.tensor([[3, -4]]).float()"),
        ("x = torch.tensor([1.0])", "x = torch.FloatTensor([1])"),
        ("x = torch.tensor([1])", "x = torch.LongTensor([1])"),
        ("x = torch.tensor([1])", "x = torch.tensor([1], dtype=torch.int64)"),
        ("lr = 0.1", "lr: float = 0.1"),
    ],
)
def test_givens_may_be_written_in_other_ways(one: str, other: str) -> None:
    assert form(one) == form(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("for n in range(5):\n    f(n)", "for n in range(5):\n    g(n)"),
        ("for n in range(5):\n    f(n)", "for n in rows:\n    f(n)"),
        ("x = [n for n in range(33)]", "x = [n for n in range(34)]"),
        ("x = [1, 2]", "x = [1.0, 2.0]"),
        ("x = [0.1, 6]", "x = [0.1, 7]"),
        ("x = 0.1", "print(x)"),
        ("m = nn.Linear(1, 2)", "m = nn.Linear(out_features=1, in_features=2)"),
        ("m = nn.Linear(1, 2)", "m = nn.Linear(1, 2, bias=False)"),
        ("o = optim.Adam(w, lr=0.1)", "o = optim.Adam(w, eps=0.1)"),
        ("x = torch.randn(1, 16)", "x = torch.randn((16, 1))"),
        ("x = torch.tensor([3, 4])", "x = torch.Tensor([3, 4])"),
        ("x = torch.tensor([3])", "x = torch.tensor(3)"),
        ("x = torch.Tensor(3)", "x = torch.tensor(3)"),
        ("x = torch.tensor([3.0], dtype=torch.int64)", "x = torch.tensor([3])"),
        ("x = torch.tensor([3.0])", "x = torch.tensor([3.0], dtype=torch.float64)"),
    ],
)
def test_other_givens_are_others(one: str, other: str) -> None:
    assert form(one) != form(other)


@pytest.mark.parametrize(
    ("statement", "aside"),
    [
        ("print(f(x))", True),
        ("torch.manual_seed(0)", True),
        ("'text'", True),
        ("x.shape", True),
        ("x, y", True),
        ("f(x).shape", False),
        ("x.sort()", False),
        ("x = 1", False),
    ],
)
def test_what_people_write_among_givens(statement: str, aside: bool) -> None:
    assert is_aside(ast.parse(statement).body[0]) is aside
