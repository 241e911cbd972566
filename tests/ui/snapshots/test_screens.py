"""Whole screens, at four sizes, in two themes and without colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient
from tests.support.scenes import LOOP, TRAINED, WRONG, act, lessons_with, refuse, scene, silent
from tests.ui.snapshots.conftest import Compare
from tutor.config import Config
from tutor.ui.app import TutorApp

Size = tuple[int, int]
Show = Callable[..., TutorApp]

SIZES = pytest.mark.parametrize(
    "size", [(80, 24), (100, 30), (120, 35), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}"
)
LOOKS = pytest.mark.parametrize("look", ["dark", "light", "no-color"])

STEPS = ("what-networks-do", "quiz-activation", "sigmoid", "training-loop")


@pytest.fixture
def show(tmp_path: Path, look: str, monkeypatch: pytest.MonkeyPatch) -> Show:
    """Makes the app of the look."""
    if look == "no-color":
        monkeypatch.setenv("NO_COLOR", "1")
    config = Config(theme="nntutor-light" if look == "light" else "nntutor-dark")

    def make(step: str, draft: str = "", client: FakeClient | None = None) -> TutorApp:
        lessons = lessons_with(tmp_path / "lessons", *STEPS)
        return scene(tmp_path, step, draft=draft, client=client, config=config, lessons=lessons)

    return make


@SIZES
@LOOKS
async def test_text(show: Show, size: Size, looks_as_before: Compare) -> None:
    app = show("what-networks-do")
    async with app.run_test(size=size) as pilot:
        await act(pilot)
        await looks_as_before(app)


@SIZES
@LOOKS
async def test_quiz_answered(show: Show, size: Size, looks_as_before: Compare) -> None:
    app = show("quiz-activation")
    async with app.run_test(size=size) as pilot:
        await act(pilot, "escape", "2", "1", "f4")
        await looks_as_before(app)


@SIZES
@LOOKS
async def test_code_refused(show: Show, size: Size, looks_as_before: Compare) -> None:
    app = show("sigmoid", draft=WRONG)
    async with app.run_test(size=size) as pilot:
        await refuse(pilot)
        await looks_as_before(app)


@SIZES
@LOOKS
async def test_trained(show: Show, size: Size, looks_as_before: Compare) -> None:
    app = show("training-loop", draft=LOOP, client=silent([TRAINED]))
    async with app.run_test(size=size) as pilot:
        await act(pilot, "escape", "2", "f5")
        await looks_as_before(app)
