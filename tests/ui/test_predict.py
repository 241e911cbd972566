"""A predict step: first the guess, then the run, and what came out beside the guess."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support.fake_client import FakeClient, finished
from tests.support.maps import two_classes
from tests.support.surfaces import surface
from tests.support.tutor_app import (
    MEDIUM,
    NARROW,
    READ,
    WIDE,
    lesson_screen,
    opened,
    say_of,
    screen_text,
    tutor_app,
    workspace_of,
    write_course,
)
from tests.support.wait import eventually
from tests.ui.test_layout import assert_nothing_is_covered
from tutor.progress.fold import read_progress
from tutor.ui.app import TutorApp
from tutor.wire.events import LossesRecorded, OutputWritten, RunEvent

CHOOSE = """
id = "guess-me"
kind = "predict"
mode = "one"
title = "Which of them changes?"
section = "1.1"
text = "What is in `x` after the program?"
given = "x = 2"
program = "y = x / 2"
scaffold = "x = x / 2"
hints = ["Look left of the sign."]
after = "A name keeps its number."

[[option]]
text = "Two."
when = "x == given.x"
why = "It goes into y."

[[option]]
text = "One."
when = "x == given.x / 2"
why = "That is in y."

[[show]]
value = "x"
label = "now in x"
"""

NUMBER = """
id = "count-me"
kind = "predict"
mode = "number"
title = "How much?"
section = "1.2"
text = "What is in `y` after the program?"
program = "y = 3 / 4"
answer = "y"
tolerance = 0.01
after = "Three quarters."

