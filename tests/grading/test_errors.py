"""The exact messages of torch 2.13, NumPy 2 and Python 3.11, and what a learner reads."""

from __future__ import annotations

import re

import pytest

from tests.grading.facts import facts
from tests.grading.test_calls import CASES as CALLS
from tests.grading.test_libraries import CASES as LIBRARIES
from tests.grading.test_libraries import WITH_CUDA
from tutor.grading.errors import (
    TABLE,
    explain,
    explain_ending,
    explain_or_quote,
    explain_warning,
    quote,
)
from tutor.grading.explanations.rows import row_for
from tutor.wire.commands import Limits
from tutor.wire.events import (
    WROTE_TO_PIPE,
    ErrorFacts,
    Executed,
    Observation,
    Operand,
    Outcome,
    WarningFacts,
)

_SECOND_TIME = (
    "RuntimeError: Trying to backward through the graph a second time (or directly access saved "
    "tensors after they have already been freed). Saved intermediate values of the graph are freed "
    "when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to "
    "backward through the graph a second time or if you need to access saved tensors after calling "
    "backward."
)
_IN_PLACE = (
    "RuntimeError: one of the variables needed for gradient computation has been modified by an "
    "inplace operation: [torch.FloatTensor [2]], which is output 0 of Sigmoid, is at version 1; "
    "expected version 0 instead. Hint: enable anomaly detection to find the operation that failed "
    "to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False)."
)
_NOT_SEEN = "RuntimeError: element 0 of tensors does not require grad and does not have a grad_fn"
_TARGET_SIZE = (
    "ValueError: Using a target size (torch.Size([2])) that is different to the input size "
    "(torch.Size([2, 1])) is deprecated. Please ensure they have the same size."
)
_PARAMS = "TypeError: params argument given to the optimizer should be an iterable of Tensors or "

