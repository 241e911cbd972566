"""Models as rows of texts, and the sentence about what to look at in them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.reducing import reduce
from tutor.session.recorded import MAX_KEPT_MODELS, RecordedModels
from tutor.session.run_events import ActivityRequested, BatchArrived
from tutor.session.state import Activity, State
from tutor.session.words.model_advice import (
    EMPTY,
    has_trouble,
    lines_words,
    models_words,
    no_models_words,
    source_words,
)
from tutor.session.words.model_text import (
    brief,
    line_rows,
    model_rows,
    percent,
    share_text,
    with_failure,
)
from tutor.wire.events import ErrorFacts, LayerShapes, LineShape, Observation, Operand, RunEnded
from tutor.wire.models import Activations, LayerDescription, ModelDescription, ModelsDescribed

GAVE = Activations(0.1, 0.5, -1.0, 2.0)
FIRST = LayerDescription(
    "net[0]",
    "Linear",
    (16, 8),
    144,
    calls=1,
    took=(32, 8),
    gave=(32, 16),
    activations=GAVE,
    gradient=0.5,
    update=0.001,
)
RELU = LayerDescription(
    "net[1]",
    "ReLU",
    calls=1,
    took=(32, 16),
    gave=(32, 16),
    activations=Activations(0.3, 0.4, 0.0, 2.0, zeros=0.4, dead=0.0),
)
LAST = LayerDescription(
    "net[2]",
    "Linear",
    (1, 16),
    17,
    calls=1,
    took=(32, 16),
    gave=(32, 1),
    activations=GAVE,
    gradient=0.25,
    update=0.002,
)


def changed(layer: LayerDescription, **changes: object) -> LayerDescription:
    from msgspec.structs import replace

    return replace(layer, **changes)


def of(*layers: LayerDescription, failed: bool = False) -> ModelsDescribed:
    model = ModelDescription("net", "Net", layers, 0, 161, called=True, failed=failed)
    return ModelsDescribed((model,), 5)


def words(*layers: LayerDescription, error: ErrorFacts | None = None, failed: bool = False) -> str:
    return models_words(of(*layers, failed=failed), error)


def test_a_share_that_is_none_is_told_all_the_same() -> None:
    shares = (math.nan, math.inf, -math.inf, -1.0, 7.0, 1e-9, 1.0)
    told = [share_text(share) for share in shares]
    assert told == ["0 %", "100 %", "0 %", "0 %", "100 %", "1 %", "100 %"]


def blocks(count: int, wide: int = -1) -> list[str]:
    """The names of the rows of a model of several blocks, one of which may be wider."""
    layers = [
        changed(each, name=f"net.blocks[{number}].{part}", gave=(32, 16 + (number == wide)))
        for number in range(count)
        for part, each in (("fc", LAST), ("relu", RELU))
    ]
    taken = changed(FIRST, name="net.stem")
    return [row.name for row in model_rows(of(taken, *layers, changed(LAST, name="net.head")))]


def test_of_many_equal_parts_the_first_and_the_last_are_told() -> None:
    assert blocks(9) == [
        *("net", "input", "stem", "blocks.0.fc", "blocks.0.relu"),
        "blocks.1 to 7",
        *("blocks.8.fc", "blocks.8.relu", "head"),
    ]
    assert "blocks.2.fc" in blocks(3)  # they fit
    assert "blocks.4.fc" in blocks(9, wide=4)
    deep = [changed(LAST, name=f"net[{number}]", gave=(32, 16)) for number in range(20)]
    assert [row.name for row in model_rows(of(*deep))][-1] == "19"
    assert len(model_rows(of(*deep))) == 22


def test_each_layer_has_a_row_with_shapes_and_numbers() -> None:
    heading, taken, first, relu, last = model_rows(of(FIRST, RELU, LAST))
    assert (heading.name, heading.what) == ("net", "Net, 161 numbers")
    assert (taken.kind, taken.shape, taken.width) == ("input", "(32, 8)", 8)
    assert (first.name, first.what, first.shape) == ("0", "Linear(8, 16)", "(32, 16)")
    assert (first.numbers, first.mean, first.std) == ("144", "+0.10", "0.50")
    assert (first.gradient, first.update, first.width) == ("0.50", "0.10 %", 16)
    assert (relu.numbers, relu.gradient, relu.note) == ("", "", "40 % are 0")
    assert last.what == "Linear(16, 1)"


def test_compared_with_the_end_each_layer_has_its_numbers_there_below_it() -> None:
    end = of(changed(FIRST, gradient=0.25, update=0.0), changed(LAST, calls=0))
    rows = model_rows(of(FIRST, RELU, LAST), end)
    assert [row.kind for row in rows[2:]] == ["layer", "later", "layer", "layer"]
    later = rows[3]
    assert (later.name, later.what, later.shape, later.numbers) == ("", "at end", "", "")
    assert (later.mean, later.gradient, later.update) == ("+0.10", "0.25", "0")
    other = ModelsDescribed((replace(end.models[0], name="other"),), 9)
    assert model_rows(of(FIRST), other) == model_rows(of(FIRST))


def test_a_shape_that_the_program_has_changed_between_layers_has_a_row_of_its_own() -> None:
    rows = model_rows(of(changed(FIRST, gave=(32, 4, 4)), LAST))
    assert [(row.kind, row.shape) for row in rows[2:]] == [
        ("layer", "(32, 4, 4)"),
        ("between", "(32, 16)"),
        ("layer", "(32, 1)"),
    ]


def test_what_was_not_called_says_so() -> None:
    uncalled = LayerDescription("net.unused", "Linear", (3, 3), 12)
    row = model_rows(of(FIRST, uncalled))[-1]
    assert (row.kind, row.name, row.shape) == ("uncalled", "unused", "not called")
    assert "net.unused was not called" in words(FIRST, uncalled)
    failed = of(changed(FIRST, failed=True, gave=None), uncalled, failed=True)
    assert model_rows(failed)[-1].shape == "not reached"


def test_nothing_of_a_program_can_command_the_terminal() -> None:
    odd = changed(FIRST, name="net[\x1b[2J]", type_name="A\x9bB")
    rows = model_rows(of(odd))
    assert all(text.isprintable() for row in rows for text in (row.name, row.what))
    assert words(changed(odd, failed=True), failed=True).isprintable()


def test_an_error_comes_first_with_what_would_fit() -> None:
    failed = changed(LAST, weight=(1, 12), gave=None, failed=True, update=None)
    said = words(FIRST, RELU, failed, failed=True)
    assert said == (
        "It stops at net[2], Linear(12, 1): it takes 12 numbers a row and gets 16. "
        "Linear(16, 1) would fit."
    )
    error = ErrorFacts("RuntimeError", "no such thing\nand more")
    other = changed(RELU, failed=True, gave=None)
    assert words(FIRST, other, error=error, failed=True) == (
        "It stops at net[1], ReLU: no such thing"
    )
    assert words(FIRST, error=error, failed=True) == (
        "The call of net ended with an error: no such thing"
    )


DEAD = "net[1]: 60 % of its units give 0 for all 32 rows asked here. For these they are dead"
SENTENCES = [
    ((FIRST, RELU, LAST), "Largest relative update: net[2], 0.20 % per step."),
    ((changed(FIRST, activations=Activations(0, 0, 0, 0, 3)), LAST), "first layer that gives nan"),
    ((changed(FIRST, update=0.0), LAST), "net[0] has a gradient and does not move"),
    (
        (changed(FIRST, update=0.0, frozen_numbers=144), LAST),
        "Largest relative update: net[2]",
    ),
    ((FIRST, changed(RELU, activations=Activations(0, 0, 0, 0, dead=0.6)), LAST), DEAD),
    ((changed(FIRST, gradient=1e-5), RELU, LAST), "of that of net[2]: the first layers hardly"),
    (
        (FIRST, changed(RELU, activations=Activations(0, 0, 0, 0, saturated=0.7)), LAST),
        "net[1]: 70 % of its numbers lie at its limits",
    ),
    ((FIRST, changed(LAST, update=0.5)), "50.0 % per step. That is large"),
    ((changed(FIRST, update=1e-9), changed(LAST, update=1e-9)), "too small"),
    (
        (changed(FIRST, update=None), changed(LAST, update=None)),
        "(32, 8) goes in, (32, 1) comes out",
    ),
]


@pytest.mark.parametrize(("layers", "said"), SENTENCES)
def test_the_sentence_is_about_the_most_telling_thing(
    layers: tuple[LayerDescription, ...], said: str
) -> None:
    assert said in words(*layers)


def test_the_model_that_is_trained_comes_first() -> None:
    dead = changed(RELU, activations=Activations(0.0, 0.0, 0.0, 0.0, zeros=1.0, dead=1.0))
    earlier = ModelDescription("earlier", "Net", (dead,), called=True)
    (trained,) = of(FIRST, RELU, LAST).models
    described = ModelsDescribed((earlier, trained), 5)
    assert [row.name for row in model_rows(described) if row.kind == "heading"] == [
        "net",
        "earlier",
    ]
    assert models_words(described, None).startswith("Largest relative update: net[2]")
    assert not has_trouble(described)


@pytest.mark.parametrize(
    ("layers", "trouble"),
    [
        ((FIRST, RELU, LAST), False),
        ((FIRST, changed(RELU, activations=Activations(0, 0, 0, 0, dead=0.6)), LAST), True),
        ((changed(FIRST, gradient=1e-5), RELU, LAST), True),
        ((FIRST, changed(LAST, update=0.5)), False),
    ],
)
def test_layers_that_fail_to_learn_are_trouble(
    layers: tuple[LayerDescription, ...], trouble: bool
) -> None:
    described = replace(of(*layers), step=5, total=9)
    assert has_trouble(described) is trouble
    said = source_words(described, is_over=True)
    assert said.startswith("Last update: step 5 of 9.")
    assert ("more updates" in said) is not trouble, "four rows hold no more"


def test_trouble_in_a_model_is_noted_until_the_next_run() -> None:
    dead = of(FIRST, changed(RELU, activations=Activations(0, 0, 0, 0, dead=0.6)), LAST)
    state = reduce(State(), ActivityRequested(Activity(1, "run")))
    assert not state.trouble_in_model
    state = reduce(state, BatchArrived(1, (dead,)))
    assert state.trouble_in_model
    state = reduce(state, BatchArrived(1, (RunEnded(Observation("finished")),)))
    assert state.trouble_in_model
    assert not reduce(state, ActivityRequested(Activity(2, "run"))).trouble_in_model


def test_a_model_that_nobody_called_is_told_as_such() -> None:
    layer = LayerDescription("net[0]", "Linear", (1, 2), 3)
    described = ModelsDescribed((ModelDescription("net", "Net", (layer,), 0, 3),))
    assert models_words(described, None).startswith("The program has not called this model.")
    assert model_rows(described)[0].what == "Net, 3 numbers, not called"


def test_a_failure_that_was_not_heard_is_taken_from_the_error() -> None:
    layers = (
        LayerShapes("net[0]", "Linear", (16, 8), (3, 8), (3, 16)),
        LayerShapes("net[1]", "Linear", (1, 12), (3, 16), failed=True),
    )
    error = ErrorFacts("RuntimeError", "shapes", layers=layers)
    told = with_failure(ModelsDescribed(), error)
    assert [row.kind for row in model_rows(told)] == ["heading", "input", "layer", "failed"]
    assert "gets 16" in models_words(told, error)
    assert with_failure(of(FIRST, failed=True), error) == of(FIRST, failed=True)
    assert with_failure(of(FIRST), None) == of(FIRST)


def test_a_program_without_a_model_shows_the_shapes_of_its_lines() -> None:
    shapes = (LineShape(1, "", (3, 4), (3, 4)), LineShape(3, "W", (4, 2), (4, 5)))
    rows = line_rows(shapes, None, "x = torch.ones(3, 4)\n\n    W = f()")
    assert [(row.name, row.what, row.shape) for row in rows] == [
        ("line 1", "x = torch.ones(3, 4)", "(3, 4)"),
        ("line 3", "W = f()", "(4, 2) to (4, 5)"),
    ]
    assert "no model" in lines_words(rows)
    error = ErrorFacts(
        "RuntimeError",
        "bad",
        line=4,
        source_line="y = x @ x",
        operands=(Operand("x", "Tensor", (3, 4)),),
    )
    rows = line_rows(shapes, error)
    assert (rows[-1].kind, rows[-1].what) == ("failed", "y = x @ x  x (3, 4)")
    assert "up to line 4" in lines_words(rows)
    assert line_rows((), error) == []
    assert no_models_words(State()) == EMPTY


@given(st.floats(-1e300, 1e300) | st.sampled_from([math.inf, -math.inf, math.nan]))
def test_any_number_is_brief(number: float) -> None:
    assert len(brief(number)) <= 9
    if math.isfinite(number) and number:
        assert float(brief(number)) == pytest.approx(number, rel=0.06)


def test_shares_are_never_rounded_to_nothing() -> None:
    assert [percent(share) for share in (None, 0.0, 1e-7, 0.012, 1.0)] == [
        "",
        "0",
        "1.0e-5 %",
        "1.20 %",
        "100 %",
    ]


@given(st.lists(st.integers(0, 10_000), max_size=300))
def test_few_steps_are_kept_and_the_newest_among_them(steps: list[int]) -> None:
    kept = RecordedModels()
    for step in steps:
        kept.add(ModelsDescribed(step=step))
    assert kept.newest.step == max(steps, default=0)
    assert kept.nearest(max(steps, default=0)) == kept.newest
    if len(set(steps)) < MAX_KEPT_MODELS:
        assert all(kept.nearest(step).step == step for step in steps)
