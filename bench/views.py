"""What it costs a training when the views are open that ask the running program, too.

Loss and Tensors show what is recorded of any run that is watched; Model hears the layers, and Map
asks the model all over a picture. The same program runs with the first two open and with all,
by turns, in forks of two processes that are alike.
"""

from __future__ import annotations

from bench.measure import Row
from bench.recording import FIRST, Forker, Subject, Taken

ROUNDS = 6
REPEATS = 3
AIM = "≤ 2 %"
MEANS = (
    "With all other views open beside Loss and Tensors, a training takes so much longer for each "
    "step."
)

_BODY = """
    optimizer.zero_grad()
    loss = criterion(model(x), y)
    loss.backward()
    optimizer.step()"""

SUBJECTS = (
    Subject(
        "two inputs, 105 numbers, 200 points",
        "x = torch.rand(200, 2) * 4 - 2\n"
        "y = (x[:, :1] * x[:, 1:] > 0).float()\n"
        "model = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 8), nn.Tanh(),\n"
        "                      nn.Linear(8, 1))\n"
        "criterion, optimizer = nn.BCEWithLogitsLoss(), optim.Adam(model.parameters(), lr=0.05)\n",
        _BODY,
        6_000,
    ),
    Subject(
        "MLP of 100,000 numbers, batch 64",
        "x, y = torch.randn(64, 784), torch.randint(0, 10, (64,))\n"
        "model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))\n"
        "criterion, optimizer = nn.CrossEntropyLoss(), optim.SGD(model.parameters(), lr=0.01)\n",
        _BODY,
        2_000,
    ),
)


def measure() -> list[Row]:
    """Measure one round, and return its rows."""
    rows = []
    with Forker("recorded") as one, Forker("recorded") as other:
        for subject in SUBJECTS:
            few, all_views = [], []
            for turn in range(REPEATS):
                first, second = (one, other) if turn % 2 else (other, one)
                few.append(_each_step(first.take(subject, "live"), subject))
                all_views.append(_each_step(second.take(subject, "all views"), subject))
            added = [more - less for more, less in zip(all_views, few, strict=True)]
            what = f"all other views open: added to a step, {subject.name}"
            plain = "a step with Loss and Tensors open"
            rows.append(Row(what, added, "µs", plain, few, AIM, means=MEANS))
    return rows


def _each_step(taken: Taken, subject: Subject) -> float:
    """Return the µs of CPU time of a step, over all steps."""
    return (FIRST * taken.first + (subject.steps - FIRST) * taken.later) / subject.steps
