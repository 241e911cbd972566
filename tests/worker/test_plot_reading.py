"""A figure of matplotlib is read as what a person sees in it."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from tutor.wire import frames
from tutor.wire.events import PlotsDrawn
from tutor.wire.plotted import MAX_AXES, MAX_POINTS, MAX_SERIES, MAX_SIDE, Axes, PlacedText, Series
from tutor.worker.plot_reading import read_figure


def read(figure: Figure) -> tuple[Axes, ...]:
    """What is read of it, once it has gone through the wire."""
    event = PlotsDrawn((read_figure(figure, 1),))
    (same,) = frames.events_reader().feed(frames.encode(event))
    assert isinstance(same, PlotsDrawn)
    return same.figures[0].axes


def only(figure: Figure) -> Series:
    ((series,),) = (axes.series for axes in read(figure))
    return series


def test_titles_labels_and_scales() -> None:
    figure = Figure()
    figure.suptitle("All")
    axes = figure.subplots()
    axes.plot([1, 10], [2, 3], label="train")
    axes.set(title="Fall", xlabel="epoch", ylabel="loss", xlim=(1, 20), ylim=(5, 1), xscale="log")
    assert read_figure(figure, 3).title == "All"
    (field,) = read(figure)
    assert (field.title, field.x_name, field.y_name) == ("Fall", "epoch", "loss")
    assert (field.x_range, field.y_range) == ((1.0, 20.0), (1.0, 5.0))
    assert (field.x_log, field.y_log) == (True, False)
    assert field.series == (Series("line", (1.0, 10.0), (2.0, 3.0), "train", count=2),)


def test_a_line_without_a_name_of_its_own_has_none() -> None:
    figure = Figure()
    figure.subplots().plot([1, 2])
    assert only(figure).label == ""


def test_markers_alone_are_points() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], [2, 3], "o")
    axes.scatter([4], [5], label="cloud")
    first, second = read(figure)[0].series
    assert (first.kind, second) == ("points", Series("points", (4.0,), (5.0,), "cloud", count=1))


def test_bars_have_their_names() -> None:
    figure = Figure()
    upright, lying = figure.subplots(1, 2)
    upright.bar(["cat", "dog"], [3, 5])
    lying.barh([0, 1], [1, 4])
    lying.set_yticks([0, 1], ["low", "high"])
    one, two = (axes.series[0] for axes in read(figure))
    assert one == Series("bars", (0.0, 1.0), (3.0, 5.0), names=("cat", "dog"), count=2)
    assert two == Series("rows", (0.0, 1.0), (1.0, 4.0), names=("low", "high"), count=2)


def test_a_histogram_is_bars() -> None:
    figure = Figure()
    figure.subplots().hist([1, 1, 2], bins=2)
    assert only(figure) == Series("bars", (1.25, 1.75), (2.0, 1.0), count=2)


def test_a_line_over_the_whole_width_has_numbers_of_the_scale() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.set(xlim=(0, 50))
    axes.axhline(0.5)
    assert only(figure) == Series("line", (0.0, 50.0), (0.5, 0.5), count=2)


def test_of_a_long_line_no_peak_is_lost() -> None:
    y = np.zeros(100_000)
    y[77_777], y[33_333] = 5, -5
    figure = Figure()
    figure.subplots().plot(y)
    line = only(figure)
    assert len(line.y) <= MAX_POINTS
    assert (max(line.y), min(line.y), line.count) == (5.0, -5.0, 100_000)


def test_an_image_is_read_as_it_is_seen() -> None:
    figure = Figure()
    up, down, colours = figure.subplots(1, 3)
    up.imshow([[1, 2], [3, 4]])
    down.imshow([[1, 2], [3, 4]], origin="lower")
    colours.imshow(np.ones((200, 100, 3)))
    images = [axes.image for axes in read(figure)]
    assert [image.values if image else () for image in images[:2]] == [(1, 2, 3, 4), (3, 4, 1, 2)]
    assert images[2] is not None
    assert max(images[2].rows, images[2].columns) <= MAX_SIDE
    assert images[2].shape == (200, 100, 3)


def test_a_colour_bar_is_no_plot() -> None:
    figure = Figure()
    axes = figure.subplots()
    figure.colorbar(axes.pcolormesh([[1.0, 2.0], [3.0, 4.0]]))
    (field,) = read(figure)
    assert field.image is not None
    assert field.image.values == (3, 4, 1, 2)


def test_images_and_points_keep_their_colours() -> None:
    figure = Figure()
    image, cloud = figure.subplots(1, 2)
    image.imshow([[0, 1]], cmap="gray")
    image.axis("off")
    cloud.scatter([0, 1], [2, 3], c=[[1, 0, 0], [0, 0, 1]])
    cloud.scatter([0, 1], [2, 3], c=[0, 1], cmap="gray")
    first, second = read(figure)
    assert first.image is not None
    assert (first.image.colours, first.image.extent) == ((0, 0xFFFFFF), (-0.5, 1.5, -0.5, 0.5))
    assert (first.is_bare, first.is_square, first.y_down) == (True, True, True)
    assert [each.colours for each in second.series] == [(0xFF0000, 0x0000FF), (0, 0xFFFFFF)]
    assert (first.place, second.place) == ((0, 1, 0, 1), (0, 1, 1, 2))


def test_words_are_at_their_places() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 4], [0, 2])
    axes.set(xlim=(0, 4), ylim=(0, 2))
    axes.legend(["train"])
    axes.set_xticks([0, 4], ["first", "last"])
    axes.text(1, 2, "peak")
    axes.text(0.5, 0.5, "middle", transform=axes.transAxes)
    axes.annotate("named", (3, 1), (0, 0))
    (field,) = read(figure)
    places = [(round(each.x, 9), round(each.y, 9), each.text) for each in field.texts]
    assert places == [(1, 2, "peak"), (2, 1, "middle"), (3, 1, "named")]
    assert field.x_ticks == (PlacedText(0, 0, "first"), PlacedText(4, 4, "last"))
    assert (field.y_ticks, field.series[0].label) == ((), "train")


def test_contours_and_areas_are_drawn_by_their_edges() -> None:
    figure = Figure()
    axes = figure.subplots()
    x = np.arange(9.0)
    axes.contour(x, x, np.add.outer(x, x), levels=[4, 8])
    axes.fill_between([0, 1], [1, 1])
    axes.axvspan(2, 3)
    contours, *areas = read(figure)[0].series
    assert contours.kind == "outline"
    assert {round(a + b) for a, b in zip(contours.x, contours.y, strict=True) if a == a} == {4, 8}
    assert [(round(min(area.x), 9), round(max(area.x), 9)) for area in areas] == [(0, 1), (2, 3)]


def test_filled_contours_are_fields_of_colours() -> None:
    figure = Figure()
    axes = figure.subplots()
    x = np.linspace(-1, 1, 20)
    axes.contourf(x, x, np.tile(np.sign(x), (20, 1)), levels=1, colors=["red", "blue"])
    image = read(figure)[0].image
    assert image is not None
    ends = image.colours[0], image.colours[-1]
    assert (image.extent, ends) == ((-1, 1, -1, 1), (0xFF0000, 0x0000FF))


def test_what_has_no_form_here_is_named() -> None:
    figure = Figure()
    axes = figure.subplots()
    axes.quiver([0, 1], [0, 1], [1, 1], [1, 1])
    axes.annotate("here", (0, 0), (1, 1), arrowprops={})
    figure.add_subplot(projection="polar")
    field, polar = read(figure)
    assert field.left_out == ("arrows", "an arrow")
    assert polar.left_out == ("a plot of kind polar",)


def test_much_of_everything_still_fits_into_a_frame() -> None:
    figure = Figure()
    for axes in figure.subplots(7, 6).flat:
        for _ in range(MAX_SERIES + 4):
            axes.plot(np.random.default_rng(0).normal(size=5_000), label="x" * 1_000)
        axes.set_title("\ud800" + "y" * 10_000)
    fields = read(figure)
    assert len(fields) == MAX_AXES
    assert all(len(field.series) == MAX_SERIES for field in fields)
    assert fields[0].left_out == ("4 more lines",)


def test_gaps_and_masked_numbers_are_nan() -> None:
    figure = Figure()
    figure.subplots().plot([0, 1, 2], np.ma.masked_equal([1.0, 2.0, 3.0], 2.0))
    assert str(only(figure).y) == "(1.0, nan, 3.0)"


def test_what_cannot_be_read_is_left_out() -> None:
    figure = Figure()
    broken, whole = figure.subplots(1, 2)
    whole.plot([1])
    broken.plot([1])
    broken.get_xlim = None  # as a program may
    assert len(read(figure)) == 1
