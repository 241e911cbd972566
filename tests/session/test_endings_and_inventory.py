"""Endings and inventory entries in words."""

from __future__ import annotations

import struct

import pytest
from msgspec.structs import replace

from tutor.course.figures.parts import Gradient
from tutor.course.model import CodeStep, UsedAnswer
from tutor.session.run_summary import run_summary
from tutor.session.state import Activity, State
from tutor.session.words.inventory_text import (
    entry_line,
    entry_numbers,
    entry_words,
    nothing_listed_words,
    weight_gradients,
)
from tutor.wire.commands import Limits
from tutor.wire.events import (
    ErrorFacts,
    Executed,
    Frame,
    InventoryEntry,
    Observation,
    Outcome,
    WarningFacts,
    WorkerStateChanged,
)
from tutor.wire.values import (
    ArrayValue,
    BoolValue,
    FloatValue,
    ModuleValue,
    NumberKind,
    Statistics,
    TensorValue,
    Value,
)

RUN = Activity(1, "run", limits=Limits(seconds=3.0, memory_mb=512))


def _tensor(shape: tuple[int, ...], data: bytes, kind: NumberKind = "float") -> TensorValue:
    return TensorValue("float32", kind, shape, data)


def test_an_exception_is_told_with_line_and_message() -> None:
    error = ErrorFacts("ZeroDivisionError", "division by zero", line=4, source_line="y = 1 / 0")
    ending = run_summary(Observation("raised", Executed("raised", error=error)), RUN)
    assert (ending.line, ending.error) == (4, "ZeroDivisionError")
    assert "line 4: y = 1 / 0" in ending.evidence


def test_an_error_in_an_own_answer_to_an_earlier_step_is_told_as_such() -> None:
    frame = Frame("before.py", 3, "square", "return numbers[2]")
    error = ErrorFacts("KeyError", "2", line=1, source_line="y = square(2)", frames=(frame,))
    raised = Observation("raised", Executed("raised", error=error))
    used = UsedAnswer(step="square", title="Squares", own="def square(number): ...")
    step = CodeStep(id="a", title="a", text="a", scaffold="", solution="", used=(used,))
    (remark,) = run_summary(raised, RUN, step=step).remarks
    assert "your own answer to “Squares”" in remark
    assert run_summary(raised, RUN, step=replace(step, used=(replace(used, own=""),))).remarks == ()
    assert run_summary(raised, RUN).remarks == ()


def test_what_a_program_says_cannot_command_the_terminal() -> None:
    error = ErrorFacts("ValueError", "\x1b[31mred\x1b[0m \x1b[2J", line=1, source_line="raise")
    ending = run_summary(Observation("raised", Executed("raised", error=error)), RUN)
    assert ending.evidence == ("line 1: raise", "ValueError: red \\x1b[2J")


@pytest.mark.parametrize("outcome", ["timeout", "memory", "output", "processes", "lost"])
def test_an_end_from_outside_is_told(outcome: Outcome) -> None:
    ending = run_summary(Observation(outcome, line=7, detail="why"), RUN)
    assert ending.message
    assert ending.line == 7


def test_a_timeout_names_the_limit_that_held() -> None:
    assert "3 s" in run_summary(Observation("timeout"), RUN).message


@pytest.mark.parametrize("outcome", ["finished", "raised", "timeout"])
def test_a_run_that_took_longer_than_a_check_allows_says_so(outcome: Outcome) -> None:
    error = ErrorFacts("ValueError", "", line=1) if outcome == "raised" else None
    executed = Executed("raised" if error else "finished", error=error)
    ended = Observation(outcome, executed, milliseconds=14_230)
    said = "It took 14.2 s, but a check allows 10 s. Make it faster before you check it."
    assert run_summary(ended, replace(RUN, check_seconds=10.0)).remarks == (said,)
    assert run_summary(ended, replace(RUN, check_seconds=20.0)).remarks == ()
    assert run_summary(ended, replace(RUN, check_seconds=14.2)).remarks == ()
    assert run_summary(ended, RUN).remarks == ()


@pytest.mark.parametrize("outcome", ["stopped", "lost", "exited", "timeout", "memory", "crashed"])
def test_of_a_plain_run_nothing_is_said_about_judging(outcome: Outcome) -> None:
    message = run_summary(Observation(outcome, line=7), RUN).message
    assert "check again" not in message.lower()
    assert "judged" not in message


