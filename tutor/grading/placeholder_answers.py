"""Something else in place of the answer: a blank, a class, text, another given. Pure."""

from __future__ import annotations

from tutor.grading.missed_answer import Diagnosis, MissedAnswer, changed_given, line_of
from tutor.grading.redefining import line_changing, sets_words
from tutor.grading.scenario_result import CheckOutcome, label_of
from tutor.grading.show import ELLIPSIS_TYPES, show_value
from tutor.wire.values import ClassValue, Other, TextValue


def find_placeholder_answer(case: MissedAnswer) -> Diagnosis | None:
    """A blank, a class, text, or a given that had to stay, where the answer should be."""
    for rule in (_blank, _class, _text):
        for miss in case.misses:
            found = rule(case, miss)
            if found is not None:
                return found
    return fixed_given(case)


def _blank(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not (isinstance(miss.got, Other) and miss.got.type_name in ELLIPSIS_TYPES):
        return None
    message = f"{label_of(miss)} is still the blank `...`. Put your code in its place."
    return Diagnosis("blank-left-in", message, line_of(case, miss))


def _class(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not isinstance(miss.got, ClassValue) or isinstance(miss.expected, ClassValue):
        return None
    name = miss.got.name
    message = (
        f"{label_of(miss)} is the class `{name}` itself, and a class is only the blueprint. "
        f"`{name}()` builds one; then call that with the input."
    )
    return Diagnosis("class-not-instance", message, line_of(case, miss))


def _text(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not isinstance(miss.got, TextValue) or isinstance(miss.expected, TextValue):
        return None
    message = (
        f"{label_of(miss)} is the text {show_value(miss.got)}. It looks like the result, but "
        "nobody can compute with it. Keep the number; format it only when you print."
    )
    return Diagnosis("text-not-number", message, line_of(case, miss))


def fixed_given(case: MissedAnswer) -> Diagnosis | None:
    """A given that has to keep its identity and did not, even where all values are right."""
    fixed = set(case.step.fixed)
    for change in case.trials[0].learner.executed.given_changes:
        if change.name in fixed and change.how != "changed":
            words = sets_words(case.step, case.submission, change.name)
            if not words:
                return changed_given(case, change.name, "is another object now")
            message = f"{words} Leave that line out: `{change.name}` has to stay the given one."
            line = line_changing(case.submission, change.name)
            return Diagnosis("changes-the-given", message, line)
    return None
