from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.support.observations import array, number, packed, tensor
from tutor.grading.compare import Difference, Rule, compare, is_same
from tutor.grading.numbers import numbers_of, place_of
from tutor.wire.values import (
    BoolValue,
    CallableValue,
    ClassValue,
    ComplexValue,
    FloatValue,
    IntValue,
    MappingValue,
    Missing,
    ModuleValue,
    NoneValue,
    Other,
    SequenceValue,
    Statistics,
    TensorValue,
    TextValue,
    Value,
)

ANY = Rule(type="any")
FLOATS = st.floats(allow_nan=True, allow_infinity=True, width=32)
FINITE = st.floats(-1e6, 1e6, width=32)
NUMBER_LISTS = st.lists(FLOATS, max_size=12)
PLAIN: st.SearchStrategy[Value] = st.one_of(
    FLOATS.map(FloatValue),
    st.integers(-(2**63), 2**63 - 1).map(IntValue),
    st.booleans().map(BoolValue),
    st.builds(ComplexValue, FLOATS, FLOATS),
    st.text(max_size=5).map(TextValue),
    st.just(NoneValue()),
    NUMBER_LISTS.map(tensor),
    NUMBER_LISTS.map(array),
    st.builds(ClassValue, st.text(max_size=3)),
    st.builds(CallableValue, st.text(max_size=3), st.text(max_size=3)),
    st.builds(Other, st.text(max_size=3), st.text(max_size=3)),
)


def _listed(items: list[Value]) -> Value:
    return SequenceValue("list", len(items), tuple(items))


def _mapped(items: list[Value]) -> Value:
    pairs = tuple((IntValue(i), item) for i, item in enumerate(items))
    return MappingValue("dict", len(pairs), pairs)


VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3).flatmap(
        lambda i: st.sampled_from([_listed(i), _mapped(i)])
    ),
)


def difference(got: Value, expected: Value, rule: Rule = ANY) -> Difference:
    found = compare(got, expected, rule).difference
    assert found is not None
    return found


@given(VALUES)
def test_a_value_is_the_same_as_itself(value: Value) -> None:
    assert compare(value, value).difference is None
    assert compare(value, value).tolerated == ()


@given(VALUES, VALUES)
def test_a_looser_rule_never_tells_apart_what_a_stricter_one_does_not(a: Value, b: Value) -> None:
    strict = Rule(dtype="strict")
    loose = Rule(rtol=1e-3, atol=1e-3, dtype="any", type="any", shape="any")
    assert is_same(a, b, loose) or not is_same(a, b, strict)


@given(st.lists(FINITE, min_size=1, max_size=8), st.floats(-0.9, 0.9))
def test_within_the_tolerance_it_is_the_same_both_ways(numbers: list[float], part: float) -> None:
    near = [n + part * (1e-8 + 1e-5 * abs(n)) for n in numbers]
    assert is_same(tensor(near), tensor(numbers))
    assert is_same(tensor(numbers), tensor(near), Rule(rtol=1.1e-5, atol=1.1e-8))


@given(st.lists(FINITE, min_size=1, max_size=8), st.integers(0, 7), st.sampled_from([-1, 1]))
def test_beyond_the_tolerance_it_is_not(numbers: list[float], at: int, sign: int) -> None:
    at %= len(numbers)
    off = list(numbers)
    off[at] += sign * 2 * (1e-8 + 1e-5 * abs(off[at])) + sign * 1e-6
    found = difference(tensor(off), tensor(numbers))
    assert (found.what, found.place, found.off, found.total) == ("value", (at,), 1, len(numbers))
    assert (found.offset > 0) == (sign > 0)


@given(st.permutations(range(5)))
def test_a_permutation_differs(order: list[int]) -> None:
    assume(order != sorted(order))
    assert not is_same(tensor([float(i) for i in order]), tensor([0.0, 1.0, 2.0, 3.0, 4.0]))


@pytest.mark.parametrize(
    ("got", "expected", "equal"),
    [
        (math.nan, math.nan, True),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (1.0, math.inf, False),
        (math.inf, 1.0, False),
        (math.nan, 1.0, False),
        (1.0, math.nan, False),
        (0.0, -0.0, True),
    ],
)
def test_numbers_without_an_end(got: float, expected: float, equal: bool) -> None:
    assert is_same(number(got), number(expected)) is equal
    assert is_same(tensor([got]), tensor([expected]), Rule(rtol=0.5)) is equal


