"""Explain errors about calls: their arguments, and objects that cannot be called or indexed."""

from __future__ import annotations

import re

from tutor.grading.explanations.rows import ExplanationRow, Match, dtypes, modules, tensors
from tutor.grading.explanations.well_known import ARGUMENTS, LAYERS
from tutor.grading.show import show_shape
from tutor.wire.events import ErrorFacts

FUNCTION_TYPES = ("builtin_function_or_method", "function", "method", "type")
"""Types of a function that was named and not called."""
_VALUES = [
    "Tensor",
    "float",
    "int",
    "bool",
    "str",
    "list",
    "tuple",
    "dict",
    "set",
    "NoneType",
    "ndarray",
    "module",
    "Parameter",
    "numpy.ndarray",
]


def _is_module(kind: str, error: ErrorFacts) -> bool:
    return any(operand.type_name == kind for operand in modules(error))


def not_a_function(error: ErrorFacts) -> str:
    """Return the reason why a function may be in place of data."""
    if re.search(r"\binput\b(?!\s*=)", error.source_line):
        return "`input` is a function of Python's own; your data has another name."
    return "Is the name right? Or are the parentheses missing that call it?"


def _no_tensor_slug(match: Match, error: ErrorFacts) -> str:
    kind = match.group(2)
    if _is_module(kind, error):
        return "model-not-called"
    return "function-not-applied" if kind in FUNCTION_TYPES else "not-a-tensor-argument"


def _no_tensor(match: Match, error: ErrorFacts) -> str:
    called, kind = match.groups()
    name = "A layer" if called == "linear" else f"`{called.replace('entropy_loss', 'entropy')}`"
    if _is_module(kind, error):
        layer = next(o.name for o in modules(error) if o.type_name == kind)
        return (
            f"{name} works on tensors, but got `{layer}` itself. Call it, and pass its result: "
            f"`{layer}(…)`."
        )
    if kind in FUNCTION_TYPES:
        return f"{name} works on tensors, but got a function. {not_a_function(error)}"
    if kind == "numpy.ndarray":
        return (
            f"{name} works on tensors, but got a NumPy array. Turn it into a tensor: "
            "`torch.from_numpy(…)`."
        )
    if kind == "NoneType":
        return f"{name} works on tensors, but got None: a function without `return` returns None."
    how = _INTO_TENSOR.get(kind, "Print it: is it what you meant?")
    return f"{name} works on tensors, but this is of type `{kind}`. {how}"


_OF_NUMBERS = "Turn it into a tensor: `torch.tensor(…)`."
_OF_SEVERAL = "Turn it into a tensor: `torch.tensor(…)`, or `torch.stack(…)` if it holds tensors."
_INTO_TENSOR = {
    **dict.fromkeys(("int", "float", "bool"), _OF_NUMBERS),
    **dict.fromkeys(("list", "tuple"), _OF_SEVERAL),
}
"""Advice on making a tensor of a value, by its type."""


def _arguments_slug(match: Match, error: ErrorFacts) -> str:
    called, takes, _ = match.groups()
    return "class-not-instance" if _takes_no_data(called, takes) else "wrong-arguments"


def _takes_no_data(called: str, takes: str) -> bool:
    """Return True if a class was built with data that it does not accept.

    A class of the learner's own may well take data, such as one for data sets.
    """
    owner = called.removesuffix(".__init__")
    return owner != called and (owner in LAYERS or takes == "1")


_OF_ONE_LIST = {
    "tensor": ("numbers", "torch.tensor([1., 2.])"),
    "array": ("numbers", "np.array([1., 2.])"),
    "stack": ("tensors", "torch.stack([a, b])"),
    "cat": ("tensors", "torch.cat([a, b])"),
}
"""Functions that make a tensor or array of one list: its content, and an example."""


def _arguments(match: Match, error: ErrorFacts) -> str:
    called, takes, given = match.groups()
    owner = called.rpartition(".")[0] or called
    if _takes_no_data(called, takes):
        own = (
            ""
            if owner in LAYERS
            else " If it should store a value, add a parameter: `def __init__(self, …)`."
        )
        return (
            f"`{owner}` is a class: the first pair of parentheses builds one and takes no data. "
            f"The data for a layer goes into a second pair: first `layer = {owner}(…)`, then "
            f"`layer(input)`.{own}"
        )
    if called in _OF_ONE_LIST:
        inside, call = _OF_ONE_LIST[called]
        return (
            f"`{call.partition('(')[0]}` takes one argument and got {given}. Several {inside} "
            f"belong in one pair of square brackets: `{call}`."
        )
    if "." in called and takes == "1":
        return (
            f"`{called}` has one name in its parentheses, and got {given} values: the object "
            "itself comes first. Each needs a name: `def forward(self, x):`."
        )
    plural = "" if takes == "1" else "s"
    counted = " (the object itself is counted as one of them)" if "." in called else ""
    return (
        f"`{called}` takes {takes} value{plural} and got {given}{counted}. "
        "Compare the call with how the function is defined."
    )


