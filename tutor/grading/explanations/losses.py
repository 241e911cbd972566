"""Explain errors about labels, targets and loss functions."""

from __future__ import annotations

import ast
import re

from tutor.grading.explanations.rows import ExplanationRow, Match, dtypes, shapes, tensors
from tutor.grading.show import show_shape
from tutor.wire.events import ErrorFacts


def _out_of_bounds(match: Match, error: ErrorFacts) -> str:
    label = match.group(1)
    # The scores are the first argument in the parentheses.
    widths = [
        t.shape[-1]
        for t in tensors(error)
        if len(t.shape) == 2 and re.search(rf"\(\s*{re.escape(t.name)}\s*,", error.source_line)
    ]
    start = f"There is no class {label}."
    if widths:
        return f"{start} With {widths[0]} scores the classes are 0 to {widths[0] - 1}."
    return f"{start} Classes are counted from 0, so the last one is the number of scores − 1."


def _multi_target(match: Match, error: ErrorFacts) -> str:
    known = tensors(error)
    if len(known) >= 2:
        one, two = known[0], known[1]
        pair = (
            f"`{one.name}` has shape {show_shape(one.shape)} and `{two.name}` has shape "
            f"{show_shape(two.shape)}. "
        )
    else:
        pair = "The shape of the target is not the shape of the scores. "
    return (
        f"{pair}As probabilities, the target needs one place for every score: is the number of "
        "classes right? Or give one class number per example, as in `torch.tensor([2])`."
    )


def _float_label(match: Match, error: ErrorFacts) -> str:
    start = "A label is a whole number, and this one is a decimal number."
    capital = re.search(r"\btorch\.Tensor\(\s*(\[[^\[\]]*\]|\w+)", error.source_line)
    if capital:
        return (
            f"{start} `torch.Tensor`, with a capital T, always makes those. Write "
            f"`torch.tensor({capital.group(1)})`."
        )
    typed = re.search(r"\b(\d+)\.\d*(?!\w)", error.source_line)
    if typed:
        return f"{start} Write `{typed.group(1)}` for `{typed.group()}`."
    return (
        f"A label is a whole number of the type int64.{dtypes(error)} Turn it into one: `.long()`."
    )


def _too_few_classes(match: Match, error: ErrorFacts) -> str:
    asked = re.search(r"num_classes\s*=\s*[\w.]+", error.source_line)
    what = f"`{asked.group()}` is" if asked else "The number of classes is"
    return (
        f"{what} too small for this label. Counting starts at 0, so the label y needs at least y "
        "+ 1 classes. Pass the total number of classes."
    )


def _ambiguous(match: Match, error: ErrorFacts) -> str:
    data = _given_to_a_loss(error.source_line)
    if data:
        name, arguments = data
        return (
            f"`{name}(…)` only builds the loss function, and it got the data.{shapes(error)} Build "
            f"it with empty parentheses, then call it with the data: `{name}()({arguments})`."
        )
    start = f"A whole tensor is used where Python needs a yes or no.{shapes(error)}"
    line = error.source_line.partition("#")[0]
    if word := _CONDITION.search(line):
        sign = _ELEMENTWISE[word.group()]
        return (
            f"{start} `{word.group()}` needs a single yes or no. For each element, use `{sign}`, "
            "with parentheses around each comparison: `(a > 0) & (b == 1)`, `~(a > 0)`. For one "
            "answer about all elements, write `.all()` or `.any()`."
        )
    if _BETWEEN.search(line):
        return (
            f"{start} Python reads `0 < a < 1` as `0 < a and a < 1`, and `and` needs a single yes "
            "or no. For each element, write `(0 < a) & (a < 1)`."
        )
    if _CHOICE.match(line):
        return (
            f"{start} Write `.all()` if every number must be true, `.any()` if one is enough. To "
            "choose for each element, use a mask in square brackets, or `torch.where(condition, "
            "a, b)`."
        )
    return (
        f"{start} After `if`, `while`, `and`, `or` and `not`, write `.all()` if every number must "
        "be true, `.any()` if one is enough. A loss is built first: its data belongs in a second "
        "pair of parentheses."
    )


_ELEMENTWISE = {"and": "&", "or": "|", "not": "~"}
"""The elementwise operator for each word."""
_CONDITION = re.compile(r"\b(and|or|(?<!is )not(?! in\b))\b")
_BETWEEN = re.compile(r"[<>]=?[^<>=,()]+[<>]")
_CHOICE = re.compile(r"\s*(if|elif|while)\b|.*\bif\b.*\belse\b")


