"""Errors out of the libraries: real programs, the exact texts of torch 2.13 and NumPy 2, and what
a learner reads."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.grading.facts import facts
from tests.support.engine import run
from tutor.grading.errors import explain
from tutor.wire.events import ErrorFacts

pytestmark = pytest.mark.xdist_group("torch")


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some programs write files."""
    monkeypatch.chdir(tmp_path)


class Case(NamedTuple):
    """A program whose last line fails, the beginning of "Class: message", the module that raised
    it, and what is said of it."""

    source: str
    text: str
    raised_in: str
    slug: str
    said: str


_PAIR = "m = torch.max(torch.ones(2, 3), dim=1)\n"
_ONES = "t = torch.ones(2, 3)\n"
_SAVED = "torch.save(nn.Linear(2, 1), 'm.pt')\n"
_WEIGHTS_ONLY = "UnpicklingError: Weights only load failed. This file can still be loaded"
_NUMPY = "numpy._core.fromnumeric"
_NO_LAYER = " is not a Module subclass"
_NORM = "torch.nn.functional"

CASES = [
    # one tensor is wanted, and a pair came
    Case(
        _PAIR + "y = m.float()",
        "AttributeError: 'torch.return_types.max' object has no attribute 'float'",
        "",
        "pair-not-tensor",
        "put `.values` or `.indices` after it. For the indices alone, use `torch.argmax(…)`",
    ),
    Case(
        _PAIR + "y = torch.ones(2) - m",
        "TypeError: unsupported operand type(s) for -: 'Tensor' and 'torch.return_types.max'",
        "",
        "pair-not-tensor",
        "`torch.max` with a `dim` returns two tensors",
    ),
    Case(
        _PAIR + "F.one_hot(m)",
        "TypeError: one_hot(): argument 'input' (position 1) must be Tensor, not "
        "torch.return_types.max",
        "",
        "pair-not-tensor",
        "`.indices`",
    ),
    Case(
        _PAIR + "nn.Linear(2, 1)(m)",
        "TypeError: linear(): argument 'input' (position 1) must be Tensor, not "
        "torch.return_types.max",
        "torch.nn.modules.linear",
        "pair-not-tensor",
        "`.values`",
    ),
    Case(
        _PAIR + "y = m + 1",
        'TypeError: can only concatenate tuple (not "int") to tuple',
        "",
        "pair-not-tensor",
        "The left side of `+` is a tuple",
    ),
    Case(
        "m = torch.topk(torch.ones(2, 3), 1)\ny = torch.exp(m)",
        "TypeError: exp(): argument 'input' (position 1) must be Tensor, not "
        "torch.return_types.topk",
        "",
        "pair-not-tensor",
        "`torch.topk` returns two tensors",
    ),
    Case(
        "torch.linalg.qr(torch.ones(2, 2)).shape",
        "AttributeError: 'torch.return_types.linalg_qr' object has no attribute 'shape'",
        "",
        "pair-not-tensor",
        "`torch.linalg.qr` returns several tensors",
    ),
    Case(
        _PAIR + "correct = (m == torch.ones(2)).sum()",
        "AttributeError: 'bool' object has no attribute 'sum'",
        "",
        "not-a-tensor",
        "only between two tensors",
    ),
    # NumPy on tensors
    Case(
        _ONES + "np.sum(t)",
        "TypeError: sum() got an unexpected keyword argument 'axis'",
        _NUMPY,
        "numpy-on-tensor",
        "and `t` is a tensor. Use the tensor's own: `t.sum()`.",
    ),
    Case(
        _ONES + "np.mean(t, axis=0)",
        "TypeError: mean() got an unexpected keyword argument 'axis'",
        _NUMPY,
        "numpy-on-tensor",
        "`t.mean(dim=0)`",
    ),
    Case(
        "w = torch.ones(2, requires_grad=True)\nnp.mean(w)",
        "TypeError: mean() got an unexpected keyword argument 'axis'",
        _NUMPY,
        "numpy-on-tensor",
        "`w.mean()`",
    ),
    Case(
        _ONES + "np.max(t)",
        "TypeError: max(): argument 'dim' must be int, not NoneType",
        _NUMPY,
        "numpy-on-tensor",
        "`t.max()`",
    ),
    Case(
        _ONES + "np.max(t, axis=1)",
        "TypeError: max() got an unexpected keyword argument 'axis'",
        _NUMPY,
        "numpy-on-tensor",
        "`t.amax(dim=1)`",
    ),
    Case(
        _ONES + "np.std(t)",
        "TypeError: std() received an invalid combination of arguments - got (ddof=int",
        _NUMPY,
        "numpy-on-tensor",
        "`t.std()`",
    ),
    Case(
        _ONES + "t.sum(axis=1, out=None)",
        "TypeError: sum() got an unexpected keyword argument 'axis'",
        "",
        "wrong-arguments",
        "`sum` does not know `axis=`. In PyTorch it is called `dim=`.",
    ),
    Case(
        "loss = torch.ones(2).sum()\nloss.data[0]",
        "IndexError: invalid index of a 0-dim tensor. Use `tensor.item()` in Python",
        "",
        "not-indexable",
        "today it is `loss.item()`",
    ),
    # layers
    Case(
        "nn.Sequential(nn.Linear(2, 3), nn.ReLU)",
        "TypeError: torch.nn.modules.activation.ReLU" + _NO_LAYER,
        "torch.nn.modules.module",
        "class-not-instance",
        "`nn.ReLU` without parentheses is the class, and a model is made of layers. `nn.ReLU()`",
    ),
    Case(
        "nn.ModuleList([nn.Linear(2, 3), nn.Softmax])",
        "TypeError: torch.nn.modules.activation.Softmax" + _NO_LAYER,
        "torch.nn.modules.module",
        "class-not-instance",
        "`nn.Softmax(dim=1)` builds one",
    ),
    Case(
        "nn.Sequential(nn.Linear(2, 3), F.relu)",
        "TypeError: torch.nn.functional.relu" + _NO_LAYER,
        "torch.nn.modules.module",
        "function-in-sequential",
        "`relu` is a function, and a model is made of layers. Use the layer `nn.ReLU()`.",
    ),
    Case(
        "nn.Sequential('a', nn.Linear(2, 3))",
        "TypeError: str" + _NO_LAYER,
        "torch.nn.modules.module",
        "no-layer",
        "this is a `str`",
    ),
    Case(
        "class Block(nn.Module): pass\nnn.Sequential(Block)",
        "TypeError: __main__.Block" + _NO_LAYER,
        "torch.nn.modules.module",
        "class-not-instance",
        "`Block()` builds one",
    ),
    Case(
        "class Block: pass\nnn.Sequential(Block())",
        "TypeError: __main__.Block" + _NO_LAYER,
        "torch.nn.modules.module",
        "class-not-instance",
        "`class Block(nn.Module):`",
    ),
    Case(
        "nn.ModuleList(nn.Linear(2, 3), nn.ReLU())",
        "TypeError: ModuleList.__init__() takes from 1 to 2 positional arguments but 3 were given",
        "",
        "list-in-sequential",
        "put square brackets around the layers",
    ),
    Case(
        "y = nn.Softmax(torch.ones(3)) + 1",
        "TypeError: unsupported operand type(s) for +: 'Softmax' and 'int'",
        "",
        "function-not-applied",
        "`nn.Softmax(dim=1)(x)`",
    ),
    Case(
        "nn.ReLU(torch.ones(1)).sum()",
        "AttributeError: 'ReLU' object has no attribute 'sum'",
        "torch.nn.modules.module",
        "wrong-attribute-name",
        "It is the layer itself, not what it computes.",
    ),
    Case(
        "nn.BatchNorm1d(3)(torch.ones(1, 3))",
        "ValueError: Expected more than 1 value per channel when training, got input size "
        "torch.Size([1, 3])",
        _NORM,
        "batch-of-one",
        "`model.eval()`",
    ),
    Case(
        "nn.BatchNorm1d(3)(torch.ones(3))",
        "ValueError: expected 2D or 3D input (got 1D input)",
        "torch.nn.modules.batchnorm",
        "wrong-shape",
        "takes 2D or 3D input, and yours is 1D",
    ),
    Case(
        "nn.BatchNorm1d(4)(torch.ones(5, 3))",
        "RuntimeError: running_mean should contain 3 elements not 4",
        _NORM,
        "wrong-layer-size",
        "`nn.BatchNorm1d(3)`",
    ),
    Case(
        "nn.LayerNorm(4)(torch.ones(5, 3))",
        "RuntimeError: Given normalized_shape=[4], expected input with shape [*, 4], but got input "
        "of size[5, 3]",
        _NORM,
        "wrong-layer-size",
        "`nn.LayerNorm(3)`",
    ),
    # devices
    Case(
        "torch.ones(2).to('gpu')",
        "RuntimeError: Expected one of cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, "
        "ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, mtia, privateuseone device type at "
        "start of device string: gpu",
        "",
        "no-such-device",
        "PyTorch does not know the device `gpu`.",
    ),
    Case(
        "torch.ones(2).to('mps')",
        "RuntimeError: PyTorch is not linked with support for mps devices",
        "",
        "no-such-device",
        "there is no device `mps`",
    ),
    Case(
        "torch.ones(2, device='mps')",
        "NotImplementedError: Could not run 'aten::empty.memory_format' with arguments from the "
        "'MPS' backend.",
        "",
        "no-such-device",
        "there is no device `mps`",
    ),
    Case(
        "torch.ones(2).mps()",
        "AttributeError: 'Tensor' object has no attribute 'mps'",
        "",
        "wrong-attribute-name",
        "No method has that name. Leave `.cuda()`",
    ),
    Case(
        "torch.ones(2) + torch.ones(2, device='meta')",
        "RuntimeError: Tensor on device meta is not on the expected device cpu!",
        "torch._prims_common",
        "no-such-device",
        "on different devices",
    ),
    # packages and files
    Case(
        "import torch.nn.functionl",
        "ModuleNotFoundError: No module named 'torch.nn.functionl'",
        "",
        "no-such-module",
        "`torch` has no such part",
    ),
    Case(
        "import my_helpers",
        "ModuleNotFoundError: No module named 'my_helpers'",
        "",
        "no-such-module",
        "Is it misspelt, or a file of your own?",
    ),
    Case(
        _SAVED + "torch.load('m.pt')",
        _WEIGHTS_ONLY,
        "torch.serialization",
        "whole-model-load",
        "an object of the class `Linear`, but `torch.load` reads only weights",
    ),
    Case(
        "torch.save(np.ones(3), 'm.pt')\ntorch.load('m.pt')",
        _WEIGHTS_ONLY,
        "torch.serialization",
        "whole-model-load",
        "holds more than weights",
    ),
    Case(
        "torch.save(nn.Linear(2, 1).state_dict, 'm.pt')\ntorch.load('m.pt')",
        _WEIGHTS_ONLY,
        "torch.serialization",
        "call-parentheses-missing",
        "Call the method: `torch.save(model.state_dict(), …)`",
    ),
    Case(
        "torch.save('m.pt', nn.Linear(2, 1).state_dict())",
        "AttributeError: expected 'f' to be string, path, or a file-like object",
        "torch.serialization",
        "wrong-arguments",
        "takes the object first, and the file second",
    ),
    Case(
        "torch.save(nn.Linear(2, 1).state_dict())",
        "TypeError: save() missing 1 required positional argument: 'f'",
        "",
        "wrong-arguments",
        "needs a file as its second argument",
    ),
    Case(
        "2.718 ^ (-torch.ones(2))",
        "NotImplementedError: \"bitwise_xor_cpu\" not implemented for 'Float'",
        "",
        "wrong-operands",
        "`^` is not a power",
    ),
    Case(
        "np.ones(2) ^ 2.5",
        "TypeError: ufunc 'bitwise_xor' not supported for the input types",
        "",
        "wrong-operands",
        "`^` is not a power",
    ),
    Case(
        "2.5 ^ 2",
        "TypeError: unsupported operand type(s) for ^: 'float' and 'int'",
        "",
        "wrong-operands",
        "`^` is not a power",
    ),
    Case(
        "open('e.pt', 'w').close()\ntorch.load('e.pt')",
        "EOFError: ",
        "torch._weights_only_unpickler",
        "not-a-stored-file",
        "it is empty, cut off",
    ),
    Case(
        _SAVED + "nn.Linear(2, 1).load_state_dict(torch.load('m.pt', weights_only=False))",
        "TypeError: Expected state_dict to be dict-like, got <class "
        "'torch.nn.modules.linear.Linear'>.",
        "torch.nn.modules.module",
        "state-does-not-fit",
        "`torch.save(model.state_dict(), …)`",
    ),
    # asserts
    Case(
        "nn.Embedding(3, 4, padding_idx=7)",
        "AssertionError: Padding_idx must be within num_embeddings",
        "torch.nn.modules.sparse",
        "library-refuses",
        "`torch` checks its arguments",
    ),
    Case(
        "np.testing.assert_allclose(np.ones(2), np.zeros(2))",
        "AssertionError: ",
        "numpy.testing._private.utils",
        "assertion-failed",
        "Your program compares two values in line 1, and they differ.",
    ),
    Case(
        "x = 1\nassert x == 2",
        "AssertionError: ",
        "",
        "assertion-failed",
        "An `assert` in your program",
    ),
    Case(
        "exec('assert False')",
        "AssertionError: ",
        "",
        "assertion-failed",
        "An `assert` in your program",
    ),
    # numbers
    Case(
        "int(float('inf'))",
        "OverflowError: cannot convert float infinity to integer",
        "",
        "not-a-whole-number",
        "The number is infinity here",
    ),
    # one list is wanted, and its parts came
    Case(
        "a = torch.ones(2)\ntorch.stack(a, a, a)",
        "TypeError: stack() takes from 1 to 2 positional arguments but 3 were given",
        "",
        "wrong-arguments",
        "`torch.stack` takes one argument and got 3. Several tensors belong in one pair of square "
        "brackets: `torch.stack([a, b])`.",
    ),
    Case(
        "a = torch.ones(2)\ntorch.stack(a, a)",
        "TypeError: stack(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor",
        "",
        "wrong-arguments",
        "`torch.stack([a, b])`",
    ),
    Case(
        "a = torch.ones(2)\ntorch.cat(a, a)",
        "TypeError: cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor",
        "",
        "wrong-arguments",
        "`torch.cat([a, b])`",
    ),
    # square brackets and places
    Case(
        _ONES + "mask = t > 0\nmask[t]",
        "IndexError: tensors used as indices must be long, int, byte or bool tensors",
        "",
        "not-indexable",
        "a mask of True and False, but got a tensor of decimal numbers. Here `mask` is bool and "
        "`t` is float32. Are the two swapped?",
    ),
    Case(
        "y = torch.ones(4)\ny[:, 0]",
        "IndexError: too many indices for tensor of dimension 1",
        "",
        "axis-out-of-range",
        "than axes: the tensor has 1 axis. Here `y` has shape (4,).",
    ),
    Case(
        "z = torch.zeros(4, 2)\nz[:, 0] = torch.ones(3)",
        "RuntimeError: The expanded size of the tensor (4) must match the existing size (3)",
        "",
        "shapes-do-not-fit",
        "has room for 4 numbers, and the right side has 3 numbers",
    ),
    Case(
        "z = torch.zeros(4)\nz[0] = torch.ones(3)",
        "RuntimeError: expand(torch.FloatTensor{[3]}, size=[])",
        "",
        "shapes-do-not-fit",
        "has room for one number, but the right side is a tensor of shape (3)",
    ),
    Case(
        "torch.arange(5, 0)",
        "RuntimeError: upper bound and lower bound inconsistent with step sign",
        "",
        "wrong-arguments",
        "`torch.arange(3, 0, -1)` is 3, 2, 1",
    ),
    # which tensor it is that has no such axis
    Case(
        "y = torch.ones(4)\nd = torch.ones(4, 4).sum()\ny[d.argmin(dim=1)]",
        "IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1)",
        "",
        "axis-out-of-range",
        "There is no axis 1: `d` is a single number, which has no axes.",
    ),
    Case(
        "y = torch.ones(4)\nd = torch.ones(4, 4)\ny[d[d > 0].argmin(dim=1)]",
        "IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1)",
        "",
        "axis-out-of-range",
        "There is no axis 1: the axes are -1 to 0. The last axis",
    ),
    # a function that was not called, and a number without its module
    Case(
        _ONES + "t / t.std",
        "TypeError: unsupported operand type(s) for /: 'Tensor' and 'builtin_function_or_method'",
        "",
        "function-not-applied",
        "Python cannot compute `/` with a function. Is the name right? Or are the parentheses",
    ),
    Case(
        "float(inf)",
        "NameError: name 'inf' is not defined",
        "",
        "undefined-name",
        "PyTorch has `torch.inf`",
    ),
]


