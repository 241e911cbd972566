"""Chooses the model that the view Map shows among the observed calls of a program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from tutor.wire.maps import NoMap
from tutor.worker.naming import named_modules, named_parameters, own_names
from tutor.worker.seen_calls import SeenCall
from tutor.worker.torch_private import is_module
from tutor.worker.view_probes import ProgramNow

INPUTS = (1, 2)
"""The numbers of inputs that a model may have to be shown."""


def mapped_call(program: ProgramNow) -> SeenCall | None:
    """Return the call of a model that can be shown, preferring trained ones.

    If a program calls the layers of a model one by one, as `model.forward(x)` does, the model is
    the module that contains them all.
    """
    trained = {*map(id, program.recorder.trained_tensors())}
    fitting = _fitting(program)
    whole = [call for call in fitting if _next_call(call, program.calls) is None]
    if fitting and not whole:
        whole = [*filter(None, (_of_owner(call, program) for call in fitting))]
    learning = [
        call
        for call in whole
        if not trained or any(id(each) in trained for _, each in named_parameters("", call.module))
    ]
    return max(learning or whole, key=_width_of, default=None)


def reason_for_none(program: ProgramNow) -> NoMap:
    """Return the reason why no called model can be shown."""
    if any(_next_call(call, program.calls) is not None for call in _fitting(program)):
        return NoMap("parts")
    widths = {_width_of(call) for call in program.calls if not call.is_loss}
    if known := sorted(width for width in widths if width > max(INPUTS)):
        return NoMap("width", str(known[0]))
    is_by_hand = program.recorder.backwards and all(call.is_loss for call in program.calls)
    return NoMap("by-hand" if is_by_hand else "no-model")


def loss_of(call: SeenCall, calls: Sequence[SeenCall]) -> SeenCall | None:
    """Return the call of a loss that received the output of this call, else None."""
    for other in calls:
        if not other.is_loss or not other.inputs or call.output is None:
            continue
        predicted = other.inputs[0].detach().reshape(-1)
        if torch.equal(predicted, call.output.reshape(-1)):
            return other
    return None


def _fitting(program: ProgramNow) -> list[SeenCall]:
    return [call for call in program.calls if not call.is_loss and _width_of(call) in INPUTS]


def _width_of(call: SeenCall) -> int:
    """Return the number of inputs of the model; 0 if it is unknown."""
    if len(call.inputs) != 1 or call.output is None:
        return 0
    given = call.inputs[0]
    if not given.is_floating_point() or given.dim() not in (1, 2) or call.output.dim() > 2:
        return 0
    return given.size(dim=-1)


def _next_call(call: SeenCall, calls: Sequence[SeenCall]) -> SeenCall | None:
    """Return the next call of another module with an input of this output's shape."""
    later = calls[_place_of(call, calls) + 1 :]
    for other in later:
        if other.is_loss or other.module is call.module or call.output is None:
            continue
        if any(given.shape == call.output.shape for given in other.inputs):
            return other
    return None


def _place_of(call: SeenCall, calls: Sequence[SeenCall]) -> int:
    return next(place for place, each in enumerate(calls) if each is call)


def _of_owner(call: SeenCall, program: ProgramNow) -> SeenCall | None:
    """Return the call as one of the module that contains all the called layers."""
    chain = [call]
    while (following := _next_call(chain[-1], program.calls)) is not None:
        chain.append(following)
    layers = {id(each.module) for each in chain}
    for scope in program.scopes():
        owner = _owner_in(scope, layers)
        if owner is not None:
            return SeenCall(owner, call.inputs, chain[-1].output)
    return None


def _owner_in(scope: Mapping[str, object], layers: set[int]) -> nn.Module | None:
    for _, obj in own_names(scope):
        if is_module(obj) and layers <= {id(part) for _, part in named_modules("", obj)}:
            return obj
    return None
