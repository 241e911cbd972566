"""The shapes of a run's lines in words."""

from __future__ import annotations

import pytest

from tutor.session.run_summary import MAX_SHAPES, run_summary, shapes_by_line
from tutor.session.state import Activity
from tutor.wire.events import ErrorFacts, Executed, LineShape, Observation


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (LineShape(1, "", (256, 8), (256, 8)), "(256, 8)"),
        (LineShape(1, "", (3,), (3,)), "(3,)"),
        (LineShape(1, "", (), ()), "()"),
        (LineShape(1, "x", (2, 3), (2, 3)), "x (2, 3)"),
        (LineShape(1, "", (32, 4), (4, 4)), "(32, 4) to (4, 4)"),
        (LineShape(1, "h", (1,), None), "h (1,) and others"),
    ],
)
def test_a_shape_is_told_as_python_writes_it(shape: LineShape, words: str) -> None:
    assert shapes_by_line([shape]) == ((1, words),)


def test_what_one_line_binds_stands_side_by_side() -> None:
    shapes = [
        LineShape(2, "a", (1,), (1,)),
        LineShape(5, "", (2,), (2,)),
        LineShape(2, "b", (3,), (3,)),
    ]
    assert shapes_by_line(shapes) == ((2, "a (1,)  b (3,)"), (5, "(2,)"))


def test_a_forged_name_neither_commands_the_terminal_nor_fills_it() -> None:
    commands = LineShape(1, "\x1b[2J", (1,), (1,))
    endless = LineShape(2, "x" * 1_000, (1,), (1,))
    many = [LineShape(line, "", (1,), (1,)) for line in range(3, 2 * MAX_SHAPES)]
    found = shapes_by_line([commands, endless, *many])
    assert found[0][0] == 1
    assert "\x1b" not in found[0][1]
    assert 2 not in dict(found)
    assert len(found) < MAX_SHAPES


@pytest.mark.parametrize("error", [None, ErrorFacts("ValueError", "no", line=2)])
def test_the_end_of_a_run_has_the_shapes_and_the_program_they_are_of(
    error: ErrorFacts | None,
) -> None:
    shapes = (LineShape(1, "", (2,), (2,)),)
    executed = Executed("raised" if error else "finished", error=error, shapes=shapes)
    ending = run_summary(
        Observation(executed.outcome, executed), Activity(1, "run", source="x = y")
    )
    assert (ending.shapes, ending.source) == (((1, "(2,)"),), "x = y")
    assert run_summary(Observation("timeout"), Activity(1, "run", source="x = y")).shapes == ()
