"""Find results of the wrong form: not called, None, a list, whole numbers, another shape.

Each rule inspects one missed check, and returns its diagnosis or None. `common_mistakes` defines
their order.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from tutor.course.code import names_stored
from tutor.course.given_variations import bound_names
from tutor.grading.call_forms import word_called
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, line_of
from tutor.grading.numbers import Family, numbers_of
from tutor.grading.program_words import statement_at
from tutor.grading.scenario_result import CheckOutcome, label_of
from tutor.grading.sentences import plain_sentence
from tutor.grading.show import show_value
from tutor.wire.values import CallableValue, ModuleValue, NoneValue, SequenceValue, TensorValue


def find_uncalled(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a function or layer in place of its result."""
    if numbers_of(miss.expected) is None:
        return None
    label, line = label_of(miss), line_of(answer, miss)
    if isinstance(miss.got, ModuleValue):
        slug = "model-not-called" if miss.got.parameters else "function-not-applied"
        what = f"holds the module `{miss.got.type_name}` itself, not what it computes"
    elif isinstance(miss.got, CallableValue):
        slug, what = "function-not-applied", "holds the function itself, not its result"
    else:
        return None
    called = _bound_to(answer, line)
    if isinstance(miss.got, ModuleValue) and miss.got.type_name.endswith("Loss"):
        how, data = "the prediction and the right answer", "…, …"
    else:
        givens = bound_names(answer.step.given)
        how, data = "its input", givens[0] if len(givens) == 1 and called not in givens else "…"
    if re.search(rf"\b{re.escape(data)}\b", called):  # as in `softmax(scores)`, which gave it
        return Diagnosis(slug, f"{label} {what}. Call it: put parentheses after it.", line)
    example = f": `{called}({data})`" if called else ""
    message = f"{label} {what}. Call it, with {how} in parentheses after it{example}."
    return Diagnosis(slug, message, line)


def _bound_to(answer: MissedAnswer, line: int | None) -> str:
    """Return the learner's code after `=` in a line; "" unless it is a single call or name.

    It must be short, so that a message can repeat it.
    """
    for node in statement_at(answer.submission, line).statements if line else ():
        if isinstance(node, ast.Assign) and isinstance(
            node.value, ast.Name | ast.Attribute | ast.Call
        ):
            words = ast.unparse(node.value)
            return words if len(words) <= _MAX_REPEATED else ""
    return ""


_MAX_REPEATED = 30
"""Maximum characters of an expression that a message repeats."""


def find_none(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find None, the result of a function without `return`."""
    if not isinstance(miss.got, NoneValue) or isinstance(miss.expected, NoneValue):
        return None
    line = line_of(answer, miss)
    if isinstance(bound_to_name(answer, miss), ast.Call):
        what = (
            "the function that you called returns nothing. A function needs `return` in front of "
            "its result;"
        )
    else:
        what = "there is no value. A `.grad` is None before `backward`;"
    message = f"{label_of(miss)} is None: {what} `print(…)` always gives None."
    return Diagnosis("forgot-return", message, line)


def bound_to_name(answer: MissedAnswer, miss: CheckOutcome) -> ast.expr | None:
    """Return the expression last bound to the checked name; None if no `name = …` does."""
    name = miss.check.same
    statements: Sequence[ast.stmt] = answer.submission.statements
    while binding := [node for node in statements if name in names_stored(node)]:
        match binding[-1]:
            case ast.With(body=body):
                statements = body
            case ast.Assign(targets=[ast.Name()], value=value):
                return value
            case ast.AnnAssign(value=value):
                return value
            case _:
                return None
    return None


def find_integers(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find whole numbers in place of decimal ones."""
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    if miss.difference.what != "dtype" or (got.kind, expected.kind) != ("int", "float"):
        return None
    how = {"tensor": ".float()", "array": ".astype(float)", "number": "float(…)"}[got.family]
    advice = f"Networks compute with decimal numbers. Use `{how}`, or write `3.` instead of `3`."
    value = bound_to_name(answer, miss)
    if isinstance(value, ast.Call) and (word := word_called(value)) in _POSITIONS:
        advice = f"`{word}` gives positions, not the numbers that are there."
    message = (
        f"{label_of(miss)} holds whole numbers ({got.dtype}): {show_value(miss.got)}. {advice}"
    )
    return Diagnosis("dtype-integer", message, line_of(answer, miss))


_POSITIONS = frozenset(["argmax", "argmin", "argsort", "argwhere", "nonzero", "searchsorted"])
"""Functions that return positions."""


def find_sequence(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a list in place of a tensor, or a tuple that a comma made."""
    expected = numbers_of(miss.expected)
    if not isinstance(miss.got, SequenceValue) or expected is None or expected.family == "number":
        return None
    label, value = label_of(miss), bound_to_name(answer, miss)
    if miss.got.type_name == "list":
        is_listed = isinstance(value, ast.Call) and word_called(value) == "tolist"
        advice = (
            "`.tolist()` made it one: leave that out."
            if is_listed
            else _advise_on_list(miss.got, expected.family)
        )
        message = (
            f"{label} is a Python list, and layers and losses cannot compute with a list. {advice}"
        )
        return Diagnosis("list-not-array", message, line_of(answer, miss))
    if miss.got.type_name == "tuple" and miss.got.length == 1:
        advice = (
            "A comma at the end of a line makes one: remove it."
            if isinstance(value, ast.Tuple)
            else "Select that entry: `[0]`."
        )
        message = f"{label} is a tuple with one entry. {advice}"
        return Diagnosis("wrong-type", message, line_of(answer, miss))
    return None


def _advise_on_list(value: SequenceValue, family: Family) -> str:
    """Return advice on making a tensor or an array of a list."""
    if family == "array":
        return "Turn it into an array: `np.array(…)`."
    if any(isinstance(item, TensorValue) and item.shape for item in value.items):
        return "Combine its tensors into one: `torch.stack(…)`, or `torch.cat(…)`."
    return "Turn it into a tensor: `torch.tensor(…)`."


def find_reshaping(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find the call that can change the shape, in the line that binds the result."""
    value = bound_to_name(answer, miss)
    if miss.difference is None or miss.difference.what != "shape" or value is None:
        return None
    if not miss.scenario.is_base and any(each.scenario.is_base for each in answer.misses):
        return None
    words = {node.attr for node in ast.walk(value) if isinstance(node, ast.Attribute)} & _RESHAPING
    if len(words) != 1:
        return None
    sentence = plain_sentence(miss)
    word = words.pop()
    shown = f".{word}" if word in ("T", "mT") else word
    advice = f"Line {value.lineno} has `{shown}`, which changes shapes: try without it."
    return Diagnosis(sentence.slug, f"{sentence.message} {advice}", line_of(answer, miss))


_RESHAPING = frozenset(
    [
        *("T", "expand", "flatten", "mT", "movedim", "permute", "ravel", "repeat", "reshape"),
        *("squeeze", "swapaxes", "tile", "transpose", "unsqueeze", "view"),
    ]
)
"""Names that change the shape of a tensor or array, and nothing else."""
