"""Imports that wait until something is used: the one module here that imports inside functions.

The first frame needs none of what is imported here.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tutor.course.figures.parts import Gradient
    from tutor.course.model import Step
    from tutor.course.outline_reading import OutlineReading
    from tutor.grading.kinds import Grading
    from tutor.progress.kept_attempts import KeptAttempts
    from tutor.session.answers import Answers
    from tutor.session.core import Hub
    from tutor.session.learner_files import FileWatch, OwnProgramFile
    from tutor.session.run_summary import RunSummary
    from tutor.session.runs import RunController
    from tutor.session.solution_help import SolutionHelp
    from tutor.session.state import Activity, Pause
    from tutor.session.store import Autosaver, LearnerStore
    from tutor.session.timeline import Timeline
    from tutor.session.words.key_names import KeyNames
    from tutor.session.worker_keep_alive import WorkerKeepAlive
    from tutor.wire.events import Observation, Paused


def store(hub: Hub) -> LearnerStore:
    from tutor.session.store import LearnerStore

    return LearnerStore(hub.data, hub.now)


def timeline(_hub: Hub) -> Timeline:
    from tutor.session.timeline import Timeline

    return Timeline()


def drafts(hub: Hub) -> Autosaver:
    from tutor.session.store import Autosaver

    return Autosaver(hub)


def own_file(hub: Hub) -> OwnProgramFile | None:
    from tutor.session.learner_files import OwnProgramFile

    return OwnProgramFile(hub, hub.own) if hub.own is not None else None


def worker(hub: Hub) -> WorkerKeepAlive:
    from tutor.session.worker_keep_alive import WorkerKeepAlive

    return WorkerKeepAlive(hub)


def runs(hub: Hub) -> RunController:
    from tutor.session.runs import RunController

    return RunController(hub)


def answers(hub: Hub) -> Answers:
    from tutor.session.answers import Answers

    return Answers(hub)


def file_watch(hub: Hub) -> FileWatch:
    from tutor.session.learner_files import FileWatch

    return FileWatch(hub)


def solution_help(hub: Hub) -> SolutionHelp:
    from tutor.session.solution_help import SolutionHelp

    return SolutionHelp(hub)


def run_summary(observation: Observation, activity: Activity, step: Step | None) -> RunSummary:
    from tutor.session.run_summary import run_summary

    return run_summary(observation, activity, step)


def version_of(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "of unknown version"


def compact(data: Path) -> None:
    from tutor.progress.compact import compact

    compact(data)


def kept_attempts(data: Path) -> KeptAttempts:
    from tutor.progress.kept_attempts import KeptAttempts  # takes 6 ms, for hashlib

    return KeptAttempts(data)


def gradient(name: str, shape: tuple[int, ...], norm: float) -> Gradient:
    from tutor.course.figures.parts import Gradient

    return Gradient(name, shape, norm)


def outline_reading(lessons: Path) -> OutlineReading:
    from tutor.course.outline_reading import OutlineReading

    return OutlineReading(lessons)


def filled(step: Step, keys: KeyNames) -> Step:
    from tutor.session.words.key_names import fill_step

    return fill_step(step, keys)


def guard(text: str) -> str:
    from tutor.session.words.key_names import guard

    return guard(text)


def fill_keys(text: str, keys: KeyNames) -> str:
    from tutor.session.words.key_names import fill_keys

    return fill_keys(text, keys)


def fill_known_keys(text: str, keys: KeyNames) -> str:
    from tutor.session.words.key_names import fill_known_keys

    return fill_known_keys(text, keys)


def place_words(paused: Paused) -> str:
    from tutor.session.words.run_text import place_words

    return place_words(paused)


def wait_words(pause: Pause) -> str:
    from tutor.session.words.run_text import wait_words

    return wait_words(pause)


def with_own_answers(step: Step, store: LearnerStore, *, withhold: bool) -> Step:
    """Put the learner's answers into the step; in an exam, `withhold` the tutor's."""
    from tutor.course.used_answers import with_own, with_solutions_withheld

    step = with_own(step, store.own_answer)
    return with_solutions_withheld(step) if withhold else step


async def import_grading() -> None:
    """Import the table of grading in pieces of 20 ms at most; keys are handled between them."""
    import tutor.grading.errors
    from tutor.session.opening import BREATH_S

    await asyncio.sleep(BREATH_S)
    import tutor.grading.experiments

    await asyncio.sleep(BREATH_S)
    import tutor.grading.grade

    await asyncio.sleep(BREATH_S)
    import tutor.grading.kinds  # noqa: F401 - `grading_of` finds it loaded


def grading_of(step: Step | None) -> Grading:
    from tutor.grading.kinds import grading_of

    return grading_of(step)
