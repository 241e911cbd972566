"""What a model takes for what, in a sentence. For the model pane."""

from __future__ import annotations

from tutor.grading.wording import counted
from tutor.wire.models import Confusion


def is_sound(confusion: Confusion) -> bool:
    """Return True if there are as many counts as classes say, none below 0."""
    whole = len(confusion.counts) == confusion.classes**2
    return whole and min(confusion.counts, default=-1) >= 0


def confusion_words(confusion: Confusion) -> str:
    """Say how many are right, and which class is taken for another most often."""
    classes, counts = confusion.classes, confusion.counts
    right = sum(counts[at * (classes + 1)] for at in range(classes))
    said = f"Right: {right} of {counted(sum(counts), 'row')}."
    wrong = [(n, at) for at, n in enumerate(counts) if at % (classes + 1)]
    most, place = max(wrong, key=lambda each: each[0], default=(0, 0))
    if not most:
        return said
    label, given = divmod(place, classes)
    times = "once" if most == 1 else f"{most} times"
    return f"{said} Most often {label} is taken for {given}: {times}."


def sample_words(confusion: Confusion) -> str:
    """Say which of the pictures are wrong."""
    wrong = sum(each.label != each.given for each in confusion.samples)
    if not wrong:
        return f"{len(confusion.samples)} pictures of the batch, and what the model takes them for."
    return f"Wrong ones first, {wrong} here: the class that is right, and the one that it is given."
