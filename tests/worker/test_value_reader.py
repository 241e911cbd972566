"""Any object as a plain value, and through a frame and back."""

from __future__ import annotations

import math
import struct
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine import loaded, run
from tutor.wire import frames, values
from tutor.wire.events import Answer, Answered
from tutor.wire.values import (
    SAMPLE,
    ArrayValue,
    BoolValue,
    CallableValue,
    ClassValue,
    ComplexValue,
    FloatValue,
    IntValue,
    MappingValue,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    TensorValue,
    TextValue,
    Value,
)

pytestmark = pytest.mark.xdist_group("torch")


def _value(expression: str, **limits: int) -> Value:
    """In this process: nothing is run here but the expression."""
    loaded()
    import numpy
    import torch

    from tutor.worker.value_reader import to_value

    return to_value(eval(expression, {"torch": torch, "np": numpy, "nn": torch.nn}), **limits)


def _sent(value: Value) -> Value:
    """As it comes out on the other side of a channel."""
    (event,) = frames.events_reader().feed(frames.encode(Answered(0, Answer(value))))
    assert isinstance(event, Answered)
    return event.answer.value


def _floats(value: object) -> tuple[float, ...]:
    assert isinstance(value, TensorValue | ArrayValue)
    return struct.unpack(f"<{len(value.data) // 8}d", value.data)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("None", NoneValue()),
        ("True", BoolValue(True)),
        ("-3", IntValue(-3)),
        ("2.5", FloatValue(2.5)),
        ("np.float64(2.5)", FloatValue(2.5)),
        ("1 + 2j", ComplexValue(1.0, 2.0)),
        ("'text'", TextValue("text")),
        ("b'bytes'", TextValue("bytes")),
        ("'\\ud800'", TextValue("?")),
        ("[1, None]", SequenceValue("list", 2, (IntValue(1), NoneValue()))),
        ("(1,)", SequenceValue("tuple", 1, (IntValue(1),))),
        ("{1}", SequenceValue("set", 1, (IntValue(1),))),
        ("range(2)", SequenceValue("range", 2, (IntValue(0), IntValue(1)))),
        ("torch.ones(2, 3).shape", SequenceValue("Size", 2, (IntValue(2), IntValue(3)))),
        ("{'a': 1}", MappingValue("dict", 1, ((TextValue("a"), IntValue(1)),))),
        ("print", CallableValue("builtin_function_or_method", "print")),
        ("nn.functional.relu", CallableValue("function", "relu")),
        ("nn.Linear", ClassValue("Linear")),
        (
            "nn.Linear(2, 1)",
            ModuleValue("Linear", _LINEAR := "Linear(in_features=2, out_features=1, bias=True)", 3),
        ),
        ("torch", Other("module", "a Python module")),
        ("object()", Other("object", "<object object>")),
        ("2 ** 63", Other("int", "an integer of about 19 digits")),
        ("torch.empty(2, device='meta')", Other("Tensor", "a tensor whose numbers cannot be read")),
        ("np.array(['a'])", Other("ndarray", "array(['a'], dtype='<U1')")),
    ],
)
def test_a_value(expression: str, value: Value) -> None:
    assert _value(expression) == value
    assert _sent(value) == value


@pytest.mark.parametrize(
    ("expression", "kind", "dtype"),
    [
        ("torch.tensor([1.5, -2.0])", "float", "float32"),
        ("torch.tensor([1.5, -2.0], dtype=torch.bfloat16)", "float", "bfloat16"),
        ("torch.tensor([1.5, -2.0]).half()", "float", "float16"),
        ("torch.tensor([1.5, -2.0]).double()", "float", "float64"),
        ("torch.tensor([0.0, 1.5, -2.0])[1:]", "float", "float32"),
        ("torch.tensor([[1.5, -2.0]]).to_sparse()", "float", "float32"),
        ("nn.Parameter(torch.tensor([1.5, -2.0]))", "float", "float32"),
        ("np.array([1.5, -2.0], dtype=np.float32)", "float", "float32"),
        ("np.array([[1.5, 0], [-2.0, 0]])[:, 0]", "float", "float64"),
    ],
)
def test_numbers_are_widened(expression: str, kind: str, dtype: str) -> None:
    value = _sent(_value(expression))
    assert isinstance(value, TensorValue | ArrayValue)
    assert (value.kind, value.dtype, _floats(value)) == (kind, dtype, (1.5, -2.0))


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ("torch.tensor([True, False])", b"\x01\x00"),
        ("torch.tensor([3], dtype=torch.uint8)", struct.pack("<q", 3)),
        ("torch.tensor([1 + 2j]).conj()", struct.pack("<2d", 1, -2)),
        ("np.array([True])", b"\x01"),
        ("np.int32(-7)", struct.pack("<q", -7)),
        ("np.bool_(True)", b"\x01"),
        ("torch.zeros(0, 3)", b""),
    ],
)
def test_other_kinds_of_numbers(expression: str, data: bytes) -> None:
    value = _value(expression)
    assert isinstance(value, TensorValue | ArrayValue)
    assert value.data == data


