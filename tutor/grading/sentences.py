"""The plain sentence for a missed check, when nothing is known of its cause. Pure.

Says what was got and how it is off; never the expected number itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grading.case import Found
from tutor.grading.compare import Difference
from tutor.grading.errors import explain_or_quote, quote
from tutor.grading.numbers import INFINITY
from tutor.grading.show import shorten, show_number, show_place
from tutor.grading.trial import Outcome, expression_of, label_of
from tutor.grading.verdict import CheckResult
from tutor.wire.values import Missing

YOU_GOT = "you got: "

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")

_SLUGS = {"type": "wrong-type", "shape": "wrong-shape", "dtype": "wrong-dtype"}
_OURS = {
    "NoAnswer": "could not be looked at: the program gave no answer. Check again.",
    "ValueTooLarge": "is too large to be looked at. Compute with fewer numbers.",
}
"""What the tutor calls an error itself: no exception of these names was raised."""

_KINDS = {
    "float": "decimal numbers",
    "int": "whole numbers",
    "bool": "True and False",
    "complex": "complex numbers",
}


def plain_sentence(miss: Outcome) -> Found:
    """Slug and words for a missed check, under the givens where it was missed."""
    slug, sentence = _sentence(miss)
    if miss.scenario.is_base:
        return Found(slug, sentence)
    label = miss.scenario.label
    text = f"Right for the given values, but not for others. With `{label}`: {sentence}"
    if not miss.scenario.varied:
        return Found(slug, text)
    source = " and ".join(f"`{name}`" for name in miss.scenario.varied)
    if isinstance(miss.got, Missing) and miss.check.same.isidentifier():
        text = (
            f"Right for the given values only: with `{label}` your program makes no "
            f"`{miss.check.same}` at all."
        )
    return Found("hard-coded-answer", f"{text} It has to come out right for any {source}.")


def _sentence(miss: Outcome) -> tuple[str, str]:
    label = label_of(miss.check)
    label = label[:1].upper() + label[1:]
    if miss.error is not None:
        if miss.error.type_name in _OURS:
            return "check-raised", f"{label} {_OURS[miss.error.type_name]}"
        explanation = explain_or_quote(miss.error)
        slug = "check-raised" if explanation.slug == "raised-error" else explanation.slug
        return slug, f"{label} could not be worked out. {explanation.message}"
    difference = miss.difference
    assert difference is not None
    if miss.check.true:
        return "property-missing", f"This should hold and does not: {label_of(miss.check)}."
    if difference.what != "value":
        return _SLUGS[difference.what], _about_form(label, difference)
    return "wrong-value", _about_value(label, miss, difference)


def _about_form(label: str, difference: Difference) -> str:
    name = f"{label} at {difference.path}" if difference.path else label
    if difference.what == "type":
        return f"{name} is {difference.got}; {difference.expected} is asked for."
    if difference.what == "shape":
        return f"{name} has shape {difference.got}; it should have shape {difference.expected}."
    got, expected = (_kind_words(text) for text in (difference.got, difference.expected))
    return f"{name} holds {got}; {expected} are asked for."


def _kind_words(dtype: str) -> str:
    word = next((words for kind, words in _KINDS.items() if kind in dtype), "")
    return f"{word} ({dtype})" if word else dtype


def _about_value(label: str, miss: Outcome, difference: Difference) -> str:
    if miss.check.like:
        return f"{label} should equal `{miss.check.like}`, and it is {_how_far(difference)}."
    if difference.total <= 1:
        where = f" at {difference.path}" if difference.path else ""
        return f"{label}: you got {_got(miss, difference)}{where}. That is {_how_far(difference)}."
    where = difference.path + (show_place(difference.place) if difference.place else "")
    count = f"{difference.off} of {difference.total} numbers are off"
    return (
        f"{label}: {count}. The first is at {where or 'the start'}: you got {difference.got} "
        f"there, {_how_far(difference)}."
    )


def _got(miss: Outcome, difference: Difference) -> str:
    """A number by itself reads best; what is none is quoted as it is shown."""
    return difference.got if difference.offset or difference.path else miss.shown or difference.got


def _how_far(difference: Difference) -> str:
    offset = difference.offset
    if offset != offset or abs(offset) == INFINITY:
        return "no number to compare with"
    if offset == 0:
        return "not what is asked for"
    return f"{show_number(abs(offset))} too {'large' if offset > 0 else 'small'}"


def evidence_of(miss: Outcome) -> tuple[str, ...]:
    """What shows it: the error with its line, or what was got, and under which givens."""
    lines: list[str] = []
    if not miss.scenario.is_base:
        lines.append(f"with {miss.scenario.label}")
    if miss.error is not None:
        lines.extend(() if miss.error.type_name in _OURS else quote(miss.error))
    elif miss.shown:
        lines.append(
            f"{YOU_GOT}{miss.check.name or shorten(expression_of(miss.check))} = {miss.shown}"
        )
    return tuple(lines)


def untold(evidence: Sequence[str], message: str) -> tuple[str, ...]:
    """The lines without a value that the message has told already."""
    return tuple(line for line in evidence if not _is_told(line, message))


def _is_told(line: str, message: str) -> bool:
    if not line.startswith(YOU_GOT):
        return False
    value = line.partition(" = ")[2]
    numbers = _NUMBER.findall(value)
    texts = [value, *([numbers[0], show_number(float(numbers[0]))] if len(numbers) == 1 else [])]
    return any(f"you got {text}" in message or f"`{text}`" in message for text in texts)


def result_of(outcome: Outcome) -> CheckResult:
    """The line of the table of checks."""
    name = outcome.check.name or outcome.check.same or outcome.check.true
    if outcome.holds:
        return CheckResult(name, True, got=outcome.shown, variation=outcome.scenario.label)
    difference = outcome.difference
    is_form = difference is not None and difference.what != "value"
    got = difference.got if difference is not None and is_form else outcome.shown
    return CheckResult(
        name,
        False,
        message=_sentence(outcome)[1],
        expected=difference.expected if difference is not None and is_form else "",
        got=got,
        variation=outcome.scenario.label,
    )


_ORDER = {"type": 0, "shape": 1, "dtype": 2, "value": 3}


def urgency(miss: Outcome) -> tuple[int, int, int]:
    """Sorts misses: base before variations, checks with words of their own first, type to value."""
    what = _ORDER[miss.difference.what] if miss.difference is not None else -1
    return (0 if miss.scenario.is_base else 1, 0 if miss.check.say else 1, what)
