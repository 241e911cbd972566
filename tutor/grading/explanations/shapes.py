"""Explain errors about shapes, axes and indexes."""

from __future__ import annotations

import re

from tutor.grading.explanations.rows import ExplanationRow, Match, modules, shapes, tensors
from tutor.grading.show import show_shape
from tutor.grading.wording import counted
from tutor.wire.events import ErrorFacts, Operand


def _product_slug(match: Match, error: ErrorFacts) -> str:
    if not modules(error) and "@" in error.source_line:
        return "shapes-do-not-fit"
    return "wrong-layer-size" if _is_input(match, error) else "layers-do-not-chain"


def _is_input(match: Match, error: ErrorFacts) -> bool:
    """Return True if the data itself does not fit, not a layer's output."""
    rows, width, takes, _ = match.groups()
    on_its_side = width == "1" and rows == takes
    return on_its_side or any(t.shape and t.shape[-1] == int(width) for t in tensors(error))


def _products(match: Match, error: ErrorFacts) -> str:
    rows, width, takes, gives = match.groups()
    if not modules(error) and "@" in error.source_line:
        return (
            f"A matrix product of ({rows}, {width}) and ({takes}, {gives}): each row on the left "
            f"has {counted(int(width), 'number')}, each column on the right {takes}. These two "
            "must be equal. Transpose one of them with `.T`, or use other sizes."
        )
    layer = next((m for m in reversed(modules(error)) if m.type_name == "Linear"), None)
    name = f"`{layer.name}`" if layer is not None else "the layer"
    numbers = counted(int(width), "number")
    start = f"The data that arrives has {numbers} per example, and {name} expects {takes}. "
    if width == "1" and rows == takes:
        return start + f"The tensor is the wrong way round: shape (1, {rows}) is one example."
    if _is_input(match, error):
        return start + f"Your input is {width} wide, so the first layer is `nn.Linear({width}, …)`."
    return start + (
        f"Each layer must take as many numbers as the one before it gives. That is {width} here, "
        f"so make this one `nn.Linear({width}, …)`, or let the one before give {takes}."
    )


def _elementwise(match: Match, error: ErrorFacts) -> str:
    left, right, axis = match.groups()
    where = f"Along axis {axis} one" if axis else "One"
    return (
        f"Element by element, both sides need the same shape. {where} has {left} and the other "
        f"{right}.{shapes(error)} Axes of size 1 are stretched, others must be equal."
    )


def _axis(match: Match, error: ErrorFacts) -> str:
    low, high, got = match.groups()
    known = [t for t in tensors(error) if _is_asked(t, int(high) + 1, error.source_line)]
    if known and not known[0].shape:
        return f"There is no axis {got}: `{known[0].name}` is a single number, which has no axes."
    where = f" `{known[0].name}` has shape {show_shape(known[0].shape)}." if known else ""
    return (
        f"There is no axis {got}: the axes are {low} to {high}.{where} "
        "The last axis is always `dim=-1`."
    )


def _is_asked(tensor: Operand, axes: int, line: str) -> bool:
    """Return True if the call may be on this tensor: it has the axes, and its name is there.

    The message counts a single number as 1 axis, too.
    """
    name = re.escape(tensor.name)
    is_owner = re.search(rf"(?<![\w.]){name}\.\w+\(", line)
    is_argument = re.search(rf"\(\s*{name}\s*[,)]", line)
    return max(len(tensor.shape), 1) == axes and bool(is_owner or is_argument)


def _index(match: Match, error: ErrorFacts) -> str:
    index, size = match.groups()
    if not int(size):
        return f"There is no entry {index}, because there are no entries.{shapes(error)}"
    return (
        f"There is no entry {index}: there are {size}, and counting starts at 0. "
        f"The last one is {int(size) - 1}, or −1.{shapes(error)}"
    )


