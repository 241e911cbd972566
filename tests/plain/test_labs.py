"""A lab without a screen: sliders are set, goals told in words."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_client import FakeClient
from tests.support.lessons import LAB
from tests.support.plain_mode import listening
from tests.support.tutor_app import READ, write_course

STEPS = {"10-widen": LAB, "20-read-me": READ}


async def test_a_lab_tells_its_sliders_and_goals(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", STEPS)
    async with listening(tmp_path, start_at="widen") as learner:
        for line in (
            "Lab: Widen it. Step 1 of 2.",
            "Guess first: How much will it be in all?",
            "Slider width: hidden units. It is at 2, of 1, 2, 4, 8.",
            "Slider rate. It is at 0.5, of 0.1, 0.5.",
            "Goal 1, open: At least 12 in all.",
        ):
            assert line in learner.heard
        assert "Line 4: total = base * width * (rate > 0)" in await learner.types("code")


async def test_the_guess_is_told_even_below_a_long_task(tmp_path: Path) -> None:
    sentences = " ".join(f"Sentence {number}." for number in range(20))
    lab = LAB.replace("How wide does it have to be?", sentences)
    write_course(tmp_path / "lessons", {"10-widen": lab})
    async with listening(tmp_path, start_at="widen") as learner:
        assert "Sentence 19." not in learner.heard
        assert "Guess first: How much will it be in all?" in learner.heard
        told = await learner.types("more")
        assert "Sentence 19." in told
        assert "Guess first: How much will it be in all?" not in told


async def test_a_run_with_a_live_slider_is_not_slowed_down(tmp_path: Path) -> None:
    lab = LAB.replace("start = 2", "start = 2\nlive = true").replace("guess =", "pace = 9\nguess =")
    write_course(tmp_path / "lessons", {"10-widen": lab})
    client = FakeClient()
    async with listening(tmp_path, client=client, start_at="widen") as learner:
        words = "On a screen a slider can be moved during a run. Here each move is a new run."
        assert words in learner.heard
        await learner.types("run", "set width 4")
        assert [command.pace for command in client.commands] == [0, 0]


async def test_a_number_is_the_guess_and_runs_the_program(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", STEPS)
    async with listening(tmp_path, start_at="widen") as learner:
        assert await learner.types("set width 4") == [
            "Guess first: type a number, or run to do without a guess."
        ]
        told = await learner.types("7")
        assert {"in all: 6", "Your guess: 7."} < set(told)


async def test_a_slider_that_is_set_runs_the_program_until_all_goals_are_reached(
    tmp_path: Path,
) -> None:
    write_course(tmp_path / "lessons", STEPS)
    async with listening(tmp_path, start_at="widen") as learner:
        assert "Goal 1, open: At least 12 in all." in await learner.types("run")
        told = await learner.types("set width 8")
        assert {"in all: 24", "Goal 1, reached: At least 12 in all."} < set(told)
        told = await learner.types("width = 1")
        assert told[-1].startswith("Every goal is reached. Next is step 2.")
        assert "Twice as wide is twice as much." in await learner.types("explain")
        assert "in all: 6" in await learner.types("reset", "check")


async def test_a_number_that_a_slider_does_not_have_is_refused(tmp_path: Path) -> None:
    write_course(tmp_path / "lessons", STEPS)
    async with listening(tmp_path, start_at="widen") as learner:
        (told,) = await learner.types("run", "set width 3")
        assert "width = … with 1, 2, 4, 8" in told
        assert "Slider rate. It is at 0.5, of 0.1, 0.5." in await learner.types("set depth 3")
