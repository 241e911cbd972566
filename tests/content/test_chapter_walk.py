"""Each whole lesson, walked by keys, by lines and without a screen: what is kept is the same."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.content.test_chapter_by_keys import Learner, at_the_keys
from tests.plain.test_teletype import wrong_lines
from tests.support.chapter_walk import (
    Act,
    acts,
    kept,
    lesson_steps,
    walked_without_screen,
)
from tests.support.lessons import chapter
from tests.support.plain_process import walk_by_lines
from tests.support.sampling import WHOLE, drawn
from tests.support.tutor_app import lesson_screen, workspace_of
from tests.support.wait import eventually
from tutor.course.model import CodeStep, LabStep, OrderStep, PredictStep, QuestionStep, Step
from tutor.course.slider_values import drawing_in, values_in
from tutor.course.used_answers import with_own
from tutor.plain.markdown_lines import sentences
from tutor.progress.fold import read_progress
from tutor.session.core import LESSON_END, THE_END
from tutor.session.words.key_names import fill_keys, fill_step
from tutor.ui.charts.pad import PadBoard
from tutor.ui.marks import marks_of
from tutor.wire.pads import SIDE

COURSE = chapter()
WALKED = [each.id for each in COURSE.lessons if WHOLE or len(lesson_steps(each.id)) < 8]
"""Lessons to draw one from: a walk through the longest takes four minutes, one of ten steps two."""
ENOUGH = 60.0

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(900),  # three times the lesson, more than a minute on an idle machine
    pytest.mark.xdist_group("by keys"),
]


class AtTheKeys:
    """Does what a walk asks for with the keys that the learner would use."""

    def __init__(self, learner: Learner) -> None:
        self.learner = learner

    async def do(self, act: Act) -> None:
        """Do it on the step of now."""
        learner, press = self.learner, self.learner.pilot.press
        if act.what == "write":
            await learner.write(act.text)
        elif act.what == "check":
            await learner.check()
        elif act.what == "run":
            await press("f5")
            screen = lesson_screen(learner.app)
            await eventually(lambda: screen.session.activity is None, "the run's end", ENOUGH)
        elif act.what == "answer":
            await self._answer(act)
        elif act.what == "arrange":
            await self._arrange(act.text.splitlines())
        elif act.what == "slide":
            await self._slide(act.text)
        elif act.what == "draw":
            await self._draw(act.text)
        elif act.what == "more_help":
            await press("escape", "l", "enter")
        else:
            keys: dict[str, Sequence[str]] = {
                "hint": ["f2"],
                "reset": ["escape", "0"],
                "on": ["f8"],
                "back": ["shift+f8"],
            }
            await press(*keys[act.what])
        await learner.pilot.pause()

    async def _arrange(self, wanted: list[str]) -> None:
        """Takes out what is a comment in the wanted rows, then moves each row up to its place."""
        press = self.learner.pilot.press
        code = workspace_of(self.learner.app).code
        await press("escape", "2")
        for row in wanted:
            if row.strip().startswith("# "):
                await self._to_row(code.source.splitlines().index(row.replace("# ", "", 1)))
                await press("space")
        for place, row in enumerate(wanted):
            rows = code.source.splitlines()
            if rows[place] != row:
                await self._to_row(rows.index(row, place))
                await press(*["shift+up"] * (rows.index(row, place) - place))
        assert code.source.splitlines() == wanted

    async def _slide(self, lines: str) -> None:
        """Moves each slider to its value, and waits for the goal that they reach together."""
        screen = lesson_screen(self.learner.app)
        step = screen.session.step
        assert step is not None
        await self.learner.pilot.press("escape", "2", *["up"] * len(step.sliders))
        for slider, value in zip(step.sliders, values_in(step, lines).values(), strict=True):
            steps = slider.values.index(value)
            await self.learner.pilot.press("home", *["right"] * steps, "down")
        await eventually(lambda: lines in screen.session.goals.values(), lines, ENOUGH)

    async def _draw(self, lines: str) -> None:
        """Darkens the cells that differ, from the pad that the run went to."""
        screen, press = lesson_screen(self.learner.app), self.learner.pilot.press
        assert screen.session.step is not None
        board = workspace_of(self.learner.app).panes["pad"].query_one(PadBoard)
        await eventually(lambda: board.has_focus, "the pad", ENOUGH)
        for index, wanted in enumerate(drawing_in(screen.session.step, lines)):
            while board.cells[index] != wanted:
                x, y = index % SIDE - board.at.x, index // SIDE - board.at.y
                await press(*["right" if x > 0 else "left"] * abs(x))
                await press(*["down" if y > 0 else "up"] * abs(y), "space")
        await eventually(lambda: lines in screen.session.goals.values(), lines, ENOUGH)

    async def _to_row(self, row: int) -> None:
        rows = len(workspace_of(self.learner.app).code.source.splitlines())
        await self.learner.pilot.press(*["up"] * rows, *["down"] * row)

    async def _answer(self, act: Act) -> None:
        step = lesson_screen(self.learner.app).session.step
        assert isinstance(step, QuestionStep)
        assert act.answer is not None
        pane = "predict" if isinstance(step, PredictStep) else "quiz"
        screen = lesson_screen(self.learner.app)
        if screen.workspace is not None and screen.workspace.layout_state.pane != pane:
            screen.workspace.goto(pane)
            await self.learner.pilot.pause()
        await self.learner.say(step, act.answer)
        await self.learner.check("enter")


async def _walk_by_keys(folder: Path, lesson: str) -> None:
    names = marks_of("unicode").keys
    async with AsyncExitStack() as stack:
        first = lesson_steps(lesson)[0].id
        learner = await stack.enter_async_context(at_the_keys(folder, first))
        seen: Step | None = None
        for step, act in acts(lesson):
            if act.what == "restart":
                await learner.pilot.press("ctrl+q")
                await stack.aclose()
                learner = await stack.enter_async_context(at_the_keys(folder, None))
                continue
            if step is not seen:
                shown = lesson_screen(learner.app).session.step
                assert shown is not None
                assert with_own(shown, lambda _: "") == fill_step(step, names)
                await learner.sees(step.title)
                seen = step
            await AtTheKeys(learner).do(act)
        session = lesson_screen(learner.app).session
        end = THE_END if lesson == COURSE.lessons[-1].id else LESSON_END
        assert fill_keys(session.notice, names) == fill_keys(end, names)
        await learner.pilot.press("ctrl+q")


@pytest.mark.parametrize("lesson", drawn(WALKED, 1, "walked"))
async def test_what_is_kept_is_the_same_with_a_screen_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lesson: str
) -> None:
    # On a busy machine keys may come slower than it waits for them: the values between would be run
    # and could reach the goal.
    monkeypatch.setattr("tutor.session.answers.SETTLED_S", 3.0)
    with_screen, without, by_lines = (tmp_path / name for name in ("with", "without", "lines"))
    without.mkdir()
    await _walk_by_keys(with_screen, lesson)
    entries, drafts = kept(with_screen / "data")
    entries_without, drafts_without = kept(walked_without_screen(without, lesson))
    assert entries == entries_without
    assert drafts == drafts_without
    transcript = walk_by_lines(by_lines, lesson)
    assert kept(by_lines / "data") == (entries, drafts)
    assert wrong_lines(transcript) == []
    titles = [sentences(step.title)[0] for step in lesson_steps(lesson)]
    assert [title for title in titles if title not in transcript] == []
    steps = [step for step, act in acts(lesson) if act.what == "on"]
    assert read_progress(with_screen / "data")[0].done == {step.id for step in steps}
    assert set(drafts) == {
        f"{s.lesson}/{s.id}.py" for s in steps if isinstance(s, CodeStep | OrderStep | LabStep)
    }
