from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.lessons import CODE, QUIZ, READ, sound_course, write_course
from tests.support.python_runner import PythonRunner
from tests.support.wait import DEADLINE, eventually
from tutor.authoring.grade_answers import grade_file, grade_lines, verdict_json, verdict_text
from tutor.authoring.json_lines import json_line
from tutor.course.model import Course
from tutor.grading.length import MAX_CODE
from tutor.grading.verdict import CheckResult, Verdict
from tutor.wire.commands import Execute, Question
from tutor.wire.events import Observation

KEYS = ["id", "step", "verdict", "slug", "message", "outcome", "error", "lines", "checks", "ms"]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return sound_course(write_course(tmp_path, read=READ, quiz=QUIZ, code=CODE))


async def records(
    course: Course, *lines: bytes, runner: PythonRunner | None = None
) -> tuple[list[dict[str, object]], bool]:
    """What is written for the lines, and whether all were accepted."""
    written: list[dict[str, object]] = []
    accepted = await grade_lines(lines, course, runner or PythonRunner(), written.append)
    return [json.loads(json_line(record)) for record in written], accepted


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


async def test_each_answer_is_written_before_the_next_is_read(course: Course) -> None:
    written: list[dict[str, object]] = []
    known: list[int] = []

    def lines() -> Iterator[bytes]:
        for _ in range(3):
            known.append(len(written))
            yield line("y = 2 * x")

    await grade_lines(lines(), course, PythonRunner(), written.append)
    assert known == [0, 1, 2]


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
    written: list[dict[str, object]] = []
    lines = [line("y = 2 * x", id=1), b"{", line("y = x + x", id=3), line("y = x", id=4)]
    assert not await grade_lines(lines, course, Late(), written.append, at_once=3)
    assert [record["id"] for record in written] == [1, None, 3, 4]
    assert [record["verdict"] for record in written[:3]] == ["accept", "tutor-fault", "accept"]


async def test_what_was_begun_is_given_up_when_nobody_reads(course: Course) -> None:
    def closed(record: dict[str, object]) -> None:
        raise BrokenPipeError

    lines = [line("y = 2 * x", id=number) for number in range(9)]
    before = asyncio.all_tasks()
    with pytest.raises(BrokenPipeError):
        await grade_lines(lines, course, PythonRunner(), closed, at_once=3)
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
    assert "has 262,145 bytes, and at most 262,144 are run" in str(written[0]["message"])
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
    assert (written[1]["verdict"], written[1]["outcome"]) == ("tutor-fault", None)
    assert written[1]["slug"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.binary(max_size=20), st.text(max_size=9).map(line)), max_size=4))
async def test_every_line_is_answered(course: Course, lines: list[bytes]) -> None:
    quiet = PythonRunner(endings={"": "raised"})
    written, _ = await records(course, *lines, runner=quiet)
    assert len(written) == sum(bool(text.strip()) for text in lines)


async def test_one_file(course: Course) -> None:
    verdict = await grade_file(course, "double", "y = 2 * x", PythonRunner())
    assert verdict.kind == "accept"
    assert verdict_text(verdict).startswith("✓ Right.")


def test_a_verdict_as_a_learner_reads_it() -> None:
    verdict = Verdict(
        "reject",
        "squared",
        "You *squared* it.",
        evidence=("y = x ** 2", "got 9\n\x1b[31mexpected\t6"),
        notes=("`x` was changed.",),
    )
    assert verdict_text(verdict) == (
        "✗ Not right yet.\n\nYou squared it.\n\n"
        "    y = x ** 2\n    got 9\n    expected    6\n\n`x` was changed."
    )
    assert verdict_text(Verdict("accept")) == "✓ Right."


def test_a_verdict_as_json() -> None:
    verdict = Verdict(
        "reject",
        "squared",
        "No.",
        checks=(CheckResult("y", True), CheckResult("y", False, "Off.", variation="x = -5")),
        outcome="finished",
        milliseconds=3.14159,
    )
    assert verdict_json(verdict, id=None, step="double") == {
        "id": None,
        "step": "double",
        "verdict": "reject",
        "slug": "squared",
        "message": "No.",
        "outcome": "finished",
        "error": None,
        "lines": None,
        "checks": [
            {"name": "y", "passed": True, "message": ""},
            {"name": "y (x = -5)", "passed": False, "message": "Off."},
        ],
        "ms": 3.1,
    }