CASES = [
    # shapes
    (
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (3x5 and 4x2)",
        "layers-do-not-chain",
        ["has 5 numbers per example", "expects 4", "`nn.Linear(5, …)`"],
    ),
    (
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x1 and 8x1)",
        "wrong-layer-size",
        ["is the wrong way round: shape (1, 8)"],
    ),
    (
        "RuntimeError: The size of tensor a (3) must match the size of tensor b (4) at "
        "non-singleton dimension 0",
        "shapes-do-not-fit",
        ["Along axis 0 one has 3 and the other 4"],
    ),
    (
        "RuntimeError: shape '[4, 2]' is invalid for input of size 6",
        "shapes-do-not-fit",
        ["6 numbers", "(4, 2)"],
    ),
    (
        "RuntimeError: shape '[4, -1]' is invalid for input of size 6",
        "shapes-do-not-fit",
        ["(4, -1)", "must give 6"],
    ),
    (
        "RuntimeError: view size is not compatible with input tensor's size and stride (at least "
        "one dimension spans across two contiguous subspaces). Use .reshape(...) instead.",
        "shapes-do-not-fit",
        ["`.reshape(…)`"],
    ),
    (
        "RuntimeError: Sizes of tensors must match except in dimension 0. Expected size 3 but got "
        "size 4 for tensor number 1 in the list.",
        "shapes-do-not-fit",
        ["along axis 0", "one has 3 where another has 4"],
    ),
    (
        "IndexError: index 5 is out of bounds for dimension 0 with size 3",
        "index-out-of-range",
        ["no entry 5", "there are 3", "last one is 2"],
    ),
    (
        "IndexError: index 2 is out of range",
        "counts-from-one",
        ["the first is `[0]`"],
    ),
    ("IndexError: list index out of range", "counts-from-one", ["Counting starts at 0"]),
    (
        "IndexError: Dimension out of range (expected to be in range of [-1, 0], but got 1)",
        "axis-out-of-range",
        ["no axis 1", "-1 to 0", "`dim=-1`"],
    ),
    (
        "numpy.exceptions.AxisError: axis 1 is out of bounds for array of dimension 1",
        "axis-out-of-range",
        ["no axis 1", "this array has 1", "`axis=-1`"],
    ),
    (
        "RuntimeError: a Tensor with 2 elements cannot be converted to Scalar",
        "more-than-one-number",
        ["there are 2"],
    ),
    (
        "ValueError: only one element tensors can be converted to Python scalars",
        "more-than-one-number",
        ["`torch.stack(…)`"],
    ),
    (
        "TypeError: only length-1 arrays can be converted to Python scalars",
        "more-than-one-number",
        ["`np.exp`"],
    ),
    (
        "TypeError: only 0-dimensional arrays can be converted to Python scalars",
        "more-than-one-number",
        ["`np.exp`"],
    ),
    (
        "ValueError: not enough values to unpack (expected 2, got 1)",
        "unpacking",
        ["2 names"],
    ),
    ("ValueError: too many values to unpack (expected 2)", "unpacking", ["2 names"]),
    (
        "RuntimeError: Given groups=1, weight of size [4, 3, 3, 3], expected input[1, 1, 8, 8] to "
        "have 3 channels, but got 1 channels instead",
        "wrong-layer-size",
        ["expects 3 channels, the data has 1", "(1, 1, 8, 8)"],
    ),
    (
        "ValueError: operands could not be broadcast together with shapes (2,3) (2,) ",
        "missing-keepdims",
        ["(2,3)", "(2,)", "`keepdims=True`"],
    ),
    (
        "ValueError: shapes (8,) and (7,) not aligned: 8 (dim 0) != 7 (dim 0)",
        "shapes-do-not-fit",
        ["`.shape`"],
    ),
    (
        "RuntimeError: inconsistent tensor size, expected tensor [8] and src [7] to have the same "
        "number of elements, but got 8 and 7 elements respectively",
        "shapes-do-not-fit",
        ["8 on one side and 7"],
    ),
    # kinds of numbers
    (
        "RuntimeError: mat1 and mat2 must have the same dtype, but got Long and Float",
        "dtype-integer",
        ["(Long)", "(Float)", "`.float()`", "`3.`"],
    ),
    (
        "RuntimeError: expected m1 and m2 to have the same dtype, but got: long int != float",
        "dtype-integer",
        ["(long int)", "(float)"],
    ),
    (
        "RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float",
        "dtype-integer",
        ["two types", "Double and Float"],
    ),
    (
        "RuntimeError: dot : expected both vectors to have same dtype, but found Long and Float",
        "dtype-integer",
        ["(Long)"],
    ),
    (
        "RuntimeError: expected scalar type Float but found Double",
        "dtype-integer",
        ["Float and Double"],
    ),
    (
        "RuntimeError: Only Tensors of floating point and complex dtype can require gradients",
        "dtype-integer",
        ["`3.`"],
    ),
    (
        "NotImplementedError: \"log_softmax_lastdim_kernel_impl\" not implemented for 'Long'",
        "swapped-arguments",
        ["whole numbers (Long)", "Scores come first, labels second"],
    ),
    (
        "RuntimeError: \"softmax_lastdim_kernel_impl\" not implemented for 'Long'",
        "dtype-integer",
        ["Softmax", "type Long"],
    ),
    (
        "NotImplementedError: \"mse_cpu\" not implemented for 'Long'",
        "dtype-integer",
        ["type Long", "`.float()`"],
    ),
    (
        "RuntimeError: mean(): could not infer output dtype. Input dtype must be either a floating "
        "point or complex dtype. Got: Long",
        "dtype-integer",
        ["type Long", "`.float().mean()`"],
    ),
    ("RuntimeError: Found dtype Long but expected Float", "dtype-integer-target", ["Long"]),
    (
        "RuntimeError: Expected tensor for argument #1 'indices' to have one of the following "
        "scalar types: Long, Int; but got torch.FloatTensor instead (while checking arguments for "
        "embedding)",
        "dtype-float-label",
        ["(FloatTensor)", "`.long()`"],
    ),
    ("TypeError: new(): invalid data type 'str'", "text-not-number", ["text"]),
    (
        "ValueError: could not convert string to float: 'a'",
        "text-not-number",
        ["'a' is not a number"],
    ),
    ("TypeError: expected np.ndarray (got list)", "list-not-array", ["this is a list"]),
    # labels and losses
    (
        "RuntimeError: one_hot is only applicable to index tensor of type LongTensor.",
        "dtype-float-label",
        ["whole number", "`.long()`"],
    ),
    (
        "RuntimeError: one_hot is only applicable to index tensor.",
        "dtype-float-label",
        ["whole number"],
    ),
    (
        "TypeError: one_hot(): argument 'input' (position 1) must be Tensor, not int",
        "not-a-tensor-argument",
        ["`F.one_hot` needs a tensor", "plain int", "`torch.tensor(y)`"],
    ),
    (
        "RuntimeError: Class values must be smaller than num_classes.",
        "wrong-num-classes",
        ["y + 1"],
    ),
    ("RuntimeError: Class values must be non-negative.", "wrong-num-classes", ["negative"]),
    (
        "RuntimeError: Expected floating point type for target with class probabilities, got Long",
        "dtype-integer-target",
        ["(Long)", "`.float()`"],
    ),
    (
        "RuntimeError: 0D or 1D target tensor expected, multi-target not supported",
        "wrong-num-classes",
        ["number of classes"],
    ),
    (
        "ValueError: Expected input batch_size (2) to match target batch_size (3).",
        "batch-sizes-differ",
        ["2 predictions but 3 targets"],
    ),
    ("IndexError: Target 3 is out of bounds.", "label-out-of-range", ["no class 3"]),
    (
        "RuntimeError: expected target dtype to be Long or Byte, but got Float",
        "dtype-float-label",
        ["`torch.tensor([2])`"],
    ),
    (
        "RuntimeError: expected target dtype to be Long or Byte, but got Int",
        "dtype-float-label",
        ["`.long()`"],
    ),
    (
        "RuntimeError: expected scalar type Long but found Float",
        "dtype-float-label",
        ["whole number"],
    ),
    (
        "RuntimeError: all elements of input should be between 0 and 1",
        "forgotten-activation",
        ["BCEWithLogitsLoss"],
    ),
    (_TARGET_SIZE, "target-shape", ["shape [2], the prediction [2, 1]"]),
    (
        "RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
        "class-not-instance",
        ["`.all()`", "a second pair of parentheses"],
    ),
    # gradients and optimizers
    (_SECOND_TIME, "backward-twice", ["predict again"]),
    (_NOT_SEEN, "detached-graph", ["`no_grad`"]),
    (
        "RuntimeError: grad can be implicitly created only for scalar outputs",
        "loss-not-scalar",
        ["`loss = loss.mean()`"],
    ),
    (
        "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.",
        "inplace-without-no-grad",
        ["`with torch.no_grad():`"],
    ),
    (_IN_PLACE, "modified-before-backward", ["predict, loss, backward"]),
    (
        "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'",
        "zeroed-gradients",
        ["None"],
    ),
    (
        "TypeError: unsupported operand type(s) for -=: 'Parameter' and 'NoneType'",
        "zeroed-gradients",
        ["None before the first backward"],
    ),
    (
        "TypeError: cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or "
        "None expected)",
        "tensor-assigned-to-parameter",
        ["`.weight`", "no_grad"],
    ),
    (
        "RuntimeError: Can't call numpy() on Tensor that requires grad. Use "
        "tensor.detach().numpy() instead.",
        "numpy-on-recorded-tensor",
        ["`.detach()`"],
    ),
    (
        "TypeError: optimizer can only optimize Tensors, but one of the params is str",
        "model-not-parameters",
        ["`model.parameters()`"],
    ),
    (
        _PARAMS + "dicts, but got torch.FloatTensor",
        "model-not-parameters",
        ["`[weight]`"],
    ),
    (_PARAMS + "dicts, but got Linear", "model-not-parameters", ["`model.parameters()`"]),
    (
        "ValueError: optimizer got an empty parameter list",
        "unregistered-layers",
        ["`nn.ModuleList`"],
    ),
    ("ValueError: can't optimize a non-leaf Tensor", "copied-parameters", ["computed"]),
    ("ValueError: Invalid learning rate: -0.1", "learning-rate-negative", ["-0.1", "0.01"]),
    (
        "TypeError: 'method' object is not iterable",
        "call-parentheses-missing",
        ["A method is used", "`model.parameters()`"],
    ),
    (
        "TypeError: 'generator' object is not subscriptable",
        "call-parentheses-missing",
        ["A generator is used", "list"],
    ),
    (
        "RuntimeError: Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "
        '"weight", "bias". \n\tUnexpected key(s) in state_dict: "w". ',
        "state-does-not-fit",
        ["Linear"],
    ),
    # models, classes, calls
    ("TypeError: list is not a Module subclass", "list-in-sequential", ["square brackets"]),
    (
        "TypeError: torch.nn.modules.activation.ReLU is not a Module subclass",
        "class-not-instance",
        ["`nn.ReLU()` builds one"],
    ),
    (
        "AttributeError: cannot assign module before Module.__init__() call",
        "forgot-super-init",
        ["`super().__init__()`"],
    ),
    (
        'NotImplementedError: Module [M] is missing the required "forward" function',
        "forgot-forward",
        ["`M` has no `forward`", "ModuleList"],
    ),
    (
        "AttributeError: 'NoneType' object has no attribute 'size'",
        "forgot-return",
        ["None", "`return`"],
    ),
    (
        "AttributeError: '_IncompatibleKeys' object has no attribute 'eval'",
        "wrong-attribute-name",
        ["returns the names that did not fit", "then use the model"],
    ),
    (
        "AttributeError: 'collections.OrderedDict' object has no attribute 'eval'",
        "wrong-attribute-name",
        ["OrderedDict has no `eval`", "not a model", "`model.load_state_dict(…)`"],
    ),
    (
        "AttributeError: 'float' object has no attribute 'backward'",
        "detached-graph",
        ["`.item()`"],
    ),
    (
        "AttributeError: 'Sequential' object has no attribute 'weight'",
        "no-layer-index",
        ["`model[0].weight`"],
    ),
    (
        "AttributeError: 'Linear' object has no attribute 'weights'",
        "wrong-attribute-name",
        ["`.weight` and `.bias`"],
    ),
    (
        "AttributeError: 'Tensor' object has no attribute 'maen'",
        "wrong-attribute-name",
        ["Tensor has no `maen`"],
    ),
    (
        "AttributeError: type object 'Sigmoid' has no attribute 'apply_to'",
        "wrong-attribute-name",
        ["Sigmoid has no `apply_to`"],
    ),
    (
        "AttributeError: module 'torch.nn' has no attribute 'Densee'",
        "no-such-function",
        ["no `Densee` in `torch.nn`"],
    ),
    ("AttributeError: module 'torch.nn' has no attribute '____'", "blank-left-in", ["`____`"]),
    (
        'TypeError: softmax() missing 1 required positional arguments: "dim"',
        "missing-dim",
        ["`dim=1`"],
    ),
    (
        "TypeError: softmax(): argument 'dim' (position 2) must be int, not Tensor",
        "tensor-to-constructor",
        ["second pair of parentheses"],
    ),
    (
        "TypeError: Sigmoid.__init__() takes 1 positional argument but 2 were given",
        "class-not-instance",
        ["`layer = Sigmoid(…)`", "`layer(input)`"],
    ),
    (
        "TypeError: M.forward() takes 2 positional arguments but 3 were given",
        "wrong-arguments",
        ["`M.forward` takes 2 values and got 3", "the object itself"],
    ),
    (
        "TypeError: Linear.__init__() got an unexpected keyword argument 'in_feature'",
        "wrong-arguments",
        ["`in_feature=`"],
    ),
    # Python
    ("NameError: name 'probs' is not defined", "undefined-name", ["`probs` does not exist"]),
    (
        "NameError: free variable 'x' referenced before assignment in enclosing scope",
        None,
        [],
    ),
    ("NameError: name '____' is not defined", "blank-left-in", ["`____`"]),
    (
        "UnboundLocalError: cannot access local variable 'w' where it is not associated with a "
        "value",
        "undefined-name",
        ["`w`", "has none yet when this line runs"],
    ),
    (
        "TypeError: can't multiply sequence by non-int of type 'list'",
        "list-arithmetic",
        ["`np.array(…)`", "`zip`"],
    ),
    (
        "TypeError: unsupported operand type(s) for -: 'list' and 'list'",
        "list-arithmetic",
        ["not vectors"],
    ),
    (
        "TypeError: unsupported operand type(s) for +: 'int' and 'dict'",
        "wrong-operands",
        ["`+`"],
    ),
    (
        "TypeError: '<' not supported between instances of 'str' and 'float'",
        "wrong-operands",
        ["`<`", "`str`", "text"],
    ),
    (
        'TypeError: can only concatenate str (not "int") to str',
        "text-not-number",
        ['`print(f"loss {loss}")`'],
    ),
    ("TypeError: must be real number, not list", "scalar-only", ["`np.exp`"]),
    ("ZeroDivisionError: float division by zero", "division-by-zero", ["divided by 0"]),
    ("OverflowError: math range error", "unstable-softmax", ["subtract the maximum"]),
    ("RecursionError: maximum recursion depth exceeded", "endless-recursion", ["calls itself"]),
    ("KeyError: 'weight'", "no-such-key", ["no entry 'weight'"]),
    ("ModuleNotFoundError: No module named 'sklearn'", "no-such-module", ["`sklearn`"]),
    (
        "ImportError: Cannot load backend 'TkAgg' which requires the 'tk' interactive framework, "
        "as 'headless' is currently running",
        "no-window",
        ["`TkAgg` would open a window", "the pane Plot"],
    ),
    (
        "RuntimeError: Caught RuntimeError in DataLoader worker process 0.\nOriginal Traceback "
        "(most recent call last):\nRuntimeError: Cannot re-initialize CUDA in forked subprocess. "
        "To use CUDA with multiprocessing, you must use the 'spawn' start method",
        "card-in-workers",
        ["`num_workers=0`", "`x = x.to(device)`"],
    ),
    (
        "ModuleNotFoundError: No module named 'matplotlib'",
        "no-such-module",
        ["in the pane Plot once it is installed", "`.venv/bin/pip install matplotlib`"],
    ),
    (
        "ImportError: cannot import name 'sigmiod' from 'torch' (/torch/__init__.py)",
        "no-such-module",
        ["`torch` has no `sigmiod`"],
    ),
    ("EOFError: EOF when reading a line", "no-keyboard", ["`input()`"]),
    (
        "FileNotFoundError: [Errno 2] No such file or directory: 'data.csv'",
        "no-such-file",
        ["folder of its own"],
    ),
    (
        "FileNotFoundError: [Errno 2] No such file or directory: '../data/a.csv'",
        "no-such-file",
        ["beside the program", "leave out `../`"],
    ),
    ("AssertionError: ", "assertion-failed", ["`assert`"]),
    ("RuntimeError: can't start new thread", "too-many-processes", ["threads"]),
    # syntax
]


