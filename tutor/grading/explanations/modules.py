"""Explain errors about layers, models, classes and attributes."""

from __future__ import annotations

import re

from tutor.grading.explanations.calls import not_a_function
from tutor.grading.explanations.rows import ExplanationRow, Match, did_you_mean
from tutor.grading.explanations.unavailable import ON_THE_PROCESSOR
from tutor.grading.explanations.well_known import (
    LAYERS,
    METHODS,
    OTHER_LIBRARIES_METHODS,
    advise_second_call,
    constructor_call,
    full_name,
)
from tutor.wire.events import ErrorFacts

_ATTRIBUTES: dict[str, tuple[str, str]] = {
    "Sequential": (
        "no-layer-index",
        "A Sequential is a row of layers. Choose one first, counting from 0: `model[0].weight`.",
    ),
    "_IncompatibleKeys": (
        "wrong-attribute-name",
        "`load_state_dict` changes its model in place, and returns the names that did not fit. "
        "Call it on a line of its own, then use the model.",
    ),
    "OrderedDict": (
        "wrong-attribute-name",
        "It is a collection of weights, such as a `state_dict`, not a model. Build a model, load "
        "the weights with `model.load_state_dict(…)`, and use that model.",
    ),
    "Linear": ("wrong-attribute-name", "A layer keeps its numbers in `.weight` and `.bias`."),
    "float": (
        "detached-graph",
        "It is a plain number, such as `.item()` or `float(…)` returns. Keep the tensor until "
        "backward is done.",
    ),
    "bool": (
        "not-a-tensor",
        "It is a plain True or False. `==` compares number by number only between two tensors. A "
        "list is not a tensor, nor is the pair of values and indices that `torch.max(x, dim=1)` "
        "returns.",
    ),
    "int": ("not-a-tensor", "A plain number has no methods of tensors: use `torch.tensor(…)`."),
    "NoneType": (
        "forgot-return",
        "It is None: a function without `return`, or `.grad` before any backward.",
    ),
    "list": ("list-not-array", "A list is not a tensor: `torch.tensor(…)` or `np.array(…)` first."),
    "ndarray": ("framework-mixed", "It is a NumPy array: `torch.from_numpy(…)` gives a tensor."),
    "function": ("function-not-applied", "It is the function itself. Call it: `name(input)`."),
    "str": ("text-not-number", "It is text. A name is written without quotes."),
    "method": ("call-parentheses-missing", "It is a method. Call it: put `()` after it."),
    "generator": (
        "call-parentheses-missing",
        "It gives its values one by one: loop over it, or make a list of it.",
    ),
}


def _differs_by_case(error: ErrorFacts, name: str) -> str | None:
    return next((near for near in error.nearest if near.lower() == name.lower()), None)


def _is_blank(name: str) -> bool:
    return len(name) > 1 and not name.strip("_")


def _missing_slug(match: Match, error: ErrorFacts) -> str:
    name = match.group(2)
    if _is_blank(name):
        return "blank-left-in"
    return "wrong-case-name" if _differs_by_case(error, name) else "no-such-function"


def _missing(match: Match, error: ErrorFacts) -> str:
    """Return that a module of the library does not have a name."""
    module, name = match.groups()
    if _is_blank(name):
        return f"One of the blanks `{name}` is still there. Replace it with your code."
    right = _differs_by_case(error, name)
    if right:
        return (
            f"`{module}` has no `{name}`, but it has `{right}`: capital letters matter. Layers and "
            "optimizers are `nn.Sigmoid`, `nn.Linear`, `optim.SGD`; functions are "
            "`torch.sigmoid`, `F.softmax`."
        )
    start = f"There is no `{name}` in `{module}`.{did_you_mean(error)}"
    if name in METHODS:
        owner, call = METHODS[name]
        return f"There is no `{name}` in `{module}`: it is a method of {owner}, `{call}`."
    if not module.startswith("torch"):
        full = full_name(name)
        return f"{start} PyTorch has `{full}`." if full else start
    return (
        f"{start} Layers are written with a capital (`nn.Sigmoid`), functions without "
        "(`torch.sigmoid`)."
    )


