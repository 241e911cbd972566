"""Programs in real processes: what comes back, in which order, and how it is stopped."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.wait import eventually
from tests.support.worker import Worker, texts, worker
from tutor.wire.commands import Execute, Limits, ObserveAll, Program, Question
from tutor.wire.events import (
    Executed,
    OutputWritten,
    ProgressShown,
    ResourcesUsed,
    RunEnded,
    RunEvent,
)
from tutor.wire.values import IntValue, TextValue

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("process")]

FOREVER = "print('begun')\nwhile True: pass"


async def _run(running: Worker, source: str, **limits: int) -> list[tuple[RunEvent, ...]]:
    command = Execute(Program(source=source), Limits(**limits))
    return [batch async for batch in running.client.begin(command).events()]


async def test_a_program_is_run_and_asked(running: Worker) -> None:
    observation = await running.observe("x = 6\nprint('six')", "x * 7", "name", "'a' + 'b'")
    assert observation.outcome == "finished"
    assert observation.executed == Executed(
        "finished", milliseconds=observation.executed.milliseconds if observation.executed else 0
    )
    number, missing, text = observation.answers
    assert number.value == IntValue(42)
    assert missing.error is not None
    assert missing.error.type_name == "NameError"
    assert text.value == TextValue("ab")
    assert observation.output == "six\n"
    assert observation.milliseconds > 0


async def test_a_process_that_waits_for_its_command_has_rehearsed_once(running: Worker) -> None:
    """One that is wanted at once has not: the rehearsal would take longer than it saves."""
    seen: set[int] = set()
    while 1 not in seen:
        await eventually(lambda: running.client.describe().spares, "a process that waits")
        observation = await running.observe("x = rehearsals", "x")
        value = observation.answers[0].value
        assert isinstance(value, IntValue)
        seen.add(value.value)
    assert seen <= {0, 1}


async def test_a_watched_run_has_a_process_that_has_rehearsed_a_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other run takes it, since its learner would have to train without."""
    seen: dict[bool, set[object]] = {True: set(), False: set()}
    async with worker(tmp_path, monkeypatch, rehearses_training=True) as running:
        while IntValue(1) not in seen[True]:
            for is_live in (False, True):
                await eventually(lambda: running.client.describe().spares == 2, "two spares")
                command = Execute(Program(source="x = trainings"), live=is_live)
                observation = await running.client.observe(command, (Question("x"),))
                seen[is_live].add(observation.answers[0].value)
    assert seen[True] <= {IntValue(0), IntValue(1)}
    assert seen[False] == {IntValue(0)}


async def test_what_a_long_run_uses_is_told_while_it_lasts(running: Worker) -> None:
    command = Execute(Program(source="held = b'x' * 80_000_000\nwhile True: pass"))
    told: list[ResourcesUsed] = []
    async for batch in running.client.begin(command).events():
        told += [event for event in batch if isinstance(event, ResourcesUsed)]
        if told:
            running.client.stop()
    assert 60 <= told[0].memory_mb <= 200
    assert 0 < told[0].cpu_percent <= 200


async def test_errors_and_their_line(running: Worker) -> None:
    observation = await running.observe("x = 1\nx / 0")
    assert observation.outcome == "raised"
    assert observation.executed is not None
    assert observation.executed.error is not None
    assert observation.executed.error.line == 2


async def test_nothing_is_left_from_one_run_to_the_next(running: Worker) -> None:
    assert (await running.observe("open('here', 'w').write('x')\nkept = 1")).outcome == "finished"
    observation = await running.observe("import os\nfiles = len(os.listdir('.'))", "files", "kept")
    assert observation.answers[0].value == IntValue(0)
    assert observation.answers[1].error is not None


async def test_events_come_in_order_and_end_once(running: Worker) -> None:
    batches = await _run(running, "import sys\nprint('out')\nprint('err', file=sys.stderr)")
    events = [event for batch in batches for event in batch]
    assert {event.stream: event.text for event in events if isinstance(event, OutputWritten)} == {
        "stdout": "out\n",
        "stderr": "err\n",
    }
    assert [type(event) for event in events if not isinstance(event, OutputWritten)] == [
        Executed,
        RunEnded,
    ]
    ended = events[-1]
    assert isinstance(ended, RunEnded)
    assert (ended.observation.output, ended.observation.error_output) == ("out\n", "err\n")


