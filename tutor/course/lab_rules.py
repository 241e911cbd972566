"""Rules for the keys of a lab beyond their types, for the loader."""

from __future__ import annotations

import keyword
from typing import Any

from tutor.course.code_rules import check_expression, check_limits, check_program, check_views
from tutor.course.slider_values import cells_of, is_drawing
from tutor.course.step_tables import LabSlider, SolutionRun
from tutor.course.tables import Parts, ProblemCollector, readable
from tutor.toml_text import KeyPath


def check(values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each rule without which the lab cannot be run and judged."""
    check_limits(values, findings)
    check_views(values, findings)
    for key in ("given", "program"):
        check_program(values.get(key, ""), (key,), findings)
    if "program" in values and not values["program"].strip():
        findings.add(("program",), "is empty")
    is_drawn = "pad" in values.get("views", ()) and "slider" not in findings.document.table
    for key in ("goal", "solution") if is_drawn else ("slider", "goal", "solution"):
        if key not in findings.document.table:
            findings.add((key,), f"is missing: a lab needs at least one `[[{key}]]`")
    sliders = [slider for _, slider in readable(parts["slider"])]
    for index, slider in readable(parts["slider"]):
        _check_slider(slider, sliders[:index], ("slider", index), findings)
        if slider.live and values.get("pace", 0) <= 0:
            message = "needs `pace`, the training steps a second: a faster run is over too soon"
            findings.add(("slider", index, "live"), message)
    for key, field in (("goal", "true"), ("show", "value")):
        for index, part in readable(parts[key]):
            check_expression(getattr(part, field), (key, index, field), findings)
    if not findings.has_problem("slider"):
        for index, run in readable(parts["solution"]):
            if is_drawn:
                _check_drawing(run, ("solution", index, "draw"), findings)
            else:
                _check_run(run, sliders, ("solution", index, "set"), findings)


def advise(_values: dict[str, Any], parts: Parts, findings: ProblemCollector) -> None:
    """Add a problem for each empty text, which only the author can fill in."""
    for index, goal in readable(parts["goal"]):
        if not goal.say.strip():
            findings.add(("goal", index, "say"), "is empty")


def _check_slider(
    slider: LabSlider, earlier: list[LabSlider], path: KeyPath, findings: ProblemCollector
) -> None:
    if not slider.name.isidentifier() or keyword.iskeyword(slider.name):
        findings.add((*path, "name"), f"`{slider.name}` is not a name")
    if any(slider.name == other.name for other in earlier):
        findings.add((*path, "name"), f"another slider is also called `{slider.name}`")
    if len(set(slider.values)) < max(2, len(slider.values)):
        findings.add((*path, "values"), "should be two numbers or more, all different")
    elif slider.start not in slider.values:
        findings.add((*path, "start"), "should be one of `values`")


def _check_drawing(run: SolutionRun, path: KeyPath, findings: ProblemCollector) -> None:
    if run.set or not is_drawing(cells_of(run.draw)):
        findings.add(path, "should be eight lines of eight digits, instead of `set`")


def _check_run(
    run: SolutionRun, sliders: list[LabSlider], path: KeyPath, findings: ProblemCollector
) -> None:
    if run.draw or set(run.set) != {slider.name for slider in sliders}:
        findings.add(path, "should name every slider, and nothing else")
        return
    for slider in sliders:
        if run.set[slider.name] not in slider.values:
            findings.add((*path, slider.name), f"should be one of the values of `{slider.name}`")
