"""The figure of the split: all rows as one bar in three parts, and the baseline of each class."""

from __future__ import annotations

from tutor.course.figures.parts import Bar, Bars, Diagram, Figure

SPECIES = {"Adelie": 151, "Gentoo": 123, "Chinstrap": 68}
"""Rows of each species in `penguins.csv`."""

_ALL = sum(SPECIES.values())

_BAR = Diagram(
    (
        (("training: 274".ljust(40), "first"),),
        (("█" * 32, "first"), ("░" * 4, "second"), ("█" * 4, "plain")),
        (("validation: 34 ╯".rjust(34), "second"), ("   │  ", "plain")),
        (("test: 34 ╯".rjust(38) + "  ", "plain"),),
    )
)
"""Of 40 columns, 32, 4 and 4: 274, 34 and 34 of 342."""

FIGURE = Figure(
    name="split_bar",
    title="Three piles, and what costs nothing",
    alt=(
        "One bar stands for all 342 rows, shuffled. It has three parts: 274 training rows, "
        "34 validation rows and 34 test rows. Below it, three more bars: always predicting Adelie "
        "is right in 0.442 of the rows, always Gentoo in 0.360, always Chinstrap in 0.199."
    ),
    caption="No choice is made by these rows, so the two small piles stay together: 68 rows.",
    parts=(
        _BAR,
        Bars(
            label_name="always",
            value_name="right in",
            bars=tuple(Bar(f"{name} ({count})", count / _ALL) for name, count in SPECIES.items()),
            digits=3,
        ),
    ),
)
