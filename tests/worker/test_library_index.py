"""The index of the installed libraries, as the app asks for it."""

from __future__ import annotations

import pytest

from tests.support.engine import serve
from tutor.completion.library import ARRAY, MODULE, TENSOR, Library, read_library
from tutor.wire.commands import ObserveAll, Program, Question
from tutor.wire.events import BatchObserved
from tutor.wire.values import SequenceValue, TextValue

pytestmark = pytest.mark.xdist_group("torch")


@pytest.fixture(scope="module")
def library() -> Library:
    (answer,) = asked("library_index()")
    return read_library(answer)


def test_names_have_signatures_and_a_first_sentence(library: Library) -> None:
    linear = library.find("torch.nn.Linear")
    assert linear is not None
    assert linear.signature.startswith("(in_features, out_features, bias=True")
    assert linear.about == "Applies an affine linear transformation to the incoming data."
    assert library.is_kind_of("torch.nn.Linear", MODULE)
    relu = library.find("torch.relu")
    assert relu is not None
    assert relu.signature == "(input) -> Tensor", "it stands in the stub file alone"


@pytest.mark.parametrize(
    ("path", "begin"),
    [
        ("torch.nn.Sigmoid", "()"),
        ("torch.nn.Softmax2d", "()"),
        ("torch.nn.LSTM", "(input_size, hidden_size, num_layers=1,"),
        ("torch.randint", "(low=0, high, size, *, generator=None,"),
    ],
)
def test_signatures_say_what_may_be_given(library: Library, path: str, begin: str) -> None:
    entry = library.find(path)
    assert entry is not None
    assert entry.signature.startswith(begin)


def test_a_function_of_several_forms_has_them_all(library: Library) -> None:
    entry = library.find("torch.max")
    assert entry is not None
    assert [each.partition(", *")[0] for each in (entry.signature, *entry.overloads)] == [
        "(input",
        "(input, dim, keepdim=False",
        "(input, other",
    ]


@pytest.mark.parametrize(
    ("path", "signature"),
    [
        ("torch.nn.functional.softmax", "(input, dim=None, dtype=None) -> Tensor"),
        ("torch.is_signed", "(input) -> bool"),
    ],
)
def test_signatures_say_nothing_that_is_private(
    library: Library, path: str, signature: str
) -> None:
    entry = library.find(path)
    assert entry is not None
    assert entry.signature == signature


def test_no_signature_has_marks_or_addresses(library: Library) -> None:
    spaces = ("torch", "torch.nn", "torch.nn.functional", "torch.optim", "torch.utils.data", TENSOR)
    signatures = [each.signature for space in spaces for each in library.members(space)]
    assert not [each for each in signatures if "\\*" in each or " at 0x" in each]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("torch.float32", "value"),
        ("torch.nn.functional", "module"),
        ("torch.nn.functional.cross_entropy", "function"),
        ("torch.nn.Module.zero_grad", "method"),
        ("torch.nn.Linear.forward", "method"),
        ("torch.nn.BatchNorm1d.forward", "method"),
        ("torch.nn.Linear.in_features", "value"),
        (f"{TENSOR}.sum", "method"),
        (f"{TENSOR}.shape", "value"),
        ("torch.optim.Optimizer.step", "method"),
        ("torch.optim.Optimizer.zero_grad", "method"),
        ("torch.optim.Optimizer.param_groups", "value"),
        ("torch.nn.Linear.bias", "value"),
        ("torch.nn.Conv2d.weight", "value"),
        ("torch.nn.BatchNorm1d.running_mean", "value"),
        ("torch.utils.data.DataLoader.batch_size", "value"),
        ("torch.device", "class"),
        ("torch.optim.lr_scheduler.StepLR", "class"),
        ("torch.utils.data.DataLoader", "class"),
        ("torch.no_grad", "class"),
        ("numpy.exp", "function"),
        (f"{ARRAY}.tolist", "method"),
    ],
)
def test_what_lessons_use_is_there(library: Library, path: str, kind: str) -> None:
    entry = library.find(path)
    assert entry is not None
    assert entry.kind == kind


def test_what_a_call_of_a_layer_takes_is_told_where_it_is_another(library: Library) -> None:
    assert library.find("torch.nn.LazyLinear.forward") is None, "it is called as a Linear"
    told = {each: library.member(each, "forward") for each in ("torch.nn.LazyLinear", MODULE)}
    assert [entry and entry.signature[:6] for entry in told.values()] == ["(input", "(*inpu"]


def test_most_of_what_can_be_called_has_a_signature(library: Library) -> None:
    called = [each for each in library.members(TENSOR) if each.kind == "method"]
    without = [each.name for each in called if not each.signature]
    assert len(called) > 400
    assert len(without) < 20


def test_names_of_other_modules_and_hidden_ones_are_left_out(library: Library) -> None:
    names = {each.name for each in library.members("torch")}
    assert not {"os", "sys", "Any", "Callable", "math", "torch"} & names
    assert not [name for name in names if name.startswith("_")]
    assert not {"np", "torch"} & {each.name for each in library.members("torch.nn.functional")}


@pytest.mark.parametrize("path", ["torch.cuda", "torch.onnx", "torch.nn.utils", "torch.optim.sgd"])
def test_what_is_not_offered_is_known_all_the_same(library: Library, path: str) -> None:
    entry = library.find(path)
    assert entry is not None
    assert entry.kind == "other"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("torch.nn.Linear", "bias device dtype in_features out_features"),
        ("torch.zeros", "device dtype layout out pin_memory requires_grad size"),
        ("torch.stack", "axis dim out tensors"),
        ("torch.nn.LSTM", ""),
        ("torch.nn.functional.max_pool1d", ""),
    ],
)
def test_all_arguments_are_told_where_there_are_no_others(
    library: Library, path: str, names: str
) -> None:
    entry = library.find(path)
    assert entry is not None
    assert sorted(entry.keywords) == names.split()


def test_parameters_of_layers_are_tensors(library: Library) -> None:
    for name in ("weight", "bias"):
        entry = library.find(f"torch.nn.Linear.{name}")
        assert entry is not None
        assert entry.signature == "Tensor"


def test_the_documentation_of_a_name_comes_in_lines() -> None:
    relu, sigmoid, led, missing, outside = asked(
        "library_documentation('torch.nn.ReLU')",
        "library_documentation('torch.nn.Sigmoid')",
        "library_documentation('torch.Tensor.sum')",
        "library_documentation('torch.nn.Nothing')",
        "library_documentation('os.system')",
    )
    assert TextValue("Applies the rectified linear unit function element-wise.") in relu.items
    assert TextValue("    Sigmoid(x) = σ(x) = 1 / (1 + exp(-x))") in sigmoid.items
    assert TextValue("Returns the sum of all elements in the :attr:`input` tensor.") in led.items
    assert missing.items == outside.items == ()


def asked(*questions: str) -> list[SequenceValue]:
    """What the worker answers to questions of the app, about a program that does nothing."""
    command = ObserveAll((Program(),), tuple(map(Question, questions)))
    values = [answer.value for answer in serve(command).only(BatchObserved).answers]
    assert all(isinstance(value, SequenceValue) for value in values)
    return [value for value in values if isinstance(value, SequenceValue)]