def _missing(match: Match, error: ErrorFacts) -> str:
    names = match.group(2).replace("'", "`")
    verb = "are" if " and " in names else "is"
    called = match.group(1).removesuffix(".forward")
    return (
        f"`{called}` needs more arguments than it got: {names} {verb} missing in the parentheses."
    )


def _keyword(match: Match, error: ErrorFacts) -> str:
    called, name = match.groups()
    layer = called.removesuffix(".forward")
    if layer != called and layer in LAYERS:
        return (
            f"A `{layer}` layer is called with the data alone: leave out `{name}=` here. It "
            "belongs where the layer is built."
        )
    start = f"`{called.removesuffix('.__init__')}` does not know `{name}=`."
    if name in ARGUMENTS:
        return f"{start} In PyTorch it is called `{ARGUMENTS[name]}=`."
    if error.nearest:
        return f"{start} Did you mean {' or '.join(f'`{each}=`' for each in error.nearest)}?"
    return f"{start} Is it misspelt, or does it belong to another function?"


def _two_times(match: Match, error: ErrorFacts) -> str:
    called, name = match.groups()
    start = f"`{called.removesuffix('.__init__')}` got `{name}` twice: by position and by name."
    if called.removesuffix(".__init__") in LAYERS:
        return f"{start} The data goes into a second pair of parentheses: build first, then call."
    return f"{start} Leave one of them out."


_STATES = {
    "collections.OrderedDict": (
        "You called a collection of weights, such as a `state_dict`, not a model. Build a model, "
        "and load the weights into it: `model.load_state_dict(…)`."
    ),
    "_IncompatibleKeys": (
        "You called the result of `load_state_dict`: a list of the names that did not fit. "
        "`load_state_dict` changes its model in place. Call that model."
    ),
}
"""Explanations of objects in place of a stored model, by their type."""


def _not_callable(match: Match, error: ErrorFacts) -> str:
    kind = match.group(1)
    if re.search(r"\.step\s*\(\s*[^)\s]", error.source_line):
        return "`step` needs no value: it reads the gradients from the weights. Write `step()`."
    if kind == "NoneType":
        return "What you call is None. Does the function that made it have a `return`?"
    if kind in _STATES:
        return _STATES[kind]
    if kind not in _VALUES:
        return (
            f"An object of type `{kind}` cannot be called. If that is a class of yours, it "
            f"needs `nn.Module` as its base – `class {kind}(nn.Module):` – or a method `__call__`."
        )
    attribute = re.search(r"\.(grad|weight|bias|shape|data|T)\(", error.source_line)
    if attribute:
        name = attribute.group(1)
        return (
            f"`.{name}` is a value, not a function, so it cannot be called. Leave out the "
            f"parentheses after `.{name}`."
        )
    made = next((t for t in tensors(error) if _is_called(t.name, error)), None)
    if made is not None:
        return (
            f"`{made.name}` is a tensor already, with shape {show_shape(made.shape)}, and cannot "
            "be called. Leave out the parentheses after it, or keep the function under a name of "
            "its own."
        )
    return (
        f"A value of type `{kind}` cannot be called. Either it was computed already and needs no "
        "parentheses, or a name of yours hides a function, or an operator such as `*` is missing "
        "in front of `(`."
    )


