"""The figures: their numbers, and that the PNGs are drawn from them."""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.figures import FIGURES
from tutor.course.figures.bce import loss_of_one, loss_of_zero
from tutor.course.figures.binary_classifier_8_1 import NEURON
from tutor.course.figures.broadcast_rule import COLUMN, ROW, SUM
from tutor.course.figures.functions import first_of_two, sigmoid, softmax
from tutor.course.figures.parts import (
    Bars,
    Diagram,
    Gradient,
    Mark,
    Neuron,
    Part,
    Plot,
    Slider,
    Table,
    signed,
)
from tutor.course.figures.sigmoid_function import SCORE
from tutor.course.figures.softmax_function import LOGITS

IMAGES = Path(__file__).parents[2] / "images"
SCORES = st.floats(-700, 700)
CHAPTER = (
    "sigmoid_function",
    "softmax_function",
    "sigmoid_and_softmax",
    "softmax_as_sigmoid",
    "binary_classifier_8_1",
    "bce",
    "grads",
)
"""Figures of the lesson whose steps follow the sections of a book."""


def test_the_sigmoid_of_the_lessons_score() -> None:
    assert sigmoid(2.4) == pytest.approx(0.9168273, abs=1e-7)


@given(SCORES)
def test_a_sigmoid_and_that_of_the_opposite_score_are_one_together(z: float) -> None:
    assert sigmoid(z) + sigmoid(-z) == pytest.approx(1.0)


def test_the_softmax_of_the_lessons_scores() -> None:
    expected = (0.1283, 0.0001, 0.5749, 0.0350, 0.1567, 0.1050)
    assert softmax((1.0, -6.0, 2.5, -0.3, 1.2, 0.8)) == pytest.approx(expected, abs=5e-5)


def test_the_words_for_a_figure_tell_the_numbers_that_it_draws() -> None:
    shares = [f"{share:.4f}" for share in softmax(LOGITS)]
    assert f"{', '.join(shares[:-1])} and {shares[-1]}" in FIGURES["softmax_function"].alt
    assert f"score {SCORE} with the probability {sigmoid(SCORE):.4f}" in (
        FIGURES["sigmoid_function"].alt
    )
    neuron = f"z = {signed(NEURON.score, 2)}. The sigmoid turns that into {NEURON.probability:.4f}"
    assert neuron in FIGURES["binary_classifier_8_1"].alt


@given(st.lists(SCORES, min_size=1, max_size=6), SCORES)
def test_shares_add_up_to_one_and_do_not_change_when_all_scores_rise(
    scores: list[float], rise: float
) -> None:
    shares = softmax(scores)
    assert math.fsum(shares) == pytest.approx(1.0)
    assert softmax([score + rise for score in scores]) == pytest.approx(shares, abs=1e-9)


@given(st.floats(-30, 30))
def test_softmax_of_two_is_the_sigmoid_of_the_difference(difference: float) -> None:
    assert first_of_two(difference) == pytest.approx(sigmoid(difference))


def test_a_neuron_adds_up_its_products_and_the_bias() -> None:
    weights = (0.1, -0.2, 0.05, 0.3, -0.15, 0.4, -0.25, 0.1)
    neuron = Neuron(NEURON.inputs, weights, bias=-0.5)  # those of the step `binary-by-hand`
    assert neuron.products == pytest.approx((0.3, -0.8, 0.3, 0.6, -0.45, 2.4, -2.0, 0.9))
    assert neuron.score == pytest.approx(0.75)
    assert neuron.probability == pytest.approx(0.67917869, abs=1e-8)
    assert neuron.parameters == NEURON.parameters == 9


def test_the_losses_of_the_binary_cross_entropy() -> None:
    assert loss_of_one(0.9) == pytest.approx(0.10536, abs=1e-5)
    assert loss_of_one(0.01) == pytest.approx(4.60517, abs=1e-5)
    assert loss_of_one(0.5) == loss_of_zero(0.5) == pytest.approx(math.log(2))
    assert loss_of_one(0) == math.inf


