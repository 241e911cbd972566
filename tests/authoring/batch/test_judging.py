"""Many answers: each has its record, in the order of the lines, whatever happens to the worker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.lessons import CODE, QUIZ, READ, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tests.support.wait import DEADLINE, eventually, give_way
from tutor.authoring.batch.answer_lines import AnswerLine
from tutor.authoring.batch.digests import AnswerDigests
from tutor.authoring.batch.judging import AnswerJudge, Judged, WithRunner, judge_lines
from tutor.authoring.json_lines import json_line
from tutor.course.model import Course
from tutor.grading.length import MAX_CODE
from tutor.grading.verdict import Runner
from tutor.wire.commands import Execute, ObserveAll, Question
from tutor.wire.events import Observation

KEYS = [
    *("id", "step", "verdict", "slug", "message", "outcome", "error", "lines", "checks", "ms"),
    "digest",
]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE))


async def records(
    course: Course,
    *lines: bytes,
    runner: Runner | None = None,
    at_once: int = 1,
    dedupe: bool = True,
) -> tuple[list[dict[str, object]], bool]:
    """What is written for the lines, and whether all were accepted."""
    written: list[Judged] = []
    judge = a_judge(course, runner or PythonRunner(), at_once=at_once, dedupe=dedupe)
    accepted = await judge_lines(numbered(lines), judge, written.append)
    return [json.loads(json_line(judged.record)) for judged in written], accepted


def a_judge(
    course: Course, runner: Runner, *, at_once: int = 1, dedupe: bool = True
) -> AnswerJudge:
    one_by_one = WithRunner(course, runner, at_once=at_once)
    return AnswerJudge(one_by_one, AnswerDigests(course, "2.0"), dedupe=dedupe)


async def numbered(lines: Iterable[bytes]) -> AsyncIterator[AnswerLine]:
    for number, content in enumerate(lines, 1):
        if content.strip():
            yield AnswerLine(number, content)


def line(code: str, *, id: object = 1, step: str = "double") -> bytes:  # noqa: A002 - as in the file
    return json.dumps({"id": id, "step": step, "code": code}).encode() + b"\n"


async def test_a_verdict_for_each_line_in_order(course: Course) -> None:
    written, accepted = await records(
        course,
        line("y = 2 * x", id="a"),
        line("y = x ** 2", id=2),
        line("y = ...", id=3.5),
        line("y = x / 0", id="a"),
        line("y = 2 * x", id="b"),
    )
    assert not accepted
    assert [list(record) for record in written] == [KEYS] * 5
    found = [(r["id"], r["verdict"], r["slug"], r["outcome"], r["error"]) for r in written]
    assert found[:3] == [
        ("a", "accept", None, "finished", None),
        (2, "reject", "squared", "finished", None),
        (3.5, "not-attempted", "blank-left-in", None, None),
    ]
    assert found[3][:2] == ("a", "reject")
    assert found[3][3:] == ("raised", "ZeroDivisionError")
    assert found[4] == ("b", "accept", None, "finished", None)
    assert written[1]["message"] == "You squared it: 9."
    assert all(record["step"] == "double" for record in written)
    assert {check["name"] for check in written[0]["checks"]} >= {"y"}  # type: ignore[attr-defined] # JSON


async def test_all_accepted(course: Course) -> None:
    _, accepted = await records(course, line("y = 2 * x"), b"\n", line("y = x + x"))
    assert accepted
    assert (await records(course))[1]


async def test_each_answer_is_written_while_the_next_is_waited_for(course: Course) -> None:
    written: list[Judged] = []
    known: list[int] = []

    async def lines() -> AsyncIterator[AnswerLine]:
        while len(known) < 3:
            await eventually(lambda: len(written) == len(known), "the record of each before")
            known.append(len(written))
            yield AnswerLine(len(known), line("y = 2 * x"))

    await judge_lines(lines(), a_judge(course, PythonRunner(), at_once=3), written.append)
    assert known == [0, 1, 2]
    assert len(written) == 3


class Late(PythonRunner):
    """Runs the first program only once another was begun."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[str] = []
        self.second = asyncio.Event()

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Waits in the first call."""
        source = command.program.source
        if source not in self.begun:
            self.begun.append(source)
        if len(self.begun) > 1:
            self.second.set()
        await asyncio.wait_for(self.second.wait(), DEADLINE)
        return await super().observe(command, questions)


async def test_answers_of_a_file_are_judged_beside_each_other_and_written_in_order(
    course: Course,
) -> None:
    lines = [line("y = 2 * x", id=1), b"{", line("y = x + x", id=3), line("y = x", id=4)]
    written, accepted = await records(course, *lines, runner=Late(), at_once=3)
    assert not accepted
    assert [record["id"] for record in written] == [1, None, 3, 4]
    assert [record["verdict"] for record in written[:3]] == ["accept", "tutor-fault", "accept"]


async def test_what_was_begun_is_given_up_when_nobody_reads(course: Course) -> None:
    def closed(judged: Judged) -> None:
        raise BrokenPipeError

    lines = [line(f"y = {number} * x", id=number) for number in range(9)]
    before = asyncio.all_tasks()
    with pytest.raises(BrokenPipeError):
        await judge_lines(numbered(lines), a_judge(course, PythonRunner(), at_once=3), closed)
    await eventually(lambda: asyncio.all_tasks() == before, "no task left")


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"{", "Line 3 is not JSON: Expecting property name"),
        (b"[1]", "Line 3 is not a JSON object with `id`, `step` and `code`."),
        (b'"text"', "Line 3 is not a JSON object"),
        (b'{"id": 1}', "Line 3 lacks `step` and `code`."),
        (b'{"id": null, "step": "double", "code": ""}', "Line 3 has an `id` that is neither"),
        (b'{"id": true, "step": "double", "code": ""}', "Line 3 has an `id` that is neither"),
        (b'{"id": 1, "step": 2, "code": ""}', "Line 3 has a `step` that is not a text."),
        (b'{"id": 1, "step": "double", "code": null}', "Line 3 has a `code` that is not a text."),
        (b'{"id": "\xff", "step": "double", "code": ""}', "Line 3 is not UTF-8: byte 9"),
        (b'{"id": NaN, "step": "double", "code": ""}', "Line 3 is not JSON: NaN"),
    ],
)
async def test_a_line_that_cannot_be_read_is_answered_in_its_place(
    course: Course, bad: bytes, message: str
) -> None:
    written, accepted = await records(
        course, line("y = 2 * x", id="before"), b"  \n", bad, line("y = 2 * x", id="after")
    )
    assert not accepted
    assert [record["id"] for record in written] == ["before", None, "after"]
    assert written[1]["line"] == 3
    assert written[1]["verdict"] == "tutor-fault"
    assert written[1]["slug"] == "unreadable-line"
    assert str(written[1]["message"]).startswith(message)
    assert [written[1][key] for key in ("step", "outcome", "error", "checks")] == [
        None, None, None, [],
    ]  # fmt: skip
    assert written[2]["verdict"] == "accept"


@pytest.mark.parametrize(
    ("step", "slug", "message"),
    [
        ("duoble", "unknown-step", "There is no step `duoble`. "
         "The nearest code exercise is `double`."),
        ("which", "no-code-step", "`which` is not a code exercise: there is nothing to run. "
         "The nearest code exercise is `double`."),
        ("hello", "no-code-step", "`hello` is not a code exercise: there is nothing to run. "
         "The nearest code exercise is `double`."),
        ("x" * 1000, "unknown-step", f"There is no step `{'x' * 80}`. "
         "The nearest code exercise is `double`."),
    ],
)  # fmt: skip
async def test_no_such_exercise(course: Course, step: str, slug: str, message: str) -> None:
    written, accepted = await records(course, line("y = 1", id=7, step=step))
    assert not accepted
    record = written[0]
    assert (record["id"], record["step"], record["verdict"]) == (7, step, "tutor-fault")
    assert (record["slug"], record["message"]) == (slug, message)


async def test_further_keys_are_ignored(course: Course) -> None:
    text = b'{"code": "y = 2 * x", "step": "double", "id": 1, "name": {"a": [1]}}'
    written, accepted = await records(course, text)
    assert accepted
    assert list(written[0]) == KEYS


async def test_a_huge_answer(course: Course) -> None:
    written, _ = await records(course, line("#" * (MAX_CODE + 1)), line("y = 2 * x"))
    assert (written[0]["verdict"], written[0]["slug"]) == ("reject", "too-long")
    assert "has 262,145 bytes, but the limit is 262,144" in str(written[0]["message"])
    assert written[1]["verdict"] == "accept"


async def test_half_a_surrogate_pair_comes_back_as_it_was(course: Course) -> None:
    written, accepted = await records(course, line("y = 2 * x  # \ud800", id="\udfff"))
    assert written[0]["id"] == "\udfff"
    assert accepted


class _Broken(PythonRunner):
    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        raise OSError("no more processes")


async def test_a_failing_worker_does_not_end_the_run(course: Course) -> None:
    written, _ = await records(course, line("y = 1"), line("y = 2"), runner=_Broken())
    assert [record["verdict"] for record in written] == ["tutor-fault"] * 2
    assert "OSError: no more processes" in str(written[0]["message"])
    assert written[0]["slug"] == "tutor-fault"


async def test_how_a_program_ended(course: Course) -> None:
    runner = PythonRunner(endings={"while": "timeout", "dead": "lost"})
    written, _ = await records(
        course, line("while True: pass"), line("dead = 1; y = 1"), runner=runner
    )
    assert (written[0]["verdict"], written[0]["outcome"]) == ("reject", "timeout")
    assert (written[1]["verdict"], written[1]["outcome"]) == ("tutor-fault", "lost")
    assert written[1]["slug"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=20), st.text(max_size=9).map(line)), max_size=4))
async def test_every_line_is_answered(course: Course, lines: list[bytes]) -> None:
    quiet = PythonRunner(endings={"": "raised"})
    written, _ = await records(course, *lines, runner=quiet)
    assert len(written) == sum(bool(text.strip()) for text in lines)


class Counting(PythonRunner):
    """Knows how many programs of learners run at once, at most, and which."""

    def __init__(self) -> None:
        super().__init__()
        self.running = 0
        self.most = 0
        self.sources: list[str] = []

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Lets all others begin first."""
        self.sources.append(command.program.source)
        self.running += 1
        self.most = max(self.most, self.running)
        await give_way()
        self.running -= 1
        return await super().observe(command, questions)


