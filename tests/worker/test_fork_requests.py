"""Requests and their descriptors on a socket, intact and not."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from tests.support.worker import descriptors
from tutor.wire import control
from tutor.wire.control import Begin, Fork
from tutor.worker import fork_requests
from tutor.worker.fork_requests import RequestDescriptors

SEQPACKET = (socket.AF_UNIX, socket.SOCK_SEQPACKET)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair(*SEQPACKET)
    with here, there:
        yield here, there


def test_a_request_arrives_with_copies_of_its_descriptors(
    ends: tuple[socket.socket, socket.socket],
) -> None:
    here, there = ends
    fork, sent = Fork(7, network=True), RequestDescriptors(*os.pipe(), *os.pipe())
    socket.send_fds(here, [control.encode(fork)], list(sent))
    received = fork_requests.receive(there)
    assert received is not None
    assert received.fork == fork
    os.write(sent.stderr, b"x")
    assert os.read(received.descriptors.stdout, 1) == b"x"
    assert not os.get_inheritable(received.descriptors.control)
    sent.close()
    received.descriptors.close()


@pytest.mark.parametrize(
    ("datagram", "number"),
    [
        (b"garbage", 4),
        (control.encode(Begin(1.0, 1, 1)), 4),
        (control.encode(Fork(1)), 3),
        (control.encode(Fork(1)), 5),
        (control.encode(Fork(1)), 30),
        (control.encode(Fork(1)), 0),
    ],
)
def test_what_is_no_request_is_dropped_and_leaves_no_descriptor(
    ends: tuple[socket.socket, socket.socket], datagram: bytes, number: int
) -> None:
    here, there = ends
    before = descriptors()
    with open(os.devnull) as null:
        socket.send_fds(here, [datagram], [null.fileno()] * number)
    assert fork_requests.receive(there) is None
    assert descriptors() == before


def test_nobody_sends_any_more(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = ends
    here.close()
    with pytest.raises(EOFError):
        fork_requests.receive(there)
