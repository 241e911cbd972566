"""Restores the mode and the buffers of models after a question.

A model in training mode changes when it is called: a BatchNorm moves its means, which the next
question would then read. This module calls no code of the program.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from tutor.worker.naming import named_modules
from tutor.worker.torch_private import copy_into, mode_of, own_buffers, without_overrides


class ModelStates:
    """The modes and buffers of models, as they were when this was made."""

    def __init__(self, models: Iterable[nn.Module]) -> None:
        """Note the state of the models and of all modules in them."""
        parts = {id(part): part for model in models for _, part in named_modules("", model)}
        modes = [(part, mode_of(part)) for part in parts.values()]
        self._modes = [(part, mode) for part, mode in modes if mode is not None]
        self._buffers = [buffer for part in parts.values() for buffer in own_buffers(part).values()]
        with without_overrides():
            self._before = [buffer.detach().clone() for buffer in self._buffers]

    def switch_to_evaluation(self) -> None:
        """Switch to evaluation without calling `eval`, which a program may override."""
        for part, _ in self._modes:
            object.__setattr__(part, "training", False)

    def put_back(self) -> None:
        """Restore the mode of each module and the numbers in its buffers."""
        for part, mode in self._modes:
            object.__setattr__(part, "training", mode)
        with without_overrides():
            copy_into(self._buffers, self._before)
