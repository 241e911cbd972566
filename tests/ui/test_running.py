"""Run, Check and Stop: queued before PyTorch is ready, streamed, stopped, never twice at once."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.fake_client import FakeClient, finished, raised
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    TO_START,
    WIDE,
    lesson_screen,
    opened,
    pane_of,
    say_of,
    screen_text,
    tutor_app,
    with_keys,
    workspace_of,
)
from tests.support.wait import eventually
from tutor.config import Caps, Config
from tutor.grading import kinds as grading
from tutor.grading.length import MAX_CODE, too_long
from tutor.session.run_events import SecondPassed
from tutor.session.runs import (
    ALREADY,
    CHECKING,
    NOTHING_RUNS,
    PAUSED,
    STARTING,
    STOPPING,
    WAITING,
    busy_notice,
)
from tutor.session.state import Activity, Pause, State
from tutor.ui.app import TutorApp
from tutor.ui.panes.code import CodePane
from tutor.ui.panes.loss import LossPane
from tutor.ui.panes.output import OutputPane
from tutor.ui.panes.tensors import TensorsPane
from tutor.ui.widgets.output_log import OutputLog
from tutor.wire.events import (
    ErrorFacts,
    InventoryEntry,
    InventoryTaken,
    LayerShapes,
    LossesRecorded,
    OutputWritten,
    Paused,
    ProgressShown,
    WorkerPhase,
    WorkerStateChanged,
)
from tutor.wire.values import FloatValue


def printed(text: str) -> OutputWritten:
    return OutputWritten("stdout", text)


def inventory(**numbers: float) -> InventoryTaken:
    return InventoryTaken(tuple(InventoryEntry(n, FloatValue(v)) for n, v in numbers.items()))


def idle(app: TutorApp) -> bool:
    return lesson_screen(app).session.activity is None


async def test_output_is_shown_while_the_program_runs(tmp_path: Path) -> None:
    client = FakeClient([(printed("first\n"),), finished(printed("second\n"))], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        client.release()
        await eventually(lambda: "first" in screen_text(app), "the first line")
        assert "running" in screen_text(app)
        assert "second" not in screen_text(app)
        client.release()
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert "second" in screen_text(app)
        assert "finished in 5.0 s" in screen_text(app)


def _is_shown(app: TutorApp, text: str) -> bool:
    return text in screen_text(app)


async def test_a_progress_bar_is_shown_while_it_grows_and_no_longer(tmp_path: Path) -> None:
    bars = ProgressShown("epoch 1\n 40% |##   |"), ProgressShown("epoch 1\n 60% |###  |")
    client = FakeClient([*((each,) for each in bars), finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        for shown in ("40% |##", "60% |###"):
            client.release()
            await eventually(partial(_is_shown, app, shown), shown)
        assert not _is_shown(app, "40%")
        client.release()
        await eventually(lambda: idle(app), "the end")
        await eventually(lambda: "60%" not in screen_text(app), "no bar")


async def test_a_new_run_begins_with_an_empty_log(tmp_path: Path) -> None:
    client = FakeClient([finished(printed("first\n"))], [finished(printed("second\n"))])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        for text in ("first", "second"):
            await pilot.press("f5")
            await eventually(lambda: idle(app), "the end")
            await pilot.pause()
            assert text in screen_text(app)
        assert "first" not in screen_text(app)


@pytest.mark.parametrize("key", ["f5", "f4"])
async def test_before_pytorch_is_ready_it_answers_at_once_and_waits(
    tmp_path: Path, key: str
) -> None:
    client = FakeClient([finished(printed("done\n"))], phase="starting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"y=1", "ctrl+k", key)
        await pilot.pause()
        assert "Preparing PyTorch" in screen_text(app)
        await pilot.press(key)
        await pilot.pause()
        assert with_keys(WAITING) in " ".join(screen_text(app).split())
        client.become("ready")
        await eventually(lambda: idle(app), "the end")
        assert len(client.commands) == 1


@pytest.mark.parametrize(
    ("activity", "phase", "said"),
    [
        (None, "ready", STARTING),
        (Activity(1, "run", begun=True), "ready", ALREADY),
        (Activity(1, "check", begun=True), "ready", CHECKING),
        (Activity(1, "run"), "starting", WAITING),
        (Activity(1, "run", begun=True, stopping=True), "ready", STOPPING),
        (Activity(1, "run", begun=True, pause=Pause(1)), "ready", ALREADY),
        (Activity(1, "run", begun=True, pause=Pause(1, at=Paused(1, "step", 1))), "ready", PAUSED),
    ],
)
def test_what_is_in_the_way_of_a_run_is_told(
    activity: Activity | None, phase: WorkerPhase, said: str
) -> None:
    assert busy_notice(State(activity=activity, worker=WorkerStateChanged(phase))) == said


async def test_stop_and_pause_are_offered_only_while_a_program_runs(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")

    async def offered() -> tuple[bool, bool, bool]:
        footer = "F9 Stop" in screen_text(app)
        await pilot.press("escape")
        await pilot.pause()
        strip = {"s Stop" in screen_text(app), "Enter Pause" in screen_text(app)}
        await pilot.press("escape")
        await pilot.pause()
        commands = {command.title for command in app.get_system_commands(app.screen)}
        return footer, strip == {True}, {"Stop", "Pause"} <= commands

    async with opened(app) as pilot:
        assert await offered() == (False, False, False)
        await pilot.press("f5")
        await pilot.pause()
        assert await offered() == (True, True, True)
        client.release()
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert await offered() == (False, False, False)


@pytest.mark.parametrize("key", ["f5", "f4"])
async def test_what_waits_can_be_given_up(tmp_path: Path, key: str) -> None:
    client = FakeClient(phase="starting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("escape", "2", TO_START, *"y=1", "ctrl+k", key, "f9")
        await pilot.pause()
        assert idle(app)
        assert "Stopped before it began." in screen_text(app)
        client.become("ready")
        await pilot.press("f5")
        await eventually(lambda: idle(app), "a later run")
        assert lesson_screen(app).session.ending is not None


async def test_stop_ends_a_run_and_says_so(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f9")
        await pilot.pause()
        assert NOTHING_RUNS in screen_text(app)
        await pilot.press("f5", "f9")
        await eventually(lambda: idle(app), "the stop")
        await pilot.pause()
        ending = lesson_screen(app).session.ending
        assert ending is not None
        assert ending.outcome == "stopped"
        assert "stopped" in screen_text(app)
        assert client.stops == 1


async def test_a_run_begins_before_anything_is_drawn(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app):
        await lesson_screen(app).action_command("run")
        assert len(client.runs) == 1


async def test_a_run_that_waits_for_the_worker_is_given_up_at_once(tmp_path: Path) -> None:
    client = FakeClient(phase="starting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5", "f9")
        assert idle(app)
        assert [run.stops for run in client.runs] == [1]


async def test_a_worker_that_ended_is_told_until_the_next_run(tmp_path: Path) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("restarting", "The worker ended. A new one is starting.")
        await pilot.pause()
        assert "The worker ended. A new one is starting." in screen_text(app)
        client.become("ready")
        await pilot.pause()
        assert "The worker ended" in screen_text(app)
        assert "is ready" in screen_text(app)
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert "The worker ended" not in screen_text(app)


async def test_a_run_that_takes_longer_than_a_second_tells_for_how_long(tmp_path: Path) -> None:
    client = FakeClient([finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        run_id = lesson_screen(app).session.last_run
        told = re.compile(r"running \d+ s, at most 60 s")
        await eventually(lambda: told.search(screen_text(app)) is not None, "the first second")
        client.release()
        await eventually(lambda: idle(app), "the end")
        before = lesson_screen(app).session
        lesson_screen(app).tutor.dispatch(SecondPassed(run_id))
        assert lesson_screen(app).session is before


async def test_without_pytorch_the_reason_is_said_and_the_rest_works(tmp_path: Path) -> None:
    client = FakeClient(phase="starting")
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        client.become("failed", "PyTorch is not installed here. Install it with pip.")
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert "PyTorch is not installed here." in screen_text(app)
        workspace_of(app).code.replace_source("y = 6\n")
        await pilot.press("f4")
        await eventually(lambda: "⚠ Not judged" in screen_text(app), "the verdict")
        text = screen_text(app)
        assert text.count("PyTorch is not installed here.") == 1
        assert "report" not in text
        await pilot.press("shift+f8")
        await pilot.pause()
        await pilot.press("escape", "2")
        await say_of(app, pilot, "The second.")
        await pilot.press("f4")
        await pilot.pause()
        assert "✓ Right" in screen_text(app)


async def test_an_exception_is_explained_and_its_line_marked(tmp_path: Path) -> None:
    error = ErrorFacts("ZeroDivisionError", "division by zero", line=1, source_line="y = 1 / 0")
    client = FakeClient([raised(error, printed("before\n"))])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        text = screen_text(app)
        assert "ZeroDivisionError: division by zero" in text
        assert "line 1: y = 1 / 0" in text
        assert workspace_of(app).code.editor.error_line == 1


async def test_a_mark_ends_with_an_edit_of_its_line_and_with_the_next_run(tmp_path: Path) -> None:
    error = ErrorFacts("NameError", "name 'b' is not defined", line=2, source_line="a = b")
    client = FakeClient([raised(error)], [finished()], [finished()])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        editor = workspace_of(app).code.editor
        workspace_of(app).code.editor.reset_to("y = ...\na = b\n")
        await pilot.press("f4")
        await eventually(lambda: editor.error_message == "fill this in", "the mark of the check")
        await pilot.press("f5")  # with the blank as it was
        await eventually(lambda: editor.error_message == "NameError", "the mark of the run")
        assert editor.error_line == 2
        await pilot.press("f4")
        await eventually(lambda: editor.error_message == "fill this in", "the mark of the check")
        editor.replace("2 * x", (0, 4), (0, 7))
        assert editor.error_line == 0
        await pilot.press("f5")
        await eventually(lambda: "finished" in screen_text(app), "the end")
        await pilot.pause()
        assert editor.error_line == 0
        workspace_of(app).code.editor.reset_to("y = ...\n")
        await pilot.press("f4")
        await eventually(lambda: editor.error_message == "fill this in", "the mark of the check")
        await pilot.press("f5")  # the blank is still there, and now it has run
        await eventually(lambda: idle(app) and not editor.error_line, "the end of the mark")
        await pilot.pause()
        assert editor.error_line == 0


async def test_a_line_that_was_edited_while_it_ran_is_not_marked(tmp_path: Path) -> None:
    error = ErrorFacts("NameError", "name 'b' is not defined", line=2, source_line="a = b")
    client = FakeClient([raised(error)], [raised(error)], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        code = workspace_of(app).code
        for edit, marked in ((((0, 0), "\n"), 3), (((1, 0), "c"), 0)):
            code.editor.reset_to("x = 1\na = b\n")
            await pilot.press("f5")
            place, text = edit
            code.editor.insert(text, place)
            client.release()
            await eventually(lambda: idle(app), "the end")
            await pilot.pause()
            assert code.editor.error_line == marked


async def test_where_nothing_was_printed_the_explanation_has_all_the_room(tmp_path: Path) -> None:
    error = ErrorFacts(
        "RuntimeError",
        "mat1 and mat2 shapes cannot be multiplied (1x4 and 5x2)",
        line=1,
        source_line="model(x)",
        layers=(
            LayerShapes("model[0]", "Linear", (4, 3), took=(1, 3), gave=(1, 4)),
            LayerShapes("model[1]", "Linear", (2, 5), took=(1, 4), failed=True),
        ),
    )
    app = tutor_app(tmp_path, client=FakeClient([raised(error)]), start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        text = screen_text(app)
        assert "cannot be multiplied (1x4 and 5x2)" in text
        assert "model[0]  Linear(3, 4)  (1, 3) → (1, 4)" in text


async def test_events_of_a_step_that_was_left_change_nothing(tmp_path: Path) -> None:
    client = FakeClient([(printed("old\n"),), finished()], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        run_id = lesson_screen(app).session.last_run
        await pilot.press("f8")
        assert client.stops == 1
        before = lesson_screen(app).session
        lesson_screen(app).tutor.runs.take(run_id, finished(printed("late\n")))
        await pilot.pause()
        assert lesson_screen(app).session is before
        assert not lesson_screen(app).tutor.timeline.current.has_output


async def test_the_config_caps_what_a_run_may_use(tmp_path: Path) -> None:
    client = FakeClient([finished()])
    config = Config(limits=Caps(seconds=2.0))
    app = tutor_app(tmp_path, client=client, config=config, start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        assert client.commands[0].limits.seconds == 2.0
        assert client.commands[0].limits.memory_mb == 2048


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_a_fault_of_the_tutor_costs_neither_app_nor_answer(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("grading fell over")

    row = replace(grading.KINDS["code"], judge_program=broken)
    monkeypatch.setitem(grading.KINDS, "code", row)
    app = tutor_app(tmp_path, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("f4")
        await eventually(lambda: idle(app), "the verdict")
        await pilot.pause()
        assert "The tutor's own fault" in screen_text(app)
        assert "RuntimeError: grading fell over" in screen_text(app)
        assert "Esc, ! writes a report of it for the author." in screen_text(app)


async def test_a_short_run_is_shown_again_and_any_key_shows_its_end(tmp_path: Path) -> None:
    losses = tuple(1 / (n + 1) for n in range(40))
    client = FakeClient([finished(LossesRecorded(0, losses), milliseconds=5.0)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).session.cursor, "the replay")
        assert len(pane_of(app, LossPane).shown_losses) < 40
        await pilot.press("right")
        await pilot.pause()
        assert lesson_screen(app).session.cursor is None
        assert pane_of(app, LossPane).shown_losses == list(losses)
        assert not lesson_screen(app).look_back.replayer.is_running


async def test_with_reduced_motion_and_after_a_long_run_nothing_is_shown_again(
    tmp_path: Path,
) -> None:
    short = finished(LossesRecorded(0, (1.0, 0.5)), milliseconds=5.0)
    long = finished(LossesRecorded(0, (1.0, 0.5)))
    for batch, config in ((short, Config(motion="reduced")), (long, Config())):
        app = tutor_app(tmp_path, client=FakeClient([batch]), config=config, start_at="double")
        async with opened(app, MEDIUM) as pilot:
            await pilot.press("f5")
            await eventually(lambda: idle(app), "the end")  # noqa: B023
            await pilot.pause()
            assert not lesson_screen(app).look_back.replayer.is_running
            assert pane_of(app, LossPane).shown_losses == [1.0, 0.5]


async def test_where_one_pane_is_shown_the_curve_stands_beside_the_output(tmp_path: Path) -> None:
    losses = LossesRecorded(0, (1.0, 0.5, 0.2))
    client = FakeClient([finished(printed("trained\n"), losses, milliseconds=5.0)])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("f5")
        await eventually(lambda: lesson_screen(app).look_back.replayer.is_running, "the replay")
        await eventually(lambda: "step 1 of 3 · loss 1.0000" in screen_text(app), "the first step")
        assert "trained" in screen_text(app)
        output, loss = pane_of(app, OutputPane).region, pane_of(app, LossPane).region
        assert (output.y, output.height) == (loss.y, loss.height)
        assert output.right <= loss.x
        await pilot.press("right")
        await eventually(lambda: "3 steps: 1.0000 to 0.2000" in screen_text(app), "the end")


async def test_what_is_shown_again_waits_until_its_pane_is_looked_at(tmp_path: Path) -> None:
    losses = LossesRecorded(0, (1.0, 0.5, 0.2))
    client = FakeClient([(losses,), finished()], runner=PythonRunner(milliseconds=5.0))
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", TO_START, *"y=1", "ctrl+k", "f4")
        await eventually(lambda: idle(app), "the verdict")
        await pilot.pause()
        assert not pane_of(app, LossPane).display
        assert not lesson_screen(app).look_back.replayer.is_running
        await pilot.press("escape", "5")
        await eventually(lambda: lesson_screen(app).look_back.replayer.is_running, "the replay")


async def test_tensors_are_listed_and_the_chosen_one_stays_chosen(tmp_path: Path) -> None:
    first = inventory(lr=0.1, y=6.0)
    second = inventory(lr=0.2, y=8.0)
    client = FakeClient([(first,), finished(second)], held=True)
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        await pilot.press("f5")
        client.release()
        await eventually(lambda: "lr  0.1" in screen_text(app), "the inventory")
        assert pane_of(app, TensorsPane).chosen == "y"
        await pilot.press("escape", "6", "[")
        await pilot.pause()
        assert pane_of(app, TensorsPane).chosen == "lr"
        client.release()
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert pane_of(app, TensorsPane).chosen == "lr"
        assert "lr  0.2" in screen_text(app)
        await pilot.press("]")
        assert pane_of(app, TensorsPane).chosen == "y"


async def test_output_that_is_cut_off_in_front_is_told(tmp_path: Path) -> None:
    many = printed("".join(f"line {number}\n" for number in range(6_000)))
    app = tutor_app(tmp_path, client=FakeClient([finished(many)], [finished()]), start_at="double")
    async with opened(app) as pilot:
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert "These are the last 5,000 lines of its output." in screen_text(app)
        assert "line 5999" in screen_text(app)
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        assert "5,000" not in screen_text(app)


async def test_a_process_waits_for_each_program_of_a_check(tmp_path: Path) -> None:
    client = FakeClient()
    async with opened(tutor_app(tmp_path, client=client, start_at="double")):
        assert client.spares == 2


async def test_a_program_that_is_too_long_is_refused_by_run_and_check_in_the_same_words(
    tmp_path: Path,
) -> None:
    client = FakeClient()
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, MEDIUM) as pilot:
        workspace_of(app).code.editor.reset_to("y = 2 * x\n" + "#" * MAX_CODE)
        await pilot.press("f5")
        await pilot.pause()
        session = lesson_screen(app).session
        assert session.notice == too_long("#" * (MAX_CODE + 10))
        await pilot.press("f4")
        await eventually(lambda: lesson_screen(app).session.verdict is not None, "the verdict")
        verdict = lesson_screen(app).session.verdict
        assert verdict is not None
        assert (verdict.kind, verdict.message) == ("reject", session.notice)
        assert client.commands == []


@pytest.mark.parametrize("size", [NARROW, (100, 30), MEDIUM, WIDE], ids=str)
async def test_a_run_is_told_how_wide_its_output_will_be(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    client = FakeClient([finished(printed("a line\n" * 200))])
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, size) as pilot:
        await pilot.press("f5")
        await eventually(lambda: idle(app), "the end")
        await pilot.pause()
        await pilot.pause()
        log = app.screen.query_one("#log", OutputLog)
        assert client.commands[0].columns == log.scrollable_content_region.width


@pytest.mark.parametrize("held", [False, True])
async def test_a_program_that_was_run_ahead_is_checked_and_shown_like_any(
    tmp_path: Path, held: bool
) -> None:
    client = FakeClient([finished()], held=held, runner=PythonRunner(milliseconds=1.0))
    client.can_run_ahead = True
    app = tutor_app(tmp_path, client=client, start_at="double")
    async with opened(app, NARROW) as pilot:
        await pilot.press("escape", "2", TO_START, *"y=2*x", "ctrl+k")
        screen = lesson_screen(app)
        source = pane_of(app, CodePane).source
        await eventually(
            lambda: screen.tutor.runs.checks_ahead.has_checked(source), "the check ahead"
        )
        assert "Right" not in screen_text(app)
        await pilot.press("f4")
        if held:
            await eventually(lambda: "hecking" in screen_text(app), "that it is being checked")
            client.release()
        await eventually(lambda: "Right" in screen_text(app), "the verdict")
