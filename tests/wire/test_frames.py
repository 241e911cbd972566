"""Frames: whole messages survive any cutting of the stream; anything else is refused."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from tutor.wire.commands import Ask, Command, Evaluate, Execute, ObserveAll, Program, Question
from tutor.wire.events import (
    MAX_SHOWN,
    Answer,
    Answered,
    CheckedLosses,
    CurveNamed,
    Done,
    ErrorFacts,
    Evaluated,
    Evaluation,
    Executed,
    FromLearner,
    GivenChange,
    InventoryEntry,
    InventoryTaken,
    LineShape,
    LossBroken,
    LossesRecorded,
    TrainingNoted,
)
from tutor.wire.frames import MAX_FRAME, FrameError, commands_reader, encode, events_reader
from tutor.wire.values import FloatValue, SequenceValue, TensorValue, TextValue

COMMANDS: list[Command] = [
    Execute(Program(source="x = 1", seed=3)),
    Ask((Question("x"),)),
    ObserveAll((Program(source="y"),), (Question("y"),)),
    Evaluate(2, "x.shape", 80),
]

EVENTS: list[FromLearner] = [
    LossesRecorded(0, (1.0, float("inf"))),
    LossesRecorded(2, (0.5, 0.25), b"\0\1", 1.5),
    TrainingNoted(
        curves=(CurveNamed(0, "loss", "SGD"),),
        epochs=(0, 4),
        checked=(CheckedLosses(0, "val", (4,), (0.5,)),),
        broken=LossBroken(5, float("inf"), 3, "z", 2, "log of 0"),
    ),
    Executed("finished", milliseconds=2.5),
    Evaluated(2, Evaluation("value", "torch.Size([1])", "x\n")),
    Answered(
        0,
        Answer(
            SequenceValue(
                "list",
                2,
                (FloatValue(0.5), TensorValue("float32", "float", (1,), struct.pack("<d", 1.5))),
            )
        ),
    ),
    Answered(1, Answer(TextValue("σ"))),
    Done(),
]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_messages_survive_any_cutting_of_the_stream(sizes: list[int]) -> None:
    stream = b"".join(encode(event) for event in EVENTS)
    reader = events_reader()
    received: list[FromLearner] = []
    position = 0
    for size in sizes:
        received += reader.feed(stream[position : position + size])
        position += size
    received += reader.feed(stream[position:])
    assert received == EVENTS


def test_commands_come_back_as_they_were() -> None:
    assert commands_reader().feed(b"".join(map(encode, COMMANDS))) == COMMANDS


def test_a_length_over_the_limit_is_refused_before_its_bytes_come() -> None:
    with pytest.raises(FrameError, match="the limit is"):
        events_reader().feed(struct.pack("<I", MAX_FRAME + 1))


def test_a_message_over_the_limit_is_not_sent() -> None:
    with pytest.raises(FrameError, match="over the limit"):
        encode(Answered(0, Answer(TextValue("x" * MAX_FRAME))))


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_waited_for_and_nothing_else(payload: bytes) -> None:
    frame = struct.pack("<I", len(payload)) + payload
    try:
        messages = events_reader().feed(frame)
    except FrameError:
        return
    assert all(msgspec.msgpack.decode(encode(m)[4:]) is not None for m in messages)


def test_a_command_sent_as_an_event_is_refused() -> None:
    with pytest.raises(FrameError, match="cannot be read"):
        events_reader().feed(encode(Ask()))


@pytest.mark.parametrize(
    "payload",
    [b"\xc1", b"\xdf\xff\xff\xff\xff", b"\x91" * 5000, b"\x82\xa4type\xa7losses"],
    ids=["bad opcode", "a map of 2^32 entries", "5000 deep", "cut short"],
)
def test_malformed_payloads_are_refused(payload: bytes) -> None:
    with pytest.raises(FrameError):
        events_reader().feed(struct.pack("<I", len(payload)) + payload)


def test_values_in_values_without_end_are_refused() -> None:
    entry = encode(InventoryTaken((InventoryEntry("x", SequenceValue("list", 1, ())),)))[4:]
    opening = msgspec.msgpack.encode(SequenceValue("list", 1, ())).removesuffix(b"\x90") + b"\x91"
    innermost = msgspec.msgpack.encode(SequenceValue("list", 1, ()))
    assert innermost in entry
    deep = entry.replace(innermost, opening * 50_000 + innermost)
    with pytest.raises(FrameError, match="cannot be read"):
        events_reader().feed(struct.pack("<I", len(deep)) + deep)


@pytest.mark.parametrize(("type_name", "message"), [("X" * 2_000, ""), ("X", "x" * 5_000)])
def test_texts_that_the_worker_would_have_cut_are_refused(type_name: str, message: str) -> None:
    error = ErrorFacts(type_name, message)
    for forged in (
        Executed("raised", error=error),
        Evaluated(1, Evaluation("raised", error=error)),
        Evaluated(1, Evaluation("value", "x" * (MAX_SHOWN + 1))),
    ):
        with pytest.raises(FrameError, match="cannot be read"):
            events_reader().feed(encode(forged))


def _unbounded_lists(kind: inspect.Type, seen: set[type]) -> Iterator[str]:
    match kind:
        case inspect.StructType(cls=cls) if cls not in seen:
            seen.add(cls)
            for field in kind.fields:
                yield from (f"{cls.__name__}.{field.name}",) * _is_unbounded(field.type)
                yield from _unbounded_lists(field.type, seen)
        case inspect.UnionType(types=kinds) | inspect.TupleType(item_types=kinds):
            for each in kinds:
                yield from _unbounded_lists(each, seen)
        case inspect.CollectionType(item_type=each):
            yield from _unbounded_lists(each, seen)


def _is_unbounded(kind: inspect.Type) -> bool:
    kinds = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    return any(isinstance(each, inspect.CollectionType) and not each.max_length for each in kinds)


def test_no_list_of_an_event_is_without_bounds() -> None:
    """Grading takes time for each element, and all other answers wait."""
    assert list(_unbounded_lists(inspect.type_info(FromLearner), set())) == []


def test_a_list_that_is_longer_than_any_of_the_worker_is_refused() -> None:
    change = GivenChange("x", "deleted")
    most, forged = (Executed("finished", given_changes=(change,) * n) for n in (1_000, 1_001))
    assert events_reader().feed(encode(most)) == [most]
    with pytest.raises(FrameError, match="length <= 1000"):
        events_reader().feed(encode(forged))


def test_a_tensor_may_have_more_axes_than_an_array_of_numpy() -> None:
    shape = (1,) * 100
    event = Executed("finished", shapes=(LineShape(1, "x", shape, shape),))
    assert events_reader().feed(encode(event)) == [event]
