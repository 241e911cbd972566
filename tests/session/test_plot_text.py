"""A plot in words."""

from __future__ import annotations

import math

from tutor.session.words.plot_text import axes_words, heading, note_words
from tutor.wire.plotted import Axes, Image, PlotFigure, Series


def test_each_line_is_told_with_its_ends_and_extremes() -> None:
    line = Series("line", (0, 1, 2), (2.5, 0.125, 0.5), "train", count=300)
    words = axes_words(Axes(x_name="epoch", y_name="loss", series=(line,)))
    assert words == (
        "Loss over epoch. Line train: 300 points, from 2.5 to 0.5, least 0.125, greatest 2.5."
    )


def test_few_are_told_and_the_others_counted() -> None:
    words = axes_words(Axes(series=(Series("points", (0,), (1,)),) * 5))
    assert words == "Points: 1 point, all 1. " * 3 + "And 2 more."


def test_an_image_and_what_only_its_picture_shows() -> None:
    words = axes_words(Axes(image=Image(1, 2, (0, 1), (28, 28)), left_out=("contours", "arrows")))
    assert words == (
        "An image of 28 × 28, least 0, greatest 1. "
        "Only in the picture, {key:picture}: contours, arrows."
    )


def test_one_sentence_says_what_the_drawing_does_not() -> None:
    line = Series("line", (0, 1), (2, 1), "loss")
    assert note_words(Axes(series=(line,))).startswith("Line loss: 2 points, from 2 to 1")
    assert note_words(Axes(series=(line, line))) == ""
    assert note_words(Axes(series=(line,), left_out=("arrows",))).endswith(": arrows.")


def test_numbers_that_are_none_are_said() -> None:
    words = axes_words(Axes(series=(Series("line", (0,), (math.nan,), "a\x1b[31m"),)))
    assert words == "Line a\\x1b[31m: 1 point, no number that can be drawn."


def test_the_heading_says_which_of_several() -> None:
    one, two = PlotFigure(1, axes=(Axes(), Axes())), PlotFigure(2, "All", (Axes(),))
    assert heading((one,), 0, 1) == "plot 2 of 2"
    assert heading((one,), 0, None) == "2 plots"
    assert heading((one, two), 1, 0) == "figure 2 of 2, All"
    assert heading((PlotFigure(1, axes=(Axes(),)),), 0, 0) == ""
