"""The words about a run that is paused, and about a run of some lines alone.

A name that another line of the text binds was missed for that alone, whatever else may be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from tutor.course.code import NotPython, bindings, parse_program
from tutor.course.model import Step
from tutor.session.state import PartRun, Pause, State
from tutor.wire.events import ErrorFacts, Paused, Phase

_NAMED_BY_LEARNER = ("forward", "loss")
"""Phases whose call has no fixed name: model and criterion have names of the learner's own."""


def phase_words(paused: Paused) -> str:
    if paused.phase == "none":
        return "paused"
    return f"paused before {paused.phase}" + "()" * (paused.phase not in _NAMED_BY_LEARNER)


def place_words(paused: Paused) -> str:
    """Name phase, step and line at which the run waits, or say that it is at no phase."""
    is_at_phase = paused.phase != "none"
    words = phase_words(paused)
    if paused.step > 0:
        words += f", step {paused.step}"
    if paused.line is not None:
        words += f", line {paused.line}" if is_at_phase else f" at line {paused.line}"
    return words if is_at_phase else f"{words}; no training phase was reached"


def wait_words(pause: Pause) -> str:
    if pause.length is None:
        return "pausing at the next phase"
    return f"going on to the next {pause.length}"


CHANGED_LAYERS: tuple[Phase, ...] = ("forward", "backward", "step")
CHANGED_TENSORS: tuple[Phase, ...] = ("zero_grad", "backward", "step")


def changed_words(state: State, phases: tuple[Phase, ...]) -> str:
    """Name the news since the pause before, if one of these phases alone has run; else ""."""
    pause = state.activity.pause if state.activity is not None else None
    if pause is None or pause.at is None or pause.done not in phases:
        return ""
    words = _CHANGED[pause.done]
    if pause.done == "backward" and pause.at.phase == "step":
        words = f"{words[:-1]}; step() has not moved the parameters yet."
    return words


_CHANGED: Mapping[Phase, str] = {
    "zero_grad": "zero_grad() has just run: the gradients are cleared.",
    "forward": "The forward pass has just run: the layers' outputs are new.",
    "backward": "backward() has just run: the gradients are new.",
    "step": "step() has just run: the parameters have moved.",
}


_NOT_DEFINED = re.compile(r"[Nn]ame '(\w+)' is not defined")


def runs_alone(part: PartRun, step: Step | None) -> str:
    return f"Only {_lines(part)} run{'s' * (part.first == part.last)}{_after(step)}."


def goes_on(part: PartRun) -> str:
    return f"{_lines(part).capitalize()}, with the values of the last run"


def has_run_alone(part: PartRun, step: Step | None) -> str:
    return f"Only {_has_run(part, step)}."


def missed_line(error: ErrorFacts, part: PartRun, step: Step | None) -> str:
    """Name the line that would have bound the missing name; "" for other errors."""
    name = missing_name(error)
    lines = [n for n in lines_binding(name, part.whole) if not part.first <= n <= part.last]
    if not lines:
        return ""
    nearest = max((n for n in lines if n < part.first), default=lines[0])
    where = f"line {nearest} binds it, and only {_has_run(part, step)}."
    return f"`{name}` does not exist in this run: {where}"


def missing_name(error: ErrorFacts) -> str:
    """Return the name that was read and does not exist; "" for every other error."""
    found = _NOT_DEFINED.search(error.message) if error.type_name == "NameError" else None
    return found[1] if found else ""


def lines_binding(name: str, text: str) -> tuple[int, ...]:
    """Return the lines that bind the name at the top level; none in a text that is not Python."""
    if not name:
        return ()
    try:
        return tuple(line for bound, line in bindings(parse_program(text)) if bound == name)
    except NotPython:
        return ()


def _has_run(part: PartRun, step: Step | None) -> str:
    have = "has" if part.first == part.last else "have"
    return f"{_lines(part)} {have} run{_after(step)}"


def _lines(part: PartRun) -> str:
    is_one = part.first == part.last
    return f"line {part.first}" if is_one else f"lines {part.first} to {part.last}"


def _after(step: Step | None) -> str:
    has_given = step is not None and (step.given.strip() or step.used)
    return ", after the given code" if has_given else ""
