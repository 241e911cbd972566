"""Rules for the keys of an order step beyond their types, for the loader.

They need no run. The keys shared with code steps are checked by the rules of these.
"""

from __future__ import annotations

from typing import Any

from tutor.course import code_rules
from tutor.course.code_rules import check_program
from tutor.course.line_order import PLACE, compose, has_place
from tutor.course.step_tables import WrongOrder
from tutor.course.tables import Parts, ProblemCollector, readable
from tutor.toml_text import KeyPath

_NOT_HERE: Parts = {"misconception": [], "family": [], "note": [], "free": []}
"""Tables of a code step that an order step does not have, or has in another form."""


def check(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each broken rule that prevents running or judging an order."""
    around = values.get("around", PLACE)
    if not has_place(around):
        findings.add(("around",), f"needs `{PLACE}` once, on a line of its own")
    lines = values.get("lines", "").strip("\n").splitlines()
    if "lines" in values:
        _check_lines(lines, around, findings)
    for index, decoy in readable(parts["decoy"]):
        if decoy.line.strip() in ("", *map(str.strip, lines)) or "\n" in decoy.line.strip():
            findings.add(("decoy", index, "line"), "should be a line that `lines` does not have")
    code_rules.check(values, parts | _NOT_HERE, findings)
    count = len(lines) + len(parts["decoy"])
    for index, item in readable(parts["misconception"]):
        code_rules.check_matchers(
            item, ("order", "when", "raises"), ("misconception", index), findings
        )
        _check_order(item, count, ("misconception", index, "order"), findings)


def advise(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each empty text, which only the author can fill in."""
    solution = compose(
        values.get("around", PLACE), values.get("lines", "").strip("\n").splitlines()
    )
    code_rules.advise(values | {"solution": solution}, parts | _NOT_HERE, findings)
    for index, decoy in readable(parts["decoy"]):
        if not decoy.why.strip():
            findings.add(("decoy", index, "why"), "is empty")
    for index, item in readable(parts["misconception"]):
        for key in ("id", "say"):
            if not getattr(item, key).strip():
                findings.add(("misconception", index, key), "is empty")


def _check_lines(lines: list[str], around: str, findings: ProblemCollector) -> None:
    if len({line.strip() for line in lines}) < 2 or not all(line.strip() for line in lines):
        findings.add(("lines",), "should be two different lines or more, none of them blank")
    elif not findings.has_problem("around"):
        check_program(compose(around, lines), ("lines",), findings)


def _check_order(item: WrongOrder, count: int, path: KeyPath, findings: ProblemCollector) -> None:
    known = range(1, count + 1)
    if len(set(item.order)) < len(item.order) or any(number not in known for number in item.order):
        message = f"should be numbers of lines from 1 to {count}, each once"
        findings.add(path, message)