_SET_BY_INIT = re.compile(r"_(?:\w+_hooks|modules|parameters|buffers)")
"""Attributes that `nn.Module.__init__` makes."""


def _attribute_slug(match: Match, error: ErrorFacts) -> str:
    owner, name = _owner_and_name(match)
    if _is_blank(name):
        return "blank-left-in"
    if _SET_BY_INIT.match(name):
        return "forgot-super-init"
    if name in METHODS or name in OTHER_LIBRARIES_METHODS:
        of_plain = owner in ("float", "int", "NoneType")
        return _ATTRIBUTES[owner][0] if of_plain else "wrong-attribute-name"
    if owner == "builtin_function_or_method":
        return "function-not-applied"
    return _ATTRIBUTES.get(owner, ("wrong-attribute-name", ""))[0]


def _owner_and_name(match: Match) -> tuple[str, str]:
    owner, name = match.groups()
    return owner.rpartition(".")[2], name


def _attribute(match: Match, error: ErrorFacts) -> str:
    owner, name = _owner_and_name(match)
    if _is_blank(name):
        return f"One of the blanks `{name}` is still there. Replace it with your code."
    if _SET_BY_INIT.match(name):
        return _SUPER_INIT
    if owner == "builtin_function_or_method":
        return f"A function is used where data is needed. {not_a_function(error)}"
    advice = "" if owner in ("float", "int", "NoneType") else _advise_on_attribute(owner, name)
    if advice:
        return f"{owner} has no `{name}`. {advice}"
    more = _ATTRIBUTES.get(owner, ("", ""))[1] or (
        "Print the object to see what it is."
        if error.nearest
        else "Is it misspelt? Print the object to see what it is."
    )
    return f"{owner} has no `{name}`.{did_you_mean(error)} {more}"


_TENSOR_ATTRIBUTES = (
    *("argmax", "detach", "dim", "item", "max", "mean", "min", "numpy", "reshape", "shape"),
    *("size", "softmax", "squeeze", "sum", "tolist", "unsqueeze", "view"),
)
"""Attributes that tensors have and layers have not."""

_DEVICES = ("gpu", "mps", "tpu")


def _advise_on_attribute(owner: str, name: str) -> str:
    """Return advice on an attribute that is known from elsewhere; "" if unknown."""
    if name in _DEVICES:
        return f"No method has that name. {ON_THE_PROCESSOR}"
    if owner in LAYERS and name in _TENSOR_ATTRIBUTES:
        return f"It is the layer itself, not what it computes. {advise_second_call(owner)}"
    if name == "backward" and owner.endswith("Loss"):
        return (
            "It is the loss function itself. Call it with the scores and the target; the number "
            "it gives has a `backward`."
        )
    if owner in LAYERS and name in ("data", "grad", "requires_grad"):
        return f"Each of its parameters has one: `.weight.{name}` and `.bias.{name}`."
    if name in METHODS:
        whose, call = METHODS[name]
        return f"That is a method of {whose}: `{call}`."
    if name in OTHER_LIBRARIES_METHODS:
        return (
            "In PyTorch you call the model, `model(input)`, and write the training loop yourself."
        )
    return ""


_LAYER_OF_FUNCTION = {
    "log_softmax": "LogSoftmax",
    "relu": "ReLU",
    "sigmoid": "Sigmoid",
    "softmax": "Softmax",
    "tanh": "Tanh",
}
"""Functions that are layers too."""


def _no_layer_slug(match: Match, error: ErrorFacts) -> str:
    full = match.group(1)
    name = full.rpartition(".")[2]
    if name in _LAYER_OF_FUNCTION:
        return "function-in-sequential"
    return "class-not-instance" if full.startswith(_CLASSES) else "no-layer"


