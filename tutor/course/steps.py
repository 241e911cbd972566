"""One step from its file, for the loader.

The traits of a kind of step are in its row of `tutor.course.kinds`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

from msgspec.structs import FieldInfo

from tutor.course import code_rules, lab_rules, order_rules, predict_rules, quiz_rules
from tutor.course.changes import expand_changes
from tutor.course.data_files import read_data
from tutor.course.document import read_document
from tutor.course.kinds import KINDS, Kind
from tutor.course.model import Step, StepKind
from tutor.course.problems import CourseError, Problem, listed, suggestion
from tutor.course.tables import Parts, ProblemCollector, fields_of, read_parts, read_table
from tutor.course.used_answers import FindStep, read_used

FILE_NAME = re.compile(r"(?P<number>\d+)-(?P<id>.+)\.toml", re.DOTALL)
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

MAX_MINUTES = 15
"""Minutes of the longest step: a longer one should be two steps."""

FILLED_IN = ("lesson", "file", "prelude", "data", "used")
"""Fields of steps that are no keys: the loader fills them in."""


Rules: TypeAlias = Callable[[dict[str, Any], Parts, ProblemCollector], None]


def _no_rules(_values: dict[str, Any], _parts: Parts, _findings: ProblemCollector) -> None:
    pass


_RULES: Mapping[StepKind, tuple[Rules, Rules]] = {
    "quiz": (quiz_rules.check, quiz_rules.advise),
    "predict": (predict_rules.check, quiz_rules.advise),
    "code": (code_rules.check, code_rules.advise),
    "order": (order_rules.check, order_rules.advise),
    "lab": (lab_rules.check, lab_rules.advise),
}
"""Functions that add a problem for each broken rule of a kind of step: first of those without which
it could not be shown, run or judged, then of those that matter only to authors."""


@cache
def keys_of(kind: StepKind) -> tuple[frozenset[str], frozenset[str]]:
    """Return the required keys of a kind of step, and all its keys above the tables."""
    fields = _fields_of(KINDS[kind])
    needed = frozenset(name for name, field in fields.items() if field.required)
    return needed | {"kind"}, frozenset({*fields, "kind"})


def read_step(
    file: Path,
    lesson: str,
    prelude: str,
    ids: dict[str, Path],
    *,
    find_earlier: FindStep,
    for_author: bool,
) -> tuple[Step | None, list[Problem]]:
    """Read a step; return it, or None if it has a problem, and all its problems.

    `ids` maps the ids of the course so far to their files; the id of this step is added.
    `find_earlier` returns the step with an id that comes before this one, None if there is none.
    Rules that affect no learner's answer are applied `for_author` only: they take most of the time.
    """
    try:
        findings = ProblemCollector(read_document(file, file.parent.parent))
    except CourseError as error:
        return None, list(error.problems)
    step = _build_step(
        findings, lesson, prelude, ids, find_earlier=find_earlier, for_author=for_author
    )
    return step, findings.sorted()


def _build_step(
    findings: ProblemCollector,
    lesson: str,
    prelude: str,
    ids: dict[str, Path],
    *,
    find_earlier: FindStep,
    for_author: bool,
) -> Step | None:
    document = findings.document
    name = _read_kind(findings)
    if name is None:
        return None
    kind = KINDS[name]
    arrays = kind.arrays
    expand_changes(findings)
    values = read_table(
        document.table, _fields_of(kind), findings, read_elsewhere=("kind", *arrays)
    )
    parts: Parts = {
        key: read_parts(document.table, key, part, findings) for key, (_, part) in arrays.items()
    }
    _check_common(values, findings)
    _check_unique(values, ids, findings)
    check, advise = _RULES.get(name, (_no_rules, _no_rules))
    check(values, parts, findings)
    if for_author:
        _advise_common(values, findings)
        advise(values, parts, findings)
    if kind.has_program:
        values |= {"prelude": prelude, "data": read_data(values.get("files", ()), findings)}
    if values.get("uses"):
        values |= read_used(values, find_earlier, findings)
    if findings.has_problem():
        return None
    values |= {name: tuple(parts[key]) for key, (name, _) in arrays.items()}
    return kind.step(**values, lesson=lesson, file=document.file)


def _fields_of(kind: Kind) -> Mapping[str, FieldInfo]:
    """Return the fields with a plain value in a step's file."""
    arrays = (name for name, _ in kind.arrays.values())
    return fields_of(kind.step, without=(*FILLED_IN, *arrays))


def _read_kind(findings: ProblemCollector) -> StepKind | None:
    kinds = tuple(KINDS)
    kind = findings.document.table.get("kind")
    if kind is None:
        findings.add(("kind",), f"is missing: {listed(kinds)}")
    elif kind not in kinds:
        close = suggestion(kind, kinds) if isinstance(kind, str) else ""
        findings.add(("kind",), f"should be {listed(kinds)}{close}")
    else:
        return next(name for name in kinds if name == kind)
    return None


def _check_common(values: dict[str, Any], findings: ProblemCollector) -> None:
    for key in ("title", "text"):
        if key in values and not values[key].strip():
            findings.add((key,), "is empty")
    for key in ("id", "was"):
        if values.get(key) and not ID.fullmatch(values[key]):
            findings.add((key,), "should be made of a-z, 0-9 and single hyphens")
    if "id" in values:
        _check_file_name(values["id"], findings)


def _advise_common(values: dict[str, Any], findings: ProblemCollector) -> None:
    minutes = values.get("minutes")
    if minutes is not None and not 1 <= minutes <= MAX_MINUTES:
        findings.add(("minutes",), f"should be from 1 to {MAX_MINUTES}; more is two steps")


def _check_unique(values: dict[str, Any], ids: dict[str, Path], findings: ProblemCollector) -> None:
    if "id" in values:
        file = findings.document.file
        first = ids.setdefault(values["id"], file)
        if first != file:
            message = f"`{values['id']}` is the id of {first.parent.name}/{first.name} too"
            findings.add(("id",), message)


def _check_file_name(step_id: str, findings: ProblemCollector) -> None:
    name = FILE_NAME.fullmatch(findings.document.file.name)
    if name is None:
        findings.add(("id",), f"the file should be called `<number>-{step_id}.toml`")
    elif name["id"] != step_id:
        findings.add(("id",), f"is `{step_id}`, but the file is called `…-{name['id']}.toml`")