ANSWERS = [
    "y = 2 * x",
    "y = x ** 2",
    "y = 2 * x",
    "y = ...",
    "y = x ** 2",
    "y = x + x",
    "y = 1 / 0",
]


async def test_equal_answers_are_judged_once(course: Course) -> None:
    lines = [line(code, id=number) for number, code in enumerate(ANSWERS * 2)]
    once, each = Counting(), Counting()
    deduped = await records(course, *lines, runner=once, at_once=3)
    plain = await records(course, *lines, runner=each, at_once=3, dedupe=False)
    assert without_times(deduped[0]) == without_times(plain[0])
    assert deduped[1] == plain[1]
    assert [record["id"] for record in deduped[0]] == list(range(len(lines)))
    assert once.sources.count("y = 2 * x") * 4 == each.sources.count("y = 2 * x")


@pytest.mark.parametrize("at_once", [2, 4, 9])
async def test_so_many_at_once_change_no_verdict(course: Course, at_once: int) -> None:
    lines = [line(f"{code}  # {number}", id=number) for number, code in enumerate(ANSWERS * 3)]
    alone = await records(course, *lines, runner=Counting())
    beside = await records(course, *lines, runner=Counting(), at_once=at_once)
    assert without_times(alone[0]) == without_times(beside[0])


