"""Questions to the last run: when there is something to ask, and what is said of each answer."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.session.asking import Asking, lines_as_expression
from tutor.session.core import TutorSession
from tutor.session.state import PartRun
from tutor.session.words.asked_text import (
    AGAIN,
    CHANGED,
    CUT,
    ENDED_EARLY,
    ENDS_PROGRAM,
    NOT_YET,
    NOTHING_PRINTED,
    RUN_FIRST,
    TOO_LONG,
    AskedText,
    asked_text,
)
from tutor.ui.marks import UNICODE
from tutor.wire.commands import MAX_EXPRESSION
from tutor.wire.events import ErrorFacts, Evaluation, Executed, Observation, RunEnded

RAN = "y = 6"


async def _session(folder: Path, client: FakeClient) -> TutorSession:
    session = new_session(folder, client=client, start_at="double")
    await session.open()
    return session


async def _run(session: TutorSession, source: str = RAN) -> None:
    assert session.runs.run(source)
    await eventually(lambda: session.state.activity is None, "the end of the run")


async def test_there_is_nothing_to_ask_before_a_run_is_over(tmp_path: Path) -> None:
    client = FakeClient(held=True)
    session = await _session(tmp_path, client)
    assert await session.runs.asking.ask("y", RAN) == AskedText(words=RUN_FIRST)
    assert session.runs.run(RAN)
    assert client.commands[-1].keep
    assert await session.runs.asking.ask("y", RAN) == AskedText(words=NOT_YET)
    client.release()
    await eventually(lambda: session.state.activity is None, "the end of the run")
    assert await session.runs.asking.ask("y", RAN) == AskedText("'y'", is_value=True)
    assert client.evaluated == ["y"]
    await session.close()


async def test_an_answer_says_if_the_code_is_another_by_now(tmp_path: Path) -> None:
    session = await _session(tmp_path, FakeClient())
    await _run(session)
    assert await session.runs.asking.ask("y", "y = 7") == AskedText("'y'", CHANGED, is_value=True)
    session.runs.run("\ny", part=PartRun("x\ny", 2, 2))
    await eventually(lambda: session.state.activity is None, "the end of the run")
    assert (await session.runs.asking.ask("y", "x\ny")).words == ""
    await session.close()


async def test_a_name_that_was_not_in_the_run_is_told_as_that(tmp_path: Path) -> None:
    client = FakeClient()
    not_there = ErrorFacts("NameError", "name 'z' is not defined")
    client.evaluations["z"] = Evaluation("raised", error=not_there)
    client.evaluations["1 / 0"] = Evaluation("raised", error=ErrorFacts("ZeroDivisionError", "no"))
    client.evaluations["f("] = Evaluation("raised", error=ErrorFacts("SyntaxError", "no"))
    session = await _session(tmp_path, client)
    await _run(session)

    async def words(expression: str, source: str) -> str:
        return (await session.runs.asking.ask(expression, source)).words

    assert "misspelt" in await words("z", RAN)
    assert await words("z", f"{RAN}\nz = 1") == f"`z` does not exist in that run. {CHANGED}"
    assert (await words("z", f"{RAN} # z")).endswith(f"given a value only further down? {CHANGED}")
    assert (await words("1 / 0", "y = 7")).endswith(CHANGED)
    assert CHANGED not in await words("f(", "y = 7")
    whole = f"z = 1\n{RAN}"
    assert session.runs.run(f"\n{RAN}", part=PartRun(whole, 2, 2))
    await eventually(lambda: session.state.activity is None, "the end of the run")
    assert await words("z", whole) == (
        "`z` does not exist in that run. Only line 2 has run, after the given code."
    )
    await session.close()


async def test_lines_go_on_from_the_last_run(tmp_path: Path) -> None:
    client = FakeClient()
    session = await _session(tmp_path, client)
    whole = f"{RAN}\nz = y\nz"
    part = PartRun(whole, 3, 3)
    program, asking = "\n\nz", session.runs.asking
    assert not asking.has_run
    assert await asking.run_lines(program, part) is None
    await _run(session, whole)
    assert session.runs.asking.has_run
    asked = lines_as_expression(program)
    for evaluation, told in (
        (Evaluation("value", "6", "a\n"), AskedText("a\n6", is_value=True)),
        (Evaluation("value", "None"), AskedText(words=NOTHING_PRINTED, is_value=True)),
        (Evaluation("gone", is_last=True), None),
        (Evaluation("on-card", is_last=True), None),
    ):
        client.evaluations[asked] = evaluation
        assert await asking.run_lines(program, part) == told
    error = ErrorFacts("ZeroDivisionError", "no", line=3, source_line="as it was in the run")
    client.evaluations[asked] = Evaluation("raised", printed="a\n", error=error)
    told_of_error = await asking.run_lines(program, PartRun(f"{whole}  # edited", 3, 3))
    assert told_of_error is not None
    assert told_of_error.shown == "a\nline 3: z  # edited\nZeroDivisionError: no"
    assert told_of_error.words.endswith(CHANGED)
    await session.close()


async def test_a_run_that_was_ended_leaves_nothing(tmp_path: Path) -> None:
    ended = RunEnded(Observation("timeout", Executed("finished")))
    client = FakeClient([(ended,)])
    client.evaluations["y"] = Evaluation("gone", is_last=True)
    session = await _session(tmp_path, client)
    await _run(session)
    assert await session.runs.asking.ask("y", RAN) == AskedText(words=ENDED_EARLY)
    await session.close()


async def test_a_question_that_is_too_long_is_not_asked(tmp_path: Path) -> None:
    client = FakeClient()
    session = await _session(tmp_path, client)
    await _run(session)
    most = f"y{' ' * (MAX_EXPRESSION - 2)}y"
    told = await session.runs.asking.ask(f"{most}y", RAN)
    assert told == AskedText(words=TOO_LONG)
    assert await session.runs.asking.ask(most, RAN) != told
    assert client.evaluated == [most]
    await session.close()


@pytest.mark.parametrize("is_over", [True, False])
async def test_what_is_left_is_given_back_with_the_step(tmp_path: Path, is_over: bool) -> None:
    client = FakeClient(held=not is_over)
    session = await _session(tmp_path, client)
    if is_over:
        await _run(session)
    else:
        assert session.runs.run(RAN)
        await eventually(lambda: bool(client.runs), "the run to begin")
    session.move(1)
    assert client.runs[-1].forgotten == 1
    assert await session.runs.asking.ask("y", RAN) == AskedText(words=RUN_FIRST)
    await session.close()


async def test_a_check_can_be_asked_as_well(tmp_path: Path) -> None:
    client = FakeClient()
    session = await _session(tmp_path, client)
    assert session.runs.check(RAN)
    await eventually(lambda: session.state.verdict is not None, "the verdict")
    assert [command.keep for command in client.commands] == [True]
    assert await session.runs.asking.ask("y", RAN) == AskedText("'y'", is_value=True)
    await session.close()


async def test_questions_take_turns(tmp_path: Path) -> None:
    client = FakeClient([finished()])
    session = await _session(tmp_path, client)
    await _run(session)
    client.may_evaluate = False
    asked = [asyncio.create_task(_ask(session.runs.asking, each)) for each in ("y", "z")]
    await eventually(lambda: client.evaluated == ["y"], "the first to be asked")
    client.may_evaluate = True
    client.wake()
    assert [told.shown for told in await asyncio.gather(*asked)] == ["'y'", "'z'"]
    assert client.evaluated == ["y", "z"]
    await session.close()


async def _ask(asking: Asking, expression: str) -> AskedText:
    return await asking.ask(expression, RAN)


def test_a_value_is_told_below_what_was_printed() -> None:
    told = asked_text(Evaluation("value", "7\x1b[2J", "a\n", is_cut=True))
    assert told == AskedText("a\n7\\x1b[2J", CUT, is_value=True)


@pytest.mark.parametrize(
    ("error", "shown", "words"),
    [
        (
            ErrorFacts("NameError", "name 'yy' is not defined", nearest=("y",)),
            "NameError: name 'yy' is not defined",
            "`yy` does not exist here. Did you mean `y`?",
        ),
        (
            ErrorFacts("ZeroDivisionError", "division by zero", 3, source_line="1 / 0"),
            "line 3: 1 / 0\nZeroDivisionError: division by zero",
            "Something is divided by 0.",
        ),
        (
            ErrorFacts("SyntaxError", "'(' was never closed", 1, 1, "f("),
            "SyntaxError: '(' was never closed",
            "The bracket `(` is never closed. Put `)` where it ends.",
        ),
        (
            ErrorFacts("SyntaxError", "invalid syntax", 1, 3, "x y"),
            "SyntaxError: invalid syntax",
            "Python gets stuck at `y`.",
        ),
        (
            ErrorFacts("SyntaxError", "Missing parentheses in call to 'print'", 1, 1, "print y"),
            "SyntaxError: Missing parentheses in call to 'print'",
            "`print` has no parentheses.",
        ),
        (ErrorFacts("OddError", "{key:run}"), "OddError: {key:run}", ""),
    ],
)
def test_errors_are_explained_as_those_of_a_program(
    error: ErrorFacts, shown: str, words: str
) -> None:
    told = asked_text(Evaluation("raised", error=error))
    assert told.shown == shown
    assert told.words.startswith(words)
    assert "line 1" not in told.words.lower()


def test_what_would_end_the_program_is_said_to() -> None:
    error = ErrorFacts("SystemExit", "None")
    assert asked_text(Evaluation("raised", printed="a\n", error=error)) == AskedText(
        "a", ENDS_PROGRAM
    )


def test_statements_are_refused_with_what_to_do() -> None:
    said = {
        kind: asked_text(Evaluation("statement", statement=kind)).words
        for kind in ("none", "assignment", "import", "other")
    }
    assert said["none"].startswith("A comment has no value.")
    assert "`==`" in said["assignment"]
    assert "An import belongs in the code" in said["import"]
    assert "such as `x.shape`" in said["other"]


@pytest.mark.parametrize(
    ("evaluation", "words"),
    [
        (Evaluation("not-run"), "none of it has run"),
        (Evaluation("timeout"), "It did not finish within 3 seconds, and was stopped."),
        (Evaluation("memory"), "It takes more than 256 MB of memory"),
        (Evaluation("processes", is_last=True), "more processes than a run may have"),
        (Evaluation("ended", detail="exit status 3"), "It ended its own process (exit status 3)."),
        (Evaluation("ended", is_last=True), "It ended its own process."),
        (Evaluation("busy"), "is still being computed"),
        (Evaluation("on-card", is_last=True), "the card's memory"),
        (Evaluation("gone", is_last=True), "{key:run} runs the code again"),
    ],
)
def test_each_end_is_told_and_when_to_run_again(evaluation: Evaluation, words: str) -> None:
    told = asked_text(evaluation)
    assert words in told.words
    says_more = evaluation.outcome not in ("gone", "on-card")
    assert (AGAIN in told.words) == (evaluation.is_last and says_more)
    assert "{" not in UNICODE.fill(told.words)