_CLASSES = ("torch.nn.modules.", "__main__.")


def _no_layer(match: Match, error: ErrorFacts) -> str:
    full = match.group(1)
    name = full.rpartition(".")[2]
    if name in _LAYER_OF_FUNCTION:
        layer = constructor_call(_LAYER_OF_FUNCTION[name])
        return f"`{name}` is a function, and a model is made of layers. Use the layer `{layer}`."
    if full.startswith("torch.nn.modules."):
        return (
            f"`nn.{name}` without parentheses is the class, and a model is made of layers. "
            f"`{constructor_call(name)}` builds one."
        )
    if not full.startswith(_CLASSES):
        return f"A model is made of layers, such as `nn.ReLU()`, but this is a `{full}`."
    if re.search(rf"\b{re.escape(name)}\s*\(", error.source_line):
        return (
            f"An object of the class `{name}` is not a layer: give the class `nn.Module` as its "
            f"base, `class {name}(nn.Module):`."
        )
    return (
        f"`{name}` without parentheses is the class, and a model is made of layers. `{name}()` "
        "builds one, if its base is `nn.Module`."
    )


_SUPER_INIT = (
    "The first line of `__init__` has to be `super().__init__()`: it prepares the places where "
    "layers are stored."
)

ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"(?:list|tuple|generator) is not a Module subclass",
        "list-in-sequential",
        "`nn.Sequential` takes the layers one by one, separated by commas, without the square "
        "brackets. With a list, put `*` in front of it.",
    ),
    ExplanationRow(
        r"(\S+) is not a Module subclass",
        _no_layer_slug,
        _no_layer,
    ),
    ExplanationRow(
        r"ModuleList\.__init__\(\) takes from 1 to 2 positional arguments",
        "list-in-sequential",
        "`nn.ModuleList` takes one list: put square brackets around the layers. `nn.Sequential` "
        "takes them without, and calls them one after the other.",
    ),
    ExplanationRow(
        r"Expected more than 1 value per channel when training",
        "batch-of-one",
        "A BatchNorm layer compares the rows of a batch with each other, but here there is a "
        "single row. Train on batches of several rows; to predict for a single row, call "
        "`model.eval()` first.",
    ),
    ExplanationRow(
        r"expected (2D or 3D|[2-5]D) input \(got (\d)D input\)",
        "wrong-shape",
        "This layer takes {1} input, and yours is {2}D. The first axis counts the examples: "
        "`x.unsqueeze(0)` makes a batch of one example.",
    ),
    ExplanationRow(
        r"Given normalized_shape=\[([\d, ]+)\], expected input with shape \[.*\], but got input of "
        r"size\s*\[(?:\d+, )*(\d+)\]",
        "wrong-layer-size",
        "The data has {2} numbers per example, and this LayerNorm layer expects {1}: write "
        "`nn.LayerNorm({2})`.",
    ),
    ExplanationRow(
        r"running_mean should contain (\d+) elements not (\d+)",
        "wrong-layer-size",
        "The data has {1} numbers per example, and this BatchNorm layer expects {2}: write "
        "`nn.BatchNorm1d({1})`.",
    ),
    ExplanationRow(r"module '([\w.]+)' has no attribute '(\w+)'", _missing_slug, _missing),
    ExplanationRow(
        r"cannot assign module before Module\.__init__\(\) call|"
        r"cannot assign parameters? before Module\.__init__\(\) call",
        "forgot-super-init",
        _SUPER_INIT,
    ),
    ExplanationRow(
        r"Module \[(\w+)\] is missing the required \"forward\" function",
        "forgot-forward",
        "`{1}` has no `forward`: it is missing, misspelt, or not indented into the class. "
        "(ModuleList and ModuleDict have none either: use Sequential, or call their layers.)",
    ),
    ExplanationRow(
        r"(?:type object )?'([\w.]+)'(?: object)? has no attribute '(\w+)'",
        _attribute_slug,
        _attribute,
    ),
)
