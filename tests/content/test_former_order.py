"""Progress made when the chapter had other steps in another order is kept."""

from __future__ import annotations

from pathlib import Path

from tests.support.lessons import LESSONS, sound_course
from tests.support.tutor_session import new_session
from tutor.progress.fold import read_progress

FORMER = [
    "what-networks-do",
    "quiz-activation",
    "activations",
    "sigmoid",
    "softmax",
    "numpy-activations",
    "batch-softmax",
    "softmax-as-sigmoid",
    "binary-classifier",
    "binary-by-hand",
    "quiz-binary-output",
    "regression-4-layers",
    "multiclass",
    "deep-but-linear",
    "collapse-it",
    "one-hot",
    "one-hot-class-2",
    "cross-entropy",
    "quiz-loss",
    "parameters",
    "training-loop",
    "manual-update",
    "did-the-model-move",
]
"""The chapter's steps in their former order, up to one that was merged into `manual-update`."""


def _keep(data: Path, steps: list[str]) -> None:
    (data / "journal").mkdir(parents=True)
    common = '"v":1,"at":"2026-01-02T09:00:00Z"'
    opened = '{{"kind":"step-opened","step":"{0}",{1},"n":{2}}}\n'
    read = '{{"kind":"step-read","step":"{0}",{1},"n":{2}}}\n'
    lines = [
        kind.format(step, common, 2 * number + index)
        for number, step in enumerate(steps)
        for index, kind in enumerate((opened, read))
    ]
    (data / "journal" / "former.jsonl").write_text("".join(lines))


def test_what_was_done_stays_done(tmp_path: Path) -> None:
    _keep(tmp_path, FORMER)
    progress, problems = read_progress(tmp_path)
    (chapter,) = (each for each in sound_course(LESSONS).lessons if each.id == "architecture")
    still_open = [step.id for step in chapter.steps if step.id not in progress.done]
    assert problems == ()
    assert still_open == ["sgd-optimizer", "moons-alone"]


async def test_the_course_opens_though_the_last_step_is_no_more(tmp_path: Path) -> None:
    _keep(tmp_path / "data", FORMER)
    (tmp_path / "lessons").symlink_to(LESSONS)
    session = new_session(tmp_path)
    await session.open()
    assert session.state.step is not None
    assert session.state.problems == ()
    await session.close()