@pytest.mark.parametrize(("text", "slug", "said"), CASES)
def test_an_error_in_plain_words(text: str, slug: str | None, said: list[str]) -> None:
    explanation = explain(facts(text))
    assert (explanation.slug if explanation else None) == slug
    for words in said:
        assert explanation is not None
        assert words in explanation.message


def test_every_row_is_reached_by_some_message() -> None:
    texts = [*(text for text, _, _ in CASES), *(text for text, *_ in CALLS)]
    told = [
        *((text, "") for text in texts),
        *((case.text, case.raised_in) for case in LIBRARIES),
        *((text, "torch.cuda") for text, _ in WITH_CUDA),
        ("AssertionError: ", "given.py"),
    ]
    found = [row_for(TABLE, text, facts(text, raised_in=module)) for text, module in told]
    reached = {id(row) for row, _ in filter(None, found)}
    assert [r.pattern for r in TABLE if id(r) not in reached] == []


def test_no_sentence_repeats_the_message_or_leaves_a_place_unfilled() -> None:
    for text, _, _ in CASES:
        explanation = explain(facts(text))
        if explanation is not None:
            assert not re.search(r"\{\w*\}", explanation.message.replace("{loss}", ""))
            assert text.partition(": ")[2] not in explanation.message or len(text) < 30


