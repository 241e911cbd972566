"""The figure of the softmax: six scores and their shares of 1."""

from __future__ import annotations

from tutor.course.figures.functions import softmax
from tutor.course.figures.parts import Bar, Bars, Figure, Formula

LOGITS = (0.4, -3.0, 1.0, -0.5, 2.2, 1.6)
"""Scores that are drawn: not those of the step `softmax`, whose answer they would reveal."""

_SHARES = softmax(LOGITS)
_LARGEST = _SHARES.index(max(_SHARES))

FIGURE = Figure(
    name="softmax_function",
    title="The softmax: scores into shares of 1",
    alt=(
        "Six classes with the scores 0.4, −3.0, 1.0, −0.5, 2.2 and 1.6, and a bar for the "
        "share of each: 0.0792, 0.0026, 0.1442, 0.0322, 0.4789 and 0.2628. Class 4 has the "
        "longest bar. The shares add up to 1."
    ),
    caption="Section 2.2. More than two classes: the largest share wins.",
    parts=(
        Formula(
            "pᵢ = e^zᵢ / Σⱼ e^zⱼ",
            "first",
            spoken="p i equals e to the z i, over, the sum of e to the z j for all j, end over",
        ),
        Bars(
            label_name="class",
            source_name="z",
            value_name="p",
            bars=tuple(
                Bar(
                    str(number),
                    share,
                    source=score,
                    remark="max" if number == _LARGEST else "",
                    ink="second" if number == _LARGEST else "first",
                )
                for number, (score, share) in enumerate(zip(LOGITS, _SHARES, strict=True))
            ),
            full=max(_SHARES),
            total=f"Σ p = {sum(_SHARES):.4f}",
        ),
    ),
)
