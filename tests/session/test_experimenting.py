"""Experiments with wrong programs: found once a step is done, run for a guess, and never kept."""

from __future__ import annotations

from pathlib import Path

from tests.support.fake_client import FakeClient, finished
from tests.support.guesses import RIGHT, STEPS
from tests.support.python_runner import PythonRunner
from tests.support.tutor_app import write_course
from tests.support.tutor_session import new_session
from tests.support.wait import eventually
from tutor.progress.fold import read_progress
from tutor.session.answers import CHOOSE, FAULT, HAS_RUN, NONE_HERE, NOT_DONE
from tutor.session.core import TutorSession
from tutor.session.events import ExperimentEnded, ExperimentShown
from tutor.session.run_events import ActivityRequested, RunCancelled
from tutor.session.state import Activity, OpenExperiment
from tutor.wire.commands import Execute, Question
from tutor.wire.events import Observation


class BrokenRunner(PythonRunner):
    """A runner on which no wrong program that somebody asks for can be run."""

    async def observe(self, command: Execute, questions: tuple[Question, ...]) -> Observation:
        if not command.live and "**" in command.program.source:
            raise RuntimeError("broken")
        return await super().observe(command, questions)


async def at_step(
    folder: Path, client: FakeClient | None = None, *, done: bool = True
) -> TutorSession:
    """A session at a step with wrong programs; a check has accepted an answer if it is `done`."""
    write_course(folder / "lessons", STEPS)
    session = new_session(folder, client=client, start_at="double")
    await session.open()
    if done:
        session.runs.check(RIGHT)
        await eventually(lambda: session.state.experiments is not None, "the wrong programs")
    return session


async def run_of(session: TutorSession, option: str) -> None:
    """Guess that the option of that text comes out, and wait for the end of the run."""
    shown, experiments = session.state.experiment, session.state.experiments
    assert shown is not None
    assert experiments
    session.answers.experiments.guess(experiments[shown.number].options.index(option))
    assert session.state.activity is not None
    await eventually(lambda: session.state.activity is None, "the end of the run")


async def test_before_the_step_is_done_there_are_none(tmp_path: Path) -> None:
    session = await at_step(tmp_path, done=False)
    assert not session.state.can_experiment
    session.answers.experiments.show_next()
    assert session.state.notice == NOT_DONE
    assert session.state.experiment is None
    await session.close()


