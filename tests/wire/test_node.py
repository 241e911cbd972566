"""Messages between app and node: each survives its frame, and a Welcome any other version."""

from __future__ import annotations

import struct
from typing import get_args

import msgspec
import pytest

from tutor.wire import node
from tutor.wire.commands import Execute, ObserveAll, Program, Question, StepPhase
from tutor.wire.events import (
    Evaluation,
    LossesRecorded,
    Observation,
    OutputWritten,
    RunEnded,
    RunEvent,
    WorkerStateChanged,
)
from tutor.wire.frames import MAX_FRAME, FrameError
from tutor.wire.node import (
    MAX_NODE_FRAME,
    Abandon,
    AskOfRun,
    Batch,
    BeginRun,
    EvaluatedIn,
    EvaluateIn,
    ExtendRun,
    ForgetAhead,
    ForgetRun,
    FromNode,
    Hello,
    Leaving,
    ObserveBatch,
    Observed,
    ObserveRun,
    Ping,
    PresentFacts,
    PrintedPart,
    ReadPrinted,
    StartWorker,
    StopAll,
    StopRun,
    Taken,
    ToNode,
    WantSpares,
    Welcome,
)

EXECUTE = Execute(Program(source="x = 1"), files=(("data.csv", b"\xff\0"),))
ASKED = (Question("x"),)
WISHES: list[ToNode] = [
    Hello(shown=("/a",), parallel=3),
    StartWorker(),
    BeginRun(1, EXECUTE, ASKED),
    ObserveRun(2, EXECUTE, ASKED, ahead=True),
    ObserveBatch(3, ObserveAll((Program(),), ASKED)),
    Abandon(1),
    Taken(1),
    AskOfRun(1, StepPhase(2, "epoch")),
    AskOfRun(1, StopRun()),
    AskOfRun(1, ExtendRun(2.5)),
    AskOfRun(1, ForgetRun()),
    EvaluateIn(1, 5, "x.shape", 80),
    StopAll(),
    ForgetAhead(),
    WantSpares(3),
    ReadPrinted(4, 1_000_000),
    Ping(),
]
ANSWERS: list[FromNode] = [
    Welcome("0.1.0", "3.11.7", "node7", "13", root=True),
    WorkerStateChanged("ready", torch_version="2.13"),
    PresentFacts(msgspec.Raw(msgspec.msgpack.encode({"level": "namespaces"})), (300, 400)),
    Batch(1, (OutputWritten("stdout", "σ"), RunEnded(Observation("finished")))),
    Observed(2, (Observation("lost", detail="gone"),)),
    EvaluatedIn(5, Evaluation("value", "torch.Size([1])")),
    PrintedPart(4, b"\xffx", 2, 1, "No space left"),
    Leaving("time limit"),
    Ping(),
]


def test_each_message_arrives_in_whatever_pieces_it_comes() -> None:
    for reader, messages in ((node.to_node_reader(), WISHES), (node.from_node_reader(), ANSWERS)):
        data = b"".join(map(node.encode, messages))
        arrived: list[object] = []
        for start in range(0, len(data), 7):
            arrived += reader.feed(data[start : start + 7])
        assert arrived == messages


def test_none_is_left_out_here() -> None:
    assert {type(message) for message in WISHES} == set(get_args(ToNode))
    assert {type(message) for message in ANSWERS} == set(get_args(FromNode))


def test_every_event_of_a_run_can_be_told_from_the_others() -> None:
    tags = [kind.__struct_config__.tag for kind in get_args(RunEvent)]
    assert len(set(tags)) == len(tags)


def test_what_is_too_large_for_the_channel_of_a_run_is_not_for_this_one() -> None:
    large = Batch(1, (OutputWritten("stdout", "x" * (MAX_FRAME + 1)), LossesRecorded(0, (1.0,))))
    assert node.from_node_reader().feed(node.encode(large)) == [large]


def test_a_length_beyond_all_reason_is_refused_before_it_is_believed() -> None:
    with pytest.raises(FrameError, match="the limit is"):
        node.from_node_reader().feed(struct.pack("<I", MAX_NODE_FRAME + 1))


def test_the_welcome_of_any_version_is_read() -> None:
    older = {"type": "welcome", "version": "0.0.9"}
    newer = {"type": "welcome", "version": "9.9", "host": "node7", "rooms": ["a"]}
    for told in (older, newer):
        payload = msgspec.msgpack.encode(told)
        (welcome,) = node.from_node_reader().feed(struct.pack("<I", len(payload)) + payload)
        assert isinstance(welcome, Welcome)
        assert welcome.version == told["version"]
