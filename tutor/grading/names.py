"""Explain a missing name: only printed, bound under another name, or local to a function.

The rules are tried in order, and the last one always has an explanation.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Sequence

from tutor.course.code import bindings, names_in, names_loaded, names_stored
from tutor.course.given_variations import bound_names
from tutor.course.model import CodeStep
from tutor.course.step_tables import Check
from tutor.grading.compare import is_same
from tutor.grading.equivalence import is_aside, is_import
from tutor.grading.explanations.well_known import advice_on
from tutor.grading.missed_answer import Diagnosis, MissedAnswer, line_binding
from tutor.grading.numbers import Numbers, numbers_of
from tutor.grading.scenario_result import CheckOutcome, ScenarioResult, rule_of
from tutor.grading.submission import Submission, assigned_in_function
from tutor.wire.events import ErrorFacts
from tutor.wire.values import (
    CallableValue,
    ClassValue,
    Missing,
    ModuleValue,
    NoneValue,
    Other,
    Value,
)

_UNDEFINED = re.compile(r"name '(\w+)' is not defined")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|\bnan\b|\binf\b")


def missing_names(
    step: CodeStep, result: ScenarioResult, misses: Sequence[CheckOutcome]
) -> tuple[str, ...]:
    """Return the names that missed checks read, and that only the solution binds."""
    made = result.solution.bound()
    there = {*result.learner.bound(), *bound_names(step.given), *bound_names(step.before)}
    names: dict[str, None] = {}
    for miss in misses:
        if miss.error is not None:
            texts = (miss.check.same, miss.check.like, miss.check.true)
            wanted = set().union(*(names_in(text) for text in texts if text))
            names.update((name, None) for name in made if name in wanted and name not in there)
    return tuple(names)


def missing_on_error(
    step: CodeStep, submission: Submission, result: ScenarioResult, error: ErrorFacts
) -> tuple[str, ...]:
    """Return the checked names that the program never binds, if it stopped at one of them.

    Empty if it stopped at something else.
    """
    match = _UNDEFINED.search(error.message)
    if error.type_name != "NameError" or match is None:
        return ()
    there = {name for node in submission.statements for name in names_stored(node)}
    there |= {*result.learner.bound(), *bound_names(step.given)}
    texts = [text for each in step.checks for text in (each.same, each.like, each.true) if text]
    wanted = frozenset[str]().union(*map(names_in, texts))
    names = [name for name in result.solution.bound() if name in wanted - there]
    return tuple(names) if match.group(1) in names else ()


def explain_missing(
    answer: MissedAnswer, missing: Sequence[str], stopped_at: int | None = None
) -> Diagnosis:
    """Return why a name is missing, as far as the run shows it.

    `stopped_at` is the line that stopped the program by reading the name.
    """
    return (
        _find_other_name(answer, missing)
        or _find_printed(answer, missing)
        or _find_nothing_assigned(answer, missing)
        or _find_local_name(answer, missing)
        or (None if stopped_at else _find_uncalled_function(answer, missing))
        or _diagnose_missing_name(answer, missing, stopped_at)
    )


def find_early_use(submission: Submission, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose a name that does not exist yet, since its line is further down; else None."""
    match = _UNDEFINED.search(error.message)
    if error.type_name != "NameError" or match is None or error.line is None:
        return None
    name = match.group(1)
    lines = [
        line for node in submission.statements for stored, line in bindings(node) if stored == name
    ]
    if not lines or min(lines) <= error.line:
        return None
    message = (
        f"`{name}` is used in line {error.line} but gets its value only in line {min(lines)}. "
        "Python goes from top to bottom: move the line that defines it further up."
    )
    return Diagnosis("undefined-name", message, error.line)


def find_unknown_name(
    step: CodeStep, submission: Submission, error: ErrorFacts
) -> Diagnosis | None:
    """Diagnose an unknown name without close ones, if another one was left unused.

    That is an argument of the surrounding function, or else a given. None if there are several, or
    if the name is known otherwise.
    """
    match = _UNDEFINED.search(error.message)
    if error.type_name != "NameError" or match is None or error.line is None:
        return None
    name = match.group(1)
    if error.nearest or advice_on(name) or not name.strip("_"):
        return None
    arguments = _unused_arguments(submission, error.line)
    read = frozenset[str]().union(*map(names_loaded, submission.statements))
    givens = [given for given in bound_names(step.given) if given not in read]
    short = "".join(word[:1] for word in name.split("_"))
    givens = [given for given in givens if given == short] or givens
    if len(arguments) == 1:
        what = f"The argument of this function is named `{arguments[0]}`, and nothing uses it"
        meant = arguments[0]
    elif not arguments and len(givens) == 1:
        what = f"The task gives `{givens[0]}`, and your program does not use it"
        meant = givens[0]
    else:
        return None
    message = f"`{name}` does not exist here. {what}. If you mean that, write `{meant}`."
    return Diagnosis("undefined-name", message, error.line)