def _is_called(name: str, error: ErrorFacts) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}\(", error.source_line) is not None


def _no_parts(match: Match, error: ErrorFacts) -> str:
    kind = match.group(1)
    if kind == "NoneType":
        return "What comes before the square brackets is None. Was it ever computed?"
    indexed = [o.name for o in modules(error) if f"{o.name}[" in error.source_line]
    if indexed:
        return (
            f"`{indexed[0]}` is a `{kind}` and cannot be indexed with square brackets. Call it "
            f"with parentheses: `{indexed[0]}(…)`."
        )
    return (
        f"Square brackets select from several values, and a value of type `{kind}` has no parts. "
        "Call a function with parentheses: `f(x)`."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"softmax\(\) missing 1 required positional arguments?: \"dim\"",
        "missing-dim",
        "Softmax needs the axis along which the shares add up to 1. For the classes in each row "
        "that is `dim=1`, or `dim=-1`.",
    ),
    ExplanationRow(
        r"softmax\(\): argument 'dim' .*must be int, not (?!Tensor)(\w+)",
        "wrong-arguments",
        "`dim` is one whole number, but this is of type `{1}`. For shares that add up along "
        "each row write `dim=1`.",
    ),
    ExplanationRow(
        r"softmax\(\): argument 'dim' .*must be int, not Tensor|"
        r"softmax\(\) received an invalid combination of arguments",
        "tensor-to-constructor",
        "That is where the axis goes, but it got a tensor. `nn.Softmax(…)` takes the dimension, as "
        "in `nn.Softmax(dim=1)`; the data goes into the second pair of parentheses.",
    ),
    ExplanationRow(
        r"(stack|cat)\(\): argument 'tensors' .*must be tuple of Tensors, not Tensor",
        "wrong-arguments",
        "`torch.{1}` takes one argument. Put several tensors in one pair of square brackets: "
        "`torch.{1}([a, b])`.",
    ),
    ExplanationRow(
        r"(\w+)\(\): argument '\w+' (?:\(position \d+\) )?must be Tensor, not ([\w.]+)",
        _no_tensor_slug,
        _no_tensor,
    ),
    ExplanationRow(
        r"([\w.<>]+)\(\) takes (?:from \d+ to )?(\d+) positional arguments? but (\d+) (?:was|were) "
        r"given",
        _arguments_slug,
        _arguments,
    ),
    ExplanationRow(
        r"([\w.<>]+)\(\) missing \d+ required (?:positional|keyword-only) arguments?: (.+)",
        "wrong-arguments",
        _missing,
    ),
    ExplanationRow(
        r"([\w.<>]+)\(\) got an unexpected keyword argument '(\w+)'", "wrong-arguments", _keyword
    ),
    ExplanationRow(
        r"([\w.<>]+)\(\) got multiple values for argument '(\w+)'", "wrong-arguments", _two_times
    ),
    ExplanationRow(
        r"'(\w+)' is an invalid keyword argument for (\w+)\(\)|"
        r"(\w+)\(\) takes no keyword arguments",
        "wrong-arguments",
        "Python's own `{2}{3}` has no such argument. For tensors, use PyTorch's: "
        "`torch.{2}{3}(…)`.",
    ),
    ExplanationRow(r"'([\w.]+)' object is not callable", "not-callable", _not_callable),
    ExplanationRow(
        r"'(?!method'|generator'|function'|builtin_function_or_method')([\w.]+)' object is not "
        r"subscriptable",
        "not-indexable",
        _no_parts,
    ),
    ExplanationRow(
        r"only integer tensors of a single element can be converted to an index",
        "not-indexable",
        "Square brackets need a whole number, as in `model[0]`, but got a tensor of data. Call a "
        "model with parentheses: `model(input)`.",
    ),
    ExplanationRow(
        r"tensors used as indices must be long, int, byte or bool tensors",
        "not-indexable",
        lambda match, error: (
            "Square brackets take indices, which are whole numbers, or a mask of True and False, "
            f"but got a tensor of decimal numbers.{dtypes(error)} Are the two swapped?"
        ),
    ),
    ExplanationRow(
        r"upper bound and (?:lower|larger) bound inconsistent with step sign",
        "wrong-arguments",
        "The steps of `arange` lead away from its end. It counts up, unless the step is below 0: "
        "`torch.arange(3, 0, -1)` is 3, 2, 1. The end itself is left out.",
    ),
    ExplanationRow(
        r"'(int|float|bool)' object is not iterable",
        "not-iterable",
        "This needs several values, as a `for` does, but got a single {1}. To repeat something "
        "five times: `for i in range(5):`.",
    ),
    ExplanationRow(
        r"iteration over a 0-d tensor|object of type '(int|float)' has no len\(\)|"
        r"len\(\) of a 0-d tensor",
        "not-iterable",
        "A single number has no length and no entries. Print it: should it be several numbers?",
    ),
    ExplanationRow(
        r"'(\w+)' object cannot be interpreted as an integer",
        "wrong-arguments",
        "A whole number is needed here, as in `range(5)`, but this is of type `{1}`.",
    ),
    ExplanationRow(
        r"'(?:type|function|builtin_function_or_method|method)' object does not support the "
        r"(?:asynchronous )?context manager protocol",
        "call-parentheses-missing",
        "The function after `with` has to be called: `with torch.no_grad():`, with parentheses.",
    ),
    ExplanationRow(
        r"unsupported format string passed to (\w+)\.__format__",
        "more-than-one-number",
        "A format such as `:.4f` is for a single number, and this is of type `{1}`. `.item()` "
        "turns a tensor of one number into a plain number.",
    ),
)
