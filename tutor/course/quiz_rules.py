"""Rules for the keys of a question beyond their types, for the loader.

All of them apply to a quiz, `check_question` and `advise` to a predict step as well.
"""

from __future__ import annotations

import math
import re
from typing import Any

from tutor.course.step_tables import KnownWrongAnswer, Option
from tutor.course.tables import Parts, ProblemCollector, readable
from tutor.toml_text import KeyPath

_SHAPE = re.compile(r"\(\s*(\d+\s*(,\s*\d+\s*)*,?\s*)?\)", re.ASCII)
"""Pattern of a shape as Python writes it: `()`, `(3,)`, `(1, 4)`."""

_TYPED_MODES = ("number", "shape")
"""Modes of questions whose answer is typed."""

_MIN_OPTIONS = 2


def check(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each rule that the readable keys of a quiz break."""
    check_question(values, parts, findings)
    mode = values.get("mode")
    for index, option in readable(parts["option"]):
        if option.when:
            findings.add(("option", index, "when"), "is for a predict step; here write `correct`")
    if mode in _TYPED_MODES:
        _check_literal_answers(mode, values, parts["wrong"], findings)
    elif mode is not None:
        _check_correct(mode, parts["option"], findings)


def advise(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each text of a quiz or predict step that is empty or occurs twice."""
    _check_texts(parts, findings)
    for index, hint in enumerate(values.get("hints", ())):
        if not hint.strip():
            findings.add(("hints", index), "is empty")


def check_question(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each broken rule that quizzes and predict steps share."""
    mode = values.get("mode")
    if mode in _TYPED_MODES:
        _check_typed(mode, values, findings)
    elif mode is not None:
        _check_options(mode, values, parts["option"], findings)
    _check_tolerance(("tolerance",), values.get("tolerance", 0.0), mode, findings)
    for index, wrong in readable(parts["wrong"]):
        _check_not_empty(wrong, ("answer",), ("wrong", index), findings)
        _check_tolerance(("wrong", index, "tolerance"), wrong.tolerance or 0.0, mode, findings)


def _check_tolerance(
    path: KeyPath, tolerance: float, mode: str | None, findings: ProblemCollector
) -> None:
    if not (math.isfinite(tolerance) and tolerance >= 0):
        findings.add(path, "should be a number from 0")
    elif tolerance and mode not in ("number", None):
        findings.add(path, 'is only for `mode = "number"`')


def _is_well_formed(mode: str, answer: str) -> bool:
    """Return True if an author's answer is a number or shape, as the mode wants."""
    return _is_number(answer) if mode == "number" else bool(_SHAPE.fullmatch(answer.strip()))


def _check_texts(parts: Parts, findings: ProblemCollector) -> None:
    texts: dict[str, int] = {}
    for index, option in readable(parts["option"]):
        _check_not_empty(option, ("text", "why"), ("option", index), findings)
        if texts.setdefault(option.text.strip(), index) != index:
            message = f"is the text of option {texts[option.text.strip()] + 1} too"
            findings.add(("option", index, "text"), message)
    for index, wrong in readable(parts["wrong"]):
        _check_not_empty(wrong, ("why",), ("wrong", index), findings)


def _check_not_empty(
    part: Option | KnownWrongAnswer,
    keys: tuple[str, ...],
    path: tuple[str | int, ...],
    findings: ProblemCollector,
) -> None:
    for key in keys:
        if not getattr(part, key).strip():
            findings.add((*path, key), "is empty")


def _check_typed(mode: str, values: dict[str, Any], findings: ProblemCollector) -> None:
    if "option" in findings.document.table:
        message = f'a question with `mode = "{mode}"` has an `answer`, no options'
        findings.add(("option",), message)
    if not values.get("answer", "").strip():
        findings.add(("answer",), f'is missing: `mode = "{mode}"` asks for one')


def _check_literal_answers(
    mode: str,
    values: dict[str, Any],
    wrongs: list[KnownWrongAnswer | None],
    findings: ProblemCollector,
) -> None:
    """Add a problem for each answer that is not the number or shape that the mode wants."""
    wanted = "a number" if mode == "number" else "a shape such as `(1, 4)`"
    answer = values.get("answer", "").strip()
    if answer and not _is_well_formed(mode, answer):
        findings.add(("answer",), f"`{answer}` is not {wanted}")
    for index, wrong in readable(wrongs):
        if wrong.answer.strip() and not _is_well_formed(mode, wrong.answer):
            findings.add(("wrong", index, "answer"), f"`{wrong.answer.strip()}` is not {wanted}")


def _check_options(
    mode: str, values: dict[str, Any], options: list[Option | None], findings: ProblemCollector
) -> None:
    if values.get("answer"):
        message = f'a question with `mode = "{mode}"` has options, no `answer`'
        findings.add(("answer",), message)
    if "wrong" in findings.document.table:
        message = "is for typed answers: the `why` of an option says why that one is wrong"
        findings.add(("wrong",), message)
    if len(options) < _MIN_OPTIONS and not findings.has_problem("option"):
        findings.add(("option",), f'`mode = "{mode}"` needs two options or more')


def _check_correct(mode: str, options: list[Option | None], findings: ProblemCollector) -> None:
    if findings.has_problem("option"):
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
