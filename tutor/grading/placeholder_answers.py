"""Find a placeholder in place of the answer: a blank, a class, text, or a changed given."""

from __future__ import annotations

from tutor.grading.missed_answer import Diagnosis, MissedAnswer, changed_given_diagnosis, line_of
from tutor.grading.numbers import numbers_of
from tutor.grading.redefining import describe_binding, line_changing
from tutor.grading.scenario_result import CheckOutcome, label_of
from tutor.grading.show import ELLIPSIS_TYPES, show_value
from tutor.wire.values import ClassValue, ModuleValue, Other, TextValue


def find_placeholder_answer(answer: MissedAnswer) -> Diagnosis | None:
    """Diagnose a blank, a class, text, or a replaced given in the answer's place; else None."""
    for rule in (_find_blank, _find_class, _find_text):
        for miss in answer.misses:
            diagnosis = rule(answer, miss)
            if diagnosis is not None:
                return diagnosis
    return find_changed_fixed_given(answer)


def _find_blank(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not (isinstance(miss.got, Other) and miss.got.type_name in ELLIPSIS_TYPES):
        return None
    message = f"{label_of(miss)} is still the blank, `...`: replace it with your code."
    return Diagnosis("blank-left-in", message, line_of(answer, miss))


def _find_class(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not isinstance(miss.got, ClassValue) or isinstance(miss.expected, ClassValue):
        return None
    name = miss.got.name
    then = "" if isinstance(miss.expected, ModuleValue) else "; then call that with the input"
    message = (
        f"{label_of(miss)} is the class `{name}` itself, which is only the blueprint. "
        f"`{name}(…)` builds one{then}."
    )
    return Diagnosis("class-not-instance", message, line_of(answer, miss))


def _find_text(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not isinstance(miss.got, TextValue) or numbers_of(miss.expected) is None:
        return None
    message = (
        f"{label_of(miss)} is the text {show_value(miss.got)}, and you cannot compute with text. "
        "Store the number itself, and format it only when you print."
    )
    return Diagnosis("text-not-number", message, line_of(answer, miss))


def find_changed_fixed_given(answer: MissedAnswer) -> Diagnosis | None:
    """Diagnose a given that must not change and did; None if there is none.

    It matters even if all values are right.
    """
    fixed = set(answer.step.fixed)
    for change in answer.results[0].learner.executed.given_changes:
        if change.name in fixed and change.is_other:
            description = describe_binding(answer.step, answer.submission, change.name)
            if not description:
                return changed_given_diagnosis(answer, change.name, "is another object now")
            message = (
                f"{description} Leave that line out: `{change.name}` has to stay the given one."
            )
            line = line_changing(answer.submission, change.name)
            return Diagnosis("changes-the-given", message, line)
    return None
