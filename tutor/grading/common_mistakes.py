"""Find mistakes that any exercise can show, and give advice.

Each rule inspects one missed check, and returns its diagnosis or None. The rules are tried in
order, each of them on all misses.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable

from msgspec import structs

from tutor.course.code import names_in
from tutor.course.step_tables import Check
from tutor.grading.call_forms import word_called
from tutor.grading.compare import Rule, is_same
from tutor.grading.free_names import names_bound
from tutor.grading.missed_answer import (
    Diagnosis,
    MissedAnswer,
    changed_given_diagnosis,
    changing,
    line_binding,
    line_of,
    named,
)
from tutor.grading.names import find_unknown_name
from tutor.grading.numbers import Numbers, numbers_of
from tutor.grading.own_classes import find_class_mistake
from tutor.grading.plan import applied_again
from tutor.grading.program_words import words_behind
from tutor.grading.redefining import can_reach, changed_names
from tutor.grading.scenario_result import (
    CheckOutcome,
    ScenarioResult,
    judge_check,
    label_of,
    rule_of,
)
from tutor.grading.sentences import under
from tutor.grading.show import show_number
from tutor.grading.wording import counted
from tutor.grading.wrong_form import (
    bound_to_name,
    find_integers,
    find_none,
    find_reshaping,
    find_sequence,
    find_uncalled,
)
from tutor.wire.values import Value

RuleOf = Callable[[MissedAnswer, CheckOutcome], Diagnosis | None]


def find_common_mistake(answer: MissedAnswer) -> Diagnosis | None:
    """Return the diagnosis of the first rule that fits a miss; None if none fits."""
    for rule in _RULES:
        for miss in answer.misses:
            diagnosis = rule(answer, miss)
            if diagnosis is None:
                continue
            if diagnosis.slug == "changes-the-given":  # as in every run
                return diagnosis
            message = diagnosis.message[:1].upper() + diagnosis.message[1:]
            return structs.replace(diagnosis, message=under(miss.scenario, message))
    return None


_WRITTEN_INFINITY = frozenset({"inf", "math.inf", "torch.inf", "np.inf"})
_WHY_NOT_A_NUMBER: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"log", "log2", "log10", "log1p"}),
     "The logarithm of a negative number is nan, and that of 0 is −inf."),
    (frozenset({"sqrt", "rsqrt"}), "The root of a negative number is nan."),
    (_WRITTEN_INFINITY,
     "0 · inf and inf − inf are nan. Assign infinity where you want it, instead of calculating "
     "with it."),
    (frozenset({"exp"}),
     "`exp` of a large number is inf, and inf / inf or inf − inf is nan."),
)  # fmt: skip
"""Functions that give nan or infinity for ordinary numbers, with the condition."""


def _find_not_a_number(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find nan or infinity in place of a number, and the first line that has it."""
    if not _is_broken(miss.got) or _is_broken(miss.expected):
        return None
    result = next(result for result in answer.results if result.scenario == miss.scenario)
    behind = names_bound(answer.statements_behind(miss))
    lines = {
        line: name
        for name, value in result.learner.bound().items()
        if name in behind
        and _is_broken(value)
        and (line := line_binding(answer.submission, name)) is not None
        and (name == miss.about or not _is_meant(answer, value, line))
    }
    label = label_of(miss)
    what = f"{label} is {miss.shown}" if miss.shown else f"There is nan or infinity in {label}"
    if not lines:
        message = f"{what}: a calculation before it gives nan or infinity. Print its inputs."
        return Diagnosis("nan-or-infinity", message, line_of(answer, miss))
    first = min(lines)
    words = words_behind(answer.submission, first)
    why = next((why for names, why in _WHY_NOT_A_NUMBER if names & words), "")
    also = "" if f"`{lines[first]}`" == label else f" `{lines[first]}` has nan or infinity, too."
    advice = why or "Print the inputs of that line: a division by 0 gives inf, and 0 / 0 is nan."
    return Diagnosis("nan-or-infinity", f"{what}.{also} Look at line {first}: {advice}", first)