MODEL = Operand("model", "Sequential")
FIRST = Operand("model[0]", "Linear", (1, 5), "float32")
SECOND = Operand("model[1]", "Linear", (2, 12), "float32")
DATA = Operand("input_tensor", "Tensor", (1, 8), "float32")


def test_the_first_layer_does_not_take_the_data() -> None:
    error = facts(
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x8 and 5x1)",
        operands=(MODEL, DATA, FIRST, Operand("input", "Tensor", (1, 8), "float32")),
    )
    explanation = explain(error)
    assert explanation is not None
    assert explanation.slug == "wrong-layer-size"
    assert "`model[0]` expects 5" in explanation.message
    assert "Your input is 8 wide, so the first layer is `nn.Linear(8, …)`" in explanation.message


def test_two_layers_do_not_chain() -> None:
    error = facts(
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x20 and 12x2)",
        operands=(MODEL, DATA, SECOND, Operand("input", "Tensor", (1, 20), "float32")),
    )
    explanation = explain(error)
    assert explanation is not None
    assert explanation.slug == "layers-do-not-chain"
    assert "`model[1]` expects 12" in explanation.message
    assert "make this one `nn.Linear(20, …)`, or let the one before give 12" in explanation.message


def test_a_matrix_product_is_not_told_as_a_layer() -> None:
    error = facts(
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)",
        source_line="c = a @ b",
    )
    explanation = explain(error)
    assert explanation is not None
    assert explanation.slug == "shapes-do-not-fit"
    assert "`.T`" in explanation.message


