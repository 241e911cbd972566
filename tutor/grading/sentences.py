"""Write the plain sentence for a missed check whose cause is unknown.

The sentence reports the value and its difference, never the expected number itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tutor.grading.compare import Difference
from tutor.grading.errors import explain_or_quote, quote
from tutor.grading.markup import pieces
from tutor.grading.missed_answer import Diagnosis
from tutor.grading.numbers import INFINITY
from tutor.grading.plan import Scenario
from tutor.grading.relations import Relation, find_relation
from tutor.grading.scenario_result import CheckOutcome, UnusableName, label_of, rule_of
from tutor.grading.shape_flow import shape_flow
from tutor.grading.show import show_number, show_place
from tutor.grading.verdict import CheckResult
from tutor.grading.wording import counted, listed
from tutor.wire.events import ErrorFacts
from tutor.wire.values import Missing

_ONE_ROW = 74
"""Characters of a row of evidence on a terminal of 80 columns."""
YOU_GOT = "you got: "
"""The beginning of a line of evidence that shows a value."""

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d*)?(?:e[-+]?\d+)?")

_SLUGS = {"type": "wrong-type", "shape": "wrong-shape", "dtype": "wrong-dtype"}
_TUTOR_ERRORS = {
    "NoAnswer": "could not be checked: the program did not answer. Check again.",
    "ValueTooLarge": "is too large to check. Compute with fewer numbers.",
}
"""Errors named by the tutor itself: no exception with these names was raised."""

_KINDS = {
    "float": "decimal numbers",
    "int": "whole numbers",
    "bool": "True and False",
    "complex": "complex numbers",
}


def plain_sentence(miss: CheckOutcome) -> Diagnosis:
    """Return slug and message for a missed check, under the givens where it was missed."""
    slug, sentence = _sentence(miss)
    if miss.scenario.is_base:
        return Diagnosis(slug, sentence)
    label = miss.scenario.label
    text = f"Right for the given values, but not for others. With `{label}`: {sentence}"
    if not miss.scenario.varied:
        return Diagnosis(slug, text)
    source = " and ".join(f"`{name}`" for name in miss.scenario.varied)
    if isinstance(miss.got, Missing) and miss.check.same.isidentifier():
        text = (
            f"Right for the given values only: with `{label}` your program does not define "
            f"`{miss.check.same}` at all."
        )
    return Diagnosis("hard-coded-answer", f"{text} It has to be right for any {source}.")


def under(scenario: Scenario, message: str) -> str:
    """Return a message with the values of a run, and the givens of that run if they differ.

    Without these, nobody could observe those values.
    """
    if scenario.is_base or scenario.label in message:
        return message
    return f"With `{scenario.label}`: {message}"


def _sentence(miss: CheckOutcome) -> tuple[str, str]:
    label = label_of(miss)
    label = label[:1].upper() + label[1:]
    if miss.error is not None:
        return _about_error(label, miss, miss.error)
    difference = miss.difference
    assert difference is not None
    if miss.check.true:
        return "property-missing", _about_property(label, miss)
    if difference.what != "value":
        return _SLUGS[difference.what], _about_type_shape_or_dtype(label, difference)
    relation = relation_of(miss)
    if relation is not None:
        return relation.slug, f"{label}: {relation.words}."
    return "wrong-value", _about_value(label, miss, difference)


def relation_of(miss: CheckOutcome) -> Relation | None:
    """Return how the checked numbers follow from the right ones; None if nothing shows it."""
    if miss.check.true or miss.difference is None or miss.difference.what != "value":
        return None
    return find_relation(miss.got, miss.expected, rule_of(miss.check))


def _about_property(label: str, miss: CheckOutcome) -> str:
    if miss.check.name.isidentifier():
        return f"{label} is not as it should be."
    return f"This should be true, but is not: {label[:1].lower()}{label[1:]}."


def _about_error(label: str, miss: CheckOutcome, error: ErrorFacts) -> tuple[str, str]:
    """Return slug and message for a check that could not be evaluated.

    Its error is quoted only if it occurred in the learner's lines, or in a layer: others are about
    the lesson's own expression.
    """
    if error.type_name in _TUTOR_ERRORS:
        return "check-raised", f"{label} {_TUTOR_ERRORS[error.type_name]}"
    if is_from_learner(error):
        explanation = explain_or_quote(error)
        slug = "check-raised" if explanation.slug == "raised-error" else explanation.slug
        return slug, f"{label} could not be computed. {explanation.message}"
    first = next(iter(miss.unfit), None)
    if first is None:
        return "check-raised", f"{label} could not be checked. Compare your lines with the task."
    if not first.is_a:
        return "missing-name", f"{_subject(label, first)}there is no `{first.name}`."
    if first.asked:
        why = f"`{first.name}` is {first.is_a}, but should be {first.asked}"
        return "wrong-type", f"{_subject(label, first)}{why}."
    names = listed(f"`{unfit.name}`" for unfit in miss.unfit)
    return (
        "check-raised",
        f"{label} could not be checked. Print {names}, and compare with the task.",
    )


def _subject(label: str, unfit: UnusableName) -> str:
    """Return the beginning of a sentence; "" if the name is already its subject."""
    return "" if label == f"`{unfit.name}`" else f"{label} could not be checked: "


def is_from_learner(error: ErrorFacts) -> bool:
    """Return True if an error in a check occurred in a line of the learner's, or in a layer."""
    return error.line is not None or bool(error.layers)