def error_of(source: str, given: str = "") -> ErrorFacts:
    """What the program raised."""
    error = run(source, given=given).executed.error
    assert error is not None
    return error


def check(error: ErrorFacts, slug: str, said: str) -> None:
    """The error is explained so."""
    explanation = explain(error)
    assert explanation is not None
    assert (explanation.slug, said in explanation.message) == (slug, True), explanation.message


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.source.rpartition("\n")[2])
def test_an_error_out_of_a_library(case: Case) -> None:
    error = error_of(case.source)
    assert f"{error.type_name}: {error.message}".startswith(case.text)
    assert error.line == case.source.count("\n") + 1
    assert error.raised_in == case.raised_in
    check(error, case.slug, case.said)


class Misread(NamedTuple):
    """A program whose last line fails in a way that a sentence for others would be false of it."""

    source: str
    said: str
    not_said: str


_ROWS = "class Rows:\n    def __init__(self, table):\n        self.table = table\n\n\n"
_NO_DATA = "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n\n\n"
_NO_NAME = "class Net(nn.Module):\n    def forward(self):\n        return 1\n\n\n"
_SCORES = "x = torch.ones(4, 11)\nw = torch.ones(11, 3)\nlabels = torch.tensor([0, 1, 2, 5])\n"
_BRANCH = "def f(z):\n    if z > 5:\n        y = 1\n    return y\n\n\n"
_LONG = "torch.ones(3, 1, dtype=torch.long)"

