"""Errors about layers, models, classes, attributes and calls."""

from __future__ import annotations

from tutor.grading.explanations.rows import Match, Row, did_you_mean
from tutor.wire.events import ErrorFacts

_ATTRIBUTES: dict[str, tuple[str, str]] = {
    "Sequential": (
        "no-layer-index",
        "A Sequential is a row of layers. Choose one first, counting from 0: `model[0].weight`.",
    ),
    "Linear": ("wrong-attribute-name", "The names are `weight` and `bias`, singular."),
    "float": (
        "detached-graph",
        "It is a plain number by now: `.item()` or `float(…)` came too early. "
        "Keep the tensor until backward is done.",
    ),
    "int": ("not-a-tensor", "A plain number has no methods of tensors: use `torch.tensor(…)`."),
    "NoneType": (
        "forgot-return",
        "It is None: a function without `return`, or `.grad` before any backward.",
    ),
    "list": ("list-not-array", "A list is no tensor: `torch.tensor(…)` or `np.array(…)` first."),
    "ndarray": ("framework-mixed", "It is a NumPy array: `torch.from_numpy(…)` gives a tensor."),
    "function": ("function-not-applied", "It is the function itself. Call it: `name(input)`."),
    "method": ("call-parentheses-missing", "It is a method. Call it: put `()` behind it."),
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
    """A name that a module of the library does not have."""
    module, name = match.groups()
    if _is_blank(name):
        return f"One of the blanks `{name}` is still there. Replace it by your code."
    right = _differs_by_case(error, name)
    if right:
        return (
            f"`{module}` has no `{name}`, but it has `{right}`: capitals count. Layers and "
            "optimizers are `nn.Sigmoid`, `nn.Linear`, `optim.SGD`; functions are "
            "`torch.sigmoid`, `F.softmax`."
        )
    return (
        f"There is no `{name}` in `{module}`.{did_you_mean(error)} Layers are written with a "
        "capital (`nn.Sigmoid`), functions without (`torch.sigmoid`)."
    )


def _attribute_slug(match: Match, error: ErrorFacts) -> str:
    owner, name = match.groups()
    if _is_blank(name):
        return "blank-left-in"
    return _ATTRIBUTES.get(owner, ("wrong-attribute-name", ""))[0]


def _attribute(match: Match, error: ErrorFacts) -> str:
    owner, name = match.groups()
    if _is_blank(name):
        return f"One of the blanks `{name}` is still there. Replace it by your code."
    more = _ATTRIBUTES.get(owner, ("", ""))[1] or (
        "Print the object to see what it is."
        if error.nearest
        else "Is it misspelt? Print the object to see what it is."
    )
    return f"{owner} has no `{name}`.{did_you_mean(error)} {more}"


def _arguments_slug(match: Match, error: ErrorFacts) -> str:
    return "class-not-instance" if match.group(1).endswith("__init__") else "wrong-arguments"


def _arguments(match: Match, error: ErrorFacts) -> str:
    called, takes, given = match.groups()
    owner = called.rpartition(".")[0] or called
    if called.endswith("__init__"):
        return (
            f"`{owner}` is a class: the first pair of parentheses builds one and takes no data. "
            f"The data goes into a second pair: first `layer = {owner}(…)`, then `layer(input)`."
        )
    counted = "the object itself is counted as one of them" if "." in called else "as written"
    return (
        f"`{called}` takes {takes} values and got {given} ({counted}). "
        "Compare the call with the line that starts with `def`."
    )


ROWS: tuple[Row, ...] = (
    Row(
        r"list is not a Module subclass",
        "list-in-sequential",
        "`nn.Sequential` takes the layers one by one, separated by commas, without the square "
        "brackets. With a list, put `*` in front of it.",
    ),
    Row(
        r"(\S+) is not a Module subclass",
        "class-not-instance",
        "`nn.Sequential` takes layers that are built: `{1}` is none. Put `()` behind a class such "
        "as `nn.ReLU`; for a function such as `torch.relu` use its layer, `nn.ReLU()`.",
    ),
    Row(r"module '([\w.]+)' has no attribute '(\w+)'", _missing_slug, _missing),
    Row(
        r"cannot assign module before Module\.__init__\(\) call|"
        r"cannot assign parameters? before Module\.__init__\(\) call",
        "forgot-super-init",
        "The first line of `__init__` has to be `super().__init__()`: it prepares the places where "
        "layers are stored.",
    ),
    Row(
        r"Module \[(\w+)\] is missing the required \"forward\" function",
        "forgot-forward",
        "`{1}` has no `forward`: it is missing, misspelt, or not indented into the class. "
        "(ModuleList and ModuleDict have none either: use Sequential, or call their layers.)",
    ),
    Row(
        r"(?:type object )?'(\w+)'(?: object)? has no attribute '(\w+)'",
        _attribute_slug,
        _attribute,
    ),
    Row(
        r"softmax\(\) missing 1 required positional arguments?: \"dim\"",
        "missing-dim",
        "Softmax has to know along which axis the shares add up to 1. "
        "For the classes in each row that is `dim=1`, or `dim=-1`.",
    ),
    Row(
        r"softmax\(\): argument 'dim' .*must be int, not Tensor|"
        r"softmax\(\) received an invalid combination of arguments",
        "tensor-to-constructor",
        "The axis is wanted there, and a tensor came. `nn.Softmax(…)` takes the dimension, as in "
        "`nn.Softmax(dim=1)`; the data goes into the second pair of parentheses.",
    ),
    Row(
        r"linear\(\): argument 'input' .*must be Tensor, not (\w+)",
        "not-a-tensor-argument",
        "A layer takes a tensor, and this has the type `{1}`. Wrap it: `torch.tensor(…)`.",
    ),
    Row(
        r"(\w+)\(\): argument '(\w+)' \(position \d+\) must be Tensor, not (\w+)",
        "not-a-tensor-argument",
        "`torch.{1}` works on tensors, and this has the type `{3}`. Wrap it: `torch.tensor(…)`.",
    ),
    Row(
        r"([\w.<>]+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) "
        r"given",
        _arguments_slug,
        _arguments,
    ),
    Row(
        r"([\w.<>]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)",
        "wrong-arguments",
        "`{1}` needs more values than it got: {2} is missing. Put it into the parentheses.",
    ),
    Row(
        r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'",
        "wrong-arguments",
        "`{1}` does not know `{2}=`. Is it misspelt, or does it belong to another function?",
    ),
    Row(
        r"'(\w+)' object is not callable",
        "not-callable",
        "What has the type `{1}` cannot be called. Either it was computed already and needs no "
        "parentheses, or a name of yours hides a function, or an operator such as `*` is missing "
        "in front of `(`.",
    ),
)
