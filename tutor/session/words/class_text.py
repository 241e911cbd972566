"""The classes that a model confuses, in a sentence. For the model pane."""

from __future__ import annotations

from tutor.text import printable
from tutor.wire.models import AnswersCounted, Confusion

MAX_NAME = 30


def is_sound(confusion: Confusion) -> bool:
    """Return True if there are as many counts as classes say, none below 0."""
    whole = len(confusion.counts) == confusion.classes**2
    return whole and min(confusion.counts, default=-1) >= 0


def confusion_words(
    confusion: Confusion, counted: AnswersCounted | None = None, step: int = 0
) -> str:
    """Say how many are right, of which rows, and which class is taken for another most often.

    `counted` tells of which data the rows are; without it they are those of the batch of `step`, or
    of the last one if that is 0.
    """
    classes, counts = confusion.classes, confusion.counts
    right = sum(counts[at * (classes + 1)] for at in range(classes))
    said = f"Right: {right:,} of {_rows_words(sum(counts), counted, step)}."
    wrong = [(n, at) for at, n in enumerate(counts) if at % (classes + 1)]
    most, place = max(wrong, key=lambda each: each[0], default=(0, 0))
    if not most:
        return said
    label, given = divmod(place, classes)
    if most == 1:
        return f"{said} One row of class {label} is taken for class {given}."
    return f"{said} Most often, class {label} is taken for class {given}: {most} times."


def _rows_words(count: int, counted: AnswersCounted | None, step: int) -> str:
    if counted is None:
        return f"{'the one row' if count == 1 else f'the {count} rows'} of {_batch(step)}"
    name = printable(counted.name)[:MAX_NAME] or "the data"
    if count < counted.total:
        return f"{count:,} rows, spread over the {counted.total:,} of {name}"
    return f"all {count:,} rows of {name}"


def _batch(step: int) -> str:
    return f"the batch of step {step:,}" if step else "the last batch"


def sample_words(confusion: Confusion, counted: AnswersCounted | None = None, step: int = 0) -> str:
    wrong = sum(each.label != each.given for each in confusion.samples)
    if not wrong:
        source = _batch(step) if counted is None else printable(counted.name)[:MAX_NAME]
        return (
            f"{len(confusion.samples)} pictures of {source}, all of them taken for what they are."
        )
    return f"Wrong ones first, {wrong} here: the class that is right, and the one that it is given."
