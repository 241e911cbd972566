"""Wrong calls, names of another place, and what a run may not do: messages with their line."""

from __future__ import annotations

import pytest

from tests.grading.facts import facts
from tutor.grading.errors import explain
from tutor.wire.events import Operand

MODEL = (Operand("model", "Sequential"),)

CASES: list[tuple[str, str, str, list[str]]] = [
    # what was handed over
    (
        "TypeError: exp(): argument 'input' (position 1) must be Tensor, not int",
        "y = torch.exp(2)",
        "not-a-tensor-argument",
        ["`exp` works on tensors", "type `int`", "`torch.tensor(…)`"],
    ),
    (
        "TypeError: linear(): argument 'input' (position 1) must be Tensor, not numpy.ndarray",
        "y = model(x.numpy())",
        "not-a-tensor-argument",
        ["A layer works on tensors", "a NumPy array", "`torch.from_numpy(…)`"],
    ),
    (
        "TypeError: sigmoid(): argument 'input' (position 1) must be Tensor, not "
        "builtin_function_or_method",
        "y = sigmoid(input)",
        "function-not-applied",
        ["`input` is a function of Python's own"],
    ),
    (
        "TypeError: sigmoid(): argument 'input' (position 1) must be Tensor, not function",
        "y = sigmoid(input_tensor.exp)",
        "function-not-applied",
        ["got a function", "parentheses missing"],
    ),
    (
        "TypeError: cross_entropy_loss(): argument 'input' (position 1) must be Tensor, "
        "not Sequential",
        "loss = criterion(model, target)",
        "model-not-called",
        ["`cross_entropy` works on tensors, but got `model` itself", "`model(…)`"],
    ),
    (
        "TypeError: softmax(): argument 'dim' (position 1) must be int, not tuple",
        "y = softmax(x)",
        "wrong-arguments",
        ["`dim` is one whole number", "type `tuple`", "`dim=1`"],
    ),
    (
        "TypeError: softmax(): argument 'dim' (position 1) must be int, not Tensor",
        "y = nn.Softmax(x)(x)",
        "tensor-to-constructor",
        ["second pair of parentheses"],
    ),
    (
        'TypeError: softmax() missing 1 required positional arguments: "dim"',
        "y = torch.softmax(x)",
        "missing-dim",
        ["`dim=1`"],
    ),
    # the number and the names of arguments
    (
        "TypeError: tensor() takes 1 positional argument but 2 were given",
        "x = torch.tensor(1, 2)",
        "wrong-arguments",
        ["got 2", "`torch.tensor([1., 2.])`"],
    ),
    (
        "TypeError: Net.forward() takes 1 positional argument but 2 were given",
        "y = net(x)",
        "wrong-arguments",
        ["Each needs a name: `def forward(self, x):`"],
    ),
    (
        "TypeError: Net.forward() takes 2 positional arguments but 3 were given",
        "y = net(x, x)",
        "wrong-arguments",
        ["takes 2 values and got 3 (the object itself"],
    ),
    (
        "TypeError: f() takes 1 positional argument but 2 were given",
        "y = f(1, 2)",
        "wrong-arguments",
        ["takes 1 value and got 2. Compare"],
    ),
    (
        "TypeError: Sigmoid.__init__() takes 1 positional argument but 2 were given",
        "y = nn.Sigmoid(x)",
        "class-not-instance",
        ["`Sigmoid` is a class", "second pair"],
    ),
    (
        "TypeError: f() missing 2 required positional arguments: 'x' and 'y'",
        "y = f()",
        "wrong-arguments",
        ["`x` and `y` are missing"],
    ),
    (
        "TypeError: Adam.__init__() got an unexpected keyword argument 'learning_rate'",
        "o = optim.Adam(p, learning_rate=1)",
        "wrong-arguments",
        ["`Adam` does not know `learning_rate=`", "called `lr=`"],
    ),
    (
        "TypeError: f() got an unexpected keyword argument 'speed'",
        "f(speed=1)",
        "wrong-arguments",
        ["`speed=`. Is it misspelt"],
    ),
    (
        "TypeError: Softmax.__init__() got multiple values for argument 'dim'",
        "y = nn.Softmax(x, dim=1)",
        "wrong-arguments",
        ["`dim` twice", "second pair of parentheses"],
    ),
    (
        "TypeError: f() got multiple values for argument 'x'",
        "y = f(1, x=1)",
        "wrong-arguments",
        ["Leave one of them out"],
    ),
    (
        "TypeError: 'dim' is an invalid keyword argument for sum()",
        "y = sum(x, dim=1)",
        "wrong-arguments",
        ["Python's own `sum`", "`torch.sum(…)`"],
    ),
    (
        "TypeError: 'float' object cannot be interpreted as an integer",
        "for i in range(5.0): pass",
        "wrong-arguments",
        ["A whole number is needed", "`float`"],
    ),
    # what was called, indexed or looped over
    (
        "TypeError: 'Tensor' object is not callable",
        "y = x(1)",
        "not-callable",
        ["`Tensor` cannot be called"],
    ),
    (
        "TypeError: 'Tensor' object is not callable",
        "optimizer.step(loss)",
        "not-callable",
        ["`step` needs no value"],
    ),
    (
        "TypeError: 'Net' object is not callable",
        "y = net(x)",
        "not-callable",
        ["`class Net(nn.Module):`"],
    ),
    (
        "TypeError: 'collections.OrderedDict' object is not callable",
        "y = loaded(x)",
        "not-callable",
        ["not a model", "`model.load_state_dict(…)`"],
    ),
    (
        "TypeError: '_IncompatibleKeys' object is not callable",
        "y = model.load_state_dict(state)(x)",
        "not-callable",
        ["a list of the names that did not fit"],
    ),
    (
        "TypeError: 'Sigmoid' object is not subscriptable",
        "y = sigmoid[x]",
        "not-indexable",
        ["parentheses: `f(x)`"],
    ),
    (
        "TypeError: only integer tensors of a single element can be converted to an index",
        "y = model[x]",
        "not-indexable",
        ["parentheses: `model(input)`"],
    ),
    (
        "TypeError: 'int' object is not iterable",
        "for i in 5: pass",
        "not-iterable",
        ["a single int", "`for i in range(5):`"],
    ),
    (
        "TypeError: object of type 'int' has no len()",
        "n = len(5)",
        "not-iterable",
        ["no length"],
    ),
    (
        "TypeError: 'type' object does not support the context manager protocol",
        "with torch.no_grad:",
        "call-parentheses-missing",
        ["`with torch.no_grad():`"],
    ),
    (
        "TypeError: unsupported format string passed to Tensor.__format__",
        'print(f"{x:.4f}")',
        "more-than-one-number",
        ["`:.4f`", "`.item()`"],
    ),
    (
        "TypeError: unsupported operand type(s) for *: 'Sequential' and 'Tensor'",
        "y = model * x",
        "function-not-applied",
        ["`model` is a layer or a model", "`model(…)`"],
    ),
    (
        "TypeError: bad operand type for unary -: 'list'",
        "y = math.exp(-x)",
        "list-arithmetic",
        ["Lists are not vectors"],
    ),
    (
        "TypeError: bad operand type for unary -: 'str'",
        "y = -x",
        "wrong-operands",
        ["cannot compute `-`", "`str`"],
    ),
    # attributes and names of another place
    (
        "AttributeError: 'Sequential' object has no attribute 'backward'",
        "model.backward()",
        "wrong-attribute-name",
        ["a method of the loss: `loss.backward()`"],
    ),
    (
        "AttributeError: 'CrossEntropyLoss' object has no attribute 'backward'",
        "loss.backward()",
        "wrong-attribute-name",
        ["the loss function itself", "Call it with the scores"],
    ),
    (
        "AttributeError: 'float' object has no attribute 'backward'",
        "loss.backward()",
        "detached-graph",
        ["`.item()`"],
    ),
    (
        "AttributeError: 'Sequential' object has no attribute 'fit'",
        "model.fit(x, y)",
        "wrong-attribute-name",
        ["write the training loop yourself"],
    ),
    (
        "AttributeError: 'Net' object has no attribute '_backward_hooks'",
        "y = net(x)",
        "forgot-super-init",
        ["`super().__init__()`"],
    ),
    (
        "AttributeError: 'numpy.ndarray' object has no attribute 'softmax'",
        "y = softmax(x.numpy())",
        "framework-mixed",
        ["`torch.from_numpy(…)`"],
    ),
    (
        "AttributeError: 'builtin_function_or_method' object has no attribute 'softmax'",
        "y = softmax(input)",
        "function-not-applied",
        ["`input` is a function of Python's own"],
    ),
    (
        "AttributeError: 'str' object has no attribute 'softmax'",
        "y = softmax('x')",
        "text-not-number",
        ["without quotes"],
    ),
    (
        "AttributeError: module 'torch.optim' has no attribute 'step'",
        "optim.step()",
        "no-such-function",
        ["a method of the optimizer, `optimizer.step()`"],
    ),
    (
        "AttributeError: module 'numpy' has no attribute 'sigmoid'",
        "y = np.sigmoid(x)",
        "no-such-function",
        ["PyTorch has `torch.sigmoid`"],
    ),
    (
        "AttributeError: module 'math' has no attribute 'nothing'",
        "y = math.nothing(x)",
        "no-such-function",
        ["no `nothing` in `math`"],
    ),
    (
        "NameError: name 'backward' is not defined",
        "backward()",
        "undefined-name",
        ["a method of the loss: `loss.backward()`"],
    ),
    (
        "NameError: name 'math' is not defined",
        "y = math.exp(1)",
        "undefined-name",
        ["write `import math` above"],
    ),
    (
        "NameError: name 'true' is not defined",
        "y = true",
        "undefined-name",
        ["Python writes it `True`"],
    ),
    (
        "NameError: name 'Softmax' is not defined",
        "y = Softmax(1)",
        "undefined-name",
        ["PyTorch has `nn.Softmax`"],
    ),
    ("NameError: name 'q' is not defined", "y = q", "undefined-name", ["Is it misspelt"]),
    # tables, text, and what a run may not do
    (
        "ValueError: expected sequence of length 2 at dim 1 (got 1)",
        "x = torch.tensor([[1, 2], [3]])",
        "shapes-do-not-fit",
        ["one has 2 numbers, another 1"],
    ),
    (
        "ValueError: invalid literal for int() with base 10: '3.5'",
        "x = int('3.5')",
        "text-not-number",
        ["'3.5' is not one", "`float(…)`"],
    ),
    (
        "PermissionError: [Errno 13] Permission denied: '/etc/x'",
        "open('/etc/x', 'w')",
        "not-allowed",
        ["a folder of its own"],
    ),
    (
        "PermissionError: [Errno 13] Permission denied",
        "socket.create_connection(('a', 1))",
        "not-allowed",
        ["no access to the network"],
    ),
    ("KeyboardInterrupt: ", "raise KeyboardInterrupt", "quits-the-program", ["as the Stop key"]),
    (
        "UserWarning: Implicit dimension choice for softmax has been deprecated.",
        "y = nn.Softmax()(x)",
        "implicit-softmax-dim",
        ["Write `dim=1`"],
    ),
]


@pytest.mark.parametrize(("text", "line", "slug", "said"), CASES)
def test_a_call_in_plain_words(text: str, line: str, slug: str, said: list[str]) -> None:
    explanation = explain(facts(text, source_line=line, operands=MODEL))
    assert explanation is not None
    assert explanation.slug == slug
    for words in said:
        assert words in explanation.message