MISREAD = [
    Misread("torch.sigmoid(None)", "got None: a function without", "Turn it into"),
    Misread("torch.sigmoid('x')", "is it what you meant?", "Turn it into"),
    Misread("torch.sigmoid([torch.ones(2)])", "`torch.stack(…)` if it holds", "NumPy"),
    Misread(_ROWS + "Rows(1, 2)", "`Rows.__init__` takes 2 values and got 3", "takes no data"),
    Misread(_NO_DATA + "Net(torch.ones(2))", "If it should store a value,", "`nn.Net"),
    Misread(_NO_NAME + "Net()(torch.ones(2))", "Each needs a name", "begins with `self`"),
    Misread(_ROWS + "Rows(1, table=2)", "Leave one of them out.", "second pair"),
    Misread("x = torch.ones(2)\nx(3)", "`x` is a tensor already", "what a call gave"),
    Misread("sum(3)", "This needs several values, as a `for` does", "A `for` goes"),
    Misread("torch.arange(0, 5, -1)", "lead away from its end", "below its start"),
    Misread("f'{[1.0]:.2f}'", "this is of type `list`. `.item()` turns", "Take the number out"),
    Misread(f"torch.randn(2, 3) @ {_LONG}", "Whole numbers (long) meet", "(float) meet"),
    Misread(f"{_LONG}.int().T @ {_LONG}", "Numbers of two types meet: int and long", "decimal"),
    Misread("torch.tensor([True]).mean()", "are of the type Bool", "whole"),
    Misread("torch.ones(0)[0]", "because there are no entries", "last one"),
    Misread(_SCORES + "F.cross_entropy(x @ w, labels)", "number of scores − 1", "11 scores"),
    Misread("y = torch.ones(1).int()\nF.one_hot(y)", "type int64. Here `y` is int32.", "decimal"),
    Misread("F.one_hot(torch.tensor)", "works on tensors, but got a function.", "Wrap"),
    Misread("(torch.ones(2) + 1).clamp @ nn.Parameter(torch.ones(2))", "Is the name", "layer"),
    Misread("2 * nn.Linear(2, 1)", "the layer `Linear` itself", "function itself"),
    Misread("F.binary_cross_entropy(0 / torch.zeros(1), torch.ones(1))", "or are nan", "!"),
    Misread("x = 0.5\nx.backward()", "such as `.item()` or `float(…)` returns", "too early"),
    Misread("nn.BatchNorm1d(3)(torch.ones(2, 3, 4, 5))", "makes a batch of one", "yours is 2D"),
    Misread(_BRANCH + "f(2)", "has none yet when this line runs", "further down"),
    Misread("'ab' * 2.5", "text is not a number", "!"),
    Misread("int(float('inf'))", "0 or a training that diverged", "It comes from"),
    Misread("w = torch.ones(1)\nw.sum().backward()", "only with `requires_grad=True`", "!"),
    Misread("optim.SGD([], lr=0.1)", "The optimizer got no parameters.", "This model"),
    Misread("d = None\nd['x']", "Something in this line is None", "One side"),
]