PAIR = (
    Operand("scores", "Tensor", (1, 4), "float32"),
    Operand("label", "Tensor", (1, 3), "int64"),
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "RuntimeError: The size of tensor a (4) must match the size of tensor b (3) at "
            "non-singleton dimension 1",
            "`scores` has shape (1, 4) and `label` has shape (1, 3)",
        ),
        (
            "RuntimeError: 0D or 1D target tensor expected, multi-target not supported",
            "`scores` has shape (1, 4) and `label` has shape (1, 3)",
        ),
        ("IndexError: Target 4 is out of bounds.", "With 4 scores the classes are 0 to 3"),
        (
            "RuntimeError: mat1 and mat2 must have the same dtype, but got Long and Float",
            "`scores` is float32 and `label` is int64",
        ),
        (
            "RuntimeError: grad can be implicitly created only for scalar outputs",
            "`scores` has shape (1, 4)",
        ),
    ],
)
def test_the_learners_own_shapes_and_dtypes(text: str, said: str) -> None:
    explanation = explain(facts(text, operands=PAIR, source_line="l = loss(scores, label)"))
    assert explanation is not None
    assert said in explanation.message


def test_an_axis_is_told_of_the_tensor_that_was_asked_for_it() -> None:
    text = "IndexError: Dimension out of range (expected to be in range of [-2, 1], but got 2)"
    for line, said in (
        ("y = scores.sum(dim=2) + label", "`scores` has shape (1, 4)"),
        ("y = label - scores.sum(dim=2)", "`scores` has shape (1, 4)"),
        ("y = F.softmax(label, dim=2) * scores", "`label` has shape (1, 3)"),
    ):
        explanation = explain(facts(text, operands=PAIR, source_line=line))
        assert explanation is not None
        assert said in explanation.message
        assert explanation.message.count("has shape") == 1
    unknown = explain(facts(text, operands=PAIR, source_line="y = (scores + label).sum(dim=2)"))
    assert unknown is not None
    assert "has shape" not in unknown.message, "it may be neither of them"


