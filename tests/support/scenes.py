"""The app at real steps, with a fake worker that reports the fixed numbers given here."""

from __future__ import annotations

import re
import shutil
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import TextArea

import tutor
from tests.support.fake_client import Batch, FakeClient, finished, raised
from tests.support.tutor_app import lesson_screen
from tests.support.wait import eventually
from tutor.config import Config
from tutor.grading.verdict import CheckResult, Verdict
from tutor.paths import Places
from tutor.session.events import VerdictReached
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import (
    ErrorFacts,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    Observation,
    OutputWritten,
    WorkerPhase,
)
from tutor.wire.values import FloatValue, TensorValue

LESSONS = Path(tutor.__file__).parents[1] / "lessons"

WRONG = "sigmoid = nn.ReLU()\nprobability = sigmoid(input_tensor)\n"
LOOP = """\
for epoch in range(5):
    optimizer.zero_grad()
    output = model(input_tensor)
    loss = criterion(output, output_tensor)
    loss.backward()
    optimizer.step()
    print(epoch, loss)
"""

REFUSED = Verdict(
    "reject",
    slug="relu-instead",
    message="`nn.ReLU` keeps 2.4 as it is. A probability lies between 0 and 1.",
    evidence=("your probability: 2.4000", "expected: 0.9168"),
    checks=(CheckResult("probability", passed=False),),
    line=1,
)

_WEIGHTS = array("d", [(n % 17 - 8) / 8 for n in range(128)])
TRAINED = finished(
    OutputWritten("stdout", "".join(f"{epoch} 0.{73 - epoch}\n" for epoch in range(5))),
    LossesRecorded(0, (0.75, 0.6875, 0.625, 0.5625, 0.5)),
    InventoryTaken(
        (
            InventoryEntry("lr", FloatValue(0.001)),
            InventoryEntry(
                "model[0].weight", TensorValue("float32", "float", (8, 16), _WEIGHTS.tobytes())
            ),
        )
    ),
)
FAILED = raised(
    ErrorFacts("NameError", "name 'los' is not defined", line=5, source_line="los.backward()"),
    OutputWritten("stderr", "a warning\n"),
)


class _Silent:
    """A runner that answers nothing, since the verdicts of the scenes are given."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        return Observation("lost")

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        return tuple(Observation("lost") for _ in command.programs)


def scene(
    folder: Path,
    step: str,
    *,
    draft: str = "",
    client: FakeClient | None = None,
    config: Config | None = None,
    lessons: Path = LESSONS,
) -> TutorApp:
    """Return the app at a real step, with its data in the folder, and a draft if one is given."""
    if draft:
        file = folder / "data" / "drafts" / "architecture" / f"{step}.py"
        file.parent.mkdir(parents=True)
        file.write_text(draft)
    return TutorApp(
        places=Places(lessons, folder / "images", folder / "data", folder / "config.toml"),
        config=config or Config(),
        client=client or silent(),
        start_at=step,
        now=lambda: datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


def lessons_with(folder: Path, *steps: str) -> Path:
    """Write a course of only these real steps into the folder, and return it.

    A test with such a course does not depend on the other steps of the chapter.
    """
    (folder / "architecture").mkdir(parents=True)
    shutil.copy(LESSONS / "architecture" / "lesson.toml", folder / "architecture")
    course = (LESSONS / "course.toml").read_text(encoding="utf-8")
    order = 'order = ["architecture"]'
    alone = re.sub(r"^order = .*$", order, course, flags=re.MULTILINE)
    (folder / "course.toml").write_text(alone, encoding="utf-8")
    for step in steps:
        (file,) = (LESSONS / "architecture").glob(f"???-{step}.toml")
        shutil.copy(file, folder / "architecture")
    return folder


def silent(*scripts: Sequence[Batch], phase: WorkerPhase = "ready") -> FakeClient:
    """Return a client that runs these scripts and judges nothing."""
    return FakeClient(*scripts, phase=phase, runner=_Silent())


async def settle(pilot: Pilot[None]) -> None:
    """Wait until the step and its text are drawn, and stop the editor's cursor from blinking."""
    screen = screen_of(pilot)
    await eventually(lambda: _is_whole(screen), "the step and its text")
    for area in screen.query(TextArea):
        area.cursor_blink = False
    await pilot.pause()


async def act(pilot: Pilot[None], *keys: str) -> None:
    """Press keys once the step is drawn, and wait until what they began has ended."""
    await settle(pilot)
    await pilot.press(*keys)
    screen = screen_of(pilot)
    await eventually(lambda: screen.session.activity is None, "the end")
    await settle(pilot)


async def refuse(pilot: Pilot[None]) -> None:
    """Show the code of the step with the verdict `REFUSED`."""
    await act(pilot, "escape", "2")
    screen = screen_of(pilot)
    screen.tutor.dispatch(VerdictReached(REFUSED))
    await settle(pilot)


def screen_of(pilot: Pilot[None]) -> LessonScreen:
    """Return the lesson screen, which is the lowest of the app."""
    assert isinstance(pilot.app, TutorApp)
    return lesson_screen(pilot.app)


def _is_whole(screen: LessonScreen) -> bool:
    return screen.is_open and screen.workspace is not None and screen.workspace.is_whole
