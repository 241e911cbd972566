"""The course as it ships, answered by keys at 80x24, judged by a real worker."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.content.test_questions import wrong_answers
from tests.support.chapter_walk import right_answer
from tests.support.lessons import LESSONS, chapter
from tests.support.sampling import drawn
from tests.support.tutor_app import lesson_screen, opened, say_of, screen_text, workspace_of
from tests.support.wait import eventually
from tutor.config import Config
from tutor.course.model import CodeStep, PredictStep, QuestionStep, QuizStep
from tutor.grading.quiz import QuizAnswer
from tutor.grading.verdict import Verdict
from tutor.paths import Places
from tutor.ui.app import TutorApp
from tutor.ui.panes.tensors import TensorsPane

STEPS = chapter().steps()
CODE = drawn([step for step in STEPS if isinstance(step, CodeStep)], 1, "code by keys")
QUIZZES = drawn([step for step in STEPS if isinstance(step, QuizStep)], 1, "quizzes by keys")
PREDICTIONS = drawn([step for step in STEPS if isinstance(step, PredictStep)], 1, "guessed by keys")
ENOUGH = 60.0
"""Seconds for one verdict, the start of PyTorch included."""
MAX_PROGRAMS = 2
"""Wrong programs of a step that are put in by keys; `nntutor check` judges every one."""
MOST_TENSORS = 30
"""More than any of these programs leaves."""
PAGES = 4
"""More than any step has after its program."""

pytestmark = [
    pytest.mark.process,
    pytest.mark.timeout(180),  # dozens of real verdicts each
    pytest.mark.xdist_group("by keys"),
]


class Learner:
    """Someone at the keys of the app."""

    def __init__(self, app: TutorApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def write(self, program: str) -> None:
        """Puts the program in place of all that stands in the editor."""
        place = workspace_of(self.app).layout_state.names.index("code")
        await self.pilot.press("escape", str(place + 1))
        editor = workspace_of(self.app).code.editor
        lines = editor.wrapped_document.height
        for key in (*["down"] * lines, "end", *["shift+up"] * lines, "shift+home", "delete"):
            self.app.post_message(events.Key(key, None))
        await self.pilot.pause()
        assert editor.text == ""
        self.app.post_message(events.Paste(program))
        await self.pilot.pause()
        assert editor.text == program

    async def run(self) -> None:
        """Runs the program and waits for its end."""
        before = lesson_screen(self.app).session.last_run
        await self.pilot.press("f5")
        await eventually(lambda: self._has_run_since(before), "the end of the run", ENOUGH)
        await self.pilot.pause()

    def _has_run_since(self, run: int) -> bool:
        session = lesson_screen(self.app).session
        return session.last_run > run and session.activity is None

    async def check(self, key: str = "f4") -> Verdict:
        """Asks for the verdict and waits for it."""
        before = lesson_screen(self.app).session.verdict
        await self.pilot.press(key)
        await eventually(
            lambda: self._verdict is not None and self._verdict is not before, key, ENOUGH
        )
        await self.pilot.pause()
        assert self._verdict is not None
        return self._verdict

    @property
    def _verdict(self) -> Verdict | None:
        session = lesson_screen(self.app).session
        return session.verdict if session.activity is None else None

    async def say(self, question: QuestionStep, answer: QuizAnswer) -> None:
        """Makes this the answer to the question, and nothing else."""
        if question.mode in ("number", "shape"):
            await self._type(answer.text)
        for number, option in enumerate(question.options):
            said, wanted = self.answered.judged.get(number), answer.judged.get(number)
            if said != wanted and not (question.mode == "one" and wanted is None):
                judge = "t" if wanted else "f"
                key = judge if question.mode == "true-false" else ""
                await say_of(self.app, self.pilot, option.text, key)
        assert self.answered == answer

    async def _type(self, text: str) -> None:
        workspace = workspace_of(self.app)
        pane = workspace.panes["predict" if workspace.layout_state.kind == "predict" else "quiz"]
        pane.focus_target().focus()
        await self.pilot.press("end", *["backspace"] * len(self.answered.text), *text)
        await self.pilot.pause()

    @property
    def answered(self) -> QuizAnswer:
        """What is answered to the question on screen."""
        return workspace_of(self.app).answer

    async def sees(self, message: str) -> None:
        """The sentences of the message stand on the screen."""
        await eventually(lambda: not self._unseen(message, ""), message)

    async def reads(self, message: str) -> None:
        """They stand on the screen, or on what PgDn leads to."""
        seen = ""
        for _ in range(PAGES):
            seen += await self._settled()
            await self.pilot.press("pagedown")
        assert self._unseen(message, seen) == []

    async def _settled(self) -> str:
        """The screen once it stands still: an answer is scrolled to after it has been drawn, and
        PgDn pressed before that would pass by what was never on the screen."""
        before, now = "", screen_text(self.app)
        while now != before:
            await self.pilot.pause()
            before, now = now, screen_text(self.app)
        return now

    def _unseen(self, message: str, seen: str) -> list[str]:
        text = _letters(seen + screen_text(self.app))
        sentences = re.split(r"(?<=[.:]) ", message)
        return [each for each in sentences if _letters(each)[:24] not in text]


def _letters(text: str) -> str:
    """Without what Markdown, frames and line ends add."""
    return re.sub(r"[^A-Za-z0-9]", "", text)


@asynccontextmanager
async def at_the_keys(folder: Path, step: str | None) -> AsyncIterator[Learner]:
    """The app on this step, or where the learner was."""
    app = TutorApp(
        places=Places(LESSONS, folder / "images", folder / "data", folder / "config.toml"),
        config=Config(),
        start_at=step,
    )
    async with opened(app) as pilot:
        yield Learner(app, pilot)


def ids(steps: list[CodeStep] | list[QuizStep] | list[PredictStep]) -> list[str]:
    return [step.id for step in steps]


@pytest.mark.parametrize("step", CODE, ids=ids(CODE))
async def test_known_programs_are_told_what_they_are_to_be_told(
    tmp_path: Path, step: CodeStep
) -> None:
    async with at_the_keys(tmp_path, step.id) as learner:
        mistakes = [each for each in step.misconceptions if each.wrong]
        for mistake in drawn(mistakes, MAX_PROGRAMS, f"mistakes by keys {step.id}"):
            await learner.write(mistake.wrong)
            verdict = await learner.check()
            assert (verdict.kind, verdict.slug) == ("reject", mistake.id), verdict.message
            await learner.sees(verdict.message)
            assert not lesson_screen(learner.app).session.step_done
        for note in (each for each in step.notes if each.wrong):
            await learner.write(note.wrong)
            verdict = await learner.check()
            assert (verdict.kind, verdict.slug) == ("accept-with-note", note.id), verdict.message
            await learner.sees(verdict.message)
        others = drawn(step.also_right, 1, f"right by keys {step.id}")
        for program in (*others, step.solution):
            await learner.write(program)
            assert (await learner.check()).accepted
            assert lesson_screen(learner.app).session.step_done


@pytest.mark.parametrize("step", QUIZZES, ids=ids(QUIZZES))
async def test_every_answer_to_a_quiz_gets_its_reason(tmp_path: Path, step: QuizStep) -> None:
    async with at_the_keys(tmp_path, step.id) as learner:
        await learner.pilot.press("f6")
        for answer, why in wrong_answers(step):
            await learner.say(step, answer)
            assert (await learner.check("enter")).kind == "reject"
            await learner.sees(why)
            assert not lesson_screen(learner.app).session.step_done
        await learner.say(step, right_answer(step))
        assert (await learner.check("enter")).kind == "accept"
        assert lesson_screen(learner.app).session.step_done


@pytest.mark.parametrize("step", PREDICTIONS, ids=ids(PREDICTIONS))
async def test_every_guess_is_held_against_what_came_out(tmp_path: Path, step: PredictStep) -> None:
    async with at_the_keys(tmp_path, step.id) as learner:
        await learner.pilot.press("f6")
        guess = QuizAnswer(text="7") if step.answer else QuizAnswer({0: True})
        await learner.say(step, guess)
        await learner.check("enter")
        prediction_result = lesson_screen(learner.app).session.prediction_result
        assert prediction_result is not None
        for answer, why in wrong_answers(prediction_result.question):
            await learner.pilot.press("escape", "0")
            await learner.say(step, answer)
            assert (await learner.check("enter")).kind == "reject"
            await learner.reads(why)
        await learner.pilot.press("escape", "0")
        await learner.say(step, right_answer(prediction_result.question))
        assert (await learner.check("enter")).kind == "accept"
        await learner.sees("It came out as you guessed.")


async def test_a_prediction_about_a_training_shows_its_map(tmp_path: Path) -> None:
    async with at_the_keys(tmp_path, "deep-but-linear") as learner:
        await learner.pilot.press("f6", "1")
        await learner.check("enter")
        place = workspace_of(learner.app).layout_state.names.index("map")
        await learner.pilot.press("escape", str(place + 1))
        await learner.sees("step 300 of 300 · right: 179 of 200")


REBOUND = """
weight0 = model[0].weight
weight0 = weight0 - lr * weight0.grad
"""


MOVES = {
    "adam": ("training-loop", "", "largest change 0.00101; lr × gradient is 0.000221"),
    "by hand": ("manual-update", "", "largest change 0.000216 = lr 0.001 × gradient 0.216"),
    "sgd": ("sgd-optimizer", "", "largest change 0.00226 = lr 0.01 × gradient 0.226"),
    "rebound": ("manual-update", REBOUND, "unchanged, though its largest gradient is 0.216"),
}


@pytest.mark.parametrize("move", drawn(list(MOVES), 1, "moved weights"))
async def test_tensors_says_what_the_text_tells_of_how_far_a_weight_moved(
    tmp_path: Path, move: str
) -> None:
    step_id, program, words = MOVES[move]
    (step,) = (each for each in STEPS if each.id == step_id)
    assert isinstance(step, CodeStep)
    assert f"> {words}\n" in step.after
    async with at_the_keys(tmp_path, step_id) as learner:
        await learner.write(program or step.solution)
        await learner.run()
        workspace_of(learner.app).goto("tensors")
        await learner.pilot.pause()
        tensors = workspace_of(learner.app).panes["tensors"]
        assert isinstance(tensors, TensorsPane)
        for _ in range(MOST_TENSORS):
            if tensors.chosen == "model[0].weight":
                break
            await learner.pilot.press("right_square_bracket")
        await learner.sees(words)
