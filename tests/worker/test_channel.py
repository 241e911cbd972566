"""Frames of the learner process: whole or not there."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tutor.wire import frames
from tutor.wire.commands import Ask, Execute, Program, Question
from tutor.wire.events import Answer, Answered, Done, FromLearner, LossesRecorded, Up
from tutor.wire.values import IntValue
from tutor.worker import limits
from tutor.worker.channel import Channel

SMALL = LossesRecorded(0, (1.0, 2.0))
LARGE = LossesRecorded(1, tuple(map(float, range(60_000))))


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Channel, socket.socket]]:
    """The learner's end and the app's, in one process, whose memory limit is left alone."""
    monkeypatch.setattr(limits, "lift_memory_limit", lambda: None)
    here, there = socket.socketpair()
    descriptor = there.detach()
    channel = Channel(descriptor)
    yield channel, here
    here.close()
    channel.close()


def _read(app: socket.socket) -> list[FromLearner]:
    """Everything that is there."""
    reader = frames.events_reader()
    app.setblocking(False)
    events: list[FromLearner] = []
    while True:
        try:
            events += reader.feed(app.recv(65536))
        except BlockingIOError:
            return events


def test_what_is_sent_arrives(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    channel.send(Up())
    assert channel.offer(SMALL)
    assert _read(app) == [Up(), SMALL]


def test_commands_are_read_one_by_one(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    execute, ask = Execute(Program(source="x = 1")), Ask((Question("x"),))
    app.sendall(frames.encode(execute) + frames.encode(ask)[:3])
    assert channel.receive() == execute
    app.sendall(frames.encode(ask)[3:])
    assert channel.receive() == ask


def test_when_the_app_has_gone(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    app.close()
    with pytest.raises(EOFError):
        channel.receive()


def test_an_offer_is_dropped_whole_when_nobody_reads(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    taken = 0
    while channel.offer(SMALL):
        taken += 1
    assert taken > 10
    assert not channel.offer(SMALL)
    assert _read(app) == [SMALL] * taken
    channel.send(Done())
    assert _read(app) == [Done()]


def test_an_offer_that_fits_in_part_is_finished_later(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, app = ends
    assert channel.offer(LARGE), "a part of it has gone out, so the rest must follow"
    assert not channel.offer(SMALL)
    events: list[FromLearner] = []
    reader = frames.events_reader()
    app.setblocking(False)
    while not events:
        events += reader.feed(app.recv(65536))
        channel.offer(SMALL)
    assert events[0] == LARGE


def test_of_many_offered_those_are_dropped_that_do_not_fit(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, app = ends
    many = [LossesRecorded(first, (1.0,) * 1_000) for first in range(500)]
    taken = channel.offer_all(many)
    assert 10 < taken < len(many)
    assert channel.offer_all(many[taken:]) == 0
    events: list[FromLearner] = []
    reader = frames.events_reader()
    app.setblocking(False)
    while len(events) < len(many):
        try:
            events += reader.feed(app.recv(65536))
        except BlockingIOError:
            taken += channel.offer_all(many[taken:])
    assert events == many
    assert channel.offer_all(()) == 0


def test_a_fork_of_the_program_says_nothing(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    pid = os.fork()
    if pid == 0:
        os._exit(7 if channel.offer(SMALL) else 3)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3
    assert _read(app) == []


def test_many_events_come_in_one_piece(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    channel.send_all(Answered(index, Answer(IntValue(index))) for index in range(50))
    reader = frames.events_reader()
    told = reader.feed(app.recv(65536))
    assert [event.index for event in told if isinstance(event, Answered)] == list(range(50))


def test_a_fork_made_with_an_event_ends_before_the_next_one(
    ends: tuple[Channel, socket.socket],
) -> None:
    channel, app = ends
    here, there = os.pipe()
    parent = os.getpid()

    def events() -> Iterator[FromLearner]:
        os.fork()
        yield SMALL
        if os.getpid() != parent:
            os.write(there, b"the fork goes on")
        yield SMALL

    channel.send_all(events())
    os.wait()
    os.set_blocking(here, False)
    with pytest.raises(BlockingIOError):
        os.read(here, 100)
    os.close(here)
    os.close(there)
    assert _read(app) == [SMALL, SMALL]


def test_it_is_known_whether_a_command_waits(ends: tuple[Channel, socket.socket]) -> None:
    channel, app = ends
    assert not channel.is_waiting()
    app.send(frames.encode(Ask(())) * 2)
    assert channel.is_waiting()
    assert channel.receive() == Ask(())
    assert channel.is_waiting()
    assert channel.receive() == Ask(())
    assert not channel.is_waiting()