def without_times(records: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{key: value for key, value in each.items() if key != "ms"} for each in records]


class Dying(Counting):
    """A worker that dies of some programs, with all that runs beside them."""

    def __init__(self, killer: str, times: int) -> None:
        super().__init__()
        self.killer = killer
        self.times = times
        self.deaths = 0

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        """Loses every run that was begun before a death, and not ended."""
        before = self.deaths
        observation = await super().observe(command, questions)
        if self.killer in command.program.source and self.times:
            self.times -= 1
            self.deaths += 1
        return Observation("lost") if self.deaths > before else observation

    async def observe_all(self, command: ObserveAll) -> tuple[Observation, ...]:
        """Loses those of the author, too."""
        before = self.deaths
        await give_way()
        observations = await super().observe_all(command)
        return tuple(Observation("lost") if self.deaths > before else o for o in observations)


async def test_an_answer_of_which_the_worker_dies_costs_its_own_line_alone(course: Course) -> None:
    codes = [f"y = 2 * x  # {number}" for number in range(8)]
    codes[1] = "y = 'dies'"
    lines = [line(code, id=number) for number, code in enumerate(codes)]
    runner = Dying("dies", times=99)
    written, _ = await records(course, *lines, runner=runner, at_once=4)
    assert [record["id"] for record in written] == list(range(8))
    verdicts = [record["verdict"] for record in written]
    assert verdicts == ["accept", "tutor-fault", *["accept"] * 6]
    assert written[1]["outcome"] == "lost"
    tries = [source for source in runner.sources if "dies" in source]
    assert len(tries) <= 2 * 2  # under the givens and one variation, twice


async def test_what_was_lost_once_is_judged_again(course: Course) -> None:
    lines = [line(f"y = 2 * x  # {number}", id=number) for number in range(6)]
    written, accepted = await records(course, *lines, runner=Dying("# 2", times=1), at_once=3)
    assert accepted
    assert [record["outcome"] for record in written] == ["finished"] * 6


async def test_it_ends_where_there_is_no_worker_any_more(course: Course) -> None:
    class Gone(Exception):
        pass

    async def gone() -> None:
        raise Gone

    written: list[Judged] = []
    one_by_one = WithRunner(course, Dying("# 2", times=99), at_once=2, recover=gone)
    judge = AnswerJudge(one_by_one, AnswerDigests(course, "2"))
    lines = [line(f"y = 2 * x  # {number}", id=number) for number in range(6)]
    before = asyncio.all_tasks()
    with pytest.raises(Gone):
        await judge_lines(numbered(lines), judge, written.append)
    assert len(written) <= 2
    assert all(judged.record["verdict"] == "accept" for judged in written)
    await eventually(lambda: asyncio.all_tasks() == before, "no task left")
