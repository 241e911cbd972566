"""Converts numbers of any kind to an input tensor of the model's dtype."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from tutor.worker.naming import named_parameters
from tutor.worker.torch_private import is_module


def as_input(x: Any, model: object) -> Tensor:  # noqa: ANN401 # numbers, lists, arrays, tensors
    """Return x as a tensor, in the dtype of the model's first parameter if it is a module."""
    tensor = torch.as_tensor(x)
    parameters = named_parameters("", model) if is_module(model) else iter(())
    first = next(parameters, None)
    return tensor if first is None else tensor.to(first[1].dtype)
