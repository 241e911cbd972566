"""What must hold between the keys of a quiz. For the loader."""

from __future__ import annotations

import math
import re
from typing import Any

from tutor.course.model import Option
from tutor.course.tables import Findings, Parts

SHAPE = re.compile(r"\(\s*(\d+\s*(,\s*\d+\s*)*,?\s*)?\)")
"""A shape as Python writes it: `()`, `(3,)`, `(1, 4)`."""

_FEWEST_OPTIONS = 2


def check(values: dict[str, Any], parts: Parts, findings: Findings) -> None:
    """Adds a problem for each rule that is broken among the keys that could be read."""
    _check_options(parts["option"], findings)
    mode = values.get("mode")
    if mode in ("number", "shape"):
        _check_answer(mode, values, findings)
    elif mode is not None:
        _check_statements(mode, parts["option"], values, findings)
    tolerance = values.get("tolerance", 0.0)
    if not (math.isfinite(tolerance) and tolerance >= 0):
        findings.add(("tolerance",), "should be a number from 0")
    elif tolerance and mode not in ("number", None):
        findings.add(("tolerance",), 'is for `mode = "number"` alone')


def _check_options(options: list[Option | None], findings: Findings) -> None:
    for index, option in enumerate(options):
        for key in ("text", "why"):
            if option is not None and not getattr(option, key).strip():
                findings.add(("option", index, key), "is empty")


def _check_answer(mode: str, values: dict[str, Any], findings: Findings) -> None:
    if "option" in findings.document.table:
        findings.add(("option",), f'a quiz with `mode = "{mode}"` has an `answer`, no options')
    answer = values.get("answer", "").strip()
    if not answer:
        findings.add(("answer",), f'is missing: `mode = "{mode}"` asks for one')
    elif mode == "number" and not _is_number(answer):
        findings.add(("answer",), f"`{answer}` is not a number")
    elif mode == "shape" and not SHAPE.fullmatch(answer):
        findings.add(("answer",), f"`{answer}` is not a shape such as `(1, 4)`")


def _check_statements(
    mode: str, options: list[Option | None], values: dict[str, Any], findings: Findings
) -> None:
    if values.get("answer"):
        findings.add(("answer",), f'a quiz with `mode = "{mode}"` has options, no `answer`')
    if findings.touch("option"):
        return
    if len(options) < _FEWEST_OPTIONS:
        findings.add(("option",), f'`mode = "{mode}"` needs two options or more')
        return
    right = sum(option is not None and option.correct for option in options)
    if mode == "one" and right != 1:
        findings.add(("option",), f'`mode = "one"` needs exactly one correct option, not {right}')
    if mode == "many" and right == 0:
        findings.add(("option",), '`mode = "many"` needs a correct option')


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
