"""Rules of the linter for steps that ask for a graphics card: their results agree without one.

Most machines have none, and the config may forbid an existing one.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from tutor.authoring.step_findings import StepFindings
from tutor.course.code import NotPython, parse_program
from tutor.course.model import CodeStep, LabStep, PredictStep
from tutor.course.step_tables import Check
from tutor.toml_text import KeyPath

LEAST_RTOL = 1e-4
"""Relative tolerance within which a card and a CPU, or two cards, agree on most results."""

_ASKS_FIRST = ("is_available", "torch.accelerator")
"""Code by which programs detect a card."""


def check_gpu(
    step: CodeStep | PredictStep | LabStep,
    programs: Mapping[KeyPath, str],
    checks: Sequence[Check],
    findings: StepFindings,
) -> None:
    """Apply the rules to the programs, by their keys, and the checks of a step with `gpu`."""
    if not step.gpu:
        return
    for path, program in programs.items():
        whole = f"{step.prelude}\n{step.given}\n{program}"
        if asks_for_a_card(whole) and not any(part in whole for part in _ASKS_FIRST):
            message = (
                "uses `cuda` without `torch.cuda.is_available()`: the step must give the same "
                "result without a graphics card"
            )
            findings.error(path, message)
            break  # the givens are part of all of them
    for index, check in enumerate(checks):
        if check.same and 0 < check.rtol < LEAST_RTOL:
            message = (
                "a graphics card rounds differently from the CPU: use 1e-4 or more, or 0 for "
                "whole numbers"
            )
            findings.error(("check", index, "rtol"), message)


def asks_for_a_card(source: str) -> bool:
    """Return True if the program names a graphics card in its code."""
    try:
        tree = parse_program(source)
    except NotPython:
        return False
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="cuda"):
                return True
            case ast.Constant(value=str() as text) if f"{text}:".startswith("cuda:"):
                return True
    return False
