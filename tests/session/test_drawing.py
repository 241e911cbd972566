"""The pad without a screen: of several strokes the newest is asked, and each failure has words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.lessons import DRAWN
from tests.support.tutor_app import READ, write_course
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.course.slider_values import drawing_in
from tutor.grading.lab import goals_question
from tutor.session.asking import GONE, NOT_ANSWERED
from tutor.session.core import TutorSession
from tutor.session.state import PadView
from tutor.wire.events import Evaluation, PadShown
from tutor.wire.pads import EMPTY, question_about

SHARES = (0.1,) * 10
ONE, TWO, THREE = ("9" * count + EMPTY[count:] for count in (1, 2, 3))


async def at_pad(folder: Path, client: FakeClient) -> TutorSession:
    for cells in (EMPTY, ONE, TWO, THREE):
        answer = Evaluation("value", repr(list(SHARES)))
        client.evaluations.setdefault(question_about(cells), answer)
    session = new_session(folder, client=client, start_at="double")
    await session.open()
    assert session.runs.run("y = 6")
    await eventually(lambda: session.state.pad == PadView(EMPTY, EMPTY, SHARES), "the answer")
    return session


async def test_while_an_answer_is_awaited_only_the_newest_drawing_is_kept(tmp_path: Path) -> None:
    client = FakeClient([finished(PadShown(EMPTY))])
    session = await at_pad(tmp_path, client)
    client.may_evaluate = False
    session.runs.drawing.draw(ONE)
    await eventually(lambda: client.evaluated[-1] == question_about(ONE), "the question")
    session.runs.drawing.draw(TWO)
    session.runs.drawing.draw(THREE)
    client.may_evaluate = True
    client.wake()
    await eventually(lambda: client.evaluations_ended == 3, "both answers")
    assert client.evaluated == [question_about(each) for each in (EMPTY, ONE, THREE)]
    await session.close()


@pytest.mark.parametrize(
    ("evaluation", "words"),
    [
        (Evaluation("timeout"), "It did not finish within 3 seconds, and was stopped."),
        (Evaluation("gone", is_last=True), GONE),
        (Evaluation("value", "[0.5, 0.5]"), NOT_ANSWERED),
        (Evaluation("value", "forged"), NOT_ANSWERED),
    ],
)
async def test_without_an_answer_there_are_words(
    tmp_path: Path, evaluation: Evaluation, words: str
) -> None:
    client = FakeClient([finished(PadShown(EMPTY))])
    client.evaluations[question_about(ONE)] = evaluation
    session = await at_pad(tmp_path, client)
    session.runs.drawing.draw(ONE)
    expected = PadView(EMPTY, ONE, words=words)
    await eventually(lambda: session.state.pad == expected, "the words")
    await session.close()


async def test_the_pad_goes_with_its_step(tmp_path: Path) -> None:
    session = await at_pad(tmp_path, FakeClient([finished(PadShown(EMPTY))]))
    session.go_to("read-me")
    assert session.state.pad is None
    session.runs.drawing.draw(ONE)
    assert session.state.pad is None
    await session.close()


async def test_the_drawing_of_a_lab_is_its_answer_and_reaches_goals(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-ink": DRAWN, "20-read-me": READ})
    client = FakeClient(*([finished(PadShown(EMPTY))] for _ in range(2)))
    for cells in (EMPTY, ONE, TWO):
        client.evaluations[question_about(cells)] = Evaluation("value", repr(list(SHARES)))
    session = new_session(tmp_path, client=client, start_at="ink")
    await session.open()
    step, drawing = session.state.step, session.runs.drawing
    assert step is not None
    for cells in (EMPTY, ONE, TWO):
        answer = Evaluation("value", repr([cells == TWO]))
        client.evaluations[goals_question(step, cells)] = answer
    assert session.answers.lab.run(step.scaffold)
    await session.runs.until_idle()
    drawing.draw(ONE)
    await drawing.until_answered()
    assert session.state.goals == {}
    drawing.draw(TWO)
    await drawing.until_answered()
    assert session.state.step_done
    await session.drafts.save_and_wait()
    for kept in ("drafts", "accepted"):
        text = (tmp_path / f"data/{kept}/basics/ink.py").read_text()
        assert drawing_in(step, text) == TWO, kept
    assert session.answers.lab.run(step.scaffold), "as after a reset"
    await session.runs.until_idle()
    assert session.state.pad is not None
    assert session.state.pad.cells == EMPTY
    await session.close()


async def test_a_lab_opens_with_the_drawing_of_its_draft(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", {"10-ink": DRAWN, "20-read-me": READ})
    session = new_session(tmp_path, client=FakeClient([finished(PadShown(EMPTY))]), start_at="ink")
    await session.open()
    assert session.answers.lab.run(f'drawing = "{TWO}"')
    await session.runs.until_idle()
    assert session.state.pad is not None
    assert (session.state.pad.start, session.state.pad.cells) == (EMPTY, TWO)
    await session.close()
