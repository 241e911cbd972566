"""What objects do, as the vocabulary tells it, so that two of them can be compared."""

from __future__ import annotations

import pytest

from tests.support.engine import run

pytestmark = pytest.mark.xdist_group("torch")

PROGRAM = """
x = torch.tensor([[1.0, -2.0]])
double = lambda z: 2 * z
twice = nn.Linear(2, 2, bias=False)
with torch.no_grad():
    twice.weight.copy_(2 * torch.eye(2))
dropping = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
dropping.train()
def in_place(z):
    z += z
    return z
def paired(a, b):
    return a.sum() - b.sum()
def needs_text(z):
    return z.upper()
fast = optim.SGD(twice.parameters(), lr=0.5)
slow = optim.SGD(twice.parameters(), lr=0.1)
softmax = nn.Softmax(dim=-1)
class Squares(torch.utils.data.Dataset):
    def __init__(self, count):
        self.count = count
    def __len__(self):
        return self.count
    def __getitem__(self, i):
        return torch.tensor(float(i)), i * i
class Endless(torch.utils.data.Dataset):
    def __getitem__(self, i):
        return i
def overflowing(z):
    return np.exp(z - np.min(z)) / np.exp(z - np.min(z)).sum()
def stable(z):
    return np.exp(z - np.max(z)) / np.exp(z - np.max(z)).sum()
"""


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("behaviour(3)", "3"),
        ("behaviour(x) is x", "True"),
        ("behaviour(double)[0]", "[4.8, []]"),
        ("behaviour(double, x)[-1][0].tolist()", "[[2.0, -4.0]]"),
        ("behaviour(double, [3, 4])[-1][0].tolist()", "[6, 8]"),
        ("len(behaviour(double)), len(behaviour(double, 'text', None))", "(12, 12)"),
        ("len(behaviour(in_place)[2][1])", "1"),
        ("x.tolist(), behaviour(in_place, x)[-1][0].tolist(), x.tolist()",
         "([[1.0, -2.0]], [[2.0, -4.0]], [[1.0, -2.0]])"),
        ("set(behaviour(needs_text))", "{'raises'}"),
        ("len([each for each in behaviour(paired, x) if each != 'raises'])", "36"),
        ("str(behaviour(stable)) == str(behaviour(overflowing))", "False"),
        ("behaviour(twice)[0][0].tolist()", "[[2.0, 0.0], [0.0, 2.0]]"),
        ("[shape.shape[0] for shape, _ in behaviour(twice)[1]]", "[4, 4, 1]"),
        ("torch.equal(behaviour(dropping)[1][0][0], behaviour(dropping)[1][0][0])", "True"),
        ("(behaviour(dropping), dropping.training)[1]", "True"),
        ("behaviour(fast)[0], behaviour(fast)[1][0][0]['lr']", "('SGD', 0.5)"),
        ("str(behaviour(fast)) == str(behaviour(slow))", "False"),
        ("behaviour(Squares(3))[::3]", "[3, [(tensor(2.0), 4), []]]"),
        ("len(behaviour(Squares(900))), behaviour(Squares(900))[-1][0][1]", "(19, 808201)"),
        ("behaviour(Squares(0)), behaviour(Endless())",
         "([0, [(tensor(-1.0), 1), []]], ['raises'])"),
        ("len(behaviour(softmax, x)[1])", str(2 + 5 + 5 + 1)),
    ],
)  # fmt: skip
def test_behaviour(expression: str, shown: str) -> None:
    assert run(PROGRAM, expression).answers[0].shown == shown
