"""Finds the meaning of a model's output: a probability, a score for each class, or no class."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from tutor.wire.maps import MAX_CLASSES, UNKNOWN
from tutor.worker.seen_calls import SeenCall

Numbers: TypeAlias = npt.NDArray[np.float64]
Answers: TypeAlias = Literal["probability", "score", "probabilities", "log", "scores", "value"]
"""The kind of a model's output: one number a row, or one for each class. `value` is no class."""

_PASSED_ON = ("Squeeze", "Unsqueeze", "View", "Unsafe", "Reshape", "Alias", "Select", "Clone")
"""Prefixes of the names of operations that keep all numbers unchanged."""
PROBABILITY_LOSSES = (nn.BCELoss,)
SCORE_LOSSES = (nn.BCEWithLogitsLoss, nn.SoftMarginLoss)
SCORES_LOSSES = (nn.CrossEntropyLoss, nn.NLLLoss, nn.MultiMarginLoss)
"""Losses of a probability, of one score for two classes, and of a score for each class."""


def kind_of_output(output: Tensor, called_loss: SeenCall | None, labels: Numbers | None) -> Answers:
    """Return the kind of the output, by its last operation, its loss and the labels."""
    many = output.dim() == 2 and output.shape[1] > 1
    operation, loss = _last_operation(output), called_loss.module if called_loss else None
    if many:
        if output.shape[1] > MAX_CLASSES:
            return "value"
        if operation.startswith("LogSoftmax"):
            return "log"
        if operation.startswith(("Softmax", "Sigmoid")):
            return "probabilities"
        is_known = isinstance(loss, SCORES_LOSSES) or _are_all_classes(labels, output.shape[1])
        return "scores" if is_known else "value"
    if operation.startswith("Sigmoid") or isinstance(loss, PROBABILITY_LOSSES):
        return "probability"
    if isinstance(loss, SCORE_LOSSES):
        return "score"
    if not _are_classes(labels, 2):
        return "value"
    return "probability" if isinstance(loss, nn.MSELoss | nn.L1Loss) else "score"


def _are_all_classes(labels: Numbers | None, count: int) -> bool:
    """Return True if the labels are classes, the largest that of the last output."""
    return labels is not None and _are_classes(labels, count) and labels.max() == count - 1


def _are_classes(labels: Numbers | None, count: int) -> bool:
    """Return True if the labels are whole numbers from 0, or -1 and 1, and of several classes."""
    if labels is None:
        return False
    found = set(np.unique(labels).tolist())
    return len(found) > 1 and (found <= {*map(float, range(count))} or found == {-1.0, 1.0})


def _last_operation(output: Tensor) -> str:
    """Return the last operation that changed numbers; "" if there is no graph."""
    node = output.grad_fn
    while node is not None and node.name().startswith(_PASSED_ON):
        following = node.next_functions
        node = following[0][0] if following else None
    return node.name() if node is not None else ""


def to_classes(
    output: Tensor, answers: Answers, labels: Numbers | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8], int]:
    """Return each row's class, its probability as a byte, and the class count."""
    numbers = output.detach().double()
    if answers in ("probability", "score"):
        of_second = numbers.reshape(-1)
        is_signed = labels is not None and bool((labels < 0).any())
        if answers == "score":
            of_second = torch.sigmoid(of_second)
        elif is_signed:
            of_second = (of_second + 1) / 2
        table = torch.stack([1 - of_second, of_second], dim=1)
    elif answers == "scores":
        table = torch.softmax(numbers, dim=1)
    else:
        table = numbers.exp() if answers == "log" else numbers
    sure, winners = table.nan_to_num(0.0).max(dim=1)
    in_bytes = (sure.clamp(0, 1) * 255).round().numpy().astype(np.uint8)
    return winners.numpy().astype(np.uint8), in_bytes, int(table.shape[1])


def label_numbers(labels: Numbers | None, count: int) -> npt.NDArray[np.uint8]:
    """Return the classes as bytes, `UNKNOWN` for rows without one."""
    if labels is None:
        return np.full(count, UNKNOWN, dtype=np.uint8)
    shown = np.maximum(labels[:count], 0)  # classes -1 and 1 are the first and the second
    known = np.isfinite(shown) & (shown < MAX_CLASSES) & (shown == np.floor(shown))
    return np.where(known, shown, UNKNOWN).astype(np.uint8)