@pytest.mark.parametrize("make", ["torch.arange(70_000.0)", "np.arange(70_000.0)"])
def test_a_large_one_is_sampled_at_fixed_positions(make: str) -> None:
    value = _sent(_value(f"{make}.reshape(2, 35_000)"))
    assert isinstance(value, TensorValue | ArrayValue)
    assert value.sampled
    assert value.shape == (2, 35_000)
    assert _floats(value) == tuple(float(i * 70_000 // SAMPLE) for i in range(SAMPLE))
    assert value.statistics is not None
    assert (value.statistics.low, value.statistics.high) == (0.0, 69_999.0)
    assert value.statistics.mean == pytest.approx(34_999.5)


def test_a_tensor_that_only_seems_vast_takes_no_memory() -> None:
    value = _value("torch.ones(1, 1).expand(10 ** 6, 10 ** 6)")
    assert isinstance(value, TensorValue)
    assert value.sampled
    assert value.statistics is not None
    assert value.statistics.std == 0.0


def test_nans_and_infinities_are_counted_apart() -> None:
    value = _value("torch.tensor([1.0, 3.0, float('nan'), float('inf')])", max_whole=2)
    assert isinstance(value, TensorValue)
    assert value.statistics == values.Statistics(2.0, 1.0, 1.0, 3.0, 1, 1)
    nothing = _value("torch.tensor([float('nan')] * 3)", max_whole=2)
    assert isinstance(nothing, TensorValue)
    assert nothing.statistics is not None
    assert math.isnan(nothing.statistics.mean)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        ("torch.tensor([1e-9, 1.0, 3.0])[1:]", (2.0, 1.0, 1.0, 3.0)),
        ("torch.tensor([[1.0, 3.0], [3.0, 1.0]]).T", (2.0, 1.0, 1.0, 3.0)),
        ("torch.tensor([3e38, 3e38])", (3.0e38, 0.0, 3.0e38, 3.0e38)),
        ("torch.tensor([1.0, 3.0]).bfloat16()", (2.0, 1.0, 1.0, 3.0)),
        ("torch.tensor([1, 3], dtype=torch.uint8)", (2.0, 1.0, 1.0, 3.0)),
        ("torch.tensor([False, True])", (0.5, 0.5, 0.0, 1.0)),
        ("torch.tensor([3 + 4j, 0])", (2.5, 2.5, 0.0, 5.0)),
        ("torch.tensor([1e8, 1e8 + 8], dtype=torch.float32)", (1e8 + 4, 4.0, 1e8, 1e8 + 8)),
        ("np.array([3 + 4j, 0])", (2.5, 2.5, 0.0, 5.0)),
        ("np.array([1, 3], dtype='float16')", (2.0, 1.0, 1.0, 3.0)),
    ],
)
def test_statistics_are_those_in_float64(make: str, expected: tuple[float, ...]) -> None:
    value = _value(make, max_whole=1)
    assert isinstance(value, TensorValue | ArrayValue)
    assert value.statistics is not None
    got = value.statistics
    assert (got.mean, got.std, got.low, got.high) == pytest.approx(expected, rel=1e-7)
    assert (got.nans, got.infinities) == (0, 0)


def test_taking_statistics_changes_nothing() -> None:
    loaded()
    import torch

    from tutor.worker.tensor_numbers import tensor_statistics

    tensor = torch.tensor([1.0, 3.0], dtype=torch.float64)
    tensor_statistics(tensor)
    assert tensor.tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    "expression",
    [
        "[torch.ones(65_000)] * 50",
        "list(range(200_000))",
        "{i: str(i) for i in range(200_000)}",
        "['x' * 4_000] * 5_000",
        "[[0] * 60_000] * 30",
        "(lambda f: f(f, 300))(lambda f, n: [f(f, n - 1)] if n else 1)",
        "'x' * 10_000_000",
        "[10 ** 100_000]",
        "[type('N' * 100, (), {'__repr__': lambda self: 'r' * 4_000})() for _ in range(5_000)]",
        "[nn.Linear(1, 1)] * 20_000",
        "[(lambda: 0)] * 100_000",
        "['é' * 2_000] * 5_000",
    ],
)
def test_everything_fits_into_a_frame(expression: str) -> None:
    value = _value(expression)
    assert msgspec.to_builtins(_sent(value)) == msgspec.to_builtins(value)


