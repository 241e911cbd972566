"""Counts a model's predictions by true class, in the batch that its loss received.

The true classes are the loss's target. For a loss that is a function, they are a variable with a
name such as `y` or `labels` that has a class for each row. The model is not called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from tutor.wire.models import MAX_CLASSES, MAX_SAMPLES, SAMPLE_SIDE, Confusion, SamplePicture
from tutor.worker.map_answers import PROBABILITY_LOSSES, SCORE_LOSSES, SCORES_LOSSES
from tutor.worker.naming import own_names
from tutor.worker.program_data import LABEL_NAMES
from tutor.worker.tensor_numbers import plain_tensors
from tutor.worker.torch_private import is_tensor, without_overrides

MAX_ROWS = 20_000
_PIXELS = SAMPLE_SIDE * SAMPLE_SIDE

_no_grad = torch.no_grad


def confusion_of_loss(
    loss: nn.Module, arguments: tuple[object, ...], taken: Tensor | None
) -> Confusion | None:
    """Return the confusion matrix of a loss's call; None if it compares no classes.

    `taken` is the model's input.
    """
    if len(arguments) < 2 or not is_tensor(arguments[0]) or not is_tensor(arguments[1]):
        return None
    with _no_grad(), without_overrides():
        scores, target = plain_tensors([arguments[0], arguments[1]])
        if isinstance(loss, SCORES_LOSSES) and scores.dim() == 2:
            right = target.argmax(1) if target.dim() == 2 else target
            return counted_answers(scores.argmax(1), right, scores.shape[1], taken)
        limit = 0.5 if isinstance(loss, PROBABILITY_LOSSES) else 0.0
        if not isinstance(loss, (*PROBABILITY_LOSSES, *SCORE_LOSSES)):
            return None
        if scores.numel() != target.numel() or scores.numel() != scores.shape[0]:
            return None
        given = (scores.reshape(-1) > limit).long()
        return counted_answers(given, (target.reshape(-1) > 0.5).long(), 2, taken)


def confusion_of_output(
    output: Tensor, taken: Tensor | None, scopes: Iterable[Mapping[str, object]]
) -> Confusion | None:
    """Return the confusion matrix of scores and a variable with labels, if any."""
    with _no_grad(), without_overrides():
        (scores,) = plain_tensors([output])
        if scores.dim() != 2 or not 2 <= scores.shape[1] <= MAX_CLASSES or len(scores) < 2:
            return None
        for variables in scopes:
            for name, obj in own_names(variables):
                if not is_tensor(obj) or not LABEL_NAMES.search(name):
                    continue
                (labels,) = plain_tensors([obj])
                if labels.dtype is torch.int64 and labels.shape == scores.shape[:1]:
                    return counted_answers(scores.argmax(1), labels, scores.shape[1], taken)
    return None


def counted_answers(
    given: Tensor, right: Tensor, classes: int, taken: Tensor | None
) -> Confusion | None:
    """Return the confusion matrix of predictions `given` and true classes `right`.

    None if one of them is not below `classes`, or if there are too many rows or classes.
    """
    count = given.numel()
    is_small = 0 < count <= MAX_ROWS and 2 <= classes <= MAX_CLASSES
    if not is_small or right.shape != given.shape or right.dtype is not torch.int64:
        return None
    if int(right.min()) < 0 or int(right.max()) >= classes:
        return None
    counts = torch.bincount(right * classes + given, minlength=classes * classes).tolist()
    return Confusion(classes, tuple(counts), _samples(given, right, taken))


def _samples(given: Tensor, right: Tensor, taken: Tensor | None) -> tuple[SamplePicture, ...]:
    """Return some pictures of the batch, wrong predictions first; () if it has none."""
    if taken is None:
        return ()
    (plain,) = plain_tensors([taken])
    if not plain.dtype.is_floating_point or plain.numel() != _PIXELS * given.numel():
        return ()
    rows = plain.reshape(given.numel(), _PIXELS)
    wrong = (given != right).nonzero().reshape(-1)[:MAX_SAMPLES]
    others = (given == right).nonzero().reshape(-1)[: MAX_SAMPLES - wrong.numel()]
    places = torch.cat([wrong, others])
    shown = rows[places].double()
    low, high = float(shown.min()), float(shown.max())
    if not low < high:
        return ()
    levels = ((shown - low) * (255 / (high - low))).round().to(torch.uint8)
    return tuple(
        SamplePicture(bytes(pixels), label, answer)
        for pixels, label, answer in zip(
            levels.tolist(), right[places].tolist(), given[places].tolist(), strict=True
        )
    )
