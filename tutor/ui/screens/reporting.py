"""What a report of the step on screen says, apart from the learner's words."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

import tutor
from tutor.course.model import Asking, CodeStep, Step
from tutor.grading.quiz import QuizAnswer
from tutor.progress.reports import Report
from tutor.session.state import State
from tutor.ui.screens.desk import Desk


def report_of(step: Step, state: State, desk: Desk) -> Report:
    """Step, answer and verdict as they are on screen."""
    return Report(
        step=step.id,
        title=f"{step.section} {step.title}".strip(),
        file=f"{step.file.parent.name}/{step.file.name}",
        answer=_answer(step, desk),
        verdict=state.verdict,
        versions=_versions(state.worker.torch_version),
    )


def _answer(step: Step, desk: Desk) -> str:
    if isinstance(step, CodeStep):
        return desk.code.source
    return said_of(step, desk.quiz.answer) if isinstance(step, Asking) else ""


def said_of(step: Asking, answer: QuizAnswer) -> str:
    """What was typed, or what was said of each statement."""
    lines = [answer.text] if answer.text else []
    for index, option in enumerate(step.options):
        said = answer.judged.get(index)
        word = {True: "yes", False: "no", None: "nothing"}[said]
        lines.append(f"{word}: {option.text}")
    return "\n".join(lines)


def _versions(torch: str) -> str:
    known = {
        "nntutor": tutor.__version__,
        "Python": platform.python_version(),
        "torch": torch or "not loaded",
        "textual": _version_of("textual"),
    }
    return ", ".join(f"{name} {number}" for name, number in known.items())


def _version_of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"
