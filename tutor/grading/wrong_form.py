"""Find results of the wrong form: not called, None, a list, whole numbers, another shape.

Each rule looks at one missed check, and returns its diagnosis or None. `common_mistakes` says in
which order they are tried.
"""

from __future__ import annotations

import ast
from collections.abc import Set

from tutor.course.given_variations import bound_names
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, line_of
from tutor.grading.numbers import numbers_of
from tutor.grading.program_words import statement_at, words_used
from tutor.grading.scenario_result import CheckOutcome, label_of
from tutor.grading.sentences import plain_sentence
from tutor.grading.show import show_value
from tutor.wire.values import CallableValue, ModuleValue, NoneValue, SequenceValue, TensorValue


def find_uncalled(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a function or layer in place of what it computes."""
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
        how, data = "its input", givens[0] if len(givens) == 1 else "…"
    example = f": `{called}({data})`" if called else ""
    message = f"{label} {what}. Call it, with {how} in parentheses after it{example}."
    return Diagnosis(slug, message, line)


def _bound_to(answer: MissedAnswer, line: int | None) -> str:
    """Return the learner's words after `=` in a line; empty if they are not a single call or name.

    They must be short, so that a message can repeat them.
    """
    for node in statement_at(answer.submission, line).statements if line else ():
        if isinstance(node, ast.Assign) and isinstance(
            node.value, ast.Name | ast.Attribute | ast.Call
        ):
            words = ast.unparse(node.value)
            return words if len(words) <= _MAX_REPEATED else ""
    return ""


_MAX_REPEATED = 30
"""Characters of an expression that a message repeats at most."""


def find_none(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find None, which a call without `return` gives."""
    if not isinstance(miss.got, NoneValue) or isinstance(miss.expected, NoneValue):
        return None
    message = (
        f"{label_of(miss)} is None: what you called returns nothing. "
        "A function needs `return` in front of its result; `print(…)` always gives None."
    )
    return Diagnosis("forgot-return", message, line_of(answer, miss))


def find_integers(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find whole numbers in place of decimal ones."""
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    if miss.difference.what != "dtype" or (got.kind, expected.kind) != ("int", "float"):
        return None
    message = (
        f"{label_of(miss)} holds whole numbers ({got.dtype}): {show_value(miss.got)}. "
        "Networks compute with decimal numbers. Use `.float()`, or write `3.` instead of `3`."
    )
    return Diagnosis("dtype-integer", message, line_of(answer, miss))


def find_sequence(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a list in place of a tensor, or a tuple that a comma made."""
    if not isinstance(miss.got, SequenceValue) or numbers_of(miss.expected) is None:
        return None
    label = label_of(miss)
    if miss.got.type_name == "list":
        line = line_of(answer, miss)
        words = words_used(statement_at(answer.submission, line)) if line else set()
        advice = _advise_on_list(miss.got, words)
        message = (
            f"{label} is a Python list, and layers and losses cannot compute with a list. {advice}"
        )
        return Diagnosis("list-not-array", message, line)
    if miss.got.type_name == "tuple" and miss.got.length == 1:
        message = (
            f"{label} is a tuple with one entry. A comma at the end of a line makes one: remove it."
        )
        return Diagnosis("wrong-type", message, line_of(answer, miss))
    return None


def _advise_on_list(value: SequenceValue, words: Set[str]) -> str:
    """Say how a list becomes a tensor; `words` are those of the statement that made it."""
    if "tolist" in words:
        return "`.tolist()` made it one: leave that out."
    if any(isinstance(item, TensorValue) and item.shape for item in value.items):
        return "Make one tensor of those in it: `torch.stack(…)`."
    return "Turn it into a tensor: `torch.tensor(…)`."


def find_reshaping(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find the call that changes the shape, in the line that binds the result."""
    line = line_of(answer, miss)
    if miss.difference is None or miss.difference.what != "shape" or line is None:
        return None
    words = words_used(statement_at(answer.submission, line)) & _RESHAPING
    if len(words) != 1:
        return None
    sentence = plain_sentence(miss)
    word = words.pop()
    shown = f".{word}" if word in ("T", "mT") else word
    advice = f"`{shown}` in line {line} changes the shape: try without it."
    return Diagnosis(sentence.slug, f"{sentence.message} {advice}", line)


_RESHAPING = frozenset(
    [
        *("T", "expand", "flatten", "mT", "movedim", "permute", "ravel", "repeat", "reshape"),
        *("squeeze", "swapaxes", "tile", "transpose", "unsqueeze", "view"),
    ]
)
"""Names that change the shape of a tensor or array, and nothing else."""
