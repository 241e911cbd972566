"""Explain errors about dtypes: whole numbers in place of decimal ones, and the reverse."""

from __future__ import annotations

from tutor.grading.explanations.rows import ExplanationRow, Match, dtypes
from tutor.wire.events import ErrorFacts

_WHOLE = {"Long", "Int", "Short", "Byte", "Char", "long", "int", "long int"}


def _mixed(match: Match, error: ErrorFacts) -> str:
    kinds = match.group(1), match.group(2)
    whole = [kind for kind in kinds if kind in _WHOLE]
    if len(whole) == 1:
        other = next(kind for kind in kinds if kind not in _WHOLE)
        return (
            f"Whole numbers ({whole[0]}) meet decimal numbers ({other}).{dtypes(error)} Networks "
            "compute with floats: add `.float()` to the whole ones, or write `3.` instead of `3`."
        )
    return (
        f"Numbers of two types meet: {kinds[0]} and {kinds[1]}.{dtypes(error)} Layers are "
        "float32, and NumPy makes float64. Add `.float()` to the one that is not float32."
    )


ROWS: tuple[ExplanationRow, ...] = (
    ExplanationRow(
        r"mat1 and mat2 must have the same dtype, but got (\w+) and (\w+)",
        "dtype-integer",
        _mixed,
    ),
    ExplanationRow(
        r"expected m1 and m2 to have the same dtype, but got: ([\w ]+) != (\w+)",
        "dtype-integer",
        _mixed,
    ),
    ExplanationRow(
        r"(?:dot|expected)\b.*same dtype, but found (\w+) and (\w+)",
        "dtype-integer",
        _mixed,
    ),
    ExplanationRow(
        r"expected scalar type (\w+) but found (\w+)",
        "dtype-integer",
        _mixed,
    ),
    ExplanationRow(
        r"\"\w*softmax\w*\" not implemented for '(\w+)'",
        "dtype-integer",
        "Softmax needs decimal numbers, and your scores are of the type {1}. "
        "Add `.float()`, or write `3.` instead of `3`.",
    ),
    ExplanationRow(
        r"\"(\w+)\" not implemented for '(Long|Int|Short|Byte|Char|Bool)'",
        "dtype-integer",
        "This calculation does not exist for numbers of the type {2}. Add `.float()` to the data, "
        "or write `3.` instead of `3`.",
    ),
    ExplanationRow(
        r"mean\(\): could not infer output dtype.*Got: (\w+)",
        "dtype-integer",
        "A mean is a decimal number, and these are of the type {1}. Write `.float().mean()`.",
    ),
    ExplanationRow(
        r"Only Tensors of floating point and complex dtype can require gradients",
        "dtype-integer",
        "Only decimal numbers have gradients: a whole number cannot change by a little. "
        "Write `3.` instead of `3`, or add `.float()`.",
    ),
    ExplanationRow(
        r"Found dtype (\w+) but expected (\w+)",
        "dtype-integer-target",
        "The target is {1} and the prediction is {2}: this loss subtracts or multiplies them, so "
        "both must be floats. Add `.float()` to the target.",
    ),
    ExplanationRow(
        r"argument #1 'indices' to have .*scalar types: Long, Int; but got (?:torch\.)?(\w+)",
        "dtype-float-label",
        "This looks up whole numbers in a table, but yours are decimal numbers ({1}). Add "
        "`.long()`.",
    ),
    ExplanationRow(
        r"new\(\): invalid data type 'str'|too many dimensions 'str'",
        "text-not-number",
        "A tensor holds only numbers, but there is text in this one. Remove the quotes, or turn "
        "the text into numbers with `float(…)` first.",
    ),
    ExplanationRow(
        r"could not convert string to float: (.+)",
        "text-not-number",
        "The text {1} is not a number, so `float` cannot read it.",
    ),
    ExplanationRow(
        r"expected np\.ndarray \(got (\w+)\)",
        "list-not-array",
        "`torch.from_numpy` takes a NumPy array, but this is a {1}. For a list, use "
        "`torch.tensor(…)`.",
    ),
)
