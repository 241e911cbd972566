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
    """Return how many rows are right, and which class is taken for another most often.

    `counted` names the data of the rows; without it they are those of the batch of `step`, or of
    the last one if that is 0.
    """
    classes, counts = confusion.classes, confusion.counts
    count, right = sum(counts), sum(counts[at * (classes + 1)] for at in range(classes))
    if counted is None:
        rows = f"{'the one row' if count == 1 else f'the {count} rows'} of {_source(None, step)}"
    elif count < counted.total:
        rows = f"{count:,} rows, spread over the {counted.total:,} of {_source(counted, step)}"
    else:
        rows = f"all {count:,} rows of {_source(counted, step)}"
    words = f"Right: {right:,} of {rows}."
    wrong = [(n, at) for at, n in enumerate(counts) if at % (classes + 1)]
    most, place = max(wrong, key=lambda each: each[0], default=(0, 0))
    label, given = divmod(place, classes)
    if most > 1:
        return f"{words} Most often, class {label} is taken for class {given}: {most} times."
    return f"{words} One row of class {label} is taken for class {given}." if most else words


def sample_words(confusion: Confusion, counted: AnswersCounted | None = None, step: int = 0) -> str:
    wrong = sum(each.label != each.given for each in confusion.samples)
    if wrong:
        start = f"Wrong ones first, {wrong} here"
        return f"{start}: the class that is right, and the one that it is given."
    source = _source(counted, step)
    return f"{len(confusion.samples)} pictures of {source}, all classified correctly."


def _source(counted: AnswersCounted | None, step: int) -> str:
    if counted is not None:
        return printable(counted.name)[:MAX_NAME] or "the data"
    return f"the batch of step {step:,}" if step else "the last batch"
