"""Each function that lessons may use in their expressions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.engine import run
from tutor.worker import vocabulary

pytestmark = pytest.mark.xdist_group("torch")

PROGRAM = """
x = torch.ones(1, 8)
sigmoid = nn.Sequential(nn.Linear(8, 1), nn.Sigmoid())
linear = nn.Sequential(nn.Linear(8, 4), nn.Linear(4, 4))
hidden = nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1))
layer = nn.Linear(8, 8)
shared = nn.Sequential(layer, nn.Tanh(), layer, nn.Linear(8, 1))
class Partly(nn.Module):
    def __init__(self):
        super().__init__()
        self.used = nn.Linear(8, 2)
        self.unused = nn.Linear(8, 2)
    def forward(self, x):
        return self.used(x)
partly = Partly()
double = nn.Linear(8, 1).double()
dropping = nn.Sequential(nn.Linear(8, 40), nn.Dropout(0.5), nn.Linear(40, 1))
def f(x):
    return 3 * x + 1
def g(x):
    return x ** 2
"""


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("run(sigmoid, x).shape", "Size(1, 1)"),
        ("run(sigmoid, x).requires_grad", "False"),
        ("run(double, [[1, 2, 3, 4, 5, 6, 7, 8]]).dtype", "torch.float64"),
        ("run(f, 2)", "tensor(7)"),
        ("probe(sigmoid, 5, x).shape", "Size(5, 1)"),
        ("torch.equal(probe(sigmoid, 5, x), probe(sigmoid, 5, x))", "True"),
        ("bool(((probe(stretch(sigmoid), 50, x) * 10).round() % 10 == 0).any())", "True"),
        ("torch.equal(stretch(sigmoid, 2)[0].weight, 2 * sigmoid[0].weight)", "True"),
        ("varies(dropping, x), varies(sigmoid, x), varies(f, x)", "(True, False, False)"),
        ("varies(lambda x: x.log() - x.log(), 0 * x)", "False"),
        ("varies(lambda x: None, x)", "False"),
        ("ignores_argument(f, 1, 2), ignores_argument(lambda x: x0, 1, 2)", "(False, False)"),
        ("ignores_argument(lambda z: 7, 1, 2), ignores_argument(7, 1, 2)", "(True, False)"),
        (
            "[ignores_argument(lambda z: min(z, 2), 3, 4, *more) for more in ((), (1,))]",
            "[True, False]",
        ),
        ("affine(linear, x)", "True"),
        ("affine(stretch(linear), x)", "True"),
        ("affine(stretch(sigmoid), x)", "False"),
        ("affine(stretch(hidden), x)", "False"),
        (
            "affine(f, x), affine(g, x), affine(lambda x: torch.ones(4, 1), x)",
            "(True, False, True)",
        ),
        ("affine(nn.Softmax(dim=1), x)", "False"),
        ("ends_linear(linear), ends_linear(hidden), ends_linear(sigmoid)", "(True, True, False)"),
        ("ends_linear(dropping), affine(dropping, x), dropping.training", "(True, True, True)"),
        ("linear_shapes(hidden)", "((8, 4), (4, 1))"),
        ("linear_shapes(shared)", "((8, 8), (8, 1))"),
        ("linear_calls(shared)", "((8, 8), (8, 8), (8, 1))"),
        ("linear_calls(partly), linear_shapes(partly)", "(((8, 2),), ((8, 2), (8, 2)))"),
        ("[tuple(w.shape) for w in weights(hidden)]", "[(4, 8), (1, 4)]"),
        ("weights(hidden)[0] is hidden[0].weight", "True"),
        ("[type(part).__name__ for part in layers(hidden)]", "['Linear', 'ReLU', 'Linear']"),
        ("is_parameter(layer.weight), is_parameter(x)", "(True, False)"),
        ("all_used(hidden), all_used(partly), all_used(partly, x)", "(True, False, False)"),
        ("partly.used.weight.grad", "None"),
        ("weights_used(hidden, x)", "((1, 4), (4, 8))"),
        ("weights_used(shared, x), weights_used(partly, x)", "(((1, 8), (8, 8)), ((2, 8),))"),
        (
            "weights_used(lambda x: hidden(x).exp(), x), weights_used(f, x)",
            "(((1, 4), (4, 8)), ())",
        ),
        (
            "uses('layer'), uses('lr'), mentions('Sigmoid'), mentions('backward')",
            "(True, False, True, False)",
        ),
        ("has_compare()", "False"),
    ],
)
def test_a_function_of_the_vocabulary(expression: str, shown: str) -> None:
    served = run(PROGRAM, expression)
    assert served.status == 0, served.output
    assert served.answers[0].error is None
    assert served.answers[0].shown == shown


@pytest.mark.parametrize(
    ("source", "expression", "shown"),
    [
        ("x == 1", "has_compare()", "True"),
        ("y = x == 1", "has_compare()", "False"),
        ("f = x.backward", "mentions('backward'), uses('backward')", "(True, False)"),
        ("from math import exp", "mentions('exp')", "True"),
        ("f = dict(lr=1e-3)", "typed(0.001), typed(0.01)", "(True, False)"),
        ("y = x", "uses('x'), uses('y')", "(True, False)"),
        ("y = 1\nx\nprint(x)", "uses('x')", "False"),
        ("y = [x]\nprint(y)", "uses('x'), uses('y')", "(True, False)"),
        ("def f():\n    print(x)", "uses('x')", "True"),
        ("print(abs(x[0, 0]))", "uses('x')", "True"),
        ("x.shape\nprint('x', x[0], f'{x}')", "uses('x')", "False"),
        ("def f(:", "uses('x')", "False"),
        ("f = x.backward", "uncalled('backward'), uncalled('step')", "(True, False)"),
        ("f = x.sum()\nsum = x.sum", "uncalled('sum')", "True"),
        ("step = 1\nx.sum()", "uncalled('step'), uncalled('sum')", "(False, False)"),
        (
            "def f():\n    x.sum()\ny = x.min()",
            "in_function('sum'), in_function('min')",
            "(True, False)",
        ),
        ("f = lambda y: x", "in_function('x')", "True"),
        ("for p in [x]:\n    p = p - 1", "rebinds_loop_variable()", "True"),
        ("for p in [x]:\n    p -= 1\n    q = p", "rebinds_loop_variable()", "False"),
        ("for i, (a, b) in enumerate([(x, x)]):\n    b = a", "rebinds_loop_variable()", "True"),
        (
            "d = dict(lr=1 / 1000)",
            "passes('dict', 'lr', 1), passes('dict', 'r', 1)",
            "(True, False)",
        ),
        (
            "d = torch.add(x, x)",
            "passes('add', 'other', 1), passes('add', 'alpha', 2)",
            "(True, False)",
        ),
        (
            "d = dict(**{'a': 1})\ne = max(*[1, 2])",
            "passes('dict', 'b', 1), passes('max', 'b', 1)",
            "(True, True)",
        ),
        ("y = torch.add(x, other=2).sum().item()", "arguments_of('y')", "(tensor([1.0]), 2)"),
        (
            "def once():\n    return 1\ny = torch.add(x, once())\ndel once",
            "arguments_of('y')",
            "(tensor([1.0]),)",
        ),
        (
            "y = x\ndef f():\n    z = torch.add(x, x)",
            "arguments_of('y'), arguments_of('z')",
            "((), ())",
        ),
        (
            "import math as m\nk = 2\ny = k * x\ndef f(z):\n    return m.sqrt(k * k) * z",
            "restarted('f')(3), 'y' in restarted('f').__globals__",
            "(6.0, False)",
        ),
        (
            "class A:\n    two = 2\nk = x + 1\nk = 5\nprint(k)\ng = lambda: nn.Linear(k, A.two)",
            "linear_shapes(restarted('g')()), restarted('k')",
            "(((5, 2),), 5)",
        ),
        (
            "y = x.clone()\nz = x.clone()\nz -= 1",
            "written_into(y), written_into(z), written_into(1)",
            "(False, True, False)",
        ),
    ],
)
def test_questions_about_the_code(source: str, expression: str, shown: str) -> None:
    assert run(source, expression, given="x = torch.ones(1)").answers[0].shown == shown


def test_asking_changes_nothing() -> None:
    served = run(
        PROGRAM + "before = [p.detach().clone() for p in hidden.parameters()]\n",
        "ends_linear(hidden), affine(stretch(hidden), x), all_used(hidden), linear_calls(hidden)",
        "all(torch.equal(a, b) for a, b in zip(before, hidden.parameters()))",
        "[p.grad for p in hidden.parameters()]",
        "trace.backwards, hidden[0].weight.dtype",
    )
    assert [answer.shown for answer in served.answers[1:]] == [
        "True",
        "[None, None, None, None]",
        "(0, torch.float32)",
    ]


TRAINED = """
x = torch.arange(24.0).reshape(3, 8)
y = torch.tensor([0, 1, 0])
model = nn.Sequential(nn.BatchNorm1d(8), nn.Linear(8, 4), nn.Dropout(0.5), nn.Linear(4, 4))
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion(model(x), y).backward()
optimizer.step()
model[2].eval()
"""
STATE = "[*model.state_dict().values(), [part.training for part in model.modules()]]"


ASKED = (
    "model(x)",
    "run(model, x)",
    "probe(model, 5, x)",
    "varies(model, x)",
    "ignores_argument(model, x, x + 1)",
    "stretch(model)(x)",
    "affine(model, x)",
    "ends_linear(model)",
    "linear_calls(model), linear_shapes(model), layers(model), weights(model)",
    "all_used(model)",
    "weights_used(model, x)",
    "behaviour(model)",
    "evaluated(model, x)",
    "right(model, x, y)",
    "same_state(model, model)",
    "gradient_used(lambda m: criterion(m(x), y))",
    "[model.train(), model(x), model(x)]",
    "model.eval(), model.dropped",
)
TAKE_NO_MODEL = {"is_parameter", "written_into", "batches", "reshuffles", "stored", "rows_shared"}


@pytest.mark.parametrize("question", ASKED)
def test_a_question_leaves_a_model_in_training_mode_as_it_was(question: str) -> None:
    served = run(TRAINED, STATE, question, STATE)
    before, _, after = served.answers
    assert before == after
    assert before.error is None


def test_each_function_that_takes_a_model_is_asked_there() -> None:
    asked = {name for question in ASKED for name in re.findall(r"\w+(?=\()", question)}
    assert {function.__name__ for function in vocabulary._GENERAL} - asked == TAKE_NO_MODEL


def test_a_model_that_is_no_module_yet_can_be_asked_about() -> None:
    source = "class Bare(nn.Module):\n    def __init__(self):\n        pass\nbare = Bare()"
    asked = "isinstance(bare, nn.Module), 'training' in vars(bare)"
    assert run(source, asked, asked).answers[1].shown == "(True, False)"


WORKFLOW = """
import io
from torch.utils.data import DataLoader, TensorDataset
x = torch.arange(20.0).reshape(10, 2)
y = (x[:, 0] > 9).long()
net = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3), nn.Dropout(0.9))
net[0].eval()
one = lambda x: x[:, :1] - 9.5
three = lambda x: torch.stack([x[:, 0] * 0, x[:, 0] - 9.5, x[:, 0] * 0 - 50], dim=1)
class Stubborn(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)
    def eval(self):
        raise RuntimeError("no")
    def forward(self, x):
        return self.drop(x)