async def test_output_is_seen_while_the_program_runs(running: Worker) -> None:
    batches = running.client.begin(Execute(Program(source=FOREVER))).events()
    first = await anext(batches)
    assert texts([first]) == "begun\n"
    running.client.stop()
    rest = [batch async for batch in batches]
    ended = rest[-1][-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "stopped"


async def test_a_progress_bar_is_seen_while_it_grows(running: Worker) -> None:
    source = "import time\nprint('\\r 10%\\r 20%', end='', flush=True)\nwhile True: pass"
    batches = running.client.begin(Execute(Program(source=source))).events()
    assert await anext(batches) == (ProgressShown(" 20%"),)
    running.client.stop()
    rest = [event async for batch in batches for event in batch]
    assert [each for each in rest if isinstance(each, OutputWritten | ProgressShown)] == [
        OutputWritten("stdout", " 20%"),
        ProgressShown(""),
    ]


async def test_a_run_begins_before_anybody_takes_its_events(running: Worker) -> None:
    run = running.client.begin(Execute(Program(source=FOREVER)))
    await running.until_printed()
    run.stop()
    ended = [batch async for batch in run.events()][-1][-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "stopped"
    assert ended.observation.output == "begun\n"


async def test_a_run_that_waits_for_the_worker_can_be_stopped(running: Worker) -> None:
    run = running.client.begin(Execute(Program(source=FOREVER)))
    assert running.client.state.phase in ("starting", "waiting")
    run.stop()
    ((ended,),) = [batch async for batch in run.events()]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "stopped"
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_much_output_arrives_whole(running: Worker) -> None:
    source = "for n in range(20000): print(n)"
    text = texts(await _run(running, source, output_mb=1))
    assert text == "".join(f"{n}\n" for n in range(20000))


async def test_bytes_that_are_no_text(running: Worker) -> None:
    source = (
        r"import os; os.write(1, b'\x1b[31mred\x1b]0;title\x07 \xff\xe2\x82'); os.write(1, b'\xac')"
    )
    assert (await running.observe(source)).output == "red \ufffd€"


async def test_only_a_stop_that_was_asked_for_is_one(running: Worker) -> None:
    observation = await running.observe("raise KeyboardInterrupt")
    assert observation.outcome == "raised"
    assert observation.executed is not None
    assert observation.executed.outcome == "raised"


async def test_a_run_that_swallows_every_memory_error_ended_for_memory(running: Worker) -> None:
    source = (
        "kept = []\nwhile True:\n    try:\n        kept.append(bytearray(1_000_000))\n"
        "    except MemoryError:\n        pass\n"
    )
    limits = Limits(seconds=1.5, memory_mb=100)
    assert (await running.observe(source, limits=limits)).outcome == "memory"


async def test_there_is_no_keyboard(running: Worker) -> None:
    observation = await running.observe("input()")
    assert observation.executed is not None
    assert observation.executed.error is not None
    assert observation.executed.error.type_name == "EOFError"


async def test_a_run_that_nobody_watches_is_ended(running: Worker) -> None:
    batches = running.client.begin(Execute(Program(source=FOREVER))).events()
    assert texts([await anext(batches)]) == "begun\n"
    busy = len(running.processes("nnt-learner"))
    await batches.aclose()  # type: ignore[attr-defined] # it is a generator
    await eventually(lambda: len(running.processes("nnt-learner")) != busy, "the run to end")
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_a_cancelled_run_is_ended(running: Worker) -> None:
    task = asyncio.create_task(running.observe("while True: pass"))
    await running.until("ready")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_runs_at_the_same_time(running: Worker) -> None:
    sources = [f"x = {n}\nprint(x)" for n in range(6)]
    observations = await asyncio.gather(*(running.observe(source, "x") for source in sources))
    assert [o.answers[0].value for o in observations] == [IntValue(n) for n in range(6)]
    assert [o.output for o in observations] == [f"{n}\n" for n in range(6)]


async def test_stop_ends_what_waits_and_what_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch, parallel=1) as running:
        batches = running.client.begin(Execute(Program(source=FOREVER))).events()
        await anext(batches)
        waiting = asyncio.create_task(running.observe("x = 1"))
        ran: list[bool] = []
        asyncio.get_running_loop().call_soon(ran.append, True)
        await eventually(lambda: ran, "the second run to have come to the queue")
        running.client.stop()
        last = [batch async for batch in batches][-1][-1]
        assert isinstance(last, RunEnded)
        assert last.observation.outcome == "stopped"
        assert (await waiting).outcome == "stopped"
        assert (await running.observe("x = 1")).outcome == "finished"


async def test_stop_is_asked_first_and_the_program_may_answer(running: Worker) -> None:
    source = (
        "import time\ntry:\n print('begun')\n while True: time.sleep(0.01)\n"
        "finally: print('tidied up')"
    )
    batches = running.client.begin(Execute(Program(source=source))).events()
    assert texts([await anext(batches)]) == "begun\n"
    running.client.stop()
    assert texts([batch async for batch in batches]) == "tidied up\n"


async def test_stop_does_not_ask_twice(running: Worker) -> None:
    source = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGINT, lambda *a: os.write(1, b'no\\n'))\n"
        "print('begun')\nwhile True: time.sleep(0.01)"
    )
    batches = running.client.begin(Execute(Program(source=source))).events()
    assert texts([await anext(batches)]) == "begun\n"
    running.client.stop()
    assert texts([await anext(batches)]) == "no\n"
    running.client.stop()
    ended = [batch async for batch in batches][-1][-1]
    assert isinstance(ended, RunEnded)
    assert ended.observation.outcome == "stopped"
    assert ended.observation.line == 4