def test_the_printed_number_is_not_the_number() -> None:
    assert not is_same(number(0.9168), number(0.91682732))
    assert is_same(number(0.9168273), number(0.91682732))


def test_whole_numbers_are_equal_or_not() -> None:
    assert not is_same(IntValue(1_000_001), IntValue(1_000_000))
    assert not is_same(tensor([10**6 + 1], kind="int"), tensor([10**6], kind="int"))
    assert is_same(IntValue(1_000_001), IntValue(1_000_000), Rule(atol=1.0))


@pytest.mark.parametrize(
    ("got", "expected", "rule", "what"),
    [
        (number(1.0), tensor([1.0], ()), Rule(), "type"),
        (array([1.0]), tensor([1.0]), Rule(), "type"),
        (TextValue("1.0"), tensor([1.0]), ANY, "type"),
        (NoneValue(), number(1.0), ANY, "type"),
        (_listed([number(1.0)]), tensor([1.0]), ANY, "type"),
        (Missing(), number(1.0), ANY, "type"),
        (tensor([1.0, 2.0]), tensor([1.0, 2.0], (1, 2)), Rule(), "shape"),
        (tensor([1.0, 2.0], (2, 1)), tensor([1.0, 2.0, 3.0], (3, 1)), Rule(shape="any"), "shape"),
        (tensor([1, 2], kind="int"), tensor([1.0, 2.0]), Rule(), "dtype"),
        (tensor([True], kind="bool"), tensor([1], kind="int"), Rule(), "dtype"),
        (IntValue(1), number(1.0), Rule(), "dtype"),
        (array([1.0]), array([2.0]), Rule(), "value"),
        (TextValue("a"), TextValue("b"), Rule(), "value"),
        (ClassValue("Sigmoid"), ClassValue("Tanh"), Rule(), "type"),
        (ModuleValue("ReLU", "ReLU()", 0), ModuleValue("Tanh", "Tanh()", 0), Rule(), "type"),
        (CallableValue("function", "f"), NoneValue(), Rule(), "type"),
        (_listed([]), _listed([NoneValue()]), Rule(), "shape"),
        (_mapped([]), _mapped([NoneValue()]), Rule(), "shape"),
        (Other("Adam", "x"), Other("SGD", "x"), Rule(), "type"),
        (Other("int", "1"), Other("int", "2"), Rule(), "value"),
    ],
)
def test_what_differs_first(got: Value, expected: Value, rule: Rule, what: str) -> None:
    assert difference(got, expected, rule).what == what


@pytest.mark.parametrize(
    ("got", "expected", "rule", "tolerated"),
    [
        (number(1.0), tensor([1.0], (1, 1)), ANY, ("plain-float-not-tensor",)),
        (array([1.0], (1, 1)), tensor([1.0], (1, 1)), ANY, ("framework-converted",)),
        (tensor([1.0], ()), number(1.0), ANY, ("framework-converted",)),
        (array([1.0], ()), number(1.0), Rule(), ()),
        (tensor([1.0, 2.0]), tensor([1.0, 2.0], (1, 2)), Rule(shape="any"), ("dropped-dimension",)),
        (tensor([1.0, 2.0], (1, 2)), tensor([1.0, 2.0]), Rule(shape="any"), ("extra-batch-dim",)),
        (tensor([1], kind="int"), tensor([1.0]), Rule(dtype="any"), ()),
        (tensor([True], kind="bool"), tensor([1], kind="int"), Rule(dtype="any"), ()),
        (CallableValue("function", "f"), CallableValue("function", "g"), Rule(), ()),
        (Other("X", "<X at 0x7f01>"), Other("X", "<X at 0x7f02>"), Rule(), ()),
        (
            SequenceValue("Size", 1, (IntValue(3),)),
            SequenceValue("tuple", 1, (IntValue(3),)),
            Rule(),
            (),
        ),
        (
            SequenceValue("set", 2, (IntValue(1), IntValue(2))),
            SequenceValue("set", 2, (IntValue(2), IntValue(1))),
            Rule(),
            (),
        ),
    ],
)
def test_what_is_the_same(
    got: Value, expected: Value, rule: Rule, tolerated: tuple[str, ...]
) -> None:
    comparison = compare(got, expected, rule)
    assert comparison.difference is None
    assert comparison.tolerated == tolerated


