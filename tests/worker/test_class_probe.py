"""Which class a model takes for which in all the data that its batches come from."""

from __future__ import annotations

import pytest
import torch

from tests.support.engine import PRELUDE, Served, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.models import AnswersCounted, ModelsDescribed
from tutor.wire.values import IntValue, SequenceValue
from tutor.worker.class_probe import CHUNK, CountedModel, count_answers
from tutor.worker.program_data import ProgramData
from tutor.worker.seen_calls import SeenCall

pytestmark = pytest.mark.xdist_group("torch")

GIVEN = """
from torch.utils.data import DataLoader, Dataset, TensorDataset, random_split
torch.manual_seed(0)
x = torch.randn(300, 6)
y = (x[:, 0] > 0).long() + (x[:, 1] > 1).long()
"""
LOOP = """
model = nn.Sequential(nn.Linear(6, 16), nn.Dropout(0.3), nn.ReLU(), nn.Linear(16, 3))
criterion = nn.CrossEntropyLoss()
optimizer = optim.Adam(model.parameters(), lr=0.05)
for epoch in range(EPOCHS):
    for rows in torch.randperm(len(x)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
""".replace("EPOCHS", "3")
OF_LOADER = LOOP.replace(
    "for rows in torch.randperm(len(x)).split(32)", "for xb, yb in loader"
).replace("criterion(model(x[rows]), y[rows])", "criterion(model(xb), yb)")


def trained(source: str, *questions: str, given: str = GIVEN, views: tuple[str, ...]) -> Served:
    program = Program(PRELUDE, given, source)
    command = Execute(program, live=True, views=views, watched=views, step_log=False)
    return serve(command, questions)


def answers(source: str, given: str = GIVEN) -> AnswersCounted | None:
    served = trained(source, given=given, views=("model",))
    assert served.executed.outcome == "finished", served.executed.error
    told = served.all(AnswersCounted)
    return told[-1] if told else None


def whole(source: str, given: str = GIVEN) -> tuple[str, int, int]:
    told = answers(source, given)
    assert told is not None
    return told.name, told.total, sum(told.confusion.counts)


def test_all_rows_are_counted_that_batches_are_drawn_from() -> None:
    served = trained(
        LOOP,
        "torch.bincount(3 * y + model.eval()(x).argmax(1), minlength=9).tolist()",
        views=("model",),
    )
    told = served.all(AnswersCounted)
    assert (told[-1].name, told[-1].total, told[-1].step) == ("x", 300, 30)
    expected = served.answers[0].value
    assert isinstance(expected, SequenceValue)
    assert tuple(map(IntValue, told[-1].confusion.counts)) == expected.items
    assert told[0].step < 30, "also while it is watched"
    batches = [each.confusion for each in served.all(ModelsDescribed)]
    batch = batches[-1]
    assert batch is not None
    assert sum(batch.counts) < 40


@pytest.mark.parametrize(
    ("before", "name", "total"),
    [
        ("loader = DataLoader(TensorDataset(x, y), 32, shuffle=True)", "x", 300),
        (
            "part, rest = random_split(TensorDataset(x, y), [200, 100])\n"
            "loader = DataLoader(part, 32, shuffle=True)",
            "part",
            200,
        ),
        (
            "class Own(Dataset):\n"
            "    def __init__(self): self.x, self.y = x.clone(), y.clone()\n"
            "    def __len__(self): return len(self.x)\n"
            "    def __getitem__(self, i): return self.x[i], self.y[i]\n"
            "data = Own()\ndel x, y\nloader = DataLoader(data, 32)",
            "data",
            300,
        ),
    ],
)
def test_the_dataset_of_a_loader_is_counted(before: str, name: str, total: int) -> None:
    assert whole(f"{before}\n{OF_LOADER}") == (name, total, total)


@pytest.mark.parametrize(
    "source",
    [
        LOOP.replace("criterion(model", "F.cross_entropy(model"),
        "def train(points, labels):\n"
        + LOOP.replace("\n", "\n    ").replace("x[rows]", "points[rows]").replace("y[", "labels[")
        + "\n    return model\nnet = train(x, y)",
        LOOP.replace("(x[rows])", "(x[rows].reshape(-1, 6))"),
        LOOP.replace(".split(32)", ".split(300)").replace("x[rows]", "x").replace("y[rows]", "y"),
    ],
)
def test_functions_and_loss_functions_are_followed(source: str) -> None:
    assert whole(source)[1:] == (300, 300)


def test_of_two_that_could_be_the_labels_those_count_that_the_loss_was_given() -> None:
    source = LOOP.replace("criterion(", "F.cross_entropy(")
    told = answers(f"t = y.flip(0).contiguous()\nlabels = t * 0\n{source}")
    assert told is not None
    counts = told.confusion.counts
    assert [sum(counts[at : at + 3]) for at in (0, 3, 6)] == _label_counts()


def _label_counts() -> list[int]:
    torch.manual_seed(0)
    x = torch.randn(300, 6)
    y = (x[:, 0] > 0).long() + (x[:, 1] > 1).long()
    counts: list[int] = torch.bincount(y).tolist()
    return counts


@pytest.mark.parametrize(
    "source",
    [
        LOOP.replace("model(x[rows])", "model(x[rows] * 2 + 1)"),
        LOOP.replace("y[rows])", "y[rows].flip(0))"),
        "y = x.sum(1, keepdim=True)\n"
        + LOOP.replace("Linear(16, 3)", "Linear(16, 1)").replace("CrossEntropyLoss", "MSELoss"),
    ],
)
def test_what_is_not_the_data_of_a_variable_or_has_no_classes_is_not_counted(source: str) -> None:
    assert answers(source) is None


def test_of_what_takes_too_long_some_rows_are_counted_evenly_spread() -> None:
    rows = torch.eye(3).repeat(200, 1)
    data, classes = ProgramData("x", rows, None), rows.argmax(1)
    model = torch.nn.Linear(3, 3, bias=False)
    with torch.no_grad():
        model.weight.copy_(torch.eye(3))
    call = SeenCall(model, (rows[:4],), model(rows[:4]), is_tracked=True)
    told = count_answers(model, CountedModel(call, None, data, classes), 7, seconds=0)
    assert told is not None
    assert (told.step, told.total) == (7, 600)
    counts = told.confusion.counts
    assert (sum(counts), counts[0] + counts[4] + counts[8]) == (CHUNK, CHUNK)


STATE = (
    "repr(([p.tolist() for p in model.parameters()], float(loss), torch.rand(3).tolist(), "
    "trace.losses, model.training))"
)


def test_watching_the_answers_changes_nothing() -> None:
    watched = trained(LOOP, STATE, views=("map", "model"))
    assert watched.all(AnswersCounted)
    other = trained(LOOP, STATE, views=())
    assert not other.all(AnswersCounted)
    assert watched.answers == other.answers
    assert watched.output == other.output
