"""The track of the scrubber: as wide as it is told, its knob at the step and under the mouse."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tutor.first_screen.glyphs import ASCII, UNICODE
from tutor.ui.panes.scrubber import MIN_WIDTH, share_at, track


def test_the_knob_goes_from_one_end_to_the_other() -> None:
    assert track(12, 1, 200, UNICODE) == "│●─────────│"
    assert track(12, 100, 200, UNICODE) == "│────●─────│"
    assert track(12, 200, 200, UNICODE) == "│─────────●│"
    assert track(12, 1, 1, ASCII) == "|---------o|"


@given(st.integers(MIN_WIDTH, 200), st.integers(1, 10**6), st.integers(1, 10**6))
def test_it_has_its_width_and_one_knob_whatever_the_step(width: int, step: int, count: int) -> None:
    line = track(width, step, count, UNICODE)
    assert len(line) == width
    assert line.count("●") == 1


def test_the_mouse_reaches_both_ends_and_no_further() -> None:
    assert [share_at(x, 12) for x in (-3, 0, 1, 10, 11, 99)] == [0, 0, 0, 1, 1, 1]
