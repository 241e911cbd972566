"""A learner's walk through a whole lesson, the same for every front end.

`python -m tests.support.chapter_walk DATA LESSON` does it without a screen, in a process in which
neither textual nor rich nor tutor.ui can be imported. Nothing here may import them.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

from msgspec import Struct, structs

from tests.support.lessons import chapter
from tests.support.wait import eventually
from tutor.client.factory import make_client
from tutor.config import Config
from tutor.course.line_order import compose
from tutor.course.model import (
    CodeStep,
    LabStep,
    OrderStep,
    PredictStep,
    QuestionStep,
    QuizStep,
    Step,
)
from tutor.course.slider_values import drawing_in, is_drawn, lines_of
from tutor.grading.quiz import QuizAnswer
from tutor.paths import Places
from tutor.progress.entries import AnswerJudged, Entry, PlaceKept, unstamped
from tutor.progress.fold import read_entries
from tutor.session.core import TutorSession

ROOT = Path(__file__).parents[2]
LESSONS = ROOT / "lessons"
REFUSED = ("textual", "rich", "tutor.ui")
STARTED = datetime(2026, 1, 1, 9, tzinfo=UTC)
"""The time at which the walk without a screen stands still; it goes on a day later."""
ENOUGH_S = 60.0
"""Seconds for one verdict, the start of PyTorch included."""


class Act(Struct, frozen=True):
    """One action of the learner, with its text or answer."""

    what: Literal[
        "write",
        "arrange",
        "slide",
        "check",
        "draw",
        "run",
        "answer",
        "hint",
        "reset",
        "more_help",
        "on",
        "back",
        "restart",
    ]
    text: str = ""
    answer: QuizAnswer | None = None


class Hands(Protocol):
    """A front end as the walk uses it."""

    async def do(self, act: Act) -> None:
        """Perform the act on the step on screen, and return once it is over."""
        ...


def lesson_steps(lesson: str) -> tuple[Step, ...]:
    """Return the steps of a lesson of the course, in their order."""
    (steps,) = (each.steps for each in chapter().lessons if each.id == lesson)
    return steps


def acts(lesson: str) -> Iterator[tuple[Step, Act]]:
    """Yield all acts of the walk through a lesson, each with the step that it is performed on.

    They include wrong and right answers, hints, help, a reset, a return to a quiz answered wrongly,
    and a restart in the middle.
    """
    steps = lesson_steps(lesson)
    for number, step in enumerate(steps):
        if number == len(steps) // 2:
            yield step, Act("restart")
        for act in _acts_on(step, steps, number):
            yield step, act
        yield step, Act("on")


def _acts_on(step: Step, steps: Sequence[Step], number: int) -> Iterator[Act]:
    if isinstance(step, CodeStep):
        yield from _on_code(step, number)
    elif isinstance(step, QuizStep):
        yield Act("answer", answer=wrong_answer(step))
        yield from [Act("hint")] * bool(step.hints)
        if number % 3 == 0 and number > 0:
            yield Act("back")
            yield Act("on")
        yield Act("answer", answer=right_answer(step))
    elif isinstance(step, OrderStep):
        yield Act("check")
        yield Act("arrange", arranged(step))
        yield Act("check")
    elif isinstance(step, PredictStep):
        guess = QuizAnswer(text="7") if step.answer else QuizAnswer({0: True})
        yield Act("answer", answer=guess)
    elif isinstance(step, LabStep):
        yield Act("run")
        for run in step.solution_runs:
            yield Act("draw" if is_drawn(step) else "slide", lines_of(step, run.values))


def _on_code(step: CodeStep, number: int) -> Iterator[Act]:
    mistake = next((each.wrong for each in step.misconceptions if each.wrong), "")
    if mistake:
        yield Act("write", mistake)
        yield Act("check")
    yield Act("hint")
    if number % 2:
        yield Act("reset")
        yield Act("check")
    if number % 4 == 0:
        yield from [Act("hint")] * len(step.hints)
        yield Act("more_help")
        yield Act("hint")
    yield Act("write", step.solution)
    yield Act("run")
    yield Act("check")


def arranged(step: OrderStep) -> str:
    """Return the lines in a right order, and below them the decoys, taken out."""
    taken_out = (f"# {decoy.line}" for decoy in step.decoys)
    return compose(step.around, [*step.lines.strip().splitlines(), *taken_out]) + "\n"


def right_answer(quiz: QuizStep) -> QuizAnswer:
    """Return the right answer to the quiz."""
    if quiz.mode in ("number", "shape"):
        return QuizAnswer(text=quiz.answer)
    judged = {number: option.correct for number, option in enumerate(quiz.options)}
    if quiz.mode == "true-false":
        return QuizAnswer(judged)
    return QuizAnswer({number: True for number, correct in judged.items() if correct})


def wrong_answer(quiz: QuizStep) -> QuizAnswer:
    """Return an answer to the quiz with one mistake."""
    if quiz.known_wrong:
        return QuizAnswer(text=quiz.known_wrong[0].answer)
    right = right_answer(quiz).judged
    if quiz.mode == "true-false":
        return QuizAnswer(right | {0: not quiz.options[0].correct})
    wrong = next(n for n, option in enumerate(quiz.options) if not option.correct)
    return QuizAnswer({wrong: True} if quiz.mode == "one" else right | {wrong: True})


async def walk(hands: Hands, lesson: str) -> None:
    """Perform all acts of the walk through a lesson."""
    for _, act in acts(lesson):
        await hands.do(act)


def kept(data: Path) -> tuple[list[Entry], dict[str, str]]:
    """Return what a walk has left on disk, in a form that is the same for every front end.

    That is the journal's entries without times, durations and places, and the drafts by path.
    """
    entries, problems = read_entries(data)
    assert problems == ()
    drafts = data / "drafts"
    texts = {str(file.relative_to(drafts)): file.read_text() for file in drafts.rglob("*.py")}
    return [_bare(each) for each in entries if not isinstance(each, PlaceKept)], texts


def _bare(entry: Entry) -> Entry:
    if isinstance(entry, AnswerJudged):
        entry = structs.replace(entry, milliseconds=0.0)
    return unstamped(entry)


def walked_without_screen(folder: Path, lesson: str) -> Path:
    """Walk through the lesson in a process without any front end; return its data folder."""
    subprocess.run(
        [sys.executable, "-m", "tests.support.chapter_walk", str(folder / "data"), lesson],
        cwd=ROOT,
        env={**os.environ, "HOME": str(folder)},
        check=True,
        timeout=240,
    )
    return folder / "data"


class WithoutScreen:
    """A front end without a screen, which only uses the public methods of the session."""

    def __init__(self, data: Path, lesson: str) -> None:
        self._places = Places(LESSONS, data, data, data / "none")
        self._time = STARTED
        self.session = self._new_session(lesson_steps(lesson)[0].id)

    def _new_session(self, start_at: str | None = None) -> TutorSession:
        config = Config()
        return TutorSession(
            self._places,
            config,
            make_client=lambda on_state: make_client(config, self._places, on_state=on_state),
            now=lambda: self._time,
            start_at=start_at,
        )

    async def do(self, act: Act) -> None:
        """Perform the act on the session's present step, and return once it is over."""
        session, step = self.session, self.session.state.step
        if act.what in ("write", "arrange"):
            assert step is not None
            session.drafts.edit(step, act.text)
        elif act.what == "check":
            await self._judged(session.runs.check(self._source()))
        elif act.what == "run":
            run = session.answers.lab.run if isinstance(step, LabStep) else session.runs.run
            await self._ended(run(self._source()))
        elif act.what == "slide":
            session.answers.lab.move(act.text)
            await eventually(lambda: act.text in session.state.goals.values(), act.text, ENOUGH_S)
        elif act.what == "draw":
            assert step is not None
            session.runs.drawing.draw(drawing_in(step, act.text))
            await eventually(lambda: act.text in session.state.goals.values(), act.text, ENOUGH_S)
        elif act.what == "answer":
            await self._answer(act)
        elif act.what == "hint":
            session.help.show_hint()
        elif act.what == "reset":
            session.help.reset()
        elif act.what == "more_help":
            await self._more_help()
        elif act.what == "restart":
            await session.close()
            self._time += timedelta(days=1)
            self.session = self._new_session()
            await self.session.open()
        else:
            session.move(1 if act.what == "on" else -1)

    async def _answer(self, act: Act) -> None:
        assert act.answer is not None
        if isinstance(self.session.state.step, PredictStep):
            await self._judged(self.session.answers.guess(act.answer))
        else:
            self.session.answers.judge(act.answer)

    async def _more_help(self) -> None:
        from tutor.session.solution_help import offers

        step = self.session.state.step
        assert isinstance(step, CodeStep)
        self.session.help.accept(offers(step, self.session.state)[0].choice)

    def _source(self) -> str:
        step = self.session.state.step
        assert isinstance(step, CodeStep | OrderStep | LabStep)
        draft = self.session.store.load(step)
        replaced = self.session.state.replaced
        assert replaced is not None
        return draft.text if draft is not None and draft.text is not None else replaced.text

    async def _judged(self, begun: bool) -> None:
        await self._ended(begun)
        assert self.session.state.verdict is not None

    async def _ended(self, begun: bool) -> None:
        assert begun
        await eventually(lambda: self.session.state.activity is None, "its end", ENOUGH_S)


class Refuse(MetaPathFinder):
    """An import hook that refuses all modules of front ends."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ImportError for a refused module; return None for any other."""
        if any(name == each or name.startswith(f"{each}.") for each in REFUSED):
            raise ImportError(f"{name} is refused here")
        return None


async def _walk_without_screen(data: Path, lesson: str) -> None:
    hands = WithoutScreen(data, lesson)
    await hands.session.open()
    await walk(hands, lesson)
    state = hands.session.state
    await hands.session.close()
    assert state.failure is None
    assert state.done == {step.id for step in lesson_steps(lesson)}
    assert isinstance(state.step, QuestionStep | Step)


if __name__ == "__main__":
    sys.meta_path.insert(0, Refuse())
    asyncio.run(_walk_without_screen(Path(sys.argv[1]), sys.argv[2]))
    assert not [name for name in sys.modules if name.split(".")[0] in REFUSED]
