"""Explain errors about gradients, backward, parameters and optimizers."""

from __future__ import annotations

import ast

from tutor.grading.explanations.rows import ExplanationRow, Match, tensors
from tutor.grading.show import show_shape
from tutor.wire.events import ErrorFacts


def _not_scalar(match: Match, error: ErrorFacts) -> str:
    known = [t for t in tensors(error) if t.shape]
    shape = f": `{known[0].name}` has shape {show_shape(known[0].shape)}" if known else ""
    several = f"backward starts from one number, but here are several{shape}."
    if known and "loss" not in known[0].name.lower():
        return f"{several} Call it on the loss, which is one number: `loss.backward()`."
    return f"{several} Take the mean: `loss = loss.mean()`."


def _none_operand(match: Match, error: ErrorFacts) -> str:
    name = _name_of_none(error, match.group(1) is None)
    subject = f"`{name}` is None" if name else "Something in this line is None"
    return (
        f"{subject}, which is not a number. A `.grad` is None before the first backward, and "
        "after `zero_grad()`; a function without `return` gives None. Compute that number before "
        "this line."
    )


def _name_of_none(error: ErrorFacts, on_the_left: bool) -> str:
    """Return the name or attribute that is None in the failing line; "" if ambiguous."""
    try:
        tree = ast.parse(error.source_line.strip())
    except (SyntaxError, ValueError):
        return ""
    computed = {operand.name for operand in error.operands}
    sides = [
        node.left if on_the_left else node.right
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
    ]
    names = [ast.unparse(side) for side in sides if isinstance(side, ast.Name | ast.Attribute)]
    left = [name for name in names if name not in computed]
    return left[0] if len(left) == 1 else ""


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"Trying to backward through the graph a second time",
        "backward-twice",
        "The record of this prediction was used up by the first backward. In each round, predict "
        "again, compute the loss again, then call backward once. (`retain_graph=True` is hardly "
        "ever what you want.)",
    ),
    ExplanationRow(
        r"does not require grad and does not have a grad_fn",
        "detached-graph",
        "This loss is not connected to any weight, so there is nothing to compute a gradient for. "
        "`no_grad`, `.detach()` and `.item()` cut the connection, and so does a number typed in: "
        "remove them between the model and the loss. A tensor of your own is a weight only with "
        "`requires_grad=True`.",
    ),
    ExplanationRow(
        r"grad can be implicitly created only for scalar outputs",
        "loss-not-scalar",
        _not_scalar,
    ),
    ExplanationRow(
        r"a leaf Variable that requires grad is being used in an in-place operation|"
        r"a view of a leaf Variable that requires grad is being used in an in-place operation",
        "inplace-without-no-grad",
        "PyTorch protects weights from changes while it records. This is an update, not part of "
        "the prediction: put it inside `with torch.no_grad():`.",
    ),
    ExplanationRow(
        r"modified by an inplace operation",
        "modified-before-backward",
        "A tensor was changed between the prediction and backward, which still needs the old "
        "numbers. The order is: predict, loss, backward, and only then change weights.",
    ),
    ExplanationRow(
        r"unsupported operand type\(s\) for \S+: '([\w.]+)' and 'NoneType'|"
        r"unsupported operand type\(s\) for \S+: 'NoneType' and '([\w.]+)'|"
        r"'NoneType' object is not (?:subscriptable|iterable|callable)",
        "zeroed-gradients",
        _none_operand,
    ),
    ExplanationRow(
        r"cannot assign '.*' as parameter '(\w+)'",
        "tensor-assigned-to-parameter",
        "A layer takes only an `nn.Parameter` under `.{1}`. Change the existing one in place: "
        "`with torch.no_grad(): layer.{1} -= …`.",
    ),
    ExplanationRow(
        r"Can't call numpy\(\) on Tensor that requires grad",
        "numpy-on-recorded-tensor",
        "NumPy cannot follow gradients, so PyTorch does not convert this tensor. Use torch's "
        "function (`torch.exp` for `np.exp`), or `.detach()` first.",
    ),
    ExplanationRow(
        r"optimizer can only optimize Tensors|"
        r"params argument given to the optimizer should be an iterable of Tensors or dicts, "
        r"but got (?!torch)|"
        r"'\w+' object is not iterable.*(?:optim|SGD|Adam)",
        "model-not-parameters",
        "The optimizer needs to know which weights it may change. Give it `model.parameters()`, "
        "with the parentheses.",
    ),
    ExplanationRow(
        r"params argument given to the optimizer should be an iterable of Tensors or dicts, "
        r"but got torch",
        "model-not-parameters",
        "The optimizer needs a list of weights, even for a single one: `[weight]`. For a whole "
        "model it is `model.parameters()`.",
    ),
    ExplanationRow(
        r"optimizer got an empty parameter list",
        "unregistered-layers",
        "The optimizer got no parameters. Layers in a plain list are not seen: use `nn.Sequential` "
        "or `nn.ModuleList`. And a generator is used up after one loop: call `model.parameters()` "
        "again.",
    ),
    ExplanationRow(
        r"can't optimize a non-leaf Tensor",
        "copied-parameters",
        "This tensor was computed from others, so it is not a weight itself. Give the optimizer "
        "the weights themselves: `model.parameters()`.",
    ),
    ExplanationRow(
        r"Invalid learning rate: (\S+)",
        "learning-rate-negative",
        "The learning rate {1} is negative, so each step would go uphill. Try 0.01.",
    ),
    ExplanationRow(
        r"'(method|generator|function|builtin_function_or_method)' object is not "
        r"(iterable|subscriptable)",
        "call-parentheses-missing",
        "A {1} is used where values are needed. `model.parameters` only names the method; "
        "`model.parameters()` calls it. To index the result, make a list of it first.",
    ),
    ExplanationRow(
        r"Error\(s\) in loading state_dict for (\w+)",
        "state-does-not-fit",
        "The stored weights belong to another model: names or shapes differ from those of {1}. "
        "Build the model exactly as it was when the weights were stored.",
    ),
)
