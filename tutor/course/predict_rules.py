"""Rules for the keys of a predict step beyond their types, for the loader.

They need no run: `tutor.authoring.question_rules` checks what the program does.
"""

from __future__ import annotations

from typing import Any

from tutor.course.code_rules import check_expression, check_limits, check_program, check_views
from tutor.course.quiz_rules import check_question
from tutor.course.tables import Parts, ProblemCollector


def check(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each rule that the readable keys of a predict step break."""
    check_question(values, parts, findings)
    check_limits(values, findings)
    check_views(values, findings)
    for key in ("given", "program", "scaffold"):
        check_program(values.get(key, ""), (key,), findings)
    if "program" in values and not values["program"].strip():
        findings.add(("program",), "is empty")
    _check_options(parts, findings)
    check_expression(values.get("answer", ""), ("answer",), findings)
    for key, field in (("wrong", "answer"), ("show", "value")):
        for index, part in enumerate(parts[key]):
            if part is not None:
                check_expression(getattr(part, field), (key, index, field), findings)


def _check_options(parts: Parts, findings: ProblemCollector) -> None:
    for index, option in enumerate(parts["option"]):
        if option is None:
            continue
        if "correct" in findings.document.table["option"][index]:
            message = "is for a quiz; here the run decides: write `when`"
            findings.add(("option", index, "correct"), message)
        elif not option.when.strip():
            message = "is missing: an expression that holds after the run if the option is right"
            findings.add(("option", index, "when"), message)
        check_expression(option.when, ("option", index, "when"), findings)