async def test_each_is_shown_in_turn_and_after_the_last_the_first(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    assert session.state.experiments is not None
    assert len(session.state.experiments) == 3
    numbers = []
    for _ in range(4):
        session.answers.experiments.show_next()
        assert session.state.experiment is not None
        numbers.append(session.state.experiment.number)
    assert numbers == [0, 1, 2, 0]
    await session.close()


async def test_a_guess_is_compared_with_what_the_run_gave(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    session.answers.experiments.show_next()
    await run_of(session, "`1.5000`")
    shown = session.state.experiment
    assert shown is not None
    assert shown.result is not None
    assert shown.result.came_out == "`9`"
    assert shown.result.sentence == "You got 9: that is `x` times itself."
    session.answers.experiments.guess(0)
    assert session.state.notice == HAS_RUN
    session.answers.experiments.ask_again()
    assert session.state.experiment == OpenExperiment(0)
    await session.close()


async def test_without_a_guess_nothing_runs(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    session.answers.experiments.guess(None)
    assert session.state.notice == ""
    session.answers.experiments.show_next()
    session.answers.experiments.guess(None)
    assert session.state.activity is None
    assert session.state.notice == CHOOSE
    await session.close()


async def test_nothing_of_it_is_kept_and_what_the_learner_did_stays(tmp_path: Path) -> None:
    client = FakeClient([finished()], [finished()])
    session = await at_step(tmp_path, client)
    before = session.state
    recorded = session.save_now()
    kept, _ = read_progress(tmp_path / "data")
    run = session.timeline.current
    session.answers.experiments.show_next()
    await run_of(session, "`9`")
    after = session.state
    assert after.progress == before.progress
    assert (after.verdict, after.ending, after.latest) == (
        before.verdict,
        before.ending,
        before.latest,
    )
    assert after.versions == before.versions
    assert session.timeline.current is run
    assert session.save_now() == recorded
    assert read_progress(tmp_path / "data")[0] == kept
    assert len(client.commands) == 1  # a run that is watched would take the output's place
    await session.close()


async def test_after_a_restart_the_key_finds_them(tmp_path: Path) -> None:
    first = await at_step(tmp_path)
    await first.close()
    second = await at_step(tmp_path, done=False)
    assert second.state.can_experiment
    assert second.state.experiments is None
    second.answers.experiments.show_next()
    await eventually(lambda: second.state.experiment is not None, "a wrong program")
    assert second.state.notice == ""
    await second.close()


async def test_another_step_begins_without(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    session.answers.experiments.show_next()
    session.go_to("square")
    assert session.state.experiments is None
    assert session.state.experiment is None
    await session.close()


async def test_what_is_found_for_a_step_that_was_left_is_dropped(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    step, client = session.state.step, session.worker.client
    assert step is not None
    assert client is not None
    session.go_to("square")
    await session.answers.experiments._find(step, client, show=True)
    assert session.state.experiments is None
    assert session.state.notice == ""
    await session.close()


async def test_a_step_none_of_whose_wrong_programs_is_worth_a_guess_says_so(
    tmp_path: Path,
) -> None:
    session = await at_step(tmp_path)
    session.set(experiments=())
    assert not session.state.can_experiment
    session.answers.experiments.show_next()
    assert session.state.notice == NONE_HERE
    session.dispatch(ExperimentShown(0))
    assert session.state.experiment is None
    await session.close()


async def test_a_run_that_is_stopped_leaves_the_question_open(tmp_path: Path) -> None:
    runner = PythonRunner()
    session = await at_step(tmp_path, FakeClient(runner=runner))
    session.answers.experiments.show_next()
    runner.endings["**"] = "stopped"
    await run_of(session, "`9`")
    assert session.state.experiment == OpenExperiment(0)
    assert "Enter runs the program again." in session.state.notice
    await session.close()


async def test_a_fault_of_the_tutor_costs_nothing(tmp_path: Path) -> None:
    session = await at_step(tmp_path, FakeClient(runner=BrokenRunner()))
    session.answers.experiments.show_next()
    await run_of(session, "`9`")
    assert session.state.failure is None
    assert session.state.notice == FAULT
    await session.close()


async def test_programs_that_the_worker_lost_are_looked_for_again(tmp_path: Path) -> None:
    runner = PythonRunner()
    session = await at_step(tmp_path, FakeClient(runner=runner))
    await session.close()
    runner.endings["**"] = "lost"
    again = await at_step(tmp_path, FakeClient(runner=runner), done=False)
    again.answers.experiments.show_next()
    await eventually(lambda: "could not be run" in again.state.notice, "why there is none")
    assert again.state.experiments is None
    runner.endings.clear()
    again.answers.experiments.show_next()
    await eventually(lambda: again.state.experiment is not None, "a wrong program")
    await again.close()


async def test_a_result_that_comes_late_is_dropped(tmp_path: Path) -> None:
    session = await at_step(tmp_path)
    session.answers.experiments.show_next()
    await run_of(session, "`9`")
    shown = session.state.experiment
    assert shown is not None
    session.answers.experiments.show_next()
    run_id = session.state.last_run + 1
    session.dispatch(ExperimentEnded(run_id, 1, 0, shown.result))
    assert session.state.experiment == OpenExperiment(1)
    session.dispatch(ActivityRequested(Activity(run_id, "experiment")))
    session.dispatch(ExperimentEnded(run_id, 0, 0, shown.result))
    assert session.state.activity is None
    assert session.state.experiment == OpenExperiment(1)
    session.dispatch(ActivityRequested(Activity(run_id + 1, "experiment")))
    session.dispatch(RunCancelled(run_id + 1))
    assert session.state.activity is None
    await session.close()