def _no_entry(match: Match, error: ErrorFacts) -> str:
    number = match.group(1)
    indices = re.findall(r"\b(\w+)\[(\w+)\]", error.source_line)
    if number is None and len(indices) == 1:
        which = f"There is no `{indices[0][0]}[{indices[0][1]}]`."
    else:
        which = f"There is no entry {number or 'with that number'}."
    return (
        f"{which} Counting starts at 0: the first is `[0]`, the second `[1]`, and with n entries "
        "the last is n − 1, or `[-1]`."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        _product_slug,
        _products,
    ),
    ExplanationRow(
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)"
        r"(?: at non-singleton dimension (\d+))?",
        "shapes-do-not-fit",
        _elementwise,
    ),
    ExplanationRow(
        r"operands could not be broadcast together with shapes? (\([\d,]*\)) (\([\d,]*\))",
        "missing-keepdims",
        "NumPy cannot combine shape {1} with shape {2}. If one of them is a sum or a maximum of "
        "each row, keep its axis: `keepdims=True` leaves (n, 1) instead of (n,).",
    ),
    ExplanationRow(
        r"shapes (\([\d,]*\)) and (\([\d,]*\)) not aligned|mismatch in its core dimension",
        "shapes-do-not-fit",
        lambda match, error: (
            "A product of rows and columns needs as many numbers in each row on the left as in "
            f"each column on the right.{shapes(error)} Print both `.shape`."
        ),
    ),
    ExplanationRow(
        r"inconsistent tensor size, expected tensor \[(\d+)\] and src \[(\d+)\]",
        "shapes-do-not-fit",
        "A dot product pairs number with number, and there are {1} on one side and {2} on the "
        "other. Both need the same length.",
    ),
    ExplanationRow(
        r"Dimension out of range \(expected to be in range of \[(-?\d+), (-?\d+)\], "
        r"but got (-?\d+)\)",
        "axis-out-of-range",
        _axis,
    ),
    ExplanationRow(
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)",
        "axis-out-of-range",
        "There is no axis {1}: this array has {2}, and counting starts at 0. "
        "The last one is always `axis=-1`.",
    ),
    ExplanationRow(
        r"too many indices for tensor of dimension (\d+)",
        "axis-out-of-range",
        lambda match, error: (
            "There are more indices in the square brackets than axes: the tensor has "
            f"{counted(int(match.group(1)), 'axis', 'axes')}.{shapes(error)}"
        ),
    ),
    ExplanationRow(
        r"The expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\)",
        "shapes-do-not-fit",
        "The left side has room for {1:number}, and the right side has {2:number}: print the "
        "`.shape` of both.",
    ),
    ExplanationRow(
        r"expand\(torch\.\w+\{\[([\d, ]+)\]\}, size=\[\]\)",
        "shapes-do-not-fit",
        "The left side has room for one number, but the right side is a tensor of shape ({1}). "
        "Make the left side larger, or reduce the right side to one number.",
    ),
    ExplanationRow(
        r"index (-?\d+) is out of bounds for (?:dimension|axis) \d+ with size (\d+)",
        "index-out-of-range",
        _index,
    ),
    ExplanationRow(
        r"(?:index (-?\d+)|(?:list|tuple|string|range object) index) (?:is )?out of range",
        "counts-from-one",
        _no_entry,
    ),
    ExplanationRow(
        r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)",
        "shapes-do-not-fit",
        "The tensor has {2:number}, and shape ({1}) does not hold that many. The sizes of the new "
        "shape multiplied must give {2}; one of them may be −1.",
    ),
    ExplanationRow(
        r"view size is not compatible with input tensor's size and stride",
        "shapes-do-not-fit",
        "`.view` needs numbers that are next to each other in memory; after a transpose they are "
        "not. Use `.reshape(…)` instead.",
    ),
    ExplanationRow(
        r"Sizes of tensors must match except in dimension (\d+)\. "
        r"Expected size (\d+)(?: but got size (\d+))?",
        "shapes-do-not-fit",
        "Tensors can be joined along axis {1} only if all other axes agree; here one has {2} where "
        "another has {3}.",
    ),
    ExplanationRow(
        r"expected input\[([\d, ]+)\] to have (\d+) channels, but got (\d+) channels",
        "wrong-layer-size",
        "The layer expects {2:channel}, the data has {3}. The order of the axes is examples, "
        "channels, height, width; yours is ({1}).",
    ),
    ExplanationRow(
        r"a Tensor with (\d+) elements cannot be converted to Scalar",
        "more-than-one-number",
        "`.item()` takes out one number, but there are {1}. Reduce first, with `.mean()` or "
        "`.sum()`, or choose one, as in `t[0]`.",
    ),
    ExplanationRow(
        r"only (?:one element tensors|length-1 arrays|0-dimensional arrays) can be converted",
        "more-than-one-number",
        "One number is needed, but this is a whole tensor or array. `math.exp` and `float(…)` "
        "take single numbers; `torch.exp` and `np.exp` take all of them. "
        "A list of tensors becomes one with `torch.stack(…)`.",
    ),
    ExplanationRow(
        r"(not enough|too many) values to unpack \(expected (\d+)(?:, got (\d+))?\)",
        "unpacking",
        "The left side has {2:name}, but the right side gives a different number of "
        "values. Print the right side, and look at its length.",
    ),
)
