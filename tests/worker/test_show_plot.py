"""`show_plot`: the plot that it sends, and what it refuses."""

from __future__ import annotations

import math

import pytest

from tests.support.engine import Served, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.events import FiguresKept, PlotsDrawn
from tutor.wire.plotted import MAX_POINTS, Axes

GIVEN = "import torch\nrates, steps = [0.02, 0.5, 0.99], torch.tensor([133, 2, 254])\n"


def live(source: str) -> Served:
    return serve(Execute(Program(source=GIVEN + source), live=True))


def axes_of(source: str) -> Axes:
    served = live(source)
    assert served.executed.error is None
    ((axes,),) = [figure.axes for figure in served.all(PlotsDrawn)[-1].figures]
    return axes


def test_the_first_column_is_across_and_the_other_upright() -> None:
    axes = axes_of("show_plot(rate=rates, steps=steps)")
    assert (axes.x_name, axes.y_name) == ("rate", "steps")
    assert (axes.x_log, axes.y_log) == (False, False)
    (line,) = axes.series
    assert (line.kind, line.x, line.y, line.count) == (
        *("line", (0.02, 0.5, 0.99), (133.0, 2.0, 254.0)),
        3,
    )
    assert axes.x_range == pytest.approx((0.02 - 0.05 * 0.97, 0.99 + 0.05 * 0.97))


def test_several_columns_have_names_in_place_of_one_for_the_axis() -> None:
    axes = axes_of("show_plot(rate=rates, plain=steps, momentum=steps / 2)")
    assert axes.y_name == ""
    assert [line.label for line in axes.series] == ["plain", "momentum"]


@pytest.mark.parametrize("log", ["x", "y", "xy"])
def test_logarithmic_axes_begin_above_0(log: str) -> None:
    axes = axes_of(f"show_plot(rate=[0, 1, 100], loss=[-1.0, 1e-3, float('inf')], log={log!r})")
    assert (axes.x_log, axes.y_log) == ("x" in log, "y" in log)
    if axes.x_log:
        assert axes.x_range == pytest.approx((100**-0.05, 100**1.05))
    if axes.y_log:
        assert axes.y_range == pytest.approx((1e-4, 1e-2))


def test_a_long_column_is_sent_in_part() -> None:
    axes = axes_of("show_plot(step=range(1201), loss=torch.arange(1201.0))")
    (line,) = axes.series
    assert (len(line.x) <= MAX_POINTS, line.count) == (True, 1201)
    assert line.x == line.y


def test_no_peak_of_a_long_column_is_lost() -> None:
    axes = axes_of("show_plot(step=range(5000), loss=[9.0 * (n == 3001) for n in range(5000)])")
    (line,) = axes.series
    assert (3001.0, 9.0) in zip(line.x, line.y, strict=True)


def test_each_call_is_a_figure() -> None:
    drawn = live("for k in range(3): show_plot(rate=rates, steps=steps * k)").all(PlotsDrawn)[-1]
    assert [figure.number for figure in drawn.figures] == [1, 2, 3]
    assert max(drawn.figures[2].axes[0].series[0].y) == 508


def test_plots_of_matplotlib_stay_beside_it() -> None:
    pytest.importorskip("matplotlib")
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    drawn = live(source + "show_plot(rate=rates, steps=steps)").all(PlotsDrawn)[-1]
    assert {figure.axes[0].x_name for figure in drawn.figures} == {"", "rate"}


def test_a_plot_has_no_other_picture() -> None:
    assert live("show_plot(rate=rates, steps=steps)").only(FiguresKept).figures == ()


def test_columns_can_be_the_keys_and_values_of_a_dict() -> None:
    axes = axes_of("found = {0.5: 2, 0.9: 24}\nshow_plot(rate=found, steps=found.values())")
    assert (axes.series[0].x, axes.series[0].y) == ((0.5, 0.9), (2.0, 24.0))


def test_numbers_that_are_none_are_gaps() -> None:
    (line,) = axes_of("show_plot(rate=rates, loss=[1.0, float('nan'), 3.0])").series
    assert math.isnan(line.y[1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("show_plot(rate=rates)", "two named columns"),
        ("show_plot(rate=rates, steps=steps[:2])", "a number in steps for each of the 3 in rate"),
        ("show_plot(rate=rates, steps=steps, log='z')", 'needs log="x", "y" or "xy"'),
        ("show_plot(x=[1], **{f'c{n}': [n] for n in range(13)})", "12 lines at most; these are 13"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: str, message: str) -> None:
    error = live(call).executed.error
    assert error is not None
    assert message in error.message