@pytest.mark.parametrize("case", MISREAD, ids=lambda case: case.source.rpartition("\n")[2])
def test_an_error_that_others_have_for_another_reason(case: Misread) -> None:
    explanation = explain(error_of(case.source))
    assert explanation is not None
    assert case.said in explanation.message
    assert case.not_said not in explanation.message


def test_what_cannot_follow_with_is_not_told_to_be_called() -> None:
    assert explain(error_of("with torch.ones(2):\n    pass")) is None


@pytest.mark.parametrize(
    "source",
    [
        "torch.ones(2).cuda()",
        "torch.ones(2).to('cuda')",
        "torch.ones(2, device='cuda')",
        "nn.Linear(2, 1).cuda()",
        "torch.ones(2).to(torch.device('cuda:0'))",
        "torch.cuda.FloatTensor([1.0])",
        "torch.Generator(device='cuda')",
    ],
)
def test_no_graphics_card(source: str) -> None:
    if run("y = 1 / (not torch.cuda.is_available())").executed.error is not None:
        pytest.skip("this machine has one")
    check(error_of(source), "no-such-device", "there is no device `cuda`. Leave `.cuda()`")


_DRIVER = (
    "RuntimeError: Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU "
    "and installed a driver from http://www.nvidia.com/Download/index.aspx"
)

