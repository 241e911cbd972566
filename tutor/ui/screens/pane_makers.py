"""Factories for the panes of a workspace.

The modules of panes are slow to import, so each is imported when its pane is made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tutor.session.timeline import Timeline
from tutor.ui.marks import Marks
from tutor.ui.pane import Pane
from tutor.ui.views import VIEWS

SLOW_TO_IMPORT = (
    "tutor.ui.panes.verdict",
    "tutor.ui.panes.hints",
    "tutor.ui.panes.quiz",
    "tutor.ui.panes.predict",
    "tutor.ui.panes.guess",
    "tutor.ui.panes.lab",
    *(f"tutor.ui.panes.{view.name}" for view in VIEWS),
    "tutor.ui.panes.scrubber",
)
"""Modules of the panes that a first step may not need."""


def make_pane(name: str, timeline: Timeline, marks: Marks) -> Pane:
    return _MAKERS[name](timeline, marks)


def _make_lesson(timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.lesson import LessonPane

    return LessonPane(timeline, marks=marks)


def _make_code(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.code import CodePane

    return CodePane(marks=marks)


def _make_quiz(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.quiz import QuizPane

    return QuizPane(marks=marks)


def _make_predict(timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.predict import PredictPane

    return PredictPane(timeline, marks=marks)


def _make_guess(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.guess import GuessPane

    return GuessPane(marks=marks)


def _make_lab(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.lab import LabPane

    return LabPane(marks=marks)


def _make_verdict(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.verdict import VerdictPane

    return VerdictPane(marks=marks)


def _make_hints(_timeline: Timeline, marks: Marks) -> Pane:
    from tutor.ui.panes.hints import HintsPane

    return HintsPane(marks=marks)


_MAKERS: Mapping[str, Callable[[Timeline, Marks], Pane]] = {
    "lesson": _make_lesson,
    "code": _make_code,
    "quiz": _make_quiz,
    "predict": _make_predict,
    "guess": _make_guess,
    "lab": _make_lab,
    "verdict": _make_verdict,
    "hints": _make_hints,
    **{view.name: view.make_pane for view in VIEWS},
}

PANES = tuple(_MAKERS)
"""Names of all panes."""