def test_names_that_are_close() -> None:
    undefined = explain(facts("NameError: name 'probs' is not defined", nearest=("probabilities",)))
    assert undefined is not None
    assert "Did you mean `probabilities`?" in undefined.message
    typo = explain(
        facts("AttributeError: module 'torch' has no attribute 'sigmod'", nearest=("sigmoid",))
    )
    assert typo is not None
    assert (typo.slug, "Did you mean `sigmoid`?" in typo.message) == ("no-such-function", True)


def test_a_name_that_differs_by_capitals() -> None:
    error = facts(
        "AttributeError: module 'torch.nn' has no attribute 'sigmoid'", nearest=("Sigmoid",)
    )
    explanation = explain(error)
    assert explanation is not None
    assert explanation.slug == "wrong-case-name"
    assert "`torch.nn` has no `sigmoid`, but it has `Sigmoid`" in explanation.message


def test_what_is_unknown_is_quoted() -> None:
    error = facts("OSError: disk on fire", source_line="  burn()")
    assert explain(error) is None
    assert explain_or_quote(error).slug == "raised-error"
    assert "In line 3" in explain_or_quote(error).message
    assert "with an OSError" in explain_or_quote(error).message
    assert quote(error) == ("line 3: burn()", "OSError: disk on fire")
    assert quote(ErrorFacts("ValueError", "")) == ("ValueError",)