def _is_meant(answer: MissedAnswer, value: Value, line: int) -> bool:
    """Return True for infinity without nan in a line that writes it, as `best = math.inf`."""
    numbers = numbers_of(value)
    has_nan = numbers is not None and any(each != each for each in numbers.elements)
    return not has_nan and bool(_WRITTEN_INFINITY & words_behind(answer.submission, line))


def _is_broken(value: Value) -> bool:
    """Return True if a number in the value is nan or infinite."""
    numbers = numbers_of(value)
    if numbers is None:
        return False
    return any(isinstance(each, float) and not math.isfinite(each) for each in numbers.elements)


def _same_numbers(got: Numbers, expected: Numbers) -> bool:
    pairs = zip(got.elements, expected.elements, strict=False)
    return all(a == b for a, b in pairs)


def _rounded_digits(got: Numbers, expected: Numbers) -> int | None:
    """Return the number of decimals to which the expected numbers were cut; else None.

    Zeros alone prove nothing: they also result if nothing was computed.
    """
    if got.total != expected.total or "complex" in (got.kind, expected.kind):
        return None
    pairs = list(zip(got.elements, expected.elements, strict=False))
    for digits in range(7):
        if all(_is_rounded(float(a), float(b), digits) for a, b in pairs):
            return digits if any(round(float(a), digits) for a, _ in pairs) else None
    return None


def _is_rounded(got: float, expected: float, digits: int) -> bool:
    """Return True if `got` has no more than `digits` digits and is the nearest such number."""
    unit = 10.0**-digits
    slack = 1e-6 * max(1.0, abs(got))  # float32 keeps about seven digits
    return abs(got - round(got, digits)) <= min(slack, unit / 20) and (
        abs(got - expected) <= unit / 2 + slack
    )


_ROUNDING = frozenset({"round", "round_", "rint", "around", "trunc", "floor", "ceil", "int"})
"""Functions that round numbers."""