def test_a_strict_dtype_is_the_very_one() -> None:
    double = TensorValue("float64", "float", (1,), packed([1.0]))
    assert is_same(double, tensor([1.0]))
    assert not is_same(double, tensor([1.0]), Rule(dtype="strict"))


def test_sets_with_other_members_differ() -> None:
    one = SequenceValue("set", 1, (IntValue(1),))
    two = SequenceValue("set", 1, (IntValue(2),))
    assert difference(one, two).what == "value"
    assert difference(one, SequenceValue("list", 1, (IntValue(1),))).what == "type"


def test_the_place_of_the_first_difference_and_how_far_off() -> None:
    found = difference(tensor([0, 0, 0, 4.5, 0, 7], (2, 3)), tensor([0, 0, 0, 4, 0, 5], (2, 3)))
    assert (found.place, found.offset, found.largest) == ((1, 0), 0.5, 2.0)
    assert (found.off, found.total, found.got, found.expected) == (2, 6, "4.5000", "4.0")


def test_a_difference_inside_a_container_has_its_path() -> None:
    inner = [_listed([number(1.0), number(2.0)])]
    other = [_listed([number(1.0), number(3.0)])]
    assert difference(_mapped(inner), _mapped(other)).path == "[0][1]"


def test_a_key_that_is_not_there_differs() -> None:
    one = MappingValue("dict", 1, ((TextValue("lr"), number(0.1)),))
    two = MappingValue("dict", 1, ((TextValue("rate"), number(0.1)),))
    assert difference(one, two).what == "value"


def test_a_nested_tolerance_is_told() -> None:
    rule = Rule(type="any")
    comparison = compare(_listed([number(1.0)]), _listed([tensor([1.0], ())]), rule)
    assert comparison.tolerated == ("plain-float-not-tensor",)


def test_complex_numbers() -> None:
    assert is_same(ComplexValue(1, 2), ComplexValue(1, 2))
    assert difference(ComplexValue(1, 2), ComplexValue(1, 3)).what == "value"
    two = tensor([1, 2, 3, 4], (2,), kind="complex")
    off = tensor([1, 2, 3, 5], (2,), kind="complex")
    assert difference(off, two).place == (1,)
    assert difference(two, tensor([1.0, 3.0]), Rule(dtype="any")).what == "value"


def _sampled(numbers: list[float], mean: float, size: int = 100_000) -> TensorValue:
    return TensorValue(
        "float32",
        "float",
        (size,),
        packed(numbers),
        sampled=True,
        statistics=Statistics(mean, 1.0, -3.0, 3.0, 0, 0),
    )


def test_large_tensors_are_compared_by_sample_and_statistics() -> None:
    sample = [float(i) for i in range(4)]
    assert is_same(_sampled(sample, 0.5), _sampled(sample, 0.5))
    for mean in (0.501, 0.6):
        assert difference(_sampled(sample, 0.5), _sampled(sample, mean)).what == "value"
    assert is_same(_sampled(sample, 0.5), _sampled(sample, 0.5002)), "sums of many numbers round"
    assert difference(_sampled([0, 1, 2, 4], 0.5), _sampled(sample, 0.5)).place == (75_000,)


def test_a_sample_is_compared_with_the_same_positions_of_the_whole() -> None:
    whole = tensor([float(i) for i in range(8)])
    part = TensorValue("float32", "float", (8,), packed([0, 2, 4, 6]), sampled=True)
    assert is_same(part, whole)
    assert is_same(whole, part)
    off = TensorValue("float32", "float", (8,), packed([0, 2, 5, 6]), sampled=True)
    assert not is_same(off, whole)


def test_bytes_that_are_missing_make_no_numbers() -> None:
    assert numbers_of(TensorValue("float32", "float", (2,), packed([1.0]))) is None
    assert numbers_of(TensorValue("float32", "float", (1,), b"123")) is None


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4), st.data())
def test_a_place_is_the_index_of_its_position(shape: list[int], data: st.DataObject) -> None:
    total = math.prod(shape)
    index = data.draw(st.integers(0, total - 1))
    flat = 0
    for at, size in zip(place_of(index, tuple(shape)), shape, strict=True):
        assert 0 <= at < size
        flat = flat * size + at
    assert flat == index