@pytest.mark.parametrize(
    ("category", "message", "slug", "said"),
    [
        (
            "UserWarning",
            "Implicit dimension choice for softmax has been deprecated. Change the call to include "
            "dim=X as an argument.",
            "implicit-softmax-dim",
            "`dim=1`",
        ),
        ("RuntimeWarning", "overflow encountered in exp", "overflow-in-exp", "maximum"),
        (
            "UserWarning",
            "Using a target size (torch.Size([2])) that is different to the input size "
            "(torch.Size([2, 1])). This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            "target-shape",
            "shape [2] and the prediction [2, 1]",
        ),
    ],
)
def test_warnings(category: str, message: str, slug: str, said: str) -> None:
    explanation = explain_warning(WarningFacts(category, message))
    assert explanation is not None
    assert explanation.slug == slug
    assert said in explanation.message


def test_other_warnings_are_kept_from_the_learner() -> None:
    assert explain_warning(WarningFacts("UserWarning", "something internal")) is None


@pytest.mark.parametrize(
    ("outcome", "detail", "slug", "said"),
    [
        ("timeout", "", "infinite-loop", "within 2.5 s, so it was stopped in line 7"),
        ("memory", "", "out-of-memory", "more than 512 MB"),
        ("output", "", "too-much-output", "more than 5 MB"),
        ("processes", "", "too-many-processes", "more than 8 processes"),
        ("exited", "3", "quits-the-program", "in line 7 (exit status 3)"),
        ("crashed", "SIGSEGV", "crashed", "(SIGSEGV)"),
        ("crashed", f"{WROTE_TO_PIPE}: 4 bytes.", "crashed", "wrote to the pipe that the tutor"),
        ("stopped", "", "stopped", "was stopped in line 7"),
        ("lost", "the zygote died", "tutor-fault", "(the zygote died)"),
        ("lost", "The machine was lost.", "tutor-fault", "this run (The machine was lost). That"),
    ],
)
def test_endings(outcome: Outcome, detail: str, slug: str, said: str) -> None:
    limits = Limits(seconds=2.5, memory_mb=512, output_mb=5, tasks=8)
    explanation = explain_ending(Observation(outcome, line=7, detail=detail), limits)
    assert explanation.slug == slug
    assert said in explanation.message


def test_an_ending_takes_its_line_from_the_error_if_it_was_not_seen() -> None:
    executed = Executed("memory", error=ErrorFacts("MemoryError", "", line=4))
    explanation = explain_ending(Observation("memory", executed=executed), Limits())
    assert "stopped in line 4" in explanation.message
    assert "stopped." in explain_ending(Observation("memory"), Limits()).message