def _about_type_shape_or_dtype(label: str, difference: Difference) -> str:
    name = f"{label} at {difference.path}" if difference.path else label
    if difference.what == "type":
        return f"{name} is {difference.got}; it should be {difference.expected}."
    if difference.what == "shape":
        return f"{name} has shape {difference.got}; it should have shape {difference.expected}."
    got, expected = (_kind_words(text) for text in (difference.got, difference.expected))
    return f"{name} holds {got}; it should hold {expected}."


def _kind_words(dtype: str) -> str:
    word = next((words for kind, words in _KINDS.items() if kind in dtype), "")
    return f"{word} ({dtype})" if word else dtype


def _about_value(label: str, miss: CheckOutcome, difference: Difference) -> str:
    if miss.beside:
        return f"{label} should equal `{miss.beside}`, but it is {_how_far(difference)}."
    if not miss.about and (difference.total > 1 or difference.path):
        return f"{label}: not right yet."  # its numbers are the lesson's own
    if difference.total <= 1:
        where = f" at {difference.path}" if difference.path else ""
        return f"{label}: you got {_got(miss, difference)}{where}. That is {_how_far(difference)}."
    where = difference.path + (show_place(difference.place) if difference.place else "")
    count = f"{difference.off} of {counted(difference.total, 'number')} are off"
    return (
        f"{label}: {count}. The first is at {where or 'the start'}: you got {difference.got} "
        f"there, {_how_far(difference)}."
    )


def _got(miss: CheckOutcome, difference: Difference) -> str:
    """Return the learner's value: a number by itself, else as the value is shown."""
    return difference.got if difference.offset or difference.path else miss.shown or difference.got


def _how_far(difference: Difference) -> str:
    """Return the difference of the number in words."""
    offset = difference.offset
    if offset != offset or abs(offset) in (0, INFINITY):
        return "not the right value"
    return f"{show_number(abs(offset))} too {'large' if offset > 0 else 'small'}"


def evidence_of(miss: CheckOutcome) -> tuple[str, ...]:
    """Return the lines that show a miss: the error with its line, or the value, and the givens.

    Only the beginning of long givens is shown: the reason is below, and must be on screen as well.
    Only the learner's own code is quoted, nothing that the check alone evaluates or raises.
    """
    lines: list[str] = []
    if not miss.scenario.is_base:
        lines.append(_cut(f"with {miss.scenario.label}"))
    if miss.error is not None:
        lines.extend(quote(miss.error) if miss.error.line is not None else ())
        lines.extend(shape_flow(miss.error.layers) if miss.error.line is None else ())
    elif miss.about and miss.shown:
        lines.append(f"{YOU_GOT}{miss.about} = {miss.shown}")
    return tuple(lines)


def _cut(line: str) -> str:
    return line if len(line) <= _ONE_ROW else f"{line[: _ONE_ROW - 1]}…"


def evidence_for(message: str, misses: Sequence[CheckOutcome]) -> tuple[str, ...]:
    """Return the lines that show the miss which a message is about.

    Of the misses that the message names, the most urgent one counts. If it names none and several
    things are missed, there are no lines: it might be another mistake.
    """
    ordered = sorted(misses, key=urgency)
    subjects = {_subject_of(miss) for miss in ordered}
    if len(subjects) > 1:
        ordered = [miss for miss in ordered if _is_named(_subject_of(miss), message)]
    return evidence_of(ordered[0]) if ordered else ()


def _subject_of(miss: CheckOutcome) -> str:
    return miss.about or label_of(miss).strip("`")


def _is_named(subject: str, message: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", message) is not None


def drop_quoted(evidence: Sequence[str], message: str) -> tuple[str, ...]:
    """Return the lines without those whose value the message quotes already."""
    return tuple(line for line in evidence if not _is_quoted(line, message))


def _is_quoted(line: str, message: str) -> bool:
    if not line.startswith(YOU_GOT):
        return False
    value = line.partition(" = ")[2]
    numbers = _NUMBER.findall(value)
    texts = [value, *([numbers[0], show_number(float(numbers[0]))] if len(numbers) == 1 else [])]
    return any(f"you got {text}" in message or f"`{text}`" in message for text in texts)


def results_of(outcomes: Sequence[CheckOutcome]) -> tuple[CheckResult, ...]:
    """Return the table of checks.

    Checks with the same name share a row, with the first miss.
    """
    lines: dict[tuple[str, str], CheckResult] = {}
    for outcome in outcomes:
        line = _result_of(outcome)
        known = lines.get((line.name, line.variation))
        if known is None or (known.passed and not line.passed):
            lines[line.name, line.variation] = line
    return tuple(lines.values())


def _result_of(outcome: CheckOutcome) -> CheckResult:
    name = "".join(text for _, text in pieces(label_of(outcome)))
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


_URGENCY = {"type": 0, "shape": 1, "dtype": 2, "value": 3}


def urgency(miss: CheckOutcome) -> tuple[int, int, int]:
    """Return a key that sorts misses by urgency.

    Misses on the base come before variations, then checks with messages of their own, then errors
    before type, shape, dtype and value.
    """
    what = _URGENCY[miss.difference.what] if miss.difference is not None else -1
    return (0 if miss.scenario.is_base else 1, 0 if miss.check.say else 1, what)