def test_the_figure_of_broadcasting_adds_a_column_and_a_row() -> None:
    column = np.array(COLUMN)[:, np.newaxis]
    assert np.array_equal(column + np.array(ROW), SUM)
    with pytest.raises(ValueError, match="shape mismatch"):
        np.broadcast_shapes((2, 3), (2,))  # as the last lines of the figure say


@given(st.floats(0.001, 0.999))
def test_the_two_losses_are_mirror_images(probability: float) -> None:
    assert loss_of_one(probability) == pytest.approx(loss_of_zero(1 - probability))


def sliders() -> list[Slider]:
    return [figure.slider for figure in FIGURES.values() if figure.slider is not None]


def numbers_marked(parts: tuple[Part, ...]) -> list[Mark]:
    return [mark for part in parts if isinstance(part, Plot) for mark in part.marks]


@given(st.floats(-100, 100))
def test_a_slider_stands_on_its_steps_and_its_mark_on_the_curve(value: float) -> None:
    for slider in sliders():
        at = slider.nearest(value)
        assert slider.low <= at <= slider.high
        assert round((at - slider.low) / slider.step, 6).is_integer()
        mark = numbers_marked(slider.parts(at))[-1]
        assert (mark.x, mark.y) == pytest.approx((at, sigmoid(at)))
        assert f"{sigmoid(at):.4f}" in slider.say(at)


def test_a_figure_begins_where_its_slider_does() -> None:
    for figure in FIGURES.values():
        if figure.slider is not None:
            assert numbers_marked(figure.parts) == numbers_marked(figure.at(figure.slider.start))


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_words_for_those_who_cannot_see_it(name: str) -> None:
    figure = FIGURES[name]
    assert len(figure.alt) > len(figure.title) + len(figure.caption)
    assert re.match(r"Section \d\.\d\. " if name in CHAPTER else r"(?!Section)", figure.caption)


def test_every_part_is_consistent_with_itself() -> None:
    for part in (part for figure in FIGURES.values() for part in figure.parts):
        if isinstance(part, Table):
            assert {len(part.head), len(part.inks)} == {len(row) for row in part.rows} | {
                len(part.head)
            }
        if isinstance(part, Bars):
            assert all(0 < bar.value <= part.full for bar in part.bars)
        if isinstance(part, Diagram):
            assert all(sum(len(text) for text, _ in row) <= 40 for row in part.rows)
        if isinstance(part, Plot):
            (left, right), (low, high) = part.x_range, part.y_range
            assert all(left <= mark.x <= right and low <= mark.y <= high for mark in part.marks)


@pytest.mark.parametrize("name", FIGURES)
def test_the_png_is_there_small_and_of_the_agreed_size(name: str) -> None:
    data = (IMAGES / f"{name}.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (1200, 750)
    assert len(data) <= 80 * 1024


def test_there_is_no_png_without_a_figure() -> None:
    assert {image.stem for image in IMAGES.glob("*.png")} == set(FIGURES)


def test_the_bars_of_gradients_are_those_of_the_readers_model() -> None:
    figure = FIGURES["grads"]
    assert figure.of(()) is figure
    own = figure.of((Gradient("net.a.weight", (8, 16), 0.5), Gradient("net.b.weight", (2, 8), 2.0)))
    bars = next(part for part in own.parts if isinstance(part, Bars))
    assert [(bar.label, bar.value) for bar in bars.bars] == [("W0 (8, 16)", 0.5), ("W1 (2, 8)", 2)]
    assert bars.full == 2
    assert own.caption != figure.caption
    assert FIGURES["bce"].of((Gradient("w", (1, 1), 1.0),)) is FIGURES["bce"]


def test_gradients_of_zero_have_bars_too() -> None:
    own = FIGURES["grads"].of((Gradient("w.weight", (2, 2), 0.0),))
    assert next(part for part in own.parts if isinstance(part, Bars)).full > 0
