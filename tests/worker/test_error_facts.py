"""The errors that beginners make: the right line, the real message, and what stood there."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.support.engine import run
from tutor.wire.events import ErrorFacts

pytestmark = pytest.mark.xdist_group("torch")

MODULE = """\
class M(nn.Module):
    def __init__(self):
        super().__init__()
    def forward(self, x):
        {forward}
"""


class Case(NamedTuple):
    """A program, and where and how it fails."""

    name: str
    source: str
    type_name: str
    message: str
    line: int
    operands: dict[str, tuple[int, ...]] = {}  # noqa: RUF012 # never changed


X = "x = torch.ones(2, 3)\n"
CASES = [
    Case(
        "matmul shapes",
        X + "x @ x",
        "RuntimeError",
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        2,
        {"x": (2, 3)},
    ),
    Case(
        "linear in_features",
        "layer = nn.Linear(4, 2)\noutput = layer(torch.ones(3, 5))",
        "RuntimeError",
        "(3x5 and 4x2)",
        2,
        {"layer": (2, 4), "input": (3, 5)},
    ),
    Case(
        "sequential mismatch",
        "model = nn.Sequential(nn.Linear(5, 8), nn.Linear(4, 2))\nmodel(torch.ones(3, 5))",
        "RuntimeError",
        "(3x8 and 4x2)",
        2,
        {"model": (), "model[1]": (2, 4), "input": (3, 8)},
    ),
    Case(
        "broadcast",
        "a = torch.ones(3)\nb = np.ones(3)\nc = a + torch.ones(4)",
        "RuntimeError",
        "The size of tensor a (3) must match the size of tensor b (4)",
        3,
        {"a": (3,)},
    ),
    Case(
        "linear gets long",
        "x = torch.ones(1, 2).long()\nnn.Linear(2, 1)(x)",
        "RuntimeError",
        "must have the same dtype, but got Long and Float",
        2,
        {"x": (1, 2), "input": (1, 2)},
    ),
    Case(
        "backward twice",
        "w = torch.ones(1, requires_grad=True)\nloss = (w * w).sum()\nloss.backward()\n"
        "loss.backward()",
        "RuntimeError",
        "Trying to backward through the graph a second time",
        4,
        {"loss": ()},
    ),
    Case(
        "no grad",
        "loss = torch.ones(1).sum()\nloss.backward()",
        "RuntimeError",
        "element 0 of tensors does not require grad",
        2,
        {"loss": ()},
    ),
    Case(
        "vector backward",
        "y = torch.ones(2, requires_grad=True) * 2\ny.backward()",
        "RuntimeError",
        "grad can be implicitly created only for scalar outputs",
        2,
        {"y": (2,)},
    ),
    Case(
        "leaf in place",
        "w = torch.ones(2, requires_grad=True)\nw -= 0.1",
        "RuntimeError",
        "a leaf Variable that requires grad is being used in an in-place operation",
        2,
        {"w": (2,)},
    ),
    Case(
        "int requires grad",
        "torch.ones(2, dtype=torch.long, requires_grad=True)",
        "RuntimeError",
        "Only Tensors of floating point and complex dtype can require gradients",
        1,
    ),
    Case(
        "one_hot float",
        "y = torch.tensor([1.0])\nF.one_hot(y, 3)",
        "RuntimeError",
        "one_hot is only applicable to index tensor",
        2,
        {"y": (1,)},
    ),
    Case(
        "one_hot too small",
        "F.one_hot(torch.tensor([3]), num_classes=3)",
        "RuntimeError",
        "Class values must be smaller than num_classes",
        1,
    ),
    Case(
        "one_hot of int",
        "y = 1\none_hot = F.one_hot(y)",
        "TypeError",
        "must be Tensor, not int",
        2,
    ),
    Case(
        "cross entropy target out of range",
        "scores = torch.ones(1, 3)\nnn.CrossEntropyLoss()(scores, torch.tensor([3]))",
        "IndexError",
        "Target 3 is out of bounds",
        2,
        {"scores": (1, 3), "input": (1, 3)},
    ),
    Case(
        "cross entropy batch",
        "nn.CrossEntropyLoss()(torch.ones(2, 3), torch.tensor([0, 1, 2]))",
        "ValueError",
        "Expected input batch_size (2) to match target batch_size (3)",
        1,
    ),
    Case(
        "cross entropy long one-hot",
        "nn.CrossEntropyLoss()(torch.ones(1, 3), torch.tensor([[0, 1, 0]]))",
        "RuntimeError",
        "Expected floating point type for target with class probabilities, got Long",
        1,
    ),
    Case(
        "optimizer without parameters",
        "optim.SGD([], lr=0.1)",
        "ValueError",
        "optimizer got an empty parameter list",
        1,
    ),
    Case(
        "optimizer of a tensor",
        "w = torch.ones(1)\noptim.SGD(w, lr=0.1)",
        "TypeError",
        "params argument given to the optimizer should be an iterable",
        2,
        {"w": (1,)},
    ),
    Case("item of many", "x = torch.ones(2)\nx.item()", "RuntimeError", "with 2 elements", 2),
    Case("truth of many", "if torch.ones(2):\n    pass", "RuntimeError", "is ambiguous", 1),
    Case(
        "numpy of grad",
        "w = torch.ones(1, requires_grad=True)\nw.numpy()",
        "RuntimeError",
        "Can't call numpy() on Tensor that requires grad",
        2,
    ),
    Case(
        "view",
        "x = torch.ones(6)\nx.view(\n    4,\n    2,\n)",
        "RuntimeError",
        "shape '[4, 2]' is invalid for input of size 6",
        2,
        {"x": (6,)},
    ),
    Case(
        "dimension out of range",
        "x = torch.ones(3)\nx.sum(dim=1)",
        "IndexError",
        "Dimension out of range",
        2,
        {"x": (3,)},
    ),
    Case(
        "missing super init",
        "class M(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(1, 1)\nM()",
        "AttributeError",
        "cannot assign module before Module.__init__() call",
        3,
    ),
    Case(
        "missing forward",
        "class M(nn.Module):\n    pass\nM()(1)",
        "NotImplementedError",
        'is missing the required "forward" function',
        3,
    ),
    Case(
        "in a function of the learner's",
        MODULE.format(forward="return x @ x") + "model = M()\nmodel(torch.ones(2, 3))",
        "RuntimeError",
        "cannot be multiplied",
        5,
        {"x": (2, 3)},
    ),
    Case(
        "attribute of an own module",
        MODULE.format(forward="return self.fc(x)") + "M()(torch.ones(1))",
        "AttributeError",
        "'M' object has no attribute 'fc'",
        5,
        {"x": (1,)},
    ),
    Case(
        "float has no backward",
        "loss = 0.5\nloss.backward()",
        "AttributeError",
        "'float' object has no attribute 'backward'",
        2,
    ),
    Case(
        "grad is None",
        "w = nn.Linear(2, 1)\nlr = 0.1\nnew = w.weight - lr * w.weight.grad",
        "TypeError",
        "unsupported operand type(s) for *: 'float' and 'NoneType'",
        3,
        {"w.weight": (1, 2)},
    ),
    Case(
        "numpy shapes",
        "a = np.ones((2, 3))\nb = np.ones(4)\nc = [\n    a,\n    a + b,\n]",
        "ValueError",
        "operands could not be broadcast together",
        5,
        {"a": (2, 3), "b": (4,)},
    ),
    Case(
        "parameter assigned",
        "layer = nn.Linear(2, 1)\nlayer.weight = torch.ones(1, 2)",
        "TypeError",
        "cannot assign 'torch.FloatTensor' as parameter 'weight'",
        2,
        {"layer": (1, 2)},
    ),
]


def _error(source: str, given: str = "") -> ErrorFacts:
    served = run(source, given=given)
    assert served.status == 0, served.output
    assert served.executed.error is not None
    return served.executed.error


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_beginners_error(case: Case) -> None:
    error = _error(case.source)
    assert (error.type_name, error.line) == (case.type_name, case.line)
    assert case.message in error.message
    assert error.source_line.strip() == case.source.splitlines()[case.line - 1].strip()
    found = {operand.name: operand.shape for operand in error.operands}
    assert {name: found.get(name) for name in case.operands} == case.operands
    assert not [frame for frame in error.frames if "worker" in frame.file]


@pytest.mark.parametrize(
    ("source", "type_name", "line", "column"),
    [
        ("x = 1\nx = (1,\n", "SyntaxError", 2, 5),
        ("if True:\nx = 1", "IndentationError", 2, 1),
        ("return 3", "SyntaxError", 1, 1),
        ("x = “text”", "SyntaxError", 1, 5),
        ("if x:\n\tx\n        y", "TabError", 3, 1),
    ],
)
def test_what_is_no_python(source: str, type_name: str, line: int, column: int) -> None:
    error = _error(source, given="print('given')")
    assert (error.type_name, error.line) == (type_name, line)
    assert abs((error.column or 0) - column) <= 2
    assert error.source_line == source.splitlines()[line - 1]
    assert not error.from_given
    assert error.frames == ()


def test_a_syntax_error_raised_while_running_is_at_the_line_that_runs() -> None:
    error = _error("x = 1\n\neval('1 +')")
    assert (error.type_name, error.line) == ("SyntaxError", 3)


@pytest.mark.parametrize(
    ("source", "nearest"),
    [
        ("probabilty", "probability"),
        ("nn.sigmoid(given_x)", "Sigmoid"),
        ("F.Softmax(given_x, dim=0)", "softmax"),
        ("optim.sgd", "SGD"),
        ("pritn(1)", "print"),
        ("layer.weights", "weight"),
        ("given_x.shap", "shape"),
        ("holder.valeu", "value"),
    ],
)
def test_names_like_the_one_that_was_not_found(source: str, nearest: str) -> None:
    given = (
        "probability = 0.5\ngiven_x = torch.ones(1)\nlayer = nn.Linear(1, 1)\n"
        "class Holder:\n    def __init__(self):\n        self.value = 1\nholder = Holder()\n"
    )
    assert nearest in _error(source, given).nearest


def test_a_fault_of_the_lesson_is_told_as_such() -> None:
    error = _error("x = 1", given="a = 1\nb = a / 0")
    assert error.from_given
    assert error.type_name == "ZeroDivisionError"
    assert [(frame.file, frame.line, frame.text) for frame in error.frames] == [
        ("given.py", 2, "b = a / 0")
    ]


def test_an_endless_recursion_is_told_in_forty_frames() -> None:
    error = _error("def f(n):\n    return f(n + 1)\nf(0)")
    assert (error.type_name, error.line) == ("RecursionError", 2)
    assert len(error.frames) == 40
    assert error.frames[0].text == "f(0)"


@pytest.mark.parametrize(
    ("source", "type_name", "message"),
    [
        (
            "raise ExceptionGroup('two', [ValueError('a'), KeyError('b')])",
            "ExceptionGroup",
            "two (2 sub-exceptions)",
        ),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E('x')", "E", ""),
        ("class E(Exception):\n    def __str__(self):\n        while 1: pass\nraise E", "E", ""),
        ("class E(BaseException): pass\nraise E('odd')", "E", "odd"),
        ("raise ValueError('x' * 10_000)", "ValueError", "x" * 2_000),
        ("raise ValueError('\\ud800')", "ValueError", "?"),
        ("raise 3", "TypeError", "exceptions must derive from BaseException"),
        ("class E(Exception):\n    __class__ = int\nraise E('liar')", "E", "liar"),
        (
            "class M(type):\n    __name__ = property(lambda s: 1/0)\n"
            "class E(Exception, metaclass=M): pass\nraise E('meta')",
            "E",
            "meta",
        ),
    ],
)
def test_strange_exceptions(source: str, type_name: str, message: str) -> None:
    error = _error(source)
    assert (error.type_name, error.message) == (type_name, message)
    assert error.line is not None


def test_a_null_byte_is_found_in_its_line() -> None:
    error = run("x = 1\ny = \0\n").executed.error
    assert error is not None
    assert (error.type_name, error.line) == ("SyntaxError", 2)


def test_lines_are_counted_as_python_counts_them() -> None:
    error = run("x = 1\x0c\ny = '\u2028'\ny = z").executed.error
    assert error is not None
    assert (error.line, error.source_line) == (3, "y = z")


def test_messages_that_pytorch_writes_in_bold_come_without() -> None:
    source = "import io\nfile = io.BytesIO()\ntorch.save(nn.Linear(1, 1), file)\nfile.seek(0)\n"
    error = run(source + "torch.load(file)").executed.error
    assert error is not None
    assert "only if you trust the source" in error.message
    assert "\x1b" not in error.message
