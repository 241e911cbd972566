"""Explanations that read the failing line say its own names and numbers."""

from __future__ import annotations

import pytest

from tests.grading.facts import facts
from tutor.grading.errors import explain
from tutor.wire.events import Operand

TENSOR = Operand("softmax", "Tensor", (1, 6), "float32")
LAYER = Operand("sigmoid", "Sigmoid")
AMBIGUOUS = "RuntimeError: Boolean value of Tensor with more than one value is ambiguous"
AN_ARRAY = (
    "ValueError: The truth value of an array with more than one element is ambiguous. Use a.any()"
)
LABELS = Operand("labels", "Tensor", (6,), "int64")
NO_SOFTMAX = "NotImplementedError: \"log_softmax_lastdim_kernel_impl\" not implemented for 'Long'"
NOT_AN_INDEX = "RuntimeError: one_hot is only applicable to index tensor of type LongTensor."
NOT_CALLABLE = "TypeError: 'Tensor' object is not callable"
TOO_FEW = "RuntimeError: Class values must be smaller than num_classes."
NONE = "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'"
NOT_SCALAR = "RuntimeError: grad can be implicitly created only for scalar outputs"


@pytest.mark.parametrize(
    ("text", "line", "operands", "said"),
    [
        (
            AMBIGUOUS,
            "loss = nn.CrossEntropyLoss(scores, label.float())",
            (),
            "`nn.CrossEntropyLoss()(scores, label.float())`",
        ),
        (AMBIGUOUS, "if nn.MSELoss()(a, b) and c:", (), "`.all()`"),
        (AMBIGUOUS, "hits = (yes and labels == 1).sum()", (), "For each element, use `&`"),
        (AMBIGUOUS, "no = not yes", (), "For each element, use `~`"),
        (AMBIGUOUS, "middle = x[0 < x < 1]", (), "`(0 < a) & (a < 1)`"),
        (AMBIGUOUS, "return x if x > 0 else 0", (), "`torch.where(condition, a, b)`"),
        (AMBIGUOUS, "if x not in seen:  # or z", (), "Write `.all()` if every number must be true"),
        (AN_ARRAY, "if x > 0:", (), "Write `.all()` if every number must be true"),
        (NO_SOFTMAX, "loss = criterion(labels, s)", (LABELS,), "Scores come first, labels second"),
        (NO_SOFTMAX, "p = F.log_softmax(labels, 1)", (LABELS,), "Softmax needs decimal numbers"),
        (NOT_AN_INDEX, "v = F.one_hot(torch.Tensor([y]), 3)", (), "`torch.tensor([y])`"),
        (NOT_AN_INDEX, "v = F.one_hot(torch.Tensor(y), 3)", (), "`torch.tensor(y)`"),
        (NOT_AN_INDEX, "v = F.one_hot(torch.tensor(1.0), 3)", (), "Write `1` for `1.0`"),
        (NOT_AN_INDEX, "v = F.one_hot(label, 3)", (), "`.long()`"),
        (TOO_FEW, "v = F.one_hot(label, num_classes=y)", (), "`num_classes=y` is too small"),
        (TOO_FEW, "v = F.one_hot(label, 1)", (), "The number of classes is too small"),
        (NOT_CALLABLE, "grads0 = weight0.grad()", (), "parentheses after `.grad`"),
        (NOT_CALLABLE, "p = softmax(x)", (TENSOR,), "`softmax` is a tensor already"),
        (NOT_CALLABLE, "p = my_softmax(x)", (TENSOR,), "A value of type `Tensor`"),
        (
            "TypeError: 'Sigmoid' object is not subscriptable",
            "p = sigmoid[x]",
            (LAYER,),
            "`sigmoid(…)`",
        ),
        (
            "IndexError: index 3 is out of range",
            "weight2 = model[3].weight",
            (),
            "There is no entry 3.",
        ),
        ("IndexError: list index out of range", "w = weights[i]", (), "no `weights[i]`"),
        (
            "IndexError: list index out of range",
            "w = weights[i] * inputs[i]",
            (),
            "There is no entry with that number.",
        ),
        (
            "AttributeError: 'Linear' object has no attribute 'grad'",
            "g = model[0].grad",
            (),
            "`.weight.grad`",
        ),
        (NONE, "weight0 = weight0 - lr * grads0", (), "`grads0` is None"),
        (NONE, "w = w - lr * model[0].weight.grad", (), "`model[0].weight.grad` is None"),
        (NONE, "w = a * f(b)", (), "Something in this line is None"),
        (
            "TypeError: '<' not supported between instances of 'str' and 'float'",
            "optimizer = optim.SGD(model.parameters(), lr='0.01')",
            (),
            "`lr=0.01`",
        ),
        (
            "TypeError: '<' not supported between instances of 'str' and 'float'",
            "if text < 0.5:",
            (),
            "`float(…)`",
        ),
        (
            "TypeError: Softmax.forward() got an unexpected keyword argument 'dim'",
            "p = softmax(x, dim=1)",
            (),
            "leave out `dim=` here",
        ),
        (
            "TypeError: array() takes from 1 to 2 positional arguments but 3 were given",
            "v = np.array(0, 1, 0)",
            (),
            "`np.array([1., 2.])`",
        ),
        (
            NOT_SCALAR,
            "output.backward()",
            (Operand("output", "Tensor", (1, 2), "float32"),),
            "Call it on the loss",
        ),
        (
            NOT_SCALAR,
            "loss.backward()",
            (Operand("loss", "Tensor", (4,), "float32"),),
            "`loss = loss.mean()`",
        ),
    ],
)
def test_the_words_of_the_line(
    text: str, line: str, operands: tuple[Operand, ...], said: str
) -> None:
    explanation = explain(facts(text, source_line=line, operands=operands))
    assert explanation is not None
    assert said in explanation.message
