"""The pad: asks a model of the program about images of 8 x 8 shades that the learner draws.

Every program finds `show_pad` among the builtins. Once the program is over, the app asks the newest
pad about a drawing by an expression, which is evaluated in a fork of the kept process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from tutor.wire.events import PadShown
from tutor.wire.pads import CLASSES, DARKEST, EMPTY, SIDE
from tutor.worker.asking_apart import unseen
from tutor.worker.workflow import evaluated

NO_MODEL = "show_pad needs a model first, as in show_pad(model); this is {}"
WRONG_ANSWER = (
    "show_pad needs a model that gives ten scores for an image of 64 numbers: "
    "shape (1, 10) for shape (1, 64); this one gave {}"
)
WRONG_IMAGE = "show_pad needs an image of 64 numbers, such as shape (64,) or (8, 8); this has {}"
WRONG_SHADES = "show_pad needs an image of numbers from 0 to 1; this has {:g} to {:g}"

NEWEST: list[Pad] = []
"""The pad that was shown last, alone; empty before."""


class Pad:
    """A model and the image that its drawing begins with; drawings are texts of digits."""

    def __init__(self, model: Callable[..., Any], start: str) -> None:
        self._model = model
        self._start = start

    def shares(self, drawing: str) -> list[float]:
        """Return how sure the model is of each class: ten numbers that sum to 1.

        Scores that are such numbers already, as after a softmax, are returned as they are. Raises
        ValueError if the model gives anything else than ten scores.
        """
        image = torch.tensor([[int(shade) / DARKEST for shade in self._cells(drawing)]])
        with unseen():
            scores = evaluated(self._model, image)
        if not isinstance(scores, torch.Tensor) or scores.shape != (1, CLASSES):
            raise ValueError(WRONG_ANSWER.format(described(scores)))
        shares = scores[0].double().cpu()
        if bool((shares < 0).any()) or abs(shares.sum().item() - 1) > 1e-3:
            shares = shares.softmax(0)
        return [float(share) for share in shares]

    def says(self, drawing: str) -> int:
        """Return the class that the model is most sure of."""
        shares = self.shares(drawing)
        return shares.index(max(shares))

    def changed(self, drawing: str) -> int:
        """Return how many cells differ from the image that the drawing began with."""
        pairs = zip(self._cells(drawing), self._start, strict=True)
        return sum(cell != start for cell, start in pairs)

    def shown(self) -> PadShown:
        return PadShown(self._start)

    def _cells(self, drawing: str) -> str:
        return "".join(drawing.split()) or self._start


def show_pad(model: Callable[..., Any], image: object = None) -> Pad:
    """Open a pad to draw digits on, and show what the model makes of each.

    The model takes images of shape (n, 64), with numbers from 0 to 1, and gives ten scores for
    each. The drawing begins with `image`, or empty. Raises TypeError or ValueError if one of them
    cannot be used.
    """
    if not callable(model):
        raise TypeError(NO_MODEL.format(described(model)))
    pad = Pad(model, EMPTY if image is None else _cells_of(image))
    pad.shares("")
    NEWEST[:] = [pad]
    return pad


def _cells_of(image: object) -> str:
    numbers = torch.as_tensor(image).detach().cpu().double()
    if numbers.numel() != SIDE * SIDE:
        raise ValueError(WRONG_IMAGE.format(described(numbers)))
    low, high = numbers.min().item(), numbers.max().item()
    if not 0 <= low <= high <= 1:
        raise ValueError(WRONG_SHADES.format(low, high))
    return "".join(str(round(DARKEST * number)) for number in numbers.flatten().tolist())


def described(value: object) -> str:
    return (
        f"shape {tuple(value.shape)}" if isinstance(value, torch.Tensor) else type(value).__name__
    )
