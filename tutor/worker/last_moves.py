"""How far the last step of a training has moved each parameter, and how long its gradient is.

Where that step is heard, copies from before it tell. At the end of a training there are none, since
nothing is kept at each step for it. What an optimizer keeps tells the change that it has made last,
if it is one whose rule is known here; else a snapshot from before that step does, if there is one.
Where neither is there, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from math import isfinite, nan, sqrt
from typing import Any, NamedTuple, TypeAlias

import torch
from torch import Tensor, nn

from tutor.worker.parameter_history import KeyFrame
from tutor.worker.recorder import Recorder
from tutor.worker.tensor_numbers import gradients_of, plain_tensors, tensor_numel
from tutor.worker.torch_private import is_tensor, norms_of, own_parameters, without_overrides

Moves: TypeAlias = Mapping[int, Tensor]
"""What each tensor was less what it is now, by its `id`."""

_Options: TypeAlias = Mapping[str, Any]
_Rate: TypeAlias = Any
"""A number, as the program has given it."""
_Rule: TypeAlias = Callable[[Tensor, Tensor | None, _Options, _Options, _Rate], object]
"""The change, None if it is not known, by the parameter, its gradient, what is kept for it, the
options of the group and the rate."""

MAX_NUMBERS = 1_000_000
"""Numbers of one optimizer's parameters whose changes are computed."""

_get = dict.get


class ParametersBefore(NamedTuple):
    """The parameters of a layer as they were when it was called."""

    parameters: tuple[Tensor, ...]
    copies: tuple[Tensor, ...]


def gradient_of(module: nn.Module) -> float | None:
    """Return the length of the gradient of the module's own parameters, None if it has none."""
    parameters = [*own_parameters(module).values()]
    gradients = [each for each in gradients_of(parameters) if is_tensor(each)]
    if not gradients:
        return None
    with torch.no_grad(), without_overrides():
        return length_of(gradients)


def length_of(tensors: Sequence[Tensor]) -> float:
    """Return the Euclidean length of all their elements together."""
    return sqrt(sum(float(norm) ** 2 for norm in norms_of([*tensors])))


def share_since(before: ParametersBefore) -> float | None:
    """Return how far the parameters have moved, by their length before; None if they were 0."""
    with torch.no_grad(), without_overrides():
        now = plain_tensors(before.parameters)
        if any(a.shape != b.shape for a, b in zip(now, before.copies, strict=True)):
            return None
        moved = [a - b for a, b in zip(now, before.copies, strict=True)]
        length = length_of(before.copies)
        share = length_of(moved) / (length or 1.0)
    return share if length and isfinite(share) else None


def share_moved(module: nn.Module, moves: Moves) -> float | None:
    """Return how far the module's parameters have moved, by their length before; None: not known.

    Those that need no gradient have not moved.
    """
    own = [*own_parameters(module).values()]
    known = [each for each in own if id(each) in moves]
    with torch.no_grad(), without_overrides():
        others = [each for each in own if id(each) not in moves]
        if not known or any(each.requires_grad for each in others):
            return None
        changes = [moves[id(each)] for each in known]
        before = [a + b for a, b in zip(plain_tensors(known), changes, strict=True)]
        length = length_of([*before, *plain_tensors(others)])
        share = length_of(changes) / length if length else nan
    return share if isfinite(share) else None


def last_moves(recorder: Recorder, frames: Sequence[KeyFrame], *, has_gradients: bool) -> Moves:
    """Return the changes of the last step, as far as they are known.

    `frames` are the last snapshots. `has_gradients` says whether the gradients are those of that
    step still.
    """
    try:
        with torch.no_grad(), without_overrides():
            moves = dict(_by_optimizers(recorder, has_gradients=has_gradients))
            moves = moves or dict(_since_frame(recorder, frames))
            return moves if any(bool(each.any()) for each in moves.values()) else {}
    except Exception:
        return {}  # tensors or options of a kind that nobody expects


def _since_frame(recorder: Recorder, frames: Sequence[KeyFrame]) -> Iterator[tuple[int, Tensor]]:
    """Yield the changes since the snapshot from before the last step, if there is one.

    With an optimizer a snapshot shows what a step has left; without one, what a backward found.
    """
    count = recorder.count_shown()
    if recorder.optimizer_count > 1 or count != (recorder.steps or recorder.backwards):
        return
    wanted = count - 2 if recorder.steps else count - 1
    for frame in frames:
        numbers, layout = frame.snapshot.numbers, frame.snapshot.layout
        if frame.number == wanted and numbers is not None:
            for index, part in layout.slices.items():
                tensor = layout.tensors[index]
                (now,) = plain_tensors([tensor])
                yield id(tensor), numbers[part].reshape(now.shape).to(now.dtype) - now


def _by_optimizers(recorder: Recorder, *, has_gradients: bool) -> Iterator[tuple[int, Tensor]]:
    """Yield the changes that each optimizer has made last, if its rule is known.

    Where there are several, gradients may be of a backward that was for another one.
    """
    is_alone = recorder.optimizer_count == 1
    for optimizer in recorder.optimizers:
        rule, groups = _RULES.get(type(optimizer)), optimizer.param_groups
        rate = recorder.last_rate(optimizer)
        if rule is None or type(rate) not in (float, int) or len(groups) != 1:
            continue
        tensors: list[Tensor] = [*groups[0]["params"]]
        if sum(map(tensor_numel, tensors)) > MAX_NUMBERS:
            continue
        gradients = gradients_of(tensors) if has_gradients else ()
        for tensor, gradient in zip_longest(tensors, gradients):
            if not tensor.requires_grad or (has_gradients and gradient is None):
                continue  # the step has left it as it was
            kept = _get(optimizer.state, tensor) or {}
            (plain,) = plain_tensors([tensor])
            move = rule(plain, gradient if is_alone else None, kept, groups[0], rate)
            if is_tensor(move):
                yield id(tensor), move


def _by_sgd(
    now: Tensor, gradient: Tensor | None, kept: _Options, group: _Options, rate: _Rate
) -> object:
    if group["momentum"]:
        buffer = kept.get("momentum_buffer")
        return rate * buffer if is_tensor(buffer) and not group["nesterov"] else None
    if gradient is None or gradient.layout is not torch.strided:
        return None
    slope = -gradient if group["maximize"] else gradient
    # the decay was of the parameter as it was before, which is `now` and the change
    decay = group["weight_decay"]
    return rate * (slope + decay * now) / (1.0 - rate * decay)


def _by_adam(
    now: Tensor, _gradient: Tensor | None, kept: _Options, group: _Options, rate: _Rate
) -> object:
    if group["amsgrad"] or not kept:
        return None
    steps, (first, second) = float(kept["step"]), group["betas"]
    mean = kept["exp_avg"] / (1.0 - first**steps)
    spread = (kept["exp_avg_sq"] / (1.0 - second**steps)).sqrt() + group["eps"]
    before = now + rate * mean / spread
    if group.get("decoupled_weight_decay"):
        before = before / (1.0 - rate * group["weight_decay"])
    return before - now


_RULES: Mapping[type, _Rule] = {
    torch.optim.SGD: _by_sgd,
    torch.optim.Adam: _by_adam,
    torch.optim.AdamW: _by_adam,
}