[[wrong]]
answer = "4 / 3"
why = "That is the other way round."
"""


def predictions(
    folder: Path, client: FakeClient | None = None, start_at: str = "guess-me"
) -> TutorApp:
    write_course(
        folder / "lessons", {"10-guess-me": CHOOSE, "20-count-me": NUMBER, "30-read-me": READ}
    )
    return tutor_app(folder, client=client, start_at=start_at)


async def settled(app: TutorApp, condition: str = "came out") -> None:
    screen = lesson_screen(app)
    await eventually(
        lambda: screen.session.activity is None and screen.session.verdict is not None, condition
    )


@pytest.mark.parametrize("size", [NARROW, MEDIUM, (60, 16)])
async def test_program_question_and_keys_are_on_screen(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = predictions(tmp_path)
    async with opened(app, size) as pilot:
        if size != MEDIUM:
            assert "F6 goes to the question." in screen_text(app)
            await pilot.press("f6")
            await pilot.pause()
        text = screen_text(app)
        for part in ("x = 2", "y = x / 2", "What is in x after the program?", "Two.", "One."):
            assert part in text
        assert "A number key chooses your guess. Enter runs the program." in text


@pytest.mark.parametrize("key", ["enter", "f5", "f4"])
async def test_a_right_guess(tmp_path: Path, key: str) -> None:
    client = FakeClient([finished(OutputWritten("stdout", "printed this\n"))])
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "Two.")
        await pilot.press(key)
        await settled(app)
        await pilot.pause()
        text = screen_text(app)
        for part in (
            "✓ It came out as you guessed.",
            "now in x  2",
            "printed this",
            "✓ right: It goes into y.",
            "✗ wrong: That is in y.",
            "✓ done",
        ):
            assert part in text
        assert [command.program.source for command in client.commands] == ["y = x / 2"]
    progress, _ = read_progress(tmp_path / "data")
    assert progress.done == {"guess-me"}
    assert progress.quiz["guess-me"].judged == {0: True}


async def test_a_wrong_guess_ends_the_step_too_and_a_later_one_is_not_kept(tmp_path: Path) -> None:
    app = predictions(tmp_path)
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "One.")
        await pilot.press("enter")
        await settled(app)
        await pilot.pause()
        text = screen_text(app)
        assert "✗ That is not what happened." in text
        assert "✗ wrong: That is in y." in text
        assert "✓ right: It goes into y." in text
        assert "PgDn reads on." in text
        await pilot.press("pagedown")
        await eventually(
            lambda: "A name keeps its number." in screen_text(app), "the text at the end"
        )
        await say_of(app, pilot, "Two.")
        assert workspace_of(app).answer.judged == {1: True}
        await pilot.press("enter")
        await pilot.pause()
        assert "It has already run." in screen_text(app)
        await pilot.press("escape", "0")
        await pilot.pause()
        assert "what happened" not in screen_text(app)
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await settled(app)
        await pilot.pause()
        assert "✓ It came out as you guessed." in screen_text(app)
    progress, _ = read_progress(tmp_path / "data")
    assert progress.done == {"guess-me"}
    assert (progress.quiz["guess-me"].verdict, progress.attempts) == ("reject", {"guess-me": 1})


async def test_without_a_guess_nothing_runs(tmp_path: Path) -> None:
    client = FakeClient()
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        await pilot.press("f6", "f4")
        await pilot.pause()
        assert "Choose one answer." in screen_text(app)
        assert client.commands == []
    assert read_progress(tmp_path / "data")[0].attempts == {}


async def test_a_number_is_compared_with_what_the_program_computes(tmp_path: Path) -> None:
    app = predictions(tmp_path, start_at="count-me")
    async with opened(app) as pilot:
        await pilot.press("f6", *"much", "enter")
        await pilot.pause()
        assert "much is not a number." in screen_text(app)
        await pilot.press(*["backspace"] * 4, *"1,33", "enter")
        await settled(app)
        await eventually(lambda: "Three quarters." in screen_text(app), "the text at the end")
        text = screen_text(app)
        for part in (
            "your guess  1,33",
            "the run gave  0.7500",
            "That is the other way round.",
        ):
            assert part in text
        assert app.focused is not None
        assert "predict" in {node.id for node in app.focused.ancestors_with_self}


async def test_a_guess_that_waits_is_stopped_before_it_began(tmp_path: Path) -> None:
    client = FakeClient(phase="starting")
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await pilot.pause()
        assert "Preparing PyTorch. The program runs as soon as that is done." in screen_text(app)
        await pilot.press("f9")
        await pilot.pause()
        assert "Stopped before it began." in screen_text(app)
        assert workspace_of(app).answer.judged == {0: True}
        client.become("ready")
        await pilot.press("enter")
        await settled(app)
        await pilot.pause()
        assert "✓ It came out as you guessed." in screen_text(app)


async def test_a_run_can_be_stopped_and_the_guess_stays(tmp_path: Path) -> None:
    client = FakeClient(held=True)
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await eventually(lambda: bool(client.commands), "the program runs")
        await pilot.pause()
        assert "F9 stops it." in screen_text(app)
        await pilot.press("f9")
        await settled(app)
        await pilot.pause()
        assert "The program was stopped before its end. Your guess is kept." in screen_text(app)
        assert not lesson_screen(app).session.step_done


async def test_where_the_worker_cannot_start_the_guess_is_kept(tmp_path: Path) -> None:
    app = predictions(tmp_path, FakeClient(phase="failed"))
    async with opened(app) as pilot:
        await pilot.press("f6")
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await settled(app)
        await pilot.pause()
        text = screen_text(app)
        assert "The program could not be run" in text
        assert "Your guess is kept." in text
        assert not lesson_screen(app).session.step_done
    again = predictions(tmp_path)
    async with opened(again) as pilot:
        assert workspace_of(again).answer.judged == {0: True}


async def test_after_the_run_the_scaffold_may_be_run(tmp_path: Path) -> None:
    client = FakeClient()
    app = predictions(tmp_path, client)
    async with opened(app) as pilot:
        await pilot.press("escape", "3", "f5")
        await pilot.pause()
        assert "Guess first." in screen_text(app)
        assert workspace_of(app).layout_state.pane == "predict"
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await settled(app)
        await pilot.press("f5")
        await pilot.pause()
        assert "Change the code, then F5 runs it." in screen_text(app)
        await pilot.press("f5")
        await eventually(lambda: len(client.commands) == 2, "a second run")
        await eventually(lambda: lesson_screen(app).session.activity is None, "its end")
        await pilot.pause()
        assert client.commands[-1].program.source.strip() == "x = x / 2"
        assert "now in x: 1.0" in screen_text(app)


async def test_an_earlier_guess_is_there_after_a_restart(tmp_path: Path) -> None:
    first = predictions(tmp_path)
    async with opened(first) as pilot:
        await pilot.press("f6")
        await say_of(first, pilot, "One.")
        await pilot.press("enter")
        await settled(first)
    second = predictions(tmp_path)
    async with opened(second) as pilot:
        if workspace_of(second).layout_state.pane != "predict":
            await pilot.press("f6")
        await pilot.pause()
        assert "You guessed this before." in screen_text(second)
        await pilot.press("enter")
        await settled(second)
        await pilot.pause()
        assert "✗ That is not what happened." in screen_text(second)
    assert read_progress(tmp_path / "data")[0].attempts == {"guess-me": 1}


async def test_long_givens_are_opened_by_their_key(tmp_path: Path) -> None:
    step = CHOOSE.replace('"x = 2"', '"x = 2\\na = 1\\nb = 2\\nlast = 3"')
    write_course(tmp_path / "lessons", {"10-guess-me": step})
    app = tutor_app(tmp_path, start_at="guess-me")
    async with opened(app) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        assert "last = 3" not in screen_text(app)
        await pilot.press("escape", "g")
        await pilot.pause()
        assert "last = 3" in screen_text(app)


@pytest.mark.parametrize("size", [NARROW, MEDIUM])
async def test_a_hint_stands_under_the_question_until_the_guess_was_judged(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = predictions(tmp_path)
    async with opened(app, size) as pilot:
        await pilot.press("escape", "2", "f2")
        await eventually(lambda: "Look left of the sign." in screen_text(app), "the hint")
        assert "What is in x after the program?" in screen_text(app)
        await say_of(app, pilot, "Two.")
        await pilot.press("enter")
        await settled(app)
        await pilot.pause()
        text = screen_text(app)
        assert "✓ It came out as you guessed." in text
        assert "Look left of the sign." not in text


async def test_the_screen_says_that_there_are_guesses_below_until_the_result(
    tmp_path: Path,
) -> None:
    program = "\\n".join(["y = x / 2", *["z = y"] * 12])
    step = CHOOSE.replace('program = "y = x / 2"', f'program = "{program}"')
    assert step != CHOOSE
    write_course(tmp_path / "lessons", {"10-guess-me": step, "30-read-me": READ})
    app = tutor_app(tmp_path, start_at="guess-me")
    async with opened(app, NARROW) as pilot:
        await pilot.press("f6")
        await pilot.pause()
        assert "▼ More below. A number key chooses your guess." in screen_text(app)
        await pilot.press("end")
        await pilot.pause()
        assert "More below" not in screen_text(app)


TRAINING: tuple[RunEvent, ...] = (
    LossesRecorded(0, (1.0, 0.5, 0.25)),
    two_classes(lambda x, _y: float(x > 0), [(-0.5, 0.5, 0, 0), (0.5, -0.5, 1, 1)], step=3),
)
SIZES = pytest.mark.parametrize("size", [NARROW, MEDIUM, WIDE], ids=["narrow", "medium", "wide"])


def training(folder: Path, client: FakeClient, *, views: str) -> TutorApp:
    step = CHOOSE.replace("given =", f"{views}\ngiven =", 1)
    write_course(folder / "lessons", {"10-guess-me": step})
    return tutor_app(folder, client=client, start_at="guess-me")


async def guess(app: TutorApp, pilot: Pilot[None]) -> None:
    workspace_of(app).goto("predict")
    await pilot.pause()
    await pilot.press("1", "enter")
    await settled(app)
    await pilot.pause()


@SIZES
async def test_the_views_that_a_step_names_stand_beside_the_result(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    client = FakeClient([finished(*TRAINING)])
    app = training(tmp_path, client, views='views = ["loss", "map"]')
    async with opened(app, size) as pilot:
        workspace = workspace_of(app)
        assert workspace.layout_state.names == (
            "lesson", "predict", "code", "output", "loss", "map", "hints",
        )  # fmt: skip
        assert not workspace.shows("loss"), "the question has the room until there is a run"
        await guess(app, pilot)
        assert client.commands[0].views == ("map",)
        assert_nothing_is_covered(app)
        assert "What is in x after the program?" in screen_text(app)
        if size == NARROW:
            workspace.goto("map")
            await pilot.pause()
        else:
            assert client.commands[0].watched == ("map",)
            assert "3 steps: 1.0000 to 0.2500" in screen_text(app)
        assert "step 3 of 3 · right: 2 of 2" in screen_text(app)


async def test_a_surface_stands_beside_the_views_that_a_step_names(tmp_path: Path) -> None:
    client = FakeClient([finished(*TRAINING, surface())])
    app = training(tmp_path, client, views='views = ["loss"]')
    async with opened(app, WIDE) as pilot:
        await guess(app, pilot)
        assert workspace_of(app).shows("surface")
        assert "step 12 of 12 · loss 0.2791 · slope 0.958, bias -0.931" in screen_text(app)
        assert_nothing_is_covered(app)


@SIZES
async def test_a_question_that_names_no_views_keeps_its_room(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    client = FakeClient([finished(*TRAINING)], [finished(*TRAINING)])
    app = training(tmp_path, client, views="")
    async with opened(app, size) as pilot:
        names = workspace_of(app).layout_state.names
        await guess(app, pilot)
        workspace_of(app).goto("code")
        await pilot.pause()
        await pilot.press("f5")
        await eventually(lambda: len(client.commands) == 2, "the run of the scaffold")
        await eventually(lambda: lesson_screen(app).session.activity is None, "its end")
        await pilot.pause()
        assert workspace_of(app).layout_state.names == names
        assert not workspace_of(app).shows("loss")
        assert client.commands[0].views == ()
        assert_nothing_is_covered(app)
