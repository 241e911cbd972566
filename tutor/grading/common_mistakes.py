"""Mistakes that any exercise can show, and what to say of them. Pure.

Each rule looks at one missed check and answers with what it found, or None.
"""

from __future__ import annotations

from collections.abc import Callable

from tutor.grading.compare import Rule, same
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, changed_given, line_of
from tutor.grading.numbers import Numbers, numbers_of
from tutor.grading.plan import applied_again
from tutor.grading.redefining import changed_names, may_reach
from tutor.grading.scenario_result import CheckOutcome, ScenarioResult, judge, label_of, rule_of
from tutor.grading.show import show_number, show_value
from tutor.grading.submission import literals, names_in
from tutor.grading.wording import counted
from tutor.wire.values import CallableValue, ModuleValue, NoneValue, SequenceValue, Value

RuleOf = Callable[[MissedAnswer, CheckOutcome], Diagnosis | None]


def find_common_mistake(case: MissedAnswer) -> Diagnosis | None:
    """The first general mistake that the misses show."""
    for rule in _RULES:
        for miss in case.misses:
            found = rule(case, miss)
            if found is not None:
                return found
    return None


def _not_called(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if numbers_of(miss.expected) is None:
        return None
    label, given = label_of(miss), case.given
    if isinstance(miss.got, ModuleValue):
        slug = "model-not-called" if miss.got.parameters else "function-not-applied"
        what = f"holds the module `{miss.got.type_name}` itself, not what it computes"
    elif isinstance(miss.got, CallableValue):
        slug, what = "function-not-applied", "holds the function itself, not its result"
    else:
        return None
    message = (
        f"{label} {what}. Call it: put the input in parentheses behind it, as in `…({given})`."
    )
    return Diagnosis(slug, message, line_of(case, miss))


def _nothing(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    if not isinstance(miss.got, NoneValue) or isinstance(miss.expected, NoneValue):
        return None
    message = (
        f"{label_of(miss)} is None: what you called hands nothing back. "
        "A function needs `return` in front of its result; `print(…)` always gives None."
    )
    return Diagnosis("forgot-return", message, line_of(case, miss))


def _integer(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    if miss.difference.what != "dtype" or (got.kind, expected.kind) != ("int", "float"):
        return None
    message = (
        f"{label_of(miss)} holds whole numbers ({got.dtype}): {show_value(miss.got)}. "
        "Networks compute with decimal numbers. Use `.float()`, or write `3.` instead of `3`."
    )
    return Diagnosis("dtype-integer", message, line_of(case, miss))


def _same_numbers(got: Numbers, expected: Numbers) -> bool:
    pairs = zip(got.elements, expected.elements, strict=False)
    return all(a == b for a, b in pairs)


def _digits(got: Numbers, expected: Numbers) -> int | None:
    """To how many digits after the point the expected numbers were cut; None if they were not.

    Zeros alone say nothing: they are also what is left where nothing was computed.
    """
    if (
        got.total != expected.total
        or "complex" in (got.kind, expected.kind)
        or not any(got.elements)
    ):
        return None
    pairs = list(zip(got.elements, expected.elements, strict=False))
    for digits in range(7):
        if all(_is_rounded(float(a), float(b), digits) for a, b in pairs):
            return digits
    return None


def _is_rounded(got: float, expected: float, digits: int) -> bool:
    """Whether `got` has no more digits than that and is the nearest such number."""
    unit = 10.0**-digits
    slack = 1e-6 * max(1.0, abs(got))  # float32 keeps about seven digits
    return abs(got - round(got, digits)) <= min(slack, unit / 20) and (
        abs(got - expected) <= unit / 2 + slack
    )


def _rounded_message(miss: CheckOutcome, digits: int) -> str:
    kept = f"{counted(digits, 'digit')} after the point" if digits else "whole numbers"
    return (
        f"It looks as if {label_of(miss)} was rounded to {kept}: you have {miss.shown}. "
        "Keep the full number; rounding comes later, when it is printed."
    )


def _typed_in(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """The printed numbers, standing in the program; in printing they lost some digits."""
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    if miss.difference.what != "value" or not _is_typed(case, got) or not any(got.elements):
        return None
    pairs = zip(got.elements, expected.elements, strict=False)
    if not all(abs(a - b) <= 5.1e-5 + 1e-3 * abs(b) for a, b in pairs):
        return None
    message = (
        f"{label_of(miss)} is the printed number {show_number(got.elements[0])}, typed in. "
        f"Let Python compute it from `{case.given}`, so that it is right for any input."
    )
    return Diagnosis("hard-coded-answer", message, line_of(case, miss))


def _cut(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Rounded, or turned into 0 and 1."""
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    is_form = miss.difference.what in ("type", "shape") or got.kind == "complex"
    digits = None if is_form or _same_numbers(got, expected) else _digits(got, expected)
    if digits is None or not _cut_elsewhere_too(case, miss, digits):
        return None
    shares = all(0 <= e <= 1 for e in expected.elements)
    if digits == 0 and shares and all(a in (0, 1) for a in got.elements):
        message = (
            f"It looks as if {label_of(miss)} was cut to 0 or 1: you have {miss.shown}. Keep "
            "the full number; cutting at 0.5 comes later, when a decision is made."
        )
        return Diagnosis("thresholded", message, line_of(case, miss))
    return Diagnosis("rounded-answer", _rounded_message(miss, digits), line_of(case, miss))


def _cut_elsewhere_too(case: MissedAnswer, miss: CheckOutcome, digits: int) -> bool:
    """Whether it looks the same under all givens under which something else came out."""
    for trial in case.trials:
        if trial.learner.finished and not (miss.check.base_only and trial.scenario.varied):
            other = judge(miss.check, trial)
            got, expected = numbers_of(other.got), numbers_of(other.expected)
            if got is None or expected is None or got.total != expected.total:
                continue
            if same(other.got, miss.got):
                continue
            pairs = zip(got.elements, expected.elements, strict=False)
            if not all(_is_rounded(float(a), float(b), digits) for a, b in pairs):
                return False
    return True


def _is_typed(case: MissedAnswer, got: Numbers) -> bool:
    typed = literals(case.submission)
    return all(
        any(abs(abs(a) - number) <= 1e-6 * max(1.0, abs(a)) for number in typed)
        for a in got.elements
    )


def _exchanged(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Two results that are right, each under the other's name."""
    for other in case.misses:
        if other is miss or other.scenario != miss.scenario or not _are_names(miss, other):
            continue
        if _fits(other.got, miss) and _fits(miss.got, other):
            message = (
                f"`{miss.check.same}` and `{other.check.same}` have changed places: each holds "
                "what the other should. Exchange the two names."
            )
            return Diagnosis("swapped-names", message, line_of(case, miss))
    return None


def _are_names(*misses: CheckOutcome) -> bool:
    return all(miss.check.same.isidentifier() for miss in misses)


def _fits(value: Value, miss: CheckOutcome) -> bool:
    return same(value, miss.expected, rule_of(miss.check))


def _twice(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    trial = next(t for t in case.trials if t.scenario == miss.scenario)
    for expression in applied_again(case.step).get(miss.check.same, ()):
        again = trial.solution.value(expression)
        if same(miss.got, again, rule_of(miss.check)):
            message = (
                f"You have {miss.shown}: that is what comes out when the function is applied two "
                "times. Apply it once, to the raw input."
            )
            return Diagnosis("applied-twice", message, line_of(case, miss))
    return None


def _constant(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Right for these givens, and the very same for others."""
    if miss.scenario.is_base or not miss.scenario.varied or not miss.check.same:
        return None
    base = judge(miss.check, case.trials[0])
    if not base.holds or not same(miss.got, base.got, Rule(dtype="any")):
        return None
    message = (
        f"{label_of(miss)} stays {miss.shown} when `{miss.scenario.varied[0]}` changes: "
        f"with `{miss.scenario.label}` it is still the old number. "
        f"Compute it from `{miss.scenario.varied[0]}`, so that it is right for any input."
    )
    return Diagnosis("hard-coded-answer", message, line_of(case, miss))


def _changed_on_the_way(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """A given that only the learner's program changed, and that can be seen in the missed check."""
    base = case.trials[0]
    check = miss.check
    wanted = {name for text in (check.same, check.like, check.true) for name in names_in(text)}
    changed = changed_names(case.step, case.submission, base)
    for change in base.learner.executed.given_changes:
        if change.name in changed and may_reach(case.submission, change.name, wanted):
            how = {"rebound": "is bound to something else", "deleted": "is gone"}
            return changed_given(case, change.name, how.get(change.how, "has other values now"))
    return None


def _typed_constant(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """A number that stands in the program and is not even close."""
    got = numbers_of(miss.got)
    if got is None or got.kind == "complex" or not _is_typed(case, got):
        return None
    if not _stays(case, miss, ("value", "dtype")):
        return None
    message = (
        f"{label_of(miss)} is {miss.shown}, typed in, and stays so when `{case.given}` "
        f"changes. Let Python compute it from `{case.given}`, so that it is right for any input."
    )
    return Diagnosis("hard-coded-answer", message, line_of(case, miss))


def _stays(case: MissedAnswer, miss: CheckOutcome, differs_in: tuple[str, ...]) -> bool:
    """Whether it is wrong in that only, and the same whatever the givens are."""
    check = miss.check
    varied = [t for t in case.trials[1:] if t.scenario.varied and not check.base_only]
    if not varied or not check.same.isidentifier() or check.like:
        return False
    if numbers_of(miss.expected) is None:
        return False
    base = judge(check, case.trials[0])
    if base.difference is not None and base.difference.what not in differs_in:
        return False
    others = [judge(check, trial) for trial in varied]
    return all(
        same(other.got, base.got) and not same(other.expected, base.expected) for other in others
    )


def _wrapped(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """A list for a tensor, or a tuple that a comma made."""
    if not isinstance(miss.got, SequenceValue) or numbers_of(miss.expected) is None:
        return None
    label = label_of(miss)
    if miss.got.type_name == "list":
        message = (
            f"{label} is a Python list, and layers and losses cannot compute with a list. "
            "Make a tensor of it: `torch.tensor(…)`."
        )
        return Diagnosis("list-not-array", message, line_of(case, miss))
    if miss.got.type_name == "tuple" and miss.got.length == 1:
        message = (
            f"{label} is a tuple, a row with one entry. A comma at the end of a line makes one: "
            "take it away."
        )
        return Diagnosis("wrong-type", message, line_of(case, miss))
    return None


def _independent(case: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Wrong, and the same whatever the givens are."""
    if not _stays(case, miss, ("value",)):
        return None
    message = (
        f"{label_of(miss)} is {miss.shown}, and it stays so when `{case.given}` changes. "
        f"So it does not depend on it. Compute it from `{case.given}`."
    )
    return Diagnosis("random-answer", message, line_of(case, miss))


_RULES: tuple[RuleOf, ...] = (
    _not_called,
    _nothing,
    _constant,
    _wrapped,
    _typed_in,
    _typed_constant,
    _cut,
    _integer,
    _exchanged,
    _twice,
    _changed_on_the_way,
    _independent,
)


def depends_on_seed(case: MissedAnswer, other: ScenarioResult) -> Diagnosis | None:
    """A result that is drawn anew in each run where the right one is not, or the reverse."""
    base = case.trials[0]
    for miss in case.misses:
        check = miss.check
        if not check.same.isidentifier() or check.like or numbers_of(miss.got) is None:
            continue
        if miss.difference is None or miss.difference.what != "value":
            continue
        rule = rule_of(check)
        mine = not same(other.learner.value(check.same), base.learner.value(check.same), rule)
        theirs = not same(other.solution.value(check.same), base.solution.value(check.same), rule)
        if mine and not theirs:
            message = (
                f"{label_of(miss)} is {miss.shown} in this run and another number in the next: "
                f"it comes from random numbers. Compute it from `{case.given}`."
            )
            return Diagnosis("random-answer", message, line_of(case, miss))
        if theirs and not mine:
            message = (
                f"{label_of(miss)} stays {miss.shown} while `{case.given}` is drawn anew in each "
                f"run. Compute it from `{case.given}`."
            )
            return Diagnosis("random-answer", message, line_of(case, miss))
    return None