def _ambiguous_slug(match: Match, error: ErrorFacts) -> str:
    line = error.source_line.partition("#")[0]
    if _given_to_a_loss(line):
        return "class-not-instance"
    conditions = (_CONDITION.search(line), _BETWEEN.search(line), _CHOICE.match(line))
    return "tensor-as-condition" if any(conditions) else "class-not-instance"


def _given_to_a_loss(line: str) -> tuple[str, str] | None:
    """Return a loss class and its arguments; None if the line builds none with data."""
    try:
        tree = ast.parse(line.strip())
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func)
            if name.endswith("Loss"):
                return name, ", ".join(map(ast.unparse, node.args))
    return None


def _whole_scores_slug(match: Match, error: ErrorFacts) -> str:
    return "dtype-integer" if "softmax" in error.source_line else "swapped-arguments"


def _whole_scores(match: Match, error: ErrorFacts) -> str:
    kind = match.group(1)
    if "softmax" in error.source_line:
        return (
            f"Softmax needs decimal numbers, and your scores are whole ones ({kind}). Add "
            "`.float()`, or write `3.` instead of `3`."
        )
    return (
        "Cross entropy computes a softmax of its first argument, but got whole numbers "
        f"({kind}).{dtypes(error)} Scores come first, labels second: swap them if the labels are "
        "in front. Scores that are whole numbers need `.float()`."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"\"log_softmax\w*\" not implemented for '(Long|Int|Short|Byte|Char)'",
        _whole_scores_slug,
        _whole_scores,
    ),
    ExplanationRow(
        r"one_hot is only applicable to index tensor",
        "dtype-float-label",
        _float_label,
    ),
    ExplanationRow(
        r"one_hot\(\): argument 'input' .*must be Tensor, not (int|float|bool|list|tuple)",
        "not-a-tensor-argument",
        "`F.one_hot` needs a tensor, and this is a plain {1}. Wrap the label: `torch.tensor(y)`.",
    ),
    ExplanationRow(
        r"Class values must be smaller than num_classes",
        "wrong-num-classes",
        _too_few_classes,
    ),
    ExplanationRow(
        r"Class values must be non-negative",
        "wrong-num-classes",
        "A label is negative. Classes are counted 0, 1, 2 and so on.",
    ),
    ExplanationRow(
        r"Expected floating point type for target with class probabilities, got (\w+)",
        "dtype-integer-target",
        "The target has the shape of the scores, so PyTorch reads it as probabilities, and these "
        "must be floats. Yours are whole numbers ({1}): add `.float()`.",
    ),
    ExplanationRow(
        r"0D or 1D target tensor expected, multi-target not supported",
        "wrong-num-classes",
        _multi_target,
    ),
    ExplanationRow(
        r"Expected input batch_size \((\d+)\) to match target batch_size \((\d+)\)",
        "batch-sizes-differ",
        "You have {1:prediction} but {2:target}. Each row of scores needs one target.",
    ),
    ExplanationRow(r"Target (-?\d+) is out of bounds", "label-out-of-range", _out_of_bounds),
    ExplanationRow(
        r"expected target dtype to be Long or Byte, but got (\w+)|"
        r"expected scalar type Long but found (\w+)",
        "dtype-float-label",
        "A class number must be a whole number: `torch.tensor([2])`, not `2.0`. If it is one "
        "already, add `.long()`.",
    ),
    ExplanationRow(
        r"all elements of input should be between 0 and 1",
        "forgotten-activation",
        "This loss takes probabilities, and some numbers lie outside 0…1, or are nan. Put a "
        "sigmoid after the last layer, or use the loss for raw scores: `nn.BCEWithLogitsLoss()`.",
    ),
    ExplanationRow(
        r"Using a target size \(torch\.Size\((\[[\d, ]*\])\)\) that is different to the input size "
        r"\(torch\.Size\((\[[\d, ]*\])\)\)",
        "target-shape",
        "The target has shape {1}, the prediction {2}. They must be equal, or every prediction is "
        "compared with every target. Use `target.reshape(prediction.shape)`.",
    ),
    ExplanationRow(
        r"Boolean value of Tensor with more than one value is ambiguous|"
        r"The truth value of an array with more than one element is ambiguous",
        _ambiguous_slug,
        _ambiguous,
    ),
)
