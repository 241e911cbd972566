"""Rules for the keys of a code step beyond their types, for the loader.

They need no run: the linter, in `tutor.authoring`, checks what programs do. Rules for programs,
expressions and limits serve other kinds of step, too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from tutor.course import late
from tutor.course.code import NotPython, parse_expression, parse_program
from tutor.course.given_variations import bound_names, vary
from tutor.course.model import VIEWS
from tutor.course.problems import suggestion
from tutor.course.step_tables import (
    Check,
    Exemption,
    FreeConstant,
    Misconception,
    Note,
    Variation,
    WrongOrder,
)
from tutor.course.tables import Parts, ProblemCollector, readable
from tutor.course.task import ASKS_BESIDE_NAMES, constants_in, split_constant
from tutor.toml_text import KeyPath

MAX_SEED = 2**32 - 1
"""Largest seed of a step; numpy accepts no larger one."""

MAX_EXEMPTIONS = 3
"""Maximum mutants of one step that may get a wrong verdict."""

_MAX_SECONDS = 3600
_MAX_POINTS = 1_000_000
_MEGABYTES = range(64, 1_000_001)

_PROGRAMS = ("given", "scaffold", "solution")
MATCHERS = ("wrong", "when", "raises")
"""Keys of a misconception, of which it has exactly one to be found by."""


def check(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each broken rule that prevents running or judging an answer.

    Keys that could not be read have a problem already, and are left out.
    """
    for key in _PROGRAMS:
        check_program(values.get(key, ""), (key,), findings)
    if "solution" in values and not values["solution"].strip():
        findings.add(("solution",), "is empty")
    check_limits(values, findings)
    _check_names(values, findings)
    check_views(values, findings)
    for index, item in readable(parts["check"]):
        _check_check(item, ("check", index), findings)
    for index, item in readable(parts["misconception"]):
        check_matchers(item, MATCHERS, ("misconception", index), findings)
    for index, item in readable(parts["note"]):
        check_expression(item.when, ("note", index, "when"), findings)
    _check_variations(values.get("given", ""), parts["vary"], findings)
    if "check" not in findings.document.table:
        kind = findings.document.table["kind"]
        findings.add(("check",), f"is missing: a {kind} step needs at least one `[[check]]`")


