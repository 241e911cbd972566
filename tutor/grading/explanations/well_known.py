"""Know the modules of well-known names, and the names that other libraries use.

The rows of explanations read these plain tables; torch is never asked.
"""

from __future__ import annotations

_FUNCTIONS = frozenset(
    [
        "abs",
        "argmax",
        "arange",
        "cat",
        "exp",
        "log",
        "log_softmax",
        "matmul",
        "max",
        "mean",
        "min",
        "no_grad",
        "ones",
        "rand",
        "randn",
        "relu",
        "reshape",
        "round",
        "sigmoid",
        "softmax",
        "sqrt",
        "stack",
        "sum",
        "tanh",
        "tensor",
        "zeros",
        "zeros_like",
    ]
)
LAYERS = frozenset(
    [
        "BCELoss",
        "BCEWithLogitsLoss",
        "Dropout",
        "Flatten",
        "Identity",
        "Linear",
        "LogSoftmax",
        "MSELoss",
        "ReLU",
        "Sequential",
        "Sigmoid",
        "Softmax",
        "Tanh",
    ]
)
_OPTIMIZERS = frozenset(["Adam", "AdamW", "RMSprop", "SGD"])
_MODULES = frozenset(
    [
        "collections",
        "copy",
        "functools",
        "itertools",
        "math",
        "operator",
        "os",
        "random",
        "statistics",
        "sys",
        "time",
    ]
)
_CONSTANTS = {"true": "True", "false": "False", "none": "None", "null": "None", "nil": "None"}
_NUMBERS = {"inf": "torch.inf", "infinity": "torch.inf", "nan": "torch.nan", "pi": "torch.pi"}

METHODS = {
    "backward": ("the loss", "loss.backward()"),
    "zero_grad": ("the optimizer", "optimizer.zero_grad()"),
    "step": ("the optimizer", "optimizer.step()"),
}
"""Methods with their owner, and an example call."""

OTHER_LIBRARIES_METHODS = frozenset(["compile", "evaluate", "fit", "predict", "train_on_batch"])
"""Methods that models of other libraries have."""

ARGUMENTS = {"axis": "dim", "learning_rate": "lr", "keepdims": "keepdim"}
"""Other libraries' names of PyTorch's arguments, with PyTorch's own."""


_SIZED = {"Linear": "in, out", "Dropout": "0.5", "Softmax": "dim=1", "LogSoftmax": "dim=1"}
"""Arguments that build a layer; most layers need none."""


def constructor_call(layer: str) -> str:
    """Return the call that builds a layer, such as `nn.Softmax(dim=1)`."""
    return f"nn.{layer}({_SIZED.get(layer, '')})"


def advise_second_call(layer: str) -> str:
    """Return advice for a layer that was built and never called, or built with the data."""
    return (
        f"The first parentheses build it and take no data; the data goes into the second: "
        f"`{constructor_call(layer)}(x)`."
    )


def full_name(name: str) -> str:
    """Return the name with its module in front; "" if it is not well known."""
    in_nn = LAYERS | {"Module", "Parameter"}
    for prefix, names in (("torch", _FUNCTIONS), ("nn", in_nn), ("optim", _OPTIMIZERS)):
        if name in names:
            return f"{prefix}.{name}"
    return ""


def advice_on(name: str) -> str:
    """Return advice on a name that does not exist; "" if it is unknown."""
    if name in METHODS:
        owner, call = METHODS[name]
        return f"It is a method of {owner}: `{call}`."
    if name in _MODULES:
        return f"It is a module of Python: write `import {name}` above."
    if name in _CONSTANTS:
        return f"Python writes it `{_CONSTANTS[name]}`."
    full = _NUMBERS.get(name, full_name(name))
    if full:
        return f"PyTorch has `{full}`; a name of your own has to be assigned above."
    return ""
