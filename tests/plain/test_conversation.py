"""What is told when a learner types commands: the small course, with a fake worker."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import nan
from pathlib import Path

import pytest

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.plain_mode import Listener, listening
from tests.support.tutor_app import DOUBLE, write_course
from tests.support.tutor_session import new_session
from tests.support.wait import eventually, give_way
from tutor.client.transcript import TranscriptExcerpt
from tutor.config import Config
from tutor.plain.command_row import Command
from tutor.plain.conversation import COMMANDS, matching
from tutor.plain.desk import Desk
from tutor.plain.main_thread import act_meanwhile, prompt_of
from tutor.plain.running import follow
from tutor.plain.teller import Teller
from tutor.progress.drafts import Drafts
from tutor.session import commands as app_commands
from tutor.session.run_events import SecondPassed
from tutor.wire.events import (
    CurveNamed,
    ErrorFacts,
    Frame,
    InventoryEntry,
    InventoryTaken,
    LossesRecorded,
    OutputWritten,
    Paused,
    TrainingNoted,
)
from tutor.wire.values import ModuleValue, Statistics, TensorValue


async def test_the_start_says_that_plain_mode_is_on_and_where_one_is(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        assert learner.heard == [
            "nntutor, plain mode, by command. Type help for commands.",
            "Reading: What a network does. Step 1 of 5.",
            "A network turns numbers into numbers.",
            "First paragraph of the lesson.",
            "Type next to go on.",
        ]
        assert prompt_of(learner.desk) == "step 1> "


async def test_a_question_is_answered_by_its_number(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        heard = await learner.types("next")
        assert heard[:3] == [
            "Quiz: Which one is it? Step 2 of 5.",
            "Question: One of these is right.",
            "Choose one of 2: type its number.",
        ]
        assert await learner.types("1 2") == ["Choose only one: type its number alone."]
        right = next(line[0] for line in heard if line.endswith("The second."))
        wrong = "12".replace(right, "")
        assert await learner.types(wrong) == [
            f"Not yet: choice {wrong}.",
            f"Choice {wrong}: The first is wrong.",
            "Type another answer, or hint.",
        ]
        assert await learner.types("hint") == ["Hint 1 of 1: It is not the first."]
        assert await learner.types("explain") == ["You can read that once the step is done."]
        assert await learner.types(right) == [
            f"Right: choice {right}.",
            f"Choice {right}: It comes after the first.",
            "Next is step 3. Type next, or explain for what it shows.",
        ]
        assert await learner.types("explain") == ["The second one it was."]
        assert await learner.types("7") == ["The choices are 1 to 2."]


async def test_a_program_is_written_line_by_line_and_checked(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        assert learner.heard[1:] == [
            "Code: Twice as much. Step 3 of 5.",
            "Task: Store twice x as y.",
            "There is 1 gap, line 1.",
            "Given code: 1 line, type given. Program: 1 line, type code.",
        ]
        assert await learner.types("given") == [
            "Given: it runs before your program.",
            "Code: 1 line.",
            "Line 1: x = 3",
        ]
        assert await learner.types("set 1   y = x") == ["Line 1 is now: y = x"]
        assert (await learner.types("check"))[0].startswith("Not yet: ")
        assert await learner.types("in 1", "undo") == [
            "Undone. Changed: line 1.",
            "Line 1: y = x",
        ]
        assert await learner.types("set 1 y = 2 * x", "add z = 1", "code") == [
            "Code: 2 lines.",
            "Line 1: y = 2 * x",
            "Line 2: z = 1",
        ]
        heard = await learner.types("check")
        assert heard[0].startswith("Right: ")
        assert heard[-1] == "Next is step 4. Type next, or explain for what it shows."
        assert await learner.types("attempts") == [
            "Answer 1: right, 2 lines, as your code is now.",
            "Answer 2: not yet, 1 line, 2 lines differ. Line 1: y = x",
            "Type attempts and a number to restore one.",
        ]
        assert (await learner.types("attempts 99"))[0] == "The answers are 1 to 2."
    assert Drafts(tmp_path / "data").load("basics", "double").text == "y = 2 * x\nz = 1\n"  # type: ignore[union-attr]


async def test_a_command_that_finds_nothing_says_so(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        assert await learner.types("attempts") == [
            "You have checked nothing here, so there is no answer to restore."
        ]
        assert await learner.types("hint all") == ["This step has no hints."]
        assert await learner.types("go double", "hint all") == [
            "No hint was shown here yet: type hint."
        ]


async def test_a_whole_program_is_typed_up_to_a_dot(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("write", "for i in x:")
        assert prompt_of(learner.desk) == "line 2> "
        assert await learner.types("    check", "", ".") == ["Written: 2 lines."]
        assert learner.desk.source == "for i in x:\n    check\n"


async def test_to_write_takes_no_name_of_a_file(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        before = learner.desk.source
        assert (await learner.types("write out.py"))[0].startswith("Nothing was started.")
        assert await learner.types("code raw") == before.splitlines()


async def test_what_was_typed_when_input_ends_is_kept_in_a_file(tmp_path: Path) -> None:
    from tutor.plain.editing import drop_typed

    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("write", "y = 7")
        drop_typed(learner.desk)
        assert learner.heard[-2] == "Your program is unchanged."
        file = tmp_path / "data" / "edited" / "double.py"
        assert learner.heard[-1] == f"What you typed is kept in the file {file}."
        assert file.read_text() == "y = 7\n"


async def test_the_own_editor_says_which_lines_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = tmp_path / "wanted.py"
    wanted.write_text("# mine\ny = 4\n")
    monkeypatch.setenv("VISUAL", f"cp {wanted}")
    async with listening(tmp_path, start_at="double") as learner:
        assert await learner.types("edit") == [
            "Your text from cp is here.",
            "2 lines now. Changed: lines 1 and 2.",
            "Line 1: # mine",
            "Line 2: y = 4",
        ]
        assert await learner.types("undo") == [
            "Undone. Changed: line 1. 1 line fewer.",
            "Line 1: y = ...",
        ]


async def test_help_is_shown_only_once_it_is_agreed_to(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        await learner.types("hint", "hint")
        heard = await learner.types("solution")
        assert heard[0].startswith("Show one solution, word by word? Type yes")
        assert await learner.types("where", "yes") == [
            "There is no command yes. Type help for commands."
        ]
        assert (await learner.types("solution", "yes"))[0].startswith("The beginning of one")
        assert "Line 1: y = 2 *" in await learner.types("hint")
        assert learner.desk.source == "y = ...\n"


async def test_in_an_exam_there_is_no_help(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double", config=Config(exam=True)) as learner:
        for command in ("hint", "solution"):
            heard = await learner.types(command)
            assert heard[0] == "Note: This is an exam: there are no hints and no solutions."
        heard = await learner.types("set 1 y = x", "check")
        assert heard[-1] == "Change the program and check again."


def _tensor(*numbers: float) -> InventoryEntry:
    data = array("d", numbers).tobytes()
    return InventoryEntry("out", TensorValue("float32", "float", (1, len(numbers)), data))


async def test_a_run_is_told_from_its_start_to_what_it_left(tmp_path: Path) -> None:
    events = (
        OutputWritten("stdout", "".join(f"row {n}\n" for n in range(20)) + "=======\n"),
        LossesRecorded(0, (0.731, 0.4, 0.2009)),
        TrainingNoted(curves=(CurveNamed(0, "loss", "SGD"),)),
        InventoryTaken((_tensor(-0.0412, 0.109),)),
    )
    async with listening(
        tmp_path, client=FakeClient([finished(*events, milliseconds=1234)]), start_at="double"
    ) as learner:
        assert await learner.types("run") == [
            "Running: at most 60 seconds. Ctrl+C stops it.",
            "Finished. 3 steps: the loss fell from 0.731 to 0.201. It took 1.2 seconds.",
            "Output: 21 lines.",
            *(f"Output {n}: row {n - 1}" for n in range(1, 9)),
            "10 lines are left out here: type output for the file with all of them.",
            "Output 19: row 18",
            "3 more lines: type more.",
        ]
        assert await learner.types("more") == [
            "Output 20: row 19",
            "Output 21: 7 times =",
            "To hear more: loss, tensor.",
        ]
        assert (await learner.types("loss"))[0] == (
            "Loss: 3 values, from 0.731 to 0.201. Least 0.201, the last."
        )
        assert await learner.types("loss values 2-3") == ["Step 2: 0.4, 0.201"]
        assert (await learner.types("tensor out"))[0] == (
            "Tensor out: 1 row, 2 columns, float32. Least minus 0.0412, largest 0.109, mean 0.0339."
        )
        assert await learner.types("tensor out rows") == ["Row 0: minus 0.0412, 0.109"]
        assert await learner.types("tensor uot") == [
            "The program left no tensor, model or number uot. Did you mean out?"
        ]


async def test_what_is_no_number_is_counted_and_of_none_nothing_is_said(tmp_path: Path) -> None:
    vast = TensorValue("float32", "float", (100, 100), b"")
    none = TensorValue("float32", "float", (0,), b"")
    told = {
        "vast": Statistics(mean=1, std=1, low=0, high=2, nans=3, infinities=1),
        "lost": Statistics(mean=nan, std=nan, low=nan, high=nan, nans=10_000, infinities=0),
        "none": Statistics(mean=nan, std=nan, low=nan, high=nan, nans=0, infinities=0),
    }
    entries = tuple(
        InventoryEntry(name, none if name == "none" else vast, statistics=statistics)
        for name, statistics in told.items()
    )
    client = FakeClient([finished(InventoryTaken((*entries, _tensor(1, nan, 3))))])
    async with listening(tmp_path, client=client, start_at="double") as learner:
        assert await learner.types("run", "tensor vast") == [
            "Tensor vast: 100 rows, 100 columns, float32. Least 0, largest 2, mean 1. "
            "4 are nan or infinite."
        ]
        assert (await learner.types("tensor lost"))[0].endswith("float32. No number is finite.")
        assert await learner.types("tensor none") == ["Tensor none: 0 numbers, float32."]
        assert (await learner.types("tensor out"))[0].endswith("mean 2. 1 is nan or infinite.")


async def test_only_numbers_that_are_known_are_offered(tmp_path: Path) -> None:
    row = TensorValue("float32", "float", (2,), array("d", (1, 2)).tobytes())
    entries = (
        _tensor(1, 2),
        InventoryEntry("row", row),
        InventoryEntry("one", TensorValue("float32", "float", (1, 1), array("d", [7]).tobytes())),
        InventoryEntry("net", ModuleValue("Sequential", "", 12)),
    )
    client = FakeClient([finished(InventoryTaken(entries))])
    async with listening(tmp_path, client=client, start_at="double") as learner:
        assert (await learner.types("run", "tensor out"))[1:] == [
            "Type tensor out rows for its numbers, or columns for the mean of each."
        ]
        assert (await learner.types("tensor row"))[1:] == ["Type tensor row rows for its numbers."]
        assert await learner.types("tensor one") == ["Tensor one: 7, float32."]
        assert await learner.types("tensor net") == ["Model net: Sequential, 12 numbers to learn."]


async def test_the_file_with_all_output_is_told_before_what_is_left_out(tmp_path: Path) -> None:
    printed = OutputWritten("stdout", "".join(f"row {n}\n" for n in range(20)))
    client = FakeClient([finished(printed)])
    client.output = TranscriptExcerpt(Path("/tmp/printed.txt"), left_out=70)
    async with listening(tmp_path, client=client, start_at="double") as learner:
        assert await learner.types("run", "output") == [
            "Output: 20 lines.",
            "The output is in /tmp/printed.txt until the next run.",
            "The last 70 bytes are not in it.",
            *(f"Output {n}: row {n - 1}" for n in range(1, 9)),
            "9 lines are left out here.",
            "3 more lines: type more.",
        ]


async def test_an_error_is_told_with_its_line_and_the_calls_on_request(tmp_path: Path) -> None:
    frames = (Frame("exercise.py", 1, "<module>", "f()"), Frame("exercise.py", 4, "f", "1 / 0"))
    error = ErrorFacts("ZeroDivisionError", "division by zero", line=1, frames=frames)
    async with listening(
        tmp_path, client=FakeClient([raised(error)]), start_at="double"
    ) as learner:
        heard = await learner.types("run")
        assert heard[1] == "Stopped by an error: ZeroDivisionError, line 1."
        assert "Type trace for the calls that led there." in heard
        assert await learner.types("trace") == [
            "ZeroDivisionError: division by zero",
            "2 calls, the last one first.",
            "In exercise.py, line 4, f: 1 / 0",
            "In exercise.py, line 1, <module>: f()",
        ]


async def test_an_error_without_calls_offers_none(tmp_path: Path) -> None:
    error = ErrorFacts("SyntaxError", "invalid syntax", line=1)
    async with listening(
        tmp_path, client=FakeClient([raised(error)]), start_at="double"
    ) as learner:
        assert "Type trace for the calls that led there." not in await learner.types("run")
        assert await learner.types("trace") == [
            "SyntaxError: invalid syntax",
            "No call led there: the program did not begin.",
        ]


async def test_a_long_run_is_told_of_by_quarters_and_can_be_stopped(tmp_path: Path) -> None:
    client = FakeClient([(LossesRecorded(0, (0.9, 0.5)),), finished()], held=True)
    async with listening(tmp_path, client=client, start_at="double") as learner:
        running = asyncio.create_task(learner.types("run"))
        await eventually(lambda: learner.desk.state.activity is not None, "the run")
        client.release()
        await eventually(lambda: learner.desk.session.timeline.current.losses, "the losses")
        run_id = learner.desk.state.last_run
        for _ in range(16):
            learner.desk.session.dispatch(SecondPassed(run_id))
            await give_way(1)
        act_meanwhile(learner.desk, "stop")
        heard = await running
    assert heard[:6] == [
        "Running: at most 60 seconds. Ctrl+C stops it.",
        "Training: step 2. Loss 0.5. After 15 of at most 60 seconds.",
        "Stopping.",
        "Stopped.",
        "You stopped the program.",
        "Its output until then is kept.",
    ]


async def test_a_run_that_a_fault_of_the_tutor_has_cut_off_is_waited_for_no_longer(
    tmp_path: Path,
) -> None:
    client = FakeClient([finished()], held=True)
    session = new_session(tmp_path, client=client, start_at="double")
    await session.open()
    desk = Desk(session, Teller(lambda _: None), data=tmp_path)
    assert session.runs.run("y = 1\n")
    following = asyncio.create_task(follow(desk))
    await give_way()
    session.set(failure=RuntimeError("of the tutor"))
    await asyncio.wait_for(following, 10)
    assert session.state.activity is not None
    await session.close()


@asynccontextmanager
async def at_a_pause(folder: Path) -> AsyncIterator[tuple[Listener, FakeClient, list[str]]]:
    """A learner whose training pauses before its first move, and what was told of it."""
    client = FakeClient([(Paused(1, "backward", 2, 7),), finished()], held=True)
    async with listening(folder, client=client, start_at="double") as learner:
        stepping = asyncio.create_task(learner.types("phase"))
        await eventually(lambda: learner.desk.state.activity is not None, "the run")
        client.release()
        yield learner, client, await stepping


async def test_a_training_goes_on_phase_by_phase(tmp_path: Path) -> None:
    async with at_a_pause(tmp_path) as (learner, client, heard):
        assert heard[1] == "Paused before backward(), step 2, line 7."
        going_on = asyncio.create_task(learner.types("pause"))
        client.release()
        assert (await going_on)[-1].startswith("Finished.")


async def test_what_is_stopped_at_a_pause_is_not_told_to_run(tmp_path: Path) -> None:
    async with at_a_pause(tmp_path) as (learner, _, _):
        assert (await learner.types("stop"))[0] == "Stopped."


async def test_code_that_cannot_be_saved_is_not_left_without_a_question(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        drafts = tmp_path / "data" / "drafts"
        drafts.write_text("no folder")
        await learner.types("set 1 y = 5")
        for line in ("quit", "where", "quit"):
            heard = await learner.types(line)
            assert not learner.desk.has_ended
        assert heard[0].startswith("Your code is not saved: ")
        assert heard[1] == "If you leave, unsaved work is lost. Type yes to leave."
        await learner.types("yes")
        assert learner.desk.has_ended
        learner.desk.has_ended = False
        drafts.unlink()
        assert await learner.types("quit") == []
        assert learner.desk.has_ended


async def test_any_line_is_answered(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        for name in COMMANDS:
            if name != "quit":
                assert await learner.types(name), name
                learner.desk.typed = None
        assert await learner.types("") == ["Type a command, or help."]
        assert await learner.types("y = 3") == [
            "There is no command y. Type help for commands.",
            "To write a line of the program, type set, its number and the code.",
        ]
        assert await learner.types("chekc") == ["There is no command chekc. Did you mean check?"]
        assert await learner.types("ta") == ["Which one: task, take, table?"]
        assert (await learner.types("\x1b[2J\x07wh"))[0].startswith("Code: Twice as much.")
        assert all(line.isprintable() for line in learner.heard)


async def test_a_fault_of_a_command_is_told_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_desk: Desk, _words: str) -> None:
        raise ZeroDivisionError("of the tutor")

    monkeypatch.setitem(COMMANDS, "where", Command("where", fail, "fails."))
    async with listening(tmp_path, start_at="double") as learner:
        heard = await learner.types("where")
        assert heard[0].startswith("That failed because of a fault in the tutor, ZeroDivision")
        assert await learner.types("set 1 y = 1") == ["Line 1 is now: y = 1"]
        fault, learner.desk.fault = learner.desk.fault, None
        assert isinstance(fault, ZeroDivisionError)


async def test_what_was_told_is_told_again_word_for_word(tmp_path: Path) -> None:
    async with listening(tmp_path, start_at="double") as learner:
        task = await learner.types("task")
        assert await learner.types("repeat") == task
        where = await learner.types("where")
        assert await learner.types("repeat 2") == task
        assert await learner.types("repeat") == where
        assert (await learner.types("log"))[-3].startswith("2 ago, task: Task: Store twice")
        file = tmp_path / "log.txt"
        assert await learner.types(f"log {file}") == [f"Written: {file}."]
        assert "> task\nTask: Store twice x as y.\n" in file.read_text()
        assert (await learner.types(f"log {file}"))[0].startswith("Not written: ")


async def test_titles_of_open_steps_are_heard_as_they_are_meant(tmp_path: Path) -> None:
    steps = {"10-double": DOUBLE.replace("Twice as much", "3 − 5 in 80 %")}
    write_course(tmp_path / "lessons", steps)
    async with listening(tmp_path) as learner:
        assert (await learner.types("next"))[1] == "Still open: step 1, 3 minus 5 in 80 percent."


async def test_one_goes_on_back_and_anywhere(tmp_path: Path) -> None:
    async with listening(tmp_path) as learner:
        assert (await learner.types("go 4"))[0] == "Code: Times itself. Step 4 of 5."
        assert (await learner.types("back"))[0] == "Code: Twice as much. Step 3 of 5."
        assert (await learner.types("go ask-me"))[0] == "Quiz: Which one is it? Step 2 of 5."
        assert (await learner.types("go 1.2"))[0] == "Quiz: Which one is it? Step 2 of 5."
        assert (await learner.types("go 9"))[0] == "There is no step 9."
        assert (await learner.types("go 5", "next"))[:2] == [
            "That was the last step of Basics.",
            "Still open: step 1, What a network does; step 2, Which one is it?; "
            "step 3, Twice as much; step 4, Times itself; step 5, The end.",
        ]
        assert (await learner.types("outline nowhere"))[0] == "There is no lesson nowhere."
        assert (await learner.types("go 1", "back")) == ["Note: This is the first step."]


def test_a_beginning_is_enough_where_one_command_has_it() -> None:
    assert [command.name for command in matching("hin")] == ["hint"]
    assert [command.name for command in matching("IN")] == ["in"]
    assert [command.name for command in matching("ins")] == ["insert"]


def test_no_command_is_the_name_of_two() -> None:
    from tutor.plain.conversation import GROUPS

    assert len(COMMANDS) == sum(len(commands) for _, commands in GROUPS)


def test_texts_can_name_every_action() -> None:
    from tutor.plain.desk import NAMES

    for action in app_commands.COMMANDS:
        assert {action.name, f"{action.name}.all"} <= NAMES.keys()
        command = NAMES[action.name].removeprefix("the command ").split()[0]
        assert command in COMMANDS or NAMES[action.name] == "a key of the app"
        assert action.name not in COMMANDS or command in COMMANDS
