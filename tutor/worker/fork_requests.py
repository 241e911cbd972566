"""Requests of the app to run a program, as the zygote receives them with their descriptors.

Invalid datagrams are dropped, and their descriptors are closed.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import NamedTuple

import msgspec

from tutor.wire import control
from tutor.wire.control import Fork


class RequestDescriptors(NamedTuple):
    """The four descriptors that come with a request."""

    stdout: int
    stderr: int
    channel: int
    control: int

    def close(self) -> None:
        """Close all of them."""
        _close(self)


class ForkRequest(NamedTuple):
    """A request, and the descriptors that came with it."""

    fork: Fork
    descriptors: RequestDescriptors


_DESCRIPTORS = struct.Struct("4i")


def receive(sender: socket.socket) -> ForkRequest | None:
    """Wait for a datagram and return its request, None if it held none.

    Raises EOFError if the sender has gone.
    """
    try:
        datagram, descriptors = _receive(sender)
    except OSError:
        datagram, descriptors = b"", ()
    if not datagram:
        raise EOFError("nobody sends requests any more")
    try:
        return ForkRequest(control.read_fork(datagram), RequestDescriptors(*descriptors))
    except (msgspec.MsgspecError, TypeError):
        _close(descriptors)
        return None


def _receive(sender: socket.socket) -> tuple[bytes, tuple[int, ...]]:
    """Return one datagram and the descriptors that came with it, which are closed on exec.

    The datagram is empty if the sender has gone. `socket.recv_fds` is not used: it ignores
    MSG_CMSG_CLOEXEC in Python 3.11, and programs would inherit the descriptors.
    """
    ancillary_size = socket.CMSG_SPACE(_DESCRIPTORS.size)
    datagram, ancillary, flags, _ = sender.recvmsg(
        control.MAX_DATAGRAM, ancillary_size, socket.MSG_CMSG_CLOEXEC
    )
    descriptors: list[int] = []
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            descriptors += struct.unpack(f"{len(data) // 4}i", data)
    if flags & socket.MSG_CTRUNC:  # some descriptors were lost: the request cannot be served
        _close(tuple(descriptors))
        return datagram, ()
    return datagram, tuple(descriptors)


def _close(descriptors: tuple[int, ...]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