def find_builtin_input(step: CodeStep, error: ErrorFacts) -> Diagnosis | None:
    """Diagnose Python's own function `input` in place of the given data; else None."""
    if "builtin_function_or_method" not in error.message:
        return None
    if not re.search(r"(?<![\w.])input\b(?!\s*[=(])", error.source_line):
        return None
    givens = bound_names(step.given)
    likely = [name for name in givens if "input" in name] or givens
    if len(likely) != 1:
        return None
    message = (
        "`input` is one of Python's own functions: it reads from the keyboard. The data is "
        f"called `{likely[0]}`."
    )
    return Diagnosis("function-not-applied", message, error.line)


def _unused_arguments(submission: Submission, line: int) -> list[str]:
    """Return the arguments that the surrounding function never reads."""
    functions = [
        node
        for statement in submission.statements
        for node in ast.walk(statement)
        if isinstance(node, ast.FunctionDef | ast.Lambda)
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not functions:
        return []
    body = functions[-1]
    return [each.arg for each in body.args.args if each.arg not in {*names_loaded(body), "self"}]


def is_specific(diagnosis: Diagnosis) -> bool:
    """Return True if the diagnosis is more than that a name is missing."""
    return diagnosis.slug != "missing-name"


def _check_of(step: CodeStep, name: str) -> Check | None:
    return next((check for check in step.checks if check.same == name), None)


def _find_printed(answer: MissedAnswer, missing: Sequence[str]) -> Diagnosis | None:
    result = answer.results[0]
    printed = [float(text) for text in _NUMBER.findall(result.learner.observation.output)]
    for name in missing:
        value = result.solution.value(name)
        expected = numbers_of(value)
        if expected is None or not _is_distinctive(value):
            continue
        if _times_printed(expected, printed) > _prints_of_others(answer, expected):
            message = (
                "You printed the right result. The exercise needs it under a name: store it with "
                f"`{name} = …`, then print `{name}`."
            )
            return Diagnosis("printed-not-assigned", message)
    return None


def _prints_of_others(answer: MissedAnswer, expected: Numbers) -> int:
    """Return the number of lines that print another name with the same numbers."""
    bound = {name: numbers_of(value) for name, value in answer.results[0].learner.bound().items()}
    same = {name for name, kept in bound.items() if kept and kept.elements == expected.elements}
    prints = [node for node in answer.submission.statements if is_aside(node)]
    return sum(bool(names_loaded(node) & same) for node in prints)


def _times_printed(expected: Numbers, printed: Sequence[float]) -> int:
    """Return how often the numbers occur in sequence in the output, to four digits."""
    count = len(expected.elements)
    if not 0 < count <= len(printed) or expected.kind == "complex":
        return 0
    return sum(
        all(
            abs(shown - number) <= 5.1e-5 + 1e-4 * abs(number)
            for shown, number in zip(printed[start:], expected.elements, strict=False)
        )
        for start in range(len(printed) - count + 1)
    )


def _find_other_name(answer: MissedAnswer, missing: Sequence[str]) -> Diagnosis | None:
    given = set(bound_names(answer.step.given))
    for name in missing:
        check = _check_of(answer.step, name)
        expected = [result.solution.value(name) for result in answer.results]
        if check is None or not (_is_distinctive(expected[0]) or _differ(expected)):
            continue
        for other in answer.results[0].learner.bound():
            held = [result.learner.bound().get(other, Missing()) for result in answer.results]
            if all(is_same(*pair, rule_of(check)) for pair in zip(held, expected, strict=True)):
                return _diagnose_other_name(answer, name, other, held[0], in_given=other in given)
    return None


def _differ(values: Sequence[Value]) -> bool:
    return not all(is_same(value, values[0]) for value in values)


def _diagnose_other_name(
    answer: MissedAnswer, name: str, other: str, held: Value, *, in_given: bool
) -> Diagnosis:
    line = line_binding(answer.submission, other)
    if isinstance(held, ModuleValue):  # of which only the class was compared
        message = f"There is no `{name}` yet. If `{other}` is your answer, call it `{name}`."
        return Diagnosis("wrong-variable-name", message, line)
    if in_given:
        message = (
            f"Your result is right, but it overwrites the given `{other}`. Leave `{other}` as it "
            f"is, and store the result as `{name}`."
        )
        return Diagnosis("changes-the-given", message, line)
    message = f"Your result is right, but it is called `{other}`; the exercise asks for `{name}`."
    return Diagnosis("wrong-variable-name", message, line)


def _is_distinctive(value: Value) -> bool:
    """Return True if having the same value is evidence.

    Two functions always compare equal, and short numbers occur in many programs.
    """
    numbers = numbers_of(value)
    if numbers is None:
        return not isinstance(value, CallableValue | ClassValue | NoneValue | Other)
    if numbers.total > 1:
        return len(set(numbers.elements)) > 1
    digits = f"{float(numbers.elements[0]):.4g}".replace(".", "").strip("-0")
    return len(digits) > (1 if numbers.kind == "float" else 2)


def _find_nothing_assigned(answer: MissedAnswer, missing: Sequence[str]) -> Diagnosis | None:
    if any(names_stored(node) for node in answer.submission.statements if not is_import(node)):
        return None  # though the run may not have reached it
    if _own_bound(answer) or answer.results[0].learner.executed.given_changes:
        return None
    message = f"Nothing has been assigned yet. Start with `{missing[0]} = …`."
    return Diagnosis("empty-answer", message)


def _find_local_name(answer: MissedAnswer, missing: Sequence[str]) -> Diagnosis | None:
    for name in missing:
        function = assigned_in_function(answer.submission, name)
        if function is not None:
            message = (
                f"`{name}` is assigned inside the function `{function}`, and exists only there. "
                f"Return it, and write `{name} = {function}(…)` outside."
            )
            return Diagnosis("local-not-global", message, line_binding(answer.submission, function))
    return None


def _find_uncalled_function(answer: MissedAnswer, missing: Sequence[str]) -> Diagnosis | None:
    """Find a program that only defines functions."""
    if isinstance(answer.results[0].solution.bound().get(missing[0]), CallableValue):
        return None  # a function is requested, and calling another one does not make it
    bound = _own_bound(answer)
    functions = [name for name, value in bound.items() if isinstance(value, CallableValue)]
    if functions and len(functions) == len(bound):
        last = functions[-1]
        is_alone = len(functions) == len(missing) == 1
        call = f"{last}(…)` below it" if is_alone else "…` below it, and call your functions there"
        message = (
            f"There is a function `{last}`, but no `{missing[0]}` yet: defining a function does "
            f"not run it. Write `{missing[0]} = {call}."
        )
        return Diagnosis("local-not-global", message, line_binding(answer.submission, last))
    return None


def _diagnose_missing_name(
    answer: MissedAnswer, missing: Sequence[str], stopped_at: int | None
) -> Diagnosis:
    name = missing[0]
    where = f" above line {stopped_at}" if stopped_at else ""
    bound = [name for name in _own_bound(answer) if not name.startswith("_")]
    near = next((other for other in bound if other.lower() == name.lower()), None)
    if near:
        message = f"There is `{near}`, but no `{name}`: capital letters matter."
    elif close := difflib.get_close_matches(name, bound, n=1, cutoff=0.8):
        message = f"There is `{close[0]}`, but no `{name}`: compare them letter by letter."
    elif bound:
        listed = ", ".join(f"`{other}`" for other in bound[:4])
        message = f"There is no `{name}` yet. Your program has {listed}. Add `{name} = …`{where}."
    else:
        message = f"There is no `{name}` yet. Add `{name} = …`{where}."
    return Diagnosis("missing-name", message)


def _own_bound(answer: MissedAnswer) -> dict[str, Value]:
    """Return the program's bindings, without its imports."""
    imports = [node for node in answer.submission.statements if is_import(node)]
    imported = {name for node in imports for name in names_stored(node)}
    bound = answer.results[0].learner.bound()
    return {name: value for name, value in bound.items() if name not in imported}