async def test_what_is_asked_before_the_worker_is_ready_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with worker(tmp_path, monkeypatch) as running:
        assert running.client.state.phase in ("starting", "waiting")
        assert (await running.observe("x = 1", "x")).answers[0].value == IntValue(1)
        assert running.phases == ["starting", "ready"]


async def test_spares_wait_ready(running: Worker) -> None:
    for _ in range(3):
        await eventually(lambda: running.client.describe().spares == 2, "two spares")
        await eventually(lambda: len(running.processes("nnt-learner")) == 2, "their processes")
        assert (await running.observe("x = 1")).outcome == "finished"


@pytest.mark.parametrize(("wanted", "waiting"), [(4, 4), (1, 1), (0, 1), (99, 5)])
async def test_as_many_wait_as_are_wanted(running: Worker, wanted: int, waiting: int) -> None:
    await eventually(lambda: running.client.describe().spares == 2, "two spares")
    running.client.want_spares(wanted)
    await eventually(lambda: len(running.processes("nnt-learner")) == waiting, "their processes")
    await eventually(lambda: running.client.describe().spares == waiting, "word of them")


async def test_programs_of_the_author(running: Worker) -> None:
    programs = (Program(source="x = 1"), Program(source="x = 1 / 0"), Program(source="x = 3"))
    command = ObserveAll(programs, (Question("x"),))
    first, second, third = await running.client.observe_all(command)
    assert first.answers[0].value == IntValue(1)
    assert second.outcome == "raised"
    assert third.answers[0].value == IntValue(3)


async def test_programs_of_the_author_are_run_once(running: Worker) -> None:
    command = ObserveAll((Program(source="import os\nx = os.getpid()"),), (Question("x"),))
    first, second = await asyncio.gather(
        running.client.observe_all(command), running.client.observe_all(command)
    )
    assert first is second
    assert await running.client.observe_all(command) is first


async def test_programs_of_the_author_are_not_stopped(running: Worker) -> None:
    source = "import time\nfor n in range(30): time.sleep(0.01)"
    author = asyncio.create_task(
        running.client.observe_all(ObserveAll((Program(source=source),), ()))
    )
    batches = running.client.begin(Execute(Program(source=FOREVER))).events()
    await anext(batches)
    running.client.stop()
    assert isinstance([batch async for batch in batches][-1][-1], RunEnded)
    assert [o.outcome for o in await author] == ["finished"]