def test_many_slow_objects_are_not_waited_for_one_by_one() -> None:
    served = run(HOSTILE + "x = [Endless() for _ in range(1_000)]", "len(x)")
    assert served.answers[0].value == IntValue(1_000)


def test_names_that_are_no_names_are_left_out() -> None:
    served = run(
        "globals()['n' * 5_000_000] = 1\nglobals()['\\ud800'] = 1\nglobals()[3] = 1\nx = 1\n"
        f"text = '{'z' * 100_000}' + 1",
        "x",
        live=True,
    )
    assert [bound.name for bound in served.executed.bound] == ["x"]
    assert served.executed.error is not None
    assert len(served.executed.error.source_line) == 500


def test_a_list_that_holds_itself_comes_to_an_end() -> None:
    served = run("a = []\na.append(a)", "a")
    assert served.answers[0].shown.startswith("[[[[")


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)


def _back(value: Value) -> Any:  # noqa: ANN401 # plain Python of any kind
    match value:
        case NoneValue():
            return None
        case BoolValue() | IntValue() | FloatValue() | TextValue():
            return value.value
        case SequenceValue():
            return [_back(item) for item in value.items]
        case MappingValue():
            return {_back(key): _back(item) for key, item in value.items}
        case _:
            raise AssertionError(value)


@given(plain)
def test_plain_python_comes_back_as_it_was(thing: object) -> None:
    loaded()
    from tutor.worker.value_reader import to_value

    assert repr(_back(_sent(to_value(thing)))) == repr(thing)


HOSTILE = """
import torch, numpy as np, torch.nn as nn
class Liar:
    __class__ = property(lambda self: 1 / 0)
class Endless:
    def __repr__(self):
        while True: pass
class Huge:
    def __repr__(self): return 'x' * 10 ** 8
class Raiser:
    def __repr__(self): raise SystemExit
    def __len__(self): raise ValueError
    def __eq__(self, other): raise ValueError
    def __iter__(self): raise ValueError
    def __hash__(self): raise ValueError
    def __getattribute__(self, name): raise ValueError(name)
class L(list):
    def __iter__(self):
        while True: yield self
    def __len__(self): return 10 ** 18
class D(dict):
    def items(self): raise ValueError
class S(str):
    def encode(self, *a): raise ValueError
    def __str__(self): raise ValueError
class I(int):
    def __int__(self): raise ValueError
class T(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *a, **k): raise ValueError
class A(np.ndarray):
    def __array_finalize__(self, obj): raise ValueError
    shape = property(lambda self: 1 / 0)
class M(nn.Module):
    def extra_repr(self): raise ValueError
    def named_parameters(self, *a): raise ValueError
    def __getattr__(self, name): raise ValueError(name)
class Meta(type):
    __name__ = property(lambda self: 1 / 0)
    def __instancecheck__(self, x): raise ValueError
    def __hash__(self): raise ValueError
class Odd(metaclass=Meta): pass
class Slots:
    __slots__ = ('__dict__',)
    __dict__ = property(lambda self: 1 / 0)
"""


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("Liar()", Other),
        ("Endless()", Other),
        ("Huge()", Other),
        ("Raiser()", Other),
        ("L([1])", SequenceValue),
        ("D(a=1)", MappingValue),
        ("S('text')", TextValue),
        ("I(3)", IntValue),
        ("torch.ones(2).as_subclass(T)", TensorValue),
        ("M()", ModuleValue),
        ("Odd()", Other),
        ("Odd", ClassValue),
        ("[Endless(), Raiser()]", SequenceValue),
    ],
)
def test_a_hostile_object_breaks_nothing(expression: str, kind: type[Value]) -> None:
    served = run(HOSTILE + f"thing = {expression}", "thing", "1", given="x = 1", live=True)
    assert served.status == 0, served.output
    assert isinstance(served.answers[0].value, kind)
    bound = {bound.name: bound.value for bound in served.executed.bound}
    assert isinstance(bound["thing"], kind)
    assert len(served.answers[0].shown) <= 80
    assert served.answers[1].value == IntValue(1)


@pytest.mark.parametrize("thing", ["Raiser()", "Liar()", "M()", "Odd()"])
def test_a_hostile_object_in_the_failing_line(thing: str) -> None:
    served = run(HOSTILE + f"thing = {thing}\nthing.missing[0] @ torch.ones(2)\n")
    assert served.executed.error is not None
    assert served.executed.error.line is not None
    assert served.executed.error.frames[0].text == "thing.missing[0] @ torch.ones(2)"


def test_a_hostile_object_in_place_of_a_given() -> None:
    served = run(HOSTILE + "x = Raiser()\ny = L()\n", given="x = 1\ny = []\n")
    assert {(change.name, change.how) for change in served.executed.given_changes} == {
        ("x", "rebound"),
        ("y", "rebound"),
    }
