"""A program that replaces what its answer is read with is seen, and undone."""

from __future__ import annotations

import pytest

from tests.support.engine import loaded, run

pytestmark = pytest.mark.xdist_group("torch")


@pytest.mark.parametrize(
    ("source", "replaced"),
    [
        ("torch.sigmoid = lambda x: x", "torch.sigmoid"),
        ("F.softmax = None", "F.softmax"),
        ("import builtins\nbuiltins.print = None", "builtins.print"),
        ("import builtins\nbuiltins.len = lambda x: 1 / 0", "builtins.len"),
        ("import builtins\ndel builtins.isinstance", "builtins.isinstance"),
        ("torch.Tensor.__eq__ = lambda a, b: True", "torch.Tensor.__eq__"),
        ("nn.Sigmoid.forward = lambda self, x: x", "nn.Sigmoid.forward"),
        ("nn.Sigmoid.__call__ = lambda self, x: x", "nn.Sigmoid.__call__"),
        ("nn.Linear.__init__ = lambda self: None", "nn.Linear.__init__"),
        ("torch.allclose = lambda *a, **k: True", "torch.allclose"),
        ("np.exp = None", "np.exp"),
        ("optim.SGD.step = lambda self: None", "torch.optim.SGD.step"),
        ("optim.Optimizer.zero_grad = None", "torch.optim.Optimizer.zero_grad"),
        ("F.relu.__code__ = (lambda *a, **k: 0).__code__", "F.relu"),
        ("import sys\nsys.modules['torch'] = sys", "sys.modules['torch']"),
        ("import sys\ndel sys.modules['numpy']", "sys.modules['numpy']"),
        (
            "import tutor.worker.value_reader as v\nv.to_value = None",
            "tutor.worker.value_reader.to_value",
        ),
        (
            "from tutor.worker.expressions import Expressions\nExpressions.answer = None",
            "tutor.worker.expressions.Expressions.answer",
        ),
        ("F.len = lambda x: 0", "F.len"),
        (
            "from tutor.wire import question_code\nquestion_code._loads = None",
            "tutor.wire.question_code._loads",
        ),
    ],
)
def test_what_was_replaced_is_named_and_restored(source: str, replaced: str) -> None:
    served = run(source, "torch.sigmoid(torch.zeros(1)).item(), len([1])")
    assert served.status == 0, served.output
    assert replaced in served.executed.replaced
    assert served.answers[0].shown == "(0.5, 1)"


@pytest.mark.parametrize(
    "source",
    [
        "print = len\nsigmoid = torch.sigmoid",
        "class Linear(nn.Linear):\n    def forward(self, x): return x",
        "torch.set_default_dtype(torch.float64)\ntorch.set_default_device('cpu')",
        "torch.manual_seed(1)\nnp.random.seed(1)\nnp.seterr(all='ignore')",
        "for name in ('SGD', 'Adam', 'AdamW', 'RMSprop', 'Adagrad', 'Adadelta', 'NAdam', 'ASGD'):\n"
        "    getattr(optim, name)([nn.Parameter(torch.ones(1))], lr=0.1)",
        "import copy, pickle\ncopy.deepcopy(nn.Linear(1, 1))\npickle.dumps(nn.ReLU())",
        "import warnings\nwarnings.warn('x')\nnn.Softmax()(torch.ones(1))",
        "nn.Linear.__annotations__",
        "from torch.utils.data import DataLoader, TensorDataset\n"
        "list(DataLoader(TensorDataset(torch.ones(4, 1)), batch_size=2))",
        "import torch.nn.utils, numpy.testing, torch.distributions",
        "nn.Sequential(nn.LSTM(2, 2))\nnn.Transformer(4, 1, 1, 1, 4)\nnn.Conv2d(1, 1, 1)",
        "nn.init.kaiming_normal_(torch.empty(2, 2))\ntorch.no_grad()(print)",
        "torch.set_num_threads(1)",
    ],
)
def test_ordinary_programs_replace_nothing(source: str) -> None:
    served = run(source)
    assert served.executed.error is None
    assert served.executed.replaced == ()


def test_what_reads_the_code_of_a_question_is_kept_aside() -> None:
    served = run("import marshal\nmarshal.loads = lambda data: compile('99', '', 'eval')", "1 + 1")
    assert served.answers[0].shown == "2"


def test_without_reading_memory_the_same_is_seen() -> None:
    loaded()
    import torch

    from tutor.worker.fingerprint import Fingerprint

    by_version, by_looking = Fingerprint(read_memory=True), Fingerprint(read_memory=False)
    assert by_version.restore() == by_looking.restore() == ()
    abs_code = (lambda *args, **kwargs: 0).__code__
    original, code = torch.sigmoid, torch.nn.functional.relu.__code__
    found = []
    for fingerprint in (by_version, by_looking):
        vars(torch)["sigmoid"] = abs
        torch.nn.functional.relu.__code__ = abs_code
        found.append(fingerprint.restore())
        assert torch.sigmoid is original
        assert torch.nn.functional.relu.__code__ is code
    assert found == [("torch.sigmoid", "F.relu")] * 2