async def test_spares_wait_ready_while_programs_of_the_author_run(running: Worker) -> None:
    command = ObserveAll((Program(source=FOREVER),), (), Limits(seconds=60.0))
    author = asyncio.create_task(running.client.observe_all(command))
    await eventually(lambda: len(running.processes("nnt-learner")) == 3, "two spares and a run")
    await eventually(lambda: running.client.describe().spares == 2, "word of the spares")
    assert not author.done()


async def test_programs_of_the_author_that_do_not_end(running: Worker) -> None:
    programs = (Program(source="x = 1"), Program(source="while True: pass"), Program())
    command = ObserveAll(programs, (Question("x"),), Limits(seconds=0.3))
    observations = await running.client.observe_all(command)
    assert [o.outcome for o in observations] == ["finished", "timeout", "timeout"]
    seen = [observation.executed is not None for observation in observations]
    assert seen == [True, False, False], "nothing is known of those that it did not come to"
    assert await running.client.observe_all(command) is not observations


@pytest.mark.parametrize(
    ("source", "why"),
    [("#" * 5_000_000, "over the limit"), ("x = '\ud800'", "surrogates not allowed")],
    ids=["too large", "no text"],
)
async def test_a_command_that_cannot_be_sent(running: Worker, source: str, why: str) -> None:
    observation = await running.observe(source)
    assert observation.outcome == "lost"
    assert why in observation.detail
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_a_question_that_cannot_be_sent(running: Worker) -> None:
    observation = await running.observe("x = 1", "'\ud800'")
    assert observation.outcome == "lost"
    assert "surrogates not allowed" in observation.detail
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_a_large_command_and_a_large_answer(running: Worker) -> None:
    observation = await running.observe("x = '" + "x" * 3_000_000 + "'", "x[:1000000]")
    assert observation.answers[0].value == TextValue("x" * 1_000_000)


async def test_what_is_told_of_the_worker(running: Worker) -> None:
    await running.observe("x = 1")
    await eventually(lambda: running.client.describe().last_run_ms, "the run to be noted")
    facts = running.client.describe()
    assert facts.phase == "ready"
    assert facts.torch_version == "0.0-stub"
    assert facts.zygote_tasks == 1
    assert facts.level is not None
    assert facts.protection
    assert 0 < facts.imported_ms <= facts.ready_ms
    assert facts.first_run_ms > 0


@pytest.mark.parametrize("forged", [rb"\x81\xa4type\xa2\xff\xff", rb"\x81\xa4type\xc1", rb"\xc0"])
async def test_a_forged_message_that_is_no_text_costs_only_its_own_run(
    running: Worker, forged: bytes
) -> None:
    payload = f"b'{forged.decode()}'"
    source = (
        f"import os\nos.write(3, len({payload}).to_bytes(4, 'little') + {payload})\n"
        "while True: pass"
    )
    observation = await running.observe(source, limits=Limits(seconds=20, output_mb=1))
    assert observation.outcome == "crashed"
    assert (await running.observe("x = 1")).outcome == "finished"
    assert running.phases == ["starting", "ready"]


@pytest.mark.parametrize("expression", ["sum(range(10**12))", "10**10**8 // 3", "[0] * 10**11"])
async def test_no_expression_of_a_lesson_runs_for_ever(running: Worker, expression: str) -> None:
    limits = Limits(seconds=1, output_mb=1)
    learner = await running.observe("x = 1", expression, limits=limits)
    command = ObserveAll((Program(source="x = 1"),), (Question(expression),), limits)
    (author,) = await running.client.observe_all(command)
    ended = "finished" if "[0]" in expression else "timeout"
    assert (learner.outcome, author.outcome) == (ended, ended)
    assert (await running.observe("x = 1")).outcome == "finished"


async def test_data_files_stand_in_the_folder_of_a_run_and_cannot_be_written(
    running: Worker,
) -> None:
    source = "seen = open('table.csv').read()\nopen('table.csv', 'a')"
    command = Execute(Program(source=source), files=(("table.csv", b"3700"),))
    observation = await running.client.observe(command, (Question("seen"),))
    assert observation.answers[0].value == TextValue("3700")
    assert observation.executed is not None
    assert observation.executed.error is not None
    assert observation.executed.error.type_name == "PermissionError"
