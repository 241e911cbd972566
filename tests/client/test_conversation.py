"""What a learner process may say when: answers in order, and an end only after all of them."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from tutor.client.alarm import Alarm
from tutor.client.learner_process import LearnerProcess, ProcessListener
from tutor.client.learner_run import LearnerRun
from tutor.client.run_pause import RunPause
from tutor.client.transcript import Transcript
from tutor.wire import frames
from tutor.wire.commands import Command, Execute, Program, Question, WatchViews
from tutor.wire.control import Begin, Freeze, ToWarden
from tutor.wire.events import Answer, Answered, Done, Executed, Paused
from tutor.wire.question_code import asked
from tutor.wire.values import IntValue

ONE, TWO, FORGED = (Answer(IntValue(number)) for number in (1, 2, 99))


class SilentProcess:
    """Takes what it is told; what it says is for the test to say."""

    def __init__(self) -> None:
        self.up = True
        self.closed = False
        self.sent: list[Command] = []
        self.to_warden: list[ToWarden] = []

    def begin(self, command: Command, limits: Begin, listener: ProcessListener) -> None:
        self.sent.append(command)

    def send(self, command: Command) -> None:
        frames.encode(command)  # what cannot be sent is not
        self.sent.append(command)

    def send_to_warden(self, message: ToWarden) -> None:
        self.to_warden.append(message)

    def drain(self) -> None:
        """Nothing was printed."""

    def close(self) -> None:
        self.closed = True


async def begun(*expressions: str, transcript: Transcript | None = None) -> LearnerRun:
    """A run whose program has come to its end, and that has asked."""
    questions = tuple(map(Question, expressions))
    run = LearnerRun(Execute(Program()), questions, on_overdue=pytest.fail, transcript=transcript)
    process = SilentProcess()
    run.begin(cast(LearnerProcess, process))
    run.on_event(Executed("finished"))
    turn = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turn.set_result, None)
    await turn
    assert process.sent[-1] == asked(questions)
    return run


async def test_an_answer_counts_for_the_question_whose_turn_it_is() -> None:
    run = await begun("one", "two")
    for index, answer in ((1, FORGED), (0, ONE), (0, FORGED), (2, FORGED), (1, TWO), (1, FORGED)):
        run.on_event(Answered(index, answer))
    run.on_event(Done())
    assert run.observation is not None
    assert run.observation.outcome == "finished"
    assert run.observation.answers == (ONE, TWO)


async def test_who_is_done_before_all_is_answered_is_not() -> None:
    run = await begun("one")
    run.on_event(Done())
    assert not run.over.is_set()
    run.on_event(Answered(0, ONE))
    run.on_event(Done())
    assert run.over.is_set()
    run.on_event(Answered(0, FORGED))
    assert run.observation is not None
    assert run.observation.answers == (ONE,)


async def test_what_is_drawn_is_read_in_smaller_pieces_than_what_nobody_sees() -> None:
    """At most 50 times a second, beside all that the app has to do: a key waits for that."""
    shown, unseen = await begun(transcript=Transcript(lambda: None)), await begun()
    assert 50 * shown.budget < 20_000_000 < 50 * unseen.budget
    for run in (shown, unseen):
        run.abandon()


async def test_a_pause_that_answers_an_older_wish_stops_nothing() -> None:
    process, arrived = SilentProcess(), list[Paused]()
    pausing = RunPause(Alarm(pytest.fail), arrived.append)
    pausing.begin(process, 0)
    pausing.hold(1)
    pausing.resume()
    pausing.hold(2)
    pausing.on_event(Paused(1, "step", 7))
    assert (process.to_warden, arrived) == ([], [])
    pausing.on_event(Paused(2, "step", 8))
    assert (process.to_warden, arrived) == ([Freeze()], [Paused(2, "step", 8)])
    pausing.forget()


class NotedAlarm(Alarm):
    """The deadline of a run, which notes when it is stopped and goes on."""

    def __init__(self) -> None:
        super().__init__(pytest.fail)
        self.noted: list[str] = []

    def pause(self) -> None:
        self.noted.append("stands still")

    def resume(self) -> None:
        self.noted.append("goes on")


async def test_the_deadline_stands_still_while_the_program_does() -> None:
    deadline = NotedAlarm()
    pausing = RunPause(deadline, lambda paused: None)
    pausing.begin(SilentProcess(), 0)
    pausing.hold(1)
    assert deadline.noted == []
    pausing.on_event(Paused(1, "step", 7))
    assert deadline.noted == ["stands still"]
    pausing.step_phase(2)
    pausing.on_event(Paused(2, "forward", 8))
    pausing.resume()
    assert deadline.noted == ["stands still", "goes on"] * 2


async def test_views_that_are_chosen_while_it_runs_are_there_if_it_has_to_begin_again() -> None:
    run = LearnerRun(Execute(Program(), live=True, watched=("loss",)), (), on_overdue=pytest.fail)
    first, second = SilentProcess(), SilentProcess()
    run.begin(cast(LearnerProcess, first))
    run.watch(("tensors",))
    assert first.sent[-1] == WatchViews(("tensors",))
    run.begin(cast(LearnerProcess, second))
    begun = second.sent[0]
    assert isinstance(begun, Execute)
    assert begun.watched == ("tensors",)
    run.abandon()