def test_a_run_that_finished_has_nothing_to_explain() -> None:
    warning = WarningFacts("UserWarning", "something of no interest")
    executed = Executed("finished", warnings=(warning,))
    ending = run_summary(Observation("finished", executed), RUN)
    assert (ending.message, ending.evidence, ending.remarks) == ("", (), ())


def test_a_tensor_gives_its_numbers_and_shape() -> None:
    entry = InventoryEntry("w", _tensor((2, 2), struct.pack("<4d", 1, 2, 3, 4)))
    assert entry_numbers(entry) == ([1.0, 2.0, 3.0, 4.0], (2, 2))
    whole = ArrayValue("int64", "int", (3,), struct.pack("<3q", 1, 2, 3))
    assert entry_numbers(InventoryEntry("a", whole)) == ([1.0, 2.0, 3.0], (3,))


@pytest.mark.parametrize(
    "value",
    [
        FloatValue(1.0),
        _tensor((), struct.pack("<d", 1)),
        _tensor((1, 1), struct.pack("<d", 1)),
        _tensor((3,), struct.pack("<2d", 1, 2)),
        _tensor((1,), b"abc"),
        _tensor((1,), b"0" * 16, "complex"),
        TensorValue("float32", "float", (9, 9), b"", sampled=True),
    ],
)
def test_what_cannot_be_drawn_is_not(value: Value) -> None:
    assert entry_numbers(InventoryEntry("x", value)) is None


def test_lines_name_shape_or_value() -> None:
    assert entry_line(InventoryEntry("w", _tensor((2, 3), b""))) == "w  (2, 3)"
    assert entry_line(InventoryEntry("w", _tensor((2, 3), b"")), width=9) == "w  (2, 3)"
    assert entry_line(InventoryEntry("w", _tensor((2, 3), b"")), width=8) == "w"
    assert entry_line(InventoryEntry("lr", FloatValue(0.001))) == "lr  0.001"
    assert entry_line(InventoryEntry("on", BoolValue(True))) == "on  True"
    module = ModuleValue("Sequential", "", 12)
    assert entry_line(InventoryEntry("model", module)) == "model  12 parameters"
    loss_function = ModuleValue("CrossEntropyLoss", "", 0)
    assert entry_line(InventoryEntry("criterion", loss_function)) == "criterion  CrossEntropyLoss"
    loss = _tensor((), struct.pack("<d", 0.5))
    assert entry_line(InventoryEntry("loss", loss)) == "loss  0.5"
    row = _tensor((1,), struct.pack("<d", 0.25))
    assert entry_line(InventoryEntry("p", row)) == "p  (1,)  0.25"


def test_a_large_tensor_is_told_by_its_statistics() -> None:
    statistics = Statistics(0.5, 1.0, -2.0, 2.0, 1, 0)
    value = TensorValue("float32", "float", (900, 900), b"", sampled=True, statistics=statistics)
    words = entry_words(InventoryEntry("w", value, gradient_norm=0.25))
    assert "gradient length 0.25" in words
    assert "mean +0.5" in words
    assert "1 nan" in words


def test_the_device_of_a_tensor_is_told_where_it_is_not_the_cpu() -> None:
    value = _tensor((2,), bytes(16))
    assert entry_words(InventoryEntry("w", value)) == "w  (2,)  float32"
    there = replace(value, device="cuda:0")
    assert entry_words(InventoryEntry("w", there)) == "w  (2,)  float32  cuda:0"


def test_gradients_are_told_of_weights_that_have_finite_ones() -> None:
    weight = _tensor((2, 4), b"")
    entries = (
        InventoryEntry("model[0].weight", weight, gradient_norm=0.5),
        InventoryEntry("model[0].bias", _tensor((2,), b""), gradient_norm=0.25),
        InventoryEntry("model[1].weight", weight),
        InventoryEntry("model[2].weight", weight, gradient_norm=float("nan")),
        InventoryEntry("norm.weight", _tensor((4,), b""), gradient_norm=0.25),
        InventoryEntry("loss", FloatValue(0.7)),
    )
    assert weight_gradients(entries) == (Gradient("model[0].weight", (2, 4), 0.5),)
    assert len(weight_gradients(entries * 50)) == 6


def test_without_an_inventory_it_is_told_why() -> None:
    ready, starting = WorkerStateChanged("ready"), WorkerStateChanged("starting")
    waiting = State(activity=Activity(1, "run"), worker=starting)
    begun = State(activity=Activity(1, "run"), worker=ready)
    assert nothing_listed_words(waiting).endswith(": the program begins when PyTorch is ready.")
    assert nothing_listed_words(begun).endswith(": the program has only begun.")
