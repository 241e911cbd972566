"""`show_surface`: the grid and the trails that it sends, and what it refuses."""

from __future__ import annotations

import math

import pytest

from tests.support.engine import Served, run, serve
from tutor.wire.commands import Execute, Program
from tutor.wire.maps import (
    MAX_TRAIL_POINTS,
    MAX_TRAILS,
    SIDE,
    Bounds,
    SurfaceDrawn,
    Trail,
    is_surface_sound,
)
from tutor.worker.show_surface import EARLY, MARGIN

GIVEN = "import math\nimport torch\ndef bowl(slope, bias): return slope ** 2 + 4 * bias ** 2\n"
TRAINED = """
w, b = torch.tensor(3.0, requires_grad=True), torch.tensor(1.0, requires_grad=True)
optimizer = torch.optim.SGD([w, b], lr=0.1)
for step in range(5):
    show_surface(bowl, w, b)
    optimizer.zero_grad()
    bowl(w, b).backward()
    optimizer.step()
"""


def live(source: str) -> Served:
    return serve(Execute(Program(source=GIVEN + source), live=True))


def last_of(source: str) -> SurfaceDrawn:
    served = live(source)
    assert served.executed.error is None
    shown = served.all(SurfaceDrawn)[-1]
    assert is_surface_sound(shown)
    return shown


def only_trail(source: str) -> Trail:
    (trail,) = last_of(source).trails
    return trail


def test_a_training_leaves_its_trail_on_a_grid_around_it() -> None:
    shown = last_of(TRAINED)
    (trail,) = shown.trails
    assert [point.step for point in trail.points] == [0, 1, 2, 3, 4]
    assert [point.x for point in trail.points] == pytest.approx([3 * 0.8**n for n in range(5)])
    assert [point.y for point in trail.points] == pytest.approx([0.2**n for n in range(5)])
    assert trail.points[0].loss == 13.0
    assert (shown.x_name, shown.y_name) == ("slope", "bias")
    low, high = 3 * 0.8**4, 3.0
    assert shown.bounds.left == pytest.approx(low - MARGIN * (high - low))
    assert shown.bounds.right == pytest.approx(high + MARGIN * (high - low))
    corners = [shown.losses[0], shown.losses[SIDE - 1], shown.losses[-1]]
    sides = shown.bounds
    assert corners == pytest.approx(
        [
            sides.left**2 + 4 * sides.bottom**2,
            sides.right**2 + 4 * sides.bottom**2,
            sides.right**2 + 4 * sides.top**2,
        ]
    )


def test_calls_without_a_counted_step_are_steps() -> None:
    trail = only_trail("for k in range(3): show_surface(bowl, k, [k][0])")
    assert [(point.step, point.x, point.y) for point in trail.points] == [
        (0, 0, 0),
        (1, 1, 1),
        (2, 2, 2),
    ]


def test_a_call_at_every_second_step_counts_the_steps() -> None:
    trail = only_trail(TRAINED.replace("show_surface", "step % 2 or show_surface"))
    assert [point.step for point in trail.points] == [0, 2, 4]


def test_each_name_has_a_trail_and_the_newest_is_last() -> None:
    calls = "\n".join(f"show_surface(bowl, {n}, {n}, 't{n}')" for n in range(MAX_TRAILS + 1))
    names = [trail.name for trail in last_of(calls).trails]
    assert names == [f"t{n}" for n in range(1, MAX_TRAILS + 1)]


def test_a_trail_that_starts_anew_forgets_the_one_before() -> None:
    trail = only_trail("for k in (0, 1, 2, 0, 5): show_surface(bowl, k, k)")
    assert [(point.step, point.x) for point in trail.points] == [(0, 0), (1, 5)]


def test_a_training_that_does_not_move_is_no_new_start() -> None:
    assert len(only_trail("for k in range(3): show_surface(bowl, 1, 1)").points) == 3


def test_of_a_long_trail_the_beginning_is_whole_and_the_end_is_there() -> None:
    points = only_trail("for k in range(3000): show_surface(bowl, k, -k)").points
    assert len(points) <= MAX_TRAIL_POINTS
    assert [point.step for point in points[:EARLY]] == [*range(EARLY)]
    assert points[-1].step == 2999
    apart = {b.step - a.step for a, b in zip(points[EARLY:-2], points[EARLY + 1 : -1], strict=True)}
    assert len(apart) == 1


def test_a_training_that_leaves_the_valley_does_not_blow_up_the_picture() -> None:
    shown = last_of("for k in range(20): show_surface(bowl, 2 ** k, 0)")
    assert shown.bounds.right == pytest.approx(2 + MARGIN)
    assert len(shown.trails[0].points) == 20


def test_the_program_can_choose_the_area() -> None:
    shown = last_of("show_surface(bowl, 0, 0, area=(-1, 2, -3, 4))")
    assert shown.bounds == Bounds(-1, 2, -3, 4)


def test_a_point_that_is_no_number_and_a_place_without_a_loss_do_no_harm() -> None:
    source = "for w in (1.0, math.nan, 3.0): show_surface(lambda w, b: math.log(w), w, 0.0)"
    shown = last_of(source.replace("w, 0.0)", "w, 0.0, area=(-1, 3, 0, 1))"))
    assert [point.x for point in shown.trails[0].points] == [1, 3]
    assert math.isnan(shown.losses[0])
    assert (shown.x_name, shown.y_name) == ("w", "b")


def test_a_slow_loss_gets_fewer_places() -> None:
    slow = "def slow(w, b):\n    for k in range(40_000): w += b * 0\n    return w * w\n"
    shown = last_of(slow + "show_surface(slow, 1.0, 2.0)")
    assert shown.side < SIDE
    assert len(shown.losses) == shown.side**2


def test_what_the_program_computes_is_the_same_with_a_surface_and_without() -> None:
    source = "{}\nleft = torch.rand(3).tolist()"
    shown = "show_surface(lambda w, b: torch.rand(1), 1.0, 2.0)"
    values = [
        run(GIVEN + source.format(call), "left", seed=1).answers[0].shown for call in ("", shown)
    ]
    assert values[0] == values[1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("show_surface(1.0, 1.0, 2.0)", "needs a loss(w, b) first"),
        ("show_surface(bowl, torch.zeros(2), 1.0)", "one of them is shape (2,)"),
        ("show_surface(bowl, 1.0, '1')", "one of them is str"),
        ("show_surface(lambda w, b: torch.zeros(3), 1.0, 1.0)", "it returned shape (3,)"),
        ("show_surface(lambda w, b: None, 1.0, 1.0)", "it returned NoneType"),
        ("show_surface(bowl, 1.0, 1.0, area=(0, 1))", "left, right, bottom, top"),
        ("show_surface(bowl, 1.0, 1.0, area=(1, 0, 0, 1))", "left, right, bottom, top"),
        ("show_surface(bowl, 1.0, 1.0, area=(0, 1, 0, math.inf))", "left, right, bottom, top"),
    ],
)
def test_what_cannot_be_drawn_is_refused(call: str, message: str) -> None:
    error = live(call).executed.error
    assert error is not None
    assert message in error.message