def _find_typed_in(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a printed number that was typed into the program, and lost some digits."""
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    if miss.difference.what != "value" or not _is_typed(answer, miss) or not any(got.elements):
        return None
    pairs = zip(got.elements, expected.elements, strict=False)
    if not all(abs(a - b) <= 5.1e-5 + 1e-3 * abs(b) for a, b in pairs):
        return None
    first = show_number(got.elements[0])
    what = f"is the printed number {first}"
    if got.total > 1:
        what = f"holds printed numbers, {first} and others"
    message = (
        f"{label_of(miss)} {what}, typed in. "
        f"Let Python compute it from {named(answer.sources(miss))}, so that it is right for any "
        "input."
    )
    return Diagnosis("hard-coded-answer", message, line_of(answer, miss))


def _find_rounding(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find rounded numbers, or only 0 and 1 in place of numbers between them.

    A value alone is no evidence of rounding: 0.5 is near 0.52 for many reasons.
    """
    got, expected = numbers_of(miss.got), numbers_of(miss.expected)
    if got is None or expected is None or miss.difference is None:
        return None
    is_form = miss.difference.what in ("type", "shape") or got.kind == "complex"
    digits = None if is_form or _same_numbers(got, expected) else _rounded_digits(got, expected)
    if digits is None or not _is_rounded_everywhere(answer, miss, digits):
        return None
    if _rounds(answer, miss):
        kept = f"{counted(digits, 'digit')} after the decimal point" if digits else "whole numbers"
        message = (
            f"It looks as if {label_of(miss)} was rounded to {kept}: you have {miss.shown}. "
            "Keep the full number; rounding comes later, when it is printed."
        )
        return Diagnosis("rounded-answer", message, line_of(answer, miss))
    shares = all(0 <= e <= 1 for e in expected.elements)
    if digits == 0 and shares and all(a in (0, 1) for a in got.elements):
        ends = "True and False" if got.kind == "bool" else "0 and 1"
        only = "" if got.total == 1 else f", nothing but {ends}"
        message = (
            f"{label_of(miss)} is {miss.shown}{only}. The task needs the values between 0 and 1. "
            "If your code compares with a threshold, leave that out: it comes later, when a "
            "decision is made."
        )
        return Diagnosis("thresholded", message, line_of(answer, miss))
    return None


def _rounds(answer: MissedAnswer, miss: CheckOutcome) -> bool:
    """Return True if a statement that affects the checked value may round it."""
    nodes = [node for each in answer.statements_behind(miss) for node in ast.walk(each)]
    formats = any(isinstance(node, ast.FormattedValue) and node.format_spec for node in nodes)
    return formats or any(map(_is_rounding, nodes))


def _is_rounding(node: ast.AST) -> bool:
    match node:
        case ast.BinOp(op=ast.FloorDiv()):
            return True
        case ast.Call():
            return word_called(node) in _ROUNDING
    return False


def _is_rounded_everywhere(answer: MissedAnswer, miss: CheckOutcome, digits: int) -> bool:
    """Return True if the result looks rounded under all givens with another result.

    Scenarios whose result is equal to the missed one are left out.
    """
    for result in answer.results:
        if result.learner.finished and not (miss.check.base_only and result.scenario.varied):
            other = judge_check(miss.check, result)
            got, expected = numbers_of(other.got), numbers_of(other.expected)
            if got is None or expected is None or got.total != expected.total:
                continue
            if is_same(other.got, miss.got):
                continue
            pairs = zip(got.elements, expected.elements, strict=False)
            if not all(_is_rounded(float(a), float(b), digits) for a, b in pairs):
                return False
    return True


def _is_typed(answer: MissedAnswer, miss: CheckOutcome) -> bool:
    """Return True if the last statement that binds the checked name has literal numbers."""
    value = bound_to_name(answer, miss)
    return value is not None and _is_written_out(value)


_MAKERS = frozenset({"tensor", "Tensor", "FloatTensor", "as_tensor", "array", "asarray", "float"})
"""Functions that make a value of the numbers written in their parentheses."""


def _is_written_out(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=int() | float()):
            return True
        case ast.UnaryOp(operand=part):
            return _is_written_out(part)
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return all(map(_is_written_out, parts))
        case ast.BinOp(left=ast.List() as part, op=ast.Mult(), right=ast.Constant()):
            return _is_written_out(part)
        case ast.Call(args=[part]):
            return word_called(node) in _MAKERS and _is_written_out(part)
    return False


def _find_swapped_names(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find two results that are right under all givens, but with their names swapped."""
    for other in answer.misses:
        if other is miss or other.scenario != miss.scenario or not _are_names(miss, other):
            continue
        if all(_are_swapped(miss.check, other.check, result) for result in answer.results):
            message = (
                f"`{miss.check.same}` and `{other.check.same}` are swapped: each holds what "
                "the other should. Swap the two names."
            )
            return Diagnosis("swapped-names", message, line_of(answer, miss))
    return None


def _are_names(*misses: CheckOutcome) -> bool:
    return all(miss.check.same.isidentifier() for miss in misses)


def _are_swapped(one: Check, other: Check, result: ScenarioResult) -> bool:
    return all(
        is_same(result.learner.value(a.same), result.solution.value(b.same), rule_of(b))
        for a, b in ((one, other), (other, one))
    )


def _find_double_application(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a function that was applied to its own result, under all givens."""
    check = miss.check
    for expression in applied_again(answer.step).get(check.same, ()):
        if all(
            is_same(result.learner.value(check.same), result.solution.value(expression))
            for result in answer.results
            if result.learner.finished
        ):
            message = (
                f"You have {miss.shown}: the function was applied twice. Apply it once, to the "
                "raw input."
            )
            return Diagnosis("applied-twice", message, line_of(answer, miss))
    return None


def _find_constant(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a result that is right on the base, and unchanged for other givens."""
    if miss.scenario.is_base or not miss.scenario.varied or not miss.check.same:
        return None
    base = judge_check(miss.check, answer.results[0])
    if not base.holds or not is_same(miss.got, base.got, Rule(dtype="any")):
        return None
    message = (
        f"{label_of(miss)} stays {miss.shown} when {changing(miss.scenario.varied)}: "
        f"with `{miss.scenario.label}` it is still the same. {_compute_from(answer, miss)}"
    )
    return Diagnosis("hard-coded-answer", message, line_of(answer, miss))


def _compute_from(answer: MissedAnswer, miss: CheckOutcome) -> str:
    """Return advice on what a constant result should be computed from, if the code shows it."""
    if answer.may_read(miss):
        return "Is one of its inputs a typed number, or did it reach a limit?"
    return f"Compute it from {named(answer.sources(miss))}, so that it is right for any input."


def _find_changed_given(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a given that only the learner's program changed, and that the check uses."""
    base = answer.results[0]
    check = miss.check
    wanted = {name for text in (check.same, check.like, check.true) for name in names_in(text)}
    changed = changed_names(answer.step, answer.submission, base)
    for change in base.learner.executed.given_changes:
        if change.name in changed and can_reach(answer.submission, change.name, wanted):
            how = {"rebound": "is bound to something else", "deleted": "is gone"}
            return changed_given_diagnosis(
                answer, change.name, how.get(change.how, "has other values now")
            )
    return None


def _find_independence(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a wrong result that does not depend on the givens."""
    if answer.may_read(miss) or not _is_constant(answer, miss):
        return None
    sources = answer.sources(miss)
    same = f"stays the same when {changing(sources)}"
    is_typed = _is_typed(answer, miss)
    message = (
        f"{label_of(miss)} is {miss.shown}, typed in, and {same}. Let Python compute it from "
        f"{named(sources)}, so that it is right for any input."
        if is_typed
        else f"{label_of(miss)} is {miss.shown}, and {same}: it is computed without "
        f"{'it' if len(sources) == 1 else 'them'}. Compute it from {named(sources)}."
    )
    slug = "hard-coded-answer" if is_typed else "random-answer"
    return Diagnosis(slug, message, line_of(answer, miss))


def _is_constant(answer: MissedAnswer, miss: CheckOutcome) -> bool:
    """Return True if the result is the same for all givens, unlike the right one.

    On the base it must differ from the right one in its numbers only, or not at all.
    """
    check = miss.check
    varied = [
        result for result in answer.results[1:] if result.scenario.varied and not check.base_only
    ]
    if not varied or not check.same.isidentifier() or check.like:
        return False
    if numbers_of(miss.expected) is None:
        return False
    base = judge_check(check, answer.results[0])
    if base.difference is not None and base.difference.what not in ("value", "dtype"):
        return False
    others = [judge_check(check, result) for result in varied]
    return all(
        is_same(other.got, base.got) and not is_same(other.expected, base.expected)
        for other in others
    )


def _find_class_mistake(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find a fault of a class that only the check has used."""
    return None if miss.error is None else find_class_mistake(answer.submission, miss.error)


def _find_unknown_name(answer: MissedAnswer, miss: CheckOutcome) -> Diagnosis | None:
    """Find an undefined name in a function that only the check has called."""
    if miss.error is None:
        return None
    return find_unknown_name(answer.step, answer.submission, miss.error)


_RULES: tuple[RuleOf, ...] = (
    _find_not_a_number,
    find_uncalled,
    find_none,
    _find_constant,
    find_sequence,
    _find_typed_in,
    _find_independence,
    _find_rounding,
    find_integers,
    _find_swapped_names,
    _find_double_application,
    _find_changed_given,
    _find_class_mistake,
    _find_unknown_name,
    find_reshaping,
)


def find_seed_dependence(answer: MissedAnswer, other: ScenarioResult) -> Diagnosis | None:
    """Find a result that depends on random numbers unlike the right one, or vice versa.

    `other` are the two runs under another seed.
    """
    base = answer.results[0]
    for miss in answer.misses:
        name, rule = miss.check.same, rule_of(miss.check)
        if not name.isidentifier() or miss.check.like or numbers_of(miss.got) is None:
            continue
        if not miss.scenario.is_base or miss.difference is None or miss.difference.what != "value":
            continue
        mine = not is_same(other.learner.value(name), base.learner.value(name), rule)
        theirs = not is_same(other.solution.value(name), base.solution.value(name), rule)
        if mine != theirs:
            message = (
                f"{label_of(miss)} is {miss.shown}, but it changes with the random numbers. The "
                "right result does not. Look for the source of randomness: `rand`, a new layer, "
                "dropout, a shuffle."
                if mine
                else (
                    f"{label_of(miss)} stays {miss.shown} with other random numbers, but the "
                    "right result changes. Is it computed from the random values: a given, or "
                    "the weights of a layer?"
                )
            )
            return Diagnosis("random-answer", message, line_of(answer, miss))
    return None