stubborn = Stubborn()
rows = TensorDataset(x, y)
in_order = DataLoader(rows, batch_size=4)
shuffled = DataLoader(rows, batch_size=4, shuffle=True)
own = torch.Generator().manual_seed(3)
drawn = DataLoader(rows, batch_size=4, shuffle=True, generator=own)
def forever():
    while True:
        yield x
class Endless:
    def __iter__(self):
        return forever()
torch.save(net.state_dict(), "net.pt")
torch.save(net, "whole.pt")
buffer = io.BytesIO()
torch.save({"a": x, "torch": torch.__version__}, buffer)
again = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 3), nn.Dropout(0.9))
again.load_state_dict(net.state_dict())
missing = float("nan")
state = own.get_state()
"""


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder of one's own, into which the program writes."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("torch.equal(evaluated(net, x), evaluated(net, x)), net.training", "(True, True)"),
        (
            "torch.equal(evaluated(lambda x: net(x), x), evaluated(net, x)), net.training",
            "(True, True)",
        ),
        (
            "evaluated(net, x).requires_grad, [part.training for part in net]",
            "(False, [False, True, True])",
        ),
        ("torch.equal(evaluated(stubborn, x), x), stubborn.drop.training", "(True, True)"),
        ("evaluated(one, [[10.0, 1.0]])", "tensor([[0.5]])"),
        ("evaluated(net, [[1, 2]]).shape", "Size(1, 3)"),
        ("right(one, x, y), right(three, x, y), right(three, x, 1 - y)", "(1.0, 1.0, 0.0)"),
        ("right(lambda x: x[:, 0] - 13, x, y[:, None])", "0.8"),
        ("right(lambda x: three(x) * missing, x, y)", "0.0"),
        ("batches(in_order)", "(((4, 2), (4,)), ((4, 2), (4,)), ((2, 2), (2,)))"),
        ("batches([x, 7]), batches([{'x': y}])", "(((10, 2), 'int'), (((10,),),))"),
        ("reshuffles(in_order), reshuffles(shuffled), reshuffles(drawn)", "(False, True, True)"),
        ("reshuffles([x, x * missing])", "False"),
        (
            "reshuffles(drawn), own.get_state().equal(state)",
            "(True, True)",
        ),
        (
            "list(stored('net.pt'))[-2:], stored(buffer)['a'].shape, 'torch' in stored(buffer)",
            "(['1.weight', '1.bias'], Size(10, 2), True)",
        ),
        ("buffer.tell() > 0, stored(buffer)['a'][1]", "(True, tensor([2.0, 3.0]))"),
        ("stored('whole.pt')[:15]", "UnpicklingError"),
        ("stored('none.pt')[:17]", "FileNotFoundError"),
        ("same_state(net, again), same_state(stored('net.pt'), net)", "(True, True)"),
        ("same_state(net, net.state_dict()), same_state(net, net)", "(False, False)"),
        ("same_state(net, net[1]), same_state(net, 'UnpicklingError: no')", "(False, False)"),
        (
            "same_state({'a': x}, {'a': x + 1}), same_state({'a': x}, {'a': x.double()})",
            "(False, False)",
        ),
        ("same_state({'a': x * missing, 'k': 3}, {'a': x * missing, 'k': 3})", "True"),
        (
            "rows_shared(x[:7], x[4:]), rows_shared(x[:5], x[5:]), rows_shared(x, x[[1, 1]])",
            "(3, 0, 2)",
        ),
        ("rows_shared(y[:1], [0.0, -0.0, 1.0]), rows_shared(x.numpy(), x.double())", "(2, 10)"),
    ],
)
def test_a_function_about_a_workflow(expression: str, shown: str) -> None:
    served = run(WORKFLOW, expression)
    assert served.answers[0].error is None
    assert served.answers[0].shown == shown


@pytest.mark.usefixtures("own_folder")
@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("right(one, x, y[:3])", "10 rows of output for 3 labels"),
        ("right(one, x[:0], y[:0])", "0 rows of output for 0 labels"),
        ("batches(iter(in_order))", "it can be gone through only once"),
        ("batches(Endless())", "it gives more than 10000 batches"),
        ("rows_shared(x, x[:, :1])", "rows of 2 and of 1 numbers"),
    ],
)
def test_a_question_about_a_workflow_that_has_no_answer(expression: str, message: str) -> None:
    error = run(WORKFLOW, expression).answers[0].error
    assert error is not None
    assert (error.type_name, error.message) == ("ValueError", message)


@pytest.mark.usefixtures("own_folder")
def test_asking_about_a_workflow_changes_nothing() -> None:
    served = run(
        WORKFLOW + "net[0].train()\nmean = net[0].running_mean.clone()\nfile = buffer.getvalue()\n",
        "evaluated(net, x), right(net, x, y), batches(drawn), reshuffles(drawn), stored(buffer)",
        "torch.equal(mean, net[0].running_mean), int(net[0].num_batches_tracked)",
        "[part.training for part in net], net[1].weight.grad, file == buffer.getvalue()",
        "own.get_state().equal(state)",
    )
    assert [answer.shown for answer in served.answers[1:]] == [
        "(True, 0)",
        "([True, True, True], None, True)",
        "True",
    ]
