"""The figure of broadcasting: which shapes fit, and which numbers are used again."""

from __future__ import annotations

from tutor.course.figures.parts import Diagram, Figure, Formula, Ink, Span

COLUMN = (10, 20)
"""Numbers of shape (2, 1)."""

ROW = (1, 2, 3)
"""Numbers of shape (3,)."""

SUM = tuple(tuple(above + beside for beside in ROW) for above in COLUMN)
"""Both added: shape (2, 3)."""


def _numbers() -> Diagram:
    """Return both tensors and their sum; a number that is used again is dim."""
    rows: list[tuple[Span, ...]] = [
        (("  (2, 1)", "first"), ("         (3,)", "second"), ("         (2, 3)", "strong"))
    ]
    for place, number in enumerate(COLUMN):
        signs = ("  +  ", "  =  ") if place == 0 else ("     ", "     ")
        rows.append(
            (
                (f"{number}", "first"),
                (f"  {number}" * (len(ROW) - 1), "dim"),
                (signs[0], "plain"),
                ("  ".join(map(str, ROW)), "second" if place == 0 else "dim"),
                (signs[1], "plain"),
                ("  ".join(map(str, SUM[place])), "strong"),
            )
        )
    return Diagram(tuple(rows))


def _axes(*lines: tuple[str, tuple[int, ...], str, Ink]) -> Diagram:
    """Return shapes one below the other, aligned at their last axes, each with a remark."""
    width = max(len(shape) for _, shape, _, _ in lines)
    return Diagram(
        tuple(
            (
                (f"{name:<8}", ink),
                ("".join(f"{length:>3}" for length in shape).rjust(3 * width), ink),
                (f"  {remark}".rstrip(), "dim"),
            )
            for name, shape, remark, ink in lines
        )
    )


FIGURE = Figure(
    name="broadcast_rule",
    title="Shapes are compared from the right",
    alt=(
        "A column of shape (2, 1) holds 10 and 20, a row of shape (3,) holds 1, 2 and 3. Their sum "
        "has shape (2, 3): 11, 12, 13 and below it 21, 22, 23. Each number of the column is used "
        "in 3 places, and the row in both lines. Aligned at the right, 1 and 3 meet, and the row "
        "has no axis to meet the 2. The shapes (2, 3) and (2,) do not fit: 3 meets 2."
    ),
    caption="The column is used in 3 places, the row in 2 lines. Nothing is copied.",
    parts=(
        _numbers(),
        _axes(
            ("column", (2, 1), "", "first"),
            ("row", (len(ROW),), "a missing axis is 1", "second"),
            ("sum", (2, len(ROW)), "1 takes the other length", "strong"),
        ),
        Formula("Neither equal nor 1 is an error:"),
        _axes(("table", (2, 3), "", "plain"), ("numbers", (2,), "2 below 3", "plain")),
    ),
)