def advise(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each broken rule that matters only to authors, and for empty texts.

    It comes after `check`, whose problems it uses.
    """
    for index, program in enumerate(values.get("also_right", ())):
        check_program(program, ("also_right", index), findings)
    for index, hint in enumerate(values.get("hints", ())):
        if not hint.strip():
            findings.add(("hints", index), "is empty")
    for index, item in readable(parts["misconception"]):
        _advise_on_message(item, ("misconception", index), findings)
    for index, item in readable(parts["note"]):
        if item.wrong and item.when:
            findings.add(("note", index), "needs one of `wrong` and `when`, not both")
        _advise_on_message(item, ("note", index), findings)
    if parts["family"]:
        late.advise_on_bindings(parts, findings)
    _check_note_names(parts, findings)
    _advise_on_asks(values, findings)
    for index, free in readable(parts["free"]):
        _advise_on_free(values.get("solution", ""), free, ("free", index), findings)
    for index, exemption in readable(parts["exempt"]):
        _advise_on_exemption(exemption, index, findings)


def check_limits(values: dict[str, Any], findings: ProblemCollector) -> None:
    """Add a problem for a seed, a limit or points that are out of range."""
    if not 0 <= values.get("seed", 0) <= MAX_SEED:
        findings.add(("seed",), f"should be from 0 to {MAX_SEED}")
    if not 0 < values.get("limit_s", 1.0) <= _MAX_SECONDS:
        findings.add(("limit_s",), f"should be above 0 and at most {_MAX_SECONDS} seconds")
    if values.get("limit_mb", _MEGABYTES.start) not in _MEGABYTES:
        findings.add(("limit_mb",), f"should be from {_MEGABYTES.start} to {_MEGABYTES.stop - 1}")
    if not 0 <= values.get("points", 1.0) <= _MAX_POINTS:
        findings.add(("points",), f"should be from 0 to {_MAX_POINTS}")


def check_views(values: dict[str, Any], findings: ProblemCollector) -> None:
    """Add a problem for each unknown name of a view."""
    for index, name in enumerate(values.get("views", ())):
        if name not in VIEWS:
            message = f"there is no view `{name}`{suggestion(name, VIEWS)}"
            findings.add(("views", index), message)


def _check_names(values: dict[str, Any], findings: ProblemCollector) -> None:
    given = bound_names(values.get("given", ""))
    for index, name in enumerate(values.get("fixed", ())):
        if name not in given and not findings.has_problem("given"):
            findings.add(("fixed", index), f"no given binds `{name}`{suggestion(name, given)}")
    for key in ("must_use", "must_not_use"):
        for index, name in enumerate(values.get(key, ())):
            if not all(part.isidentifier() for part in name.split(".")):
                findings.add((key, index), f"`{name}` is not a name")


def _check_check(check: Check, path: KeyPath, findings: ProblemCollector) -> None:
    if bool(check.same) == bool(check.true):
        findings.add(path, "needs exactly one of `same` and `true`")
    if check.like and not check.same:
        findings.add((*path, "like"), "goes with `same`")
    for key in ("same", "like", "true"):
        check_expression(getattr(check, key), (*path, key), findings)
    for key in ("rtol", "atol"):
        tolerance = getattr(check, key)
        if not (math.isfinite(tolerance) and tolerance >= 0):
            findings.add((*path, key), "should be a number from 0")


def check_matchers(
    item: Misconception | WrongOrder, keys: Sequence[str], path: KeyPath, findings: ProblemCollector
) -> None:
    """Add a problem unless a wrong idea has exactly one of the three matching keys."""
    matchers = [key for key in keys if getattr(item, key)]
    if len(matchers) != 1:
        reason = (
            f"not {' and '.join(f'`{key}`' for key in matchers)}" if matchers else "and has none"
        )
        first, second, third = keys
        message = f"needs exactly one of `{first}`, `{second}` and `{third}`, {reason}"
        findings.add(path, message)
    check_expression(item.when, (*path, "when"), findings)
    if item.raises:
        try:
            re.compile(item.raises)
        except (re.error, RecursionError, OverflowError) as error:
            findings.add((*path, "raises"), f"is not a regular expression: {error}")


def _advise_on_message(
    item: Misconception | Note, path: KeyPath, findings: ProblemCollector
) -> None:
    for key in ("id", "say"):
        if not getattr(item, key).strip():
            findings.add((*path, key), "is empty")
    check_program(item.wrong, (*path, "wrong"), findings)
    if isinstance(item, Misconception):
        check_program(item.example, (*path, "example"), findings)
        if item.wrong and item.example:
            findings.add((*path, "example"), "is for `when` and `raises`: `wrong` is an example")


def _check_variations(
    given: str, items: list[Variation | None], findings: ProblemCollector
) -> None:
    for index, item in readable(items):
        path: KeyPath = ("vary", index)
        if not item.given and item.seed is None:
            findings.add(path, "changes nothing: it needs `given.<name>` or `seed`")
        if item.seed is not None and not 0 <= item.seed <= MAX_SEED:
            findings.add((*path, "seed"), f"should be from 0 to {MAX_SEED}")
        if item.first and item.note:
            findings.add((*path, "first"), "is for a variation that refuses, not for one of a note")
        if item.first and any(other.first for _, other in readable(items[:index])):
            findings.add((*path, "first"), "another variation comes first already")
        if not findings.has_problem("given"):
            _check_variation(given, item, path, findings)


def _check_variation(
    given: str, item: Variation, path: KeyPath, findings: ProblemCollector
) -> None:
    for name, expression in item.given.items():
        try:
            parse_program(vary(given, {name: expression}))
        except ValueError as error:
            findings.add((*path, "given", name), str(error))
    if not findings.has_problem(*path):
        try:
            parse_program(vary(given, item.given))
        except ValueError as error:
            findings.add((*path, "given"), str(error))


def _check_note_names(parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each note that is named but missing, or never reached.

    It is skipped if the notes, checks or variations have problems of their own.
    """
    table = findings.document.table.get("note")
    notes = [note for _, note in readable(parts["note"])]
    known = {note.id for note in notes}
    named: set[str] = set()
    for key in ("check", "vary"):
        for index, item in readable(parts[key]):
            named.add(item.note)
            if (
                item.note
                and item.note not in known
                and not (table and findings.has_problem("note"))
            ):
                message = f"no `[[note]]` has the id `{item.note}`{suggestion(item.note, known)}"
                findings.add((key, index, "note"), message)
    if findings.has_problem("check") or findings.has_problem("vary"):
        return
    for index, note in readable(parts["note"]):
        if not (note.wrong or note.when or note.id in named):
            findings.add(
                ("note", index), "is never shown: no `wrong`, no `when`, and no check names it"
            )


def _advise_on_asks(values: dict[str, Any], findings: ProblemCollector) -> None:
    known = (
        *bound_names(values.get("solution", "")),
        *bound_names(values.get("given", "")),
        *ASKS_BESIDE_NAMES,
    )
    for index, name in enumerate(values.get("asks", ())):
        if name not in known:
            message = f"neither the solution nor a given binds `{name}`{suggestion(name, known)}"
            findings.add(("asks", index), message)


def _advise_on_free(
    solution: str, free: FreeConstant, path: KeyPath, findings: ProblemCollector
) -> None:
    for key in ("least", "most"):
        if not math.isfinite(getattr(free, key)):
            findings.add((*path, key), "should be a finite number")
    if free.least > free.most:
        findings.add((*path, "least"), "is above `most`")
    if findings.has_problem("solution") or not solution:
        return
    try:
        name, number = split_constant(free.constant)
        places = constants_in(solution)
    except ValueError as error:
        findings.add((*path, "constant"), str(error))
        return
    if not any(number == other and name in ("", own) for own, other in places):
        findings.add((*path, "constant"), f"the solution has no `{free.constant}`")


def _advise_on_exemption(item: Exemption, index: int, findings: ProblemCollector) -> None:
    if not item.reason.strip():
        findings.add(("exempt", index, "reason"), "is empty")
    if index == MAX_EXEMPTIONS:
        message = f"a step may have {MAX_EXEMPTIONS} exemptions at most: fix its checks"
        findings.add(("exempt", index), message)


def check_program(code: str, path: KeyPath, findings: ProblemCollector) -> None:
    """Add a problem at `path` if the code is not a program that compiles."""
    try:
        parse_program(code)
    except NotPython as error:
        findings.add(path, f"does not compile: {error} (line {error.line} of it)")


def check_expression(code: str, path: KeyPath, findings: ProblemCollector) -> None:
    """Add a problem at `path` if the code is not an expression; blank code is no problem."""
    if not code.strip():
        return
    try:
        parse_expression(code)
    except NotPython as error:
        findings.add(path, f"is not a Python expression: {error}")