WITH_CUDA = [
    ("AssertionError: Torch not compiled with CUDA enabled", "no device `cuda`"),
    (_DRIVER, "no device `cuda`"),
    ("RuntimeError: No CUDA GPUs are available", "no device `cuda`"),
    (
        "RuntimeError: Expected all tensors to be on the same device, but found at least two "
        "devices, cuda:0 and cpu!",
        "`.to(device)`",
    ),
    (
        "RuntimeError: Attempting to deserialize object on a CUDA device but "
        "torch.cuda.is_available() is False. If you are running on a CPU-only machine, please use "
        "torch.load with map_location=torch.device('cpu') to map your storages to the CPU.",
        'map_location="cpu"',
    ),
]


@pytest.mark.parametrize(("text", "said"), WITH_CUDA)
def test_what_torch_says_that_is_built_for_a_graphics_card(text: str, said: str) -> None:
    check(facts(text, raised_in="torch.cuda"), "no-such-device", said)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("sklearn", "`.venv/bin/pip install scikit-learn`"),
        ("pandas", "`torch.tensor([[1., 2.]])`"),
        ("torchvision.datasets", "The package `torchvision` is not installed where nntutor runs"),
    ],
)
def test_a_package_that_is_not_installed(module: str, said: str) -> None:
    error = facts(f"ModuleNotFoundError: No module named '{module}'")
    check(error, "no-such-module", said)


def test_a_file_that_only_has_the_name_of_the_program_is_none_of_the_learners(
    tmp_path: Path,
) -> None:
    for name in ("exercise", "my_exercise"):
        module = tmp_path / f"{name}.py"
        module.write_text("\n\n\ndef look(x):\n    assert x, 'no x'\n")
        source = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport {name}\n{name}.look(0)"
        error = error_of(source)
        assert (error.line, error.source_line) == (4, f"{name}.look(0)")
        assert error.raised_in == name
        check(error, "library-refuses", f"`{name}` checks its arguments")
    assert error_of(source.replace("my_", "")).frames[-1].file == f"{tmp_path.name}/exercise.py"


def test_an_assert_of_the_given_code_is_told_as_such() -> None:
    error = error_of("check(0)", given="def check(x):\n    assert x")
    assert (error.line, error.raised_in) == (1, "given.py")
    check(error, "assertion-failed", "An `assert` in the given code")
